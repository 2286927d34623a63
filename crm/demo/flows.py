"""Cash between bank and account: deposits, withdrawals, reversed ones, and transfers between own accounts (F4)."""

import numpy as np

from crm.demo.kinds import Ints
from crm.demo.ledger import BANK, CUSTODY, DESIGNATION, INTERNAL, REVERSAL
from crm.demo.state import State

MORNING, EVENING = 31_500, 55_900
HUNDRED_YUAN, THOUSAND_YUAN = 10_000, 100_000
REVERSED = 0.006


def move_cash(state: State, day: int, books: Ints, *, amount: Ints, second: Ints | int, kind: int = BANK) -> None:
    """Book signed amounts (+ into the account) on different accounts, a row each."""
    state.cash[books] += amount
    state.rows.add(
        len(books), kind=kind, book=books, day=day, second=second, amount=np.abs(amount), net=amount,
        balance=state.cash[books],
    )  # fmt: skip


def open_accounts(state: State, day: int) -> None:
    """New accounts: designation of the exchange seat, first deposit, and for some securities brought along."""
    books = np.flatnonzero(state.opened == day)
    if len(books) == 0:
        return
    state.alive[books] = True
    state.rows.add(len(books), kind=DESIGNATION, book=books, day=day, second=MORNING)
    wealth = (state.books.wealth[books] * 100 / THOUSAND_YUAN).astype(np.int64) * THOUSAND_YUAN
    funded = books[(state.books.ticket[books] > 0) & (wealth > 0) & (state.habits.often[state.books.client[books]] > 0)]
    amount = (state.books.wealth[funded] * 100 / THOUSAND_YUAN).astype(np.int64) * THOUSAND_YUAN
    move_cash(state, day, funded, amount=amount, second=MORNING + 600)
    bring = funded[(state.random.random(len(funded)) < 0.12) & (state.books.wealth[funded] > 50_000)]
    security = state.books.slots[bring, 0]
    price, lot = state.market.close_e4[day, security], state.lot[security]
    quantity = (state.books.wealth[bring] * 30 * 100 / price / lot).astype(np.int64) * lot
    bring, security, quantity, price = (part[quantity > 0] for part in (bring, security, quantity, price))
    value = quantity * price // 100
    state.quantity[bring, 0] += quantity
    state.cost[bring, 0] += value
    state.moves.add(len(bring), kind=CUSTODY, book=bring, day=day, security=security, quantity=quantity, value=value)


def deposit(state: State, day: int, trading: Ints) -> None:
    """Those who want to trade and lack cash send some; others do so now and then. A few are booked twice and reversed."""
    random = state.random
    short = trading[state.cash[trading] < state.books.ticket[trading] * 50]
    short = short[random.random(len(short)) < 0.3]
    often = state.habits.often[state.books.client]
    whim = np.flatnonzero(random.random(len(state.books)) < 0.012 * often)
    books = np.union1d(short, whim)
    books = books[state.alive[books] & ~state.resting(day)[books]]
    size = state.books.ticket[books] * 100 * random.uniform(0.5, 2.5, len(books))
    amount = np.maximum(size / THOUSAND_YUAN, 1).astype(np.int64) * THOUSAND_YUAN
    second = MORNING + 700 + random.integers(0, 1500, len(books))
    move_cash(state, day, books, amount=amount, second=second)
    twice = random.random(len(books)) < REVERSED
    move_cash(state, day, books[twice], amount=amount[twice], second=second[twice] + 5)
    move_cash(state, day, books[twice], amount=-amount[twice], second=second[twice] + 300, kind=REVERSAL)


def withdraw(state: State, day: int) -> None:
    """Cash that is not needed and not borrowed goes home; cooling clients take more, and more often."""
    random, books = state.random, state.books
    cooling = state.habits.cools[books.client] <= day
    chance = np.where(state.cash > books.ticket * 200, 0.0035, 0.0004) * np.where(cooling, 4, 1)
    free = state.alive & (state.debt == 0) & ~state.resting(day)
    chosen = np.flatnonzero((random.random(len(books)) < chance) & free)
    share = np.where(cooling[chosen], random.uniform(0.6, 1, len(chosen)), random.uniform(0.15, 0.8, len(chosen)))
    amount = (state.cash[chosen] * share).astype(np.int64) // HUNDRED_YUAN * HUNDRED_YUAN
    chosen, amount = chosen[amount > 0], amount[amount > 0]
    move_cash(state, day, chosen, amount=-amount, second=EVENING + random.integers(0, 1500, len(chosen)))


def between_own(state: State, day: int) -> None:
    """Cash moves from the main account to the margin account of one client: a row on each side, together zero."""
    partner = state.books.partner
    chosen = np.flatnonzero((partner >= 0) & (state.random.random(len(partner)) < 0.006))
    chosen = chosen[state.alive[chosen] & ~state.resting(day)[chosen]]
    source = partner[chosen]
    amount = (state.cash[source] * 0.3).astype(np.int64) // THOUSAND_YUAN * THOUSAND_YUAN
    chosen, source, amount = chosen[amount > 0], source[amount > 0], amount[amount > 0]
    second = MORNING + 2_520 + np.arange(len(chosen)) % 60
    move_cash(state, day, source, amount=-amount, second=second, kind=INTERNAL)
    move_cash(state, day, chosen, amount=amount, second=second, kind=INTERNAL)
