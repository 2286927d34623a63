"""Two years of a block of clients, day by day; each day sees only what the days before it left."""

import numpy as np

from crm.demo import corporate, flows, habits, lending, trades
from crm.demo.days import month_ends
from crm.demo.kinds import Ints
from crm.demo.ledger import COLLATERAL, CUSTODY
from crm.demo.state import State

LATE = 57_500
DAILY_DAYS = 90
"""Assets are written daily for this many last days, and at month-ends before."""


def tell(state: State) -> None:
    """Play every trading day in order and leave the rows in the state's ledgers."""
    days = state.market.days
    hit, fills = habits.draw_activity(state.random, state.habits, state.market)
    of_day = _by_day(state, hit, fills)
    ends = set(np.flatnonzero(np.isin(days, month_ends(days))).tolist())
    first_daily = int(np.searchsorted(days, days[-1] - DAILY_DAYS, side="right"))
    interest = corporate.interest_days(state)
    for day in range(len(days)):
        lending.take_back(state, day)
        corporate.pay_dividends(state, day)
        if day in interest:
            corporate.pay_interest(state, day)
        corporate.draw_lots(state, day)
        flows.open_accounts(state, day)
        books, count = of_day[day]
        flows.deposit(state, day, books)
        flows.between_own(state, day)
        lending.borrow(state, day)
        lending.hold_products(state, day)
        trades.trade_day(state, day, books, count)
        pledge(state, day)
        lending.lend_overnight(state, day)
        flows.withdraw(state, day)
        leave(state, day)
        if day in ends or day >= first_daily:
            write_assets(state, day)
        if day in ends:
            write_holdings(state, day)


def _by_day(state: State, hit: Ints, fills: Ints) -> list[tuple[Ints, Ints]]:
    """Each day's trading accounts, ascending, with their number of fills: a client's order goes to one account."""
    length = len(state.market)
    client, day = np.divmod(hit, length)
    first = np.searchsorted(state.books.client, client)
    accounts = np.bincount(state.books.client, minlength=len(state.habits.story))[client]
    book = first + (state.random.random(len(hit)) ** 1.5 * accounts).astype(np.int64)
    order = np.argsort(day * len(state.books) + book, kind="stable")
    edges = np.searchsorted(day[order], np.arange(length + 1))
    parts = [order[edges[d] : edges[d + 1]] for d in range(length)]
    return [(book[part], fills[part]) for part in parts]


def pledge(state: State, day: int) -> None:
    """Now and then shares become collateral: they move from the main to the margin account of one client (F4)."""
    partner = state.books.partner
    margin = np.flatnonzero((partner >= 0) & (state.random.random(len(partner)) < 0.002) & state.alive)
    for book in margin.tolist():
        main = int(partner[book])
        shared = np.intersect1d(state.books.slots[book], state.books.slots[main])
        for security in shared.tolist():
            source = int(np.flatnonzero(state.books.slots[main] == security)[0])
            target = int(np.flatnonzero(state.books.slots[book] == security)[0])
            quantity = int(state.quantity[main, source])
            if quantity == 0:
                continue
            value = quantity * int(state.market.close_e4[day, security]) // 100
            state.quantity[book, target] += quantity
            state.cost[book, target] += state.cost[main, source]
            state.quantity[main, source] = 0
            state.cost[main, source] = 0
            for account, sign in ((main, -1), (book, 1)):
                state.moves.add(
                    1, kind=COLLATERAL, book=account, day=day, security=security, quantity=sign * quantity,
                    value=sign * value,
                )  # fmt: skip


def leave(state: State, day: int) -> None:
    """The last days of a leaver: products back, securities sold or carried to another broker, cash home, account closed."""
    lending.redeem(state, day, np.flatnonzero(state.leaves - 5 == day), second=LATE)
    going = np.flatnonzero((state.leaves - 3 == day) & state.alive)
    sells = state.habits.sells_out[state.books.client[going]]
    trades.sell_everything(state, day, going[sells])
    carry_away(state, day, going[~sells])
    last = np.flatnonzero((state.leaves - 1 == day) & (state.cash > 0))
    second = flows.EVENING + state.random.integers(0, 1500, len(last))
    flows.move_cash(state, day, last, amount=-state.cash[last], second=second)
    state.alive[state.leaves == day] = False


def carry_away(state: State, day: int, books: Ints) -> None:
    """Transfer every position of the given accounts to another broker (转托管)."""
    for slot in range(state.books.slots.shape[1]):
        here = books[state.quantity[books, slot] > 0]
        security = state.books.slots[here, slot]
        quantity = state.quantity[here, slot]
        value = quantity * state.market.close_e4[day, security] // 100
        state.moves.add(
            len(here), kind=CUSTODY, book=here, day=day, security=security, quantity=-quantity, value=-value
        )
        state.quantity[here, slot] = 0
        state.cost[here, slot] = 0


def write_assets(state: State, day: int) -> None:
    """Cash, market value, products and debt of every account that holds anything, and once more when it is empty."""
    value = state.values(day).sum(axis=1)
    products = state.products + state.due
    some = (state.cash != 0) | (value != 0) | (products != 0) | (state.debt != 0)
    books = np.flatnonzero(some | state.shown)
    state.shown = some
    state.assets.add(
        len(books), book=books, day=day, cash=state.cash[books], market_value=value[books],
        products=products[books], debt=state.debt[books],
    )  # fmt: skip


def write_holdings(state: State, day: int) -> None:
    """Every position that is not zero, with its cost and value."""
    books, slot = np.nonzero(state.quantity)
    security = state.books.slots[books, slot]
    quantity = state.quantity[books, slot]
    state.holdings.add(
        len(books), book=books, day=day, security=security, quantity=quantity, cost=state.cost[books, slot],
        value=quantity * state.market.close_e4[day, security] // 100,
    )  # fmt: skip
