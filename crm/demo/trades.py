"""A day's orders: who buys or sells what, at which price, within the cash and the positions that are there."""

from dataclasses import dataclass

import numpy as np

from crm.demo import fees
from crm.demo.kinds import Flags, Floats, Ints
from crm.demo.ledger import BUY, SELL
from crm.demo.state import State

OPEN, NOON, AFTERNOON, SESSION = 34_200, 41_400, 46_800, 14_400
REPEAT = 0.12
"""Share of orders filled in two equal parts: same security, price and quantity, both legitimate."""
OTHER_CHANNEL = 0.14


@dataclass
class Orders:
    """Orders of different accounts, one each, ready to be filled."""

    book: Ints
    slot: Ints
    buys: Flags
    quantity: Ints
    price_e4: Ints
    second: Ints


def trade_day(state: State, day: int, books: Ints, fills: Ints) -> None:
    """Fill the day's orders of the given accounts, each as many as `fills` says, in order of time."""
    mv = state.values(day, books)
    assets = state.cash[books] + mv.sum(axis=1)
    size = state.books.ticket[books] * 100 * np.exp(0.6 * state.random.standard_normal(len(books)))
    size = np.minimum(size, np.maximum(assets, 1)).astype(np.float64)
    last: Orders | None = None
    for turn in range(int(fills.max(initial=0))):
        here = np.flatnonzero(fills > turn)
        orders = _choose(state, day, books[here], assets[here], size[here])
        if last is not None:
            _repeat(state, orders, last)
        orders.second = clock((turn + state.random.random(len(here))) / fills[here])
        last = orders
        fill(state, day, orders)


def clock(share: Floats) -> Ints:
    """Second of the day at a share of the trading session, the noon break left out."""
    second = OPEN + (share * (SESSION - 1)).astype(np.int64)
    return np.where(second >= NOON, second + AFTERNOON - NOON, second)


def _choose(state: State, day: int, books: Ints, assets: Ints, size: Floats) -> Orders:
    """Decide slot, side, price and quantity; an order that cannot be is left with quantity zero."""
    random, count = state.random, len(books)
    slots = state.books.slots[books]
    slot = np.minimum(random.exponential(1.6, count).astype(np.int64), slots.shape[1] - 1)
    value = state.values(day, books)
    invested = value.sum(axis=1) / np.maximum(assets, 1)
    keen = np.clip(0.5 + 1.6 * (state.books.boldness[books] - invested), 0.04, 0.96)
    row = np.arange(count)
    buys = random.random(count) < keen
    poor = state.cash[books] < np.minimum(size * 0.3, 300_000)
    buys &= ~poor
    # A seller sells what is there: the chosen favourite, or else the largest position.
    absent = ~buys & (state.quantity[books, slot] == 0)
    slot = np.where(absent, value.argmax(axis=1), slot)
    buys |= (state.quantity[books, slot] == 0) & ~poor
    security = slots[row, slot]
    tick = state.tick[security]
    close = state.market.close_e4[day, security]
    drawn = close * (1 + 0.008 * random.standard_normal(count).clip(-2.5, 2.5))
    price = np.maximum(1, np.rint(drawn / tick)).astype(np.int64) * tick
    lot = state.lot[security]
    wanted = (np.minimum(size, np.maximum(state.cash[books] * 0.99 - 2_000, 0)) * 100 / price / lot).astype(np.int64)
    held = state.quantity[books, slot]
    sold = np.maximum((size * 100 / price / lot).astype(np.int64), 1) * lot
    sold = np.where(held - sold < lot, held, np.minimum(sold, held))
    return Orders(books, slot, buys, np.where(buys, wanted * lot, sold), price, np.zeros(count, dtype=np.int64))


def _repeat(state: State, orders: Orders, last: Orders) -> None:
    """Turn some orders into the second part of the account's previous one, where that is still possible."""
    before = np.searchsorted(last.book, orders.book)
    chosen = (state.random.random(len(orders.book)) < REPEAT) & (last.quantity[before] > 0)
    held = state.quantity[orders.book, last.slot[before]]
    cost = last.quantity[before] * last.price_e4[before] // 100
    chosen &= np.where(last.buys[before], state.cash[orders.book] > cost * 1.01 + 2_000, held >= last.quantity[before])
    for name in ("slot", "buys", "quantity", "price_e4"):
        mine, theirs = getattr(orders, name), getattr(last, name)[before]
        setattr(orders, name, np.where(chosen, theirs, mine))


def fill(state: State, day: int, orders: Orders) -> None:
    """Settle orders of different accounts: fees, cash, position and cost move, and a row is written for each."""
    able = orders.quantity > 0
    book, slot, buys = orders.book[able], orders.slot[able], orders.buys[able]
    quantity, price = orders.quantity[able], orders.price_e4[able]
    security = state.books.slots[book, slot]
    amount = price * quantity // 100
    cost = fees.charge(state.fees, security=security, amount=amount, buys=buys, rate=state.books.rate[book])
    net = np.where(buys, -(amount + cost.total), amount - cost.total)
    held = state.quantity[book, slot]
    released = np.where(buys, 0, state.cost[book, slot] * quantity // np.maximum(held, 1))
    state.cash[book] += net
    state.quantity[book, slot] = held + np.where(buys, quantity, -quantity)
    state.cost[book, slot] += np.where(buys, -net, -released)
    elsewhere = state.random.random(len(book)) < OTHER_CHANNEL
    channel = np.where(elsewhere, state.random.integers(0, 5, len(book)), state.channel[book])
    state.rows.add(
        len(book),
        kind=np.where(buys, BUY, SELL),
        book=book,
        day=day,
        second=orders.second[able],
        security=security,
        quantity=quantity,
        price_e4=price,
        amount=amount,
        net=net,
        commission=cost.commission,
        stamp=cost.stamp,
        transfer=cost.transfer,
        levies=cost.levies,
        balance=state.cash[book],
        held=state.quantity[book, slot],
        channel=channel,
    )


def sell_everything(state: State, day: int, books: Ints) -> None:
    """Sell every position of the given accounts, one security after another."""
    slots = state.books.slots.shape[1]
    for slot in range(slots):
        holding = books[state.quantity[books, slot] > 0]
        column = np.full(len(holding), slot)
        second = clock((slot + state.random.random(len(holding))) / slots)
        price = state.market.close_e4[day, state.books.slots[holding, slot]]
        sells = np.zeros(len(holding), dtype=bool)
        fill(state, day, Orders(holding, column, sells, state.quantity[holding, slot], price, second))
