"""Money at work beside trading: reverse repos, margin loans and off-exchange products."""

import numpy as np

from crm.demo.kinds import Ints
from crm.demo.ledger import LEND, LEND_BACK, LOAN, LOAN_BACK, LOAN_INTEREST, PRODUCT_BUY, PRODUCT_SELL
from crm.demo.state import State, is_margin

REPO_LOT_MINOR = 100_000
"""A reverse repo is sold in lots of ten at 100 yuan: 1,000 yuan."""
REPO_COMMISSION = 10
"""Parts per million of the lent amount for one day."""
SHANGHAI_REPO, SHENZHEN_REPO = -1, -2
"""Stand for the repos in the security column, which otherwise holds a position in the listing."""
MILLION = 1_000_000
LOAN_RATE = 0.065
LOAN_AT, REPAID_AT, PRODUCT_AT, REDEEMED_AT = 34_100, 34_150, 34_160, 34_170
"""Seconds of the day, after the bank transfers of the morning and before the first trade."""


def lend_overnight(state: State, day: int) -> None:
    """Some accounts lend their spare cash out for one day (融券回购); the commission counts in T2 (F2)."""
    able = state.books.lends & state.alive & ~state.resting(day) & (state.cash > 5 * MILLION)
    books = np.flatnonzero(able & (state.random.random(len(able)) < 0.05))
    amount = (state.cash[books] * 0.9).astype(np.int64) // REPO_LOT_MINOR * REPO_LOT_MINOR
    commission = (amount * REPO_COMMISSION + 500_000) // 1_000_000
    price = state.random.integers(240, 480, len(books)) * 50
    interest = (amount * price / 1e4 / 100 / 365 + 0.5).astype(np.int64)
    state.cash[books] -= amount + commission
    state.lent[books] = amount
    state.due[books] = amount + interest
    state.rows.add(
        len(books), kind=LEND, book=books, day=day, second=54_000 + state.random.integers(0, 1700, len(books)),
        security=_repo_of(books), quantity=amount // 10_000, price_e4=price, amount=amount,
        net=-(amount + commission), commission=commission, balance=state.cash[books],
    )  # fmt: skip


def take_back(state: State, day: int) -> None:
    """What was lent yesterday returns with its interest (融券购回)."""
    books = np.flatnonzero(state.due)
    due, lent = state.due[books], state.lent[books]
    state.cash[books] += due
    state.due[books] = 0
    state.lent[books] = 0
    state.rows.add(
        len(books), kind=LEND_BACK, book=books, day=day, second=0, security=_repo_of(books),
        quantity=lent // 10_000, price_e4=0, amount=due, net=due, balance=state.cash[books],
    )  # fmt: skip


def _repo_of(books: Ints) -> Ints:
    return np.where(books % 3 == 0, SHENZHEN_REPO, SHANGHAI_REPO)


def borrow(state: State, day: int) -> None:
    """Margin accounts borrow in whole ten thousands up to a third of their assets, and pay back with interest."""
    margin = np.flatnonzero(is_margin(state) & state.alive & ~state.resting(day))
    drawn = state.random.random(len(margin))
    assets = state.cash[margin] + state.values(day, margin).sum(axis=1)
    wants = (drawn < 0.012) & (state.debt[margin] < assets * 0.15)
    books = margin[wants]
    loan = (assets[wants] * 0.2).astype(np.int64) // MILLION * MILLION
    books, loan = books[loan > 0], loan[loan > 0]
    state.cash[books] += loan
    state.debt[books] += loan
    state.rows.add(
        len(books), kind=LOAN, book=books, day=day, second=LOAN_AT, amount=loan, net=loan, balance=state.cash[books]
    )
    repays = margin[(drawn > 0.985) & (state.debt[margin] > 0) & (state.cash[margin] > state.debt[margin] * 1.02)]
    debt = state.debt[repays]
    interest = (debt * LOAN_RATE * 45 / 365 + 0.5).astype(np.int64)
    for kind, amount in ((LOAN_BACK, debt), (LOAN_INTEREST, interest)):
        state.cash[repays] -= amount
        state.rows.add(
            len(repays), kind=kind, book=repays, day=day, second=REPAID_AT, amount=amount, net=-amount,
            balance=state.cash[repays],
        )  # fmt: skip
    state.debt[repays] = 0


def hold_products(state: State, day: int) -> None:
    """Wealthier clients move idle cash into products in whole ten thousands and take it back later with a gain."""
    drawn = state.random.random(len(state.books))
    able = state.books.buys_products & state.alive & ~state.resting(day)
    books = np.flatnonzero(able & (drawn < 0.008) & (state.cash > 10 * MILLION))
    amount = state.cash[books] // 2 // MILLION * MILLION
    state.cash[books] -= amount
    state.products[books] += amount
    state.rows.add(
        len(books), kind=PRODUCT_BUY, book=books, day=day, second=PRODUCT_AT, amount=amount, net=-amount,
        balance=state.cash[books],
    )  # fmt: skip
    redeem(state, day, np.flatnonzero(able & (drawn > 0.993) & (state.products > 0)))


def redeem(state: State, day: int, books: Ints, *, second: int = REDEEMED_AT) -> None:
    """Take everything out of the products of these accounts, with a gain of a half to two and a half percent."""
    books = books[state.products[books] > 0]
    amount = (state.products[books] * state.random.uniform(1.005, 1.025, len(books))).astype(np.int64)
    state.products[books] = 0
    state.cash[books] += amount
    state.rows.add(
        len(books), kind=PRODUCT_SELL, book=books, day=day, second=second, amount=amount, net=amount,
        balance=state.cash[books],
    )  # fmt: skip
