"""What comes without an order: dividends and their tax, interest on cash, lottery numbers for new shares."""

import numpy as np

from crm.demo.instruments import BOARD_INDEX
from crm.demo.ledger import DIVIDEND, DIVIDEND_TAX, INTEREST, LOTTERY
from crm.demo.state import State

INTEREST_RATE = 0.0005
LEAST_INTEREST_MINOR = 100


def pay_dividends(state: State, day: int) -> None:
    """Whoever holds a share on its day is paid per share; short holders are taxed at once."""
    for row in np.flatnonzero((state.market.dividend_day == day).any(axis=1)).tolist():
        for security in np.flatnonzero(state.market.dividend_day[row] == day).tolist():
            books, slot = np.nonzero((state.books.slots == security) & (state.quantity > 0))
            held = state.quantity[books, slot]
            paid = held * state.market.dividend_e4[row, security] // 100
            books, held, paid = books[paid > 0], held[paid > 0], paid[paid > 0]
            state.cash[books] += paid
            state.rows.add(
                len(books), kind=DIVIDEND, book=books, day=day, second=0, security=security, quantity=held,
                amount=paid, net=paid, balance=state.cash[books], held=held,
            )  # fmt: skip
            taxed = state.random.random(len(books)) < 0.3
            books, tax = books[taxed], (paid[taxed] + 5) // 10
            books, tax = books[tax > 0], tax[tax > 0]
            state.cash[books] -= tax
            state.rows.add(
                len(books), kind=DIVIDEND_TAX, book=books, day=day, second=0, security=security, amount=tax,
                net=-tax, balance=state.cash[books],
            )  # fmt: skip


def interest_days(state: State) -> set[int]:
    """The first trading day from the 21st of March, June, September and December on."""
    days = state.market.days
    found = set()
    for month in np.unique(days.astype("datetime64[M]")):
        if int(str(month)[5:]) % 3 == 0:
            later = np.flatnonzero(days >= month.astype("datetime64[D]") + 20)
            if len(later) and days[later[0]].astype("datetime64[M]") == month:
                found.add(int(later[0]))
    return found


def pay_interest(state: State, day: int) -> None:
    """A quarter's interest on the cash that lies there (批量利息归本); less than a yuan is not paid."""
    interest = (state.cash * INTEREST_RATE / 4).astype(np.int64)
    books = np.flatnonzero(state.alive & (interest >= LEAST_INTEREST_MINOR))
    amount = interest[books]
    state.cash[books] += amount
    state.rows.add(
        len(books), kind=INTEREST, book=books, day=day, second=0, amount=amount, net=amount, balance=state.cash[books]
    )


def draw_lots(state: State, day: int) -> None:
    """Holders who trade apply for new shares and get lottery numbers: rows without money (申购配号)."""
    if day % 6:
        return
    often = state.habits.often[state.books.client]
    eager = state.alive & (state.quantity.sum(axis=1) > 0) & (state.books.kind == 0)
    books = np.flatnonzero(eager & (state.random.random(len(often)) < 0.05 * (often > 0.05)))
    chinext = np.flatnonzero(state.listing.board == BOARD_INDEX["chinext"])
    quantity = state.random.integers(1, 20, len(books))
    state.rows.add(
        len(books), kind=LOTTERY, book=books, day=day, second=0, security=chinext[day % len(chinext)],
        quantity=quantity, balance=state.cash[books],
    )  # fmt: skip
