"""What every fund account holds at one moment of the story."""

from dataclasses import dataclass

import numpy as np

from crm.demo.books import MARGIN, Books
from crm.demo.fees import FeeTable, fee_table
from crm.demo.habits import EMPTY, GIANT, NEVER, STEADY, Habits
from crm.demo.instruments import Listing
from crm.demo.kinds import Flags, Ints, Random
from crm.demo.ledger import ASSET_COLUMNS, HOLDING_COLUMNS, MOVE_COLUMNS, Ledger
from crm.demo.market import Market


@dataclass
class State:
    """Cash, products, debt (minor units), positions and their cost, per account; and the rows written so far."""

    random: Random
    books: Books
    habits: Habits
    listing: Listing
    market: Market
    fees: FeeTable
    lot: Ints
    tick: Ints
    leaves: Ints
    opened: Ints
    alive: Flags
    channel: Ints
    cash: Ints
    products: Ints
    debt: Ints
    lent: Ints
    due: Ints
    shown: Flags
    quantity: Ints
    cost: Ints
    rows: Ledger
    moves: Ledger
    assets: Ledger
    holdings: Ledger

    def values(self, day: int, books: Ints | slice = slice(None)) -> Ints:
        """Market value of every position in minor units, a row per account."""
        values: Ints = self.quantity[books] * self.market.close_e4[day][self.books.slots[books]] // 100
        return values

    def resting(self, day: int) -> Flags:
        """Accounts in which nothing new is begun: not yet opened, or about to leave."""
        return (self.opened > day) | (self.leaves - 10 <= day)


def begin(random: Random, *, books: Books, habits: Habits, channel: Ints, listing: Listing, market: Market) -> State:
    """The first morning: whoever was a client before already holds cash, securities and perhaps products."""
    client = books.client
    quantity, cost, cash, products = _opening_wealth(random, books, habits, listing, market)
    return State(
        random=random,
        books=books,
        habits=habits,
        listing=listing,
        market=market,
        fees=fee_table(listing),
        lot=listing.column("lot"),
        tick=listing.column("tick_e4"),
        leaves=habits.leaves[client],
        opened=habits.opened[client],
        alive=habits.opened[client] < 0,
        channel=channel[client],
        cash=cash,
        products=products,
        debt=np.zeros(len(books), dtype=np.int64),
        lent=np.zeros(len(books), dtype=np.int64),
        due=np.zeros(len(books), dtype=np.int64),
        shown=np.zeros(len(books), dtype=bool),
        quantity=quantity,
        cost=cost,
        rows=Ledger(),
        moves=Ledger(MOVE_COLUMNS),
        assets=Ledger(ASSET_COLUMNS),
        holdings=Ledger(HOLDING_COLUMNS),
    )


def _opening_wealth(
    random: Random, books: Books, habits: Habits, listing: Listing, market: Market
) -> tuple[Ints, Ints, Ints, Ints]:
    story = habits.story[books.client]
    there = habits.opened[books.client] < 0
    wealth = np.where(there & (story != NEVER), books.wealth, 0) * 100
    empty = story == EMPTY
    share = np.where(empty, np.where(random.random(len(books)) < 0.25, 0.8, 0.0), books.boldness)
    share = np.where(story == GIANT, 0.97, share)
    parts = random.gamma(0.5, size=books.slots.shape)
    parts[:, 4:] = 0
    parts /= parts.sum(axis=1, keepdims=True) + 1e-9
    price, lot = market.close_e4[0][books.slots], listing.column("lot")[books.slots]
    target = (wealth * share)[:, None] * parts
    quantity = (target * 100 / price / lot).astype(np.int64) * lot
    value = quantity * price // 100
    paid = random.normal(1.03, 0.18, value.shape).clip(0.4, 2.5)
    cash = np.maximum(wealth.astype(np.int64) - value.sum(axis=1), 0)
    # A never-trader may have left a little cash; a product is bought from cash in whole ten thousands.
    few = (story == NEVER) & there & (random.random(len(books)) < 0.2)
    cash = np.where(few, random.integers(1, 900_000, len(books)), cash)
    ready = books.buys_products & there & (story == STEADY)
    products = np.where(ready, cash // 2 // 1_000_000 * 1_000_000, 0)
    return quantity, (value * paid).astype(np.int64), cash - products, products


def is_margin(state: State) -> Flags:
    """Accounts that may borrow."""
    return np.equal(state.books.kind, MARGIN)
