# ruff: noqa: SIM905  (lists of words read better as lines)
"""Fund accounts: every client's main one, and for some a margin account or an auxiliary one in HKD or USD."""

from dataclasses import dataclass

import numpy as np

from crm.demo.habits import COOLING, EMPTY, GIANT, LEAVING, NEVER, STEADY, Habits
from crm.demo.instruments import BOARD_INDEX, BOARDS, Listing
from crm.demo.kinds import Flags, Floats, Ints, Random, Texts, texts
from crm.demo.people import People
from crm.demo.plan import Branch

MAIN, MARGIN, HKD, USD = range(4)
CURRENCIES = texts(["CNY", "CNY", "HKD", "USD"])
SLOTS = 6
"""How many different securities an account ever trades: its favourites."""

CUSTODIANS = "云汀银行 临江银行 澄湖农商银行 北塘银行 桂苑银行".split()
FUND_DIGIT = np.array([1, 6, 8, 9])
MARKETS = ("sh", "sz", "bj", "hk")


@dataclass(frozen=True)
class Books:
    """One entry per fund account, ordered by client and kind; `client` is the position in the block."""

    client: Ints
    kind: Ints
    number: Texts
    custodian: Texts
    partner: Ints
    slots: Ints
    wealth: Floats
    ticket: Floats
    boldness: Floats
    rate: Ints
    lends: Flags
    buys_products: Flags

    def __len__(self) -> int:
        return len(self.client)

    @property
    def currency(self) -> Texts:
        """Currency of each account."""
        return CURRENCIES[self.kind]


def draw_books(random: Random, *, branch: Branch, people: People, habits: Habits, listing: Listing) -> Books:
    """Open the fund accounts of a block of clients and choose the securities each will ever trade."""
    count = len(people.sequence)
    trades = ~np.isin(habits.story, (NEVER, EMPTY, GIANT))
    margin = trades & (habits.wealth > 300_000) & (habits.boldness > 0.6) & (random.random(count) < 0.16)
    margin &= habits.story != LEAVING
    hkd = trades & (habits.wealth > 80_000) & (random.random(count) < 0.06)
    usd = trades & (habits.wealth > 80_000) & (random.random(count) < 0.012)
    has = np.stack([np.ones(count, dtype=bool), margin, hkd, usd], axis=1)
    client, kind = np.nonzero(has)
    first = np.searchsorted(client, np.arange(count))
    partner = np.where(kind == MARGIN, first[client], -1)
    wealth = habits.wealth[client] * np.array([1.0, 0.8, 0.25, 0.05])[kind]
    ticket = habits.ticket[client] * np.array([1.0, 1.3, 0.8, 0.12])[kind]
    size = len(client)
    return Books(
        client=client,
        kind=kind,
        number=_numbers(branch, people.sequence[client], FUND_DIGIT[kind]),
        custodian=texts(CUSTODIANS)[random.choice(len(CUSTODIANS), count, p=(0.4, 0.25, 0.15, 0.12, 0.08))][client],
        partner=partner,
        slots=_favourites(random, client, kind, habits, listing),
        wealth=wealth,
        ticket=ticket,
        boldness=habits.boldness[client],
        rate=habits.rate[client],
        lends=(kind == MAIN)
        & np.isin(habits.story, (STEADY, COOLING))[client]
        & (wealth > 100_000)
        & (random.random(size) < 0.07),
        buys_products=(kind == MAIN) & (wealth > 300_000) & (random.random(size) < 0.25),
    )


def _numbers(branch: Branch, sequence: Ints, digit: Ints) -> Texts:
    return texts([f"{branch.code}{d}{n + 1:07d}" for d, n in zip(digit.tolist(), sequence.tolist(), strict=True)])


def _favourites(random: Random, client: Ints, kind: Ints, habits: Habits, listing: Listing) -> Ints:
    """Weighted choice without repetition: the largest of log(weight) + Gumbel noise, best first."""
    weight = _appetite(random, client, kind, habits)[:, listing.board] * listing.popularity
    with np.errstate(divide="ignore"):
        key = np.log(weight) + random.gumbel(size=weight.shape)
    return np.argsort(-key, axis=1, kind="stable")[:, :SLOTS]


def _appetite(random: Random, client: Ints, kind: Ints, habits: Habits) -> Floats:
    """How likely each account trades each board: permissions decide first, then character and a pet board."""
    count = len(habits.story)
    permitted = random.random((count, len(BOARDS)))
    weight = np.ones((count, len(BOARDS)))
    bold = habits.boldness
    for name, share, taste in (
        ("chinext", 0.25 + 0.4 * bold, 0.4 + bold),
        ("star", np.where(habits.wealth > 400_000, 0.35, 0.04), 0.3 + bold),
        ("bse", np.where(habits.wealth > 400_000, 0.10, 0.0), 0.8),
        ("sh_convertible", 0.3, 0.5),
        ("sz_convertible", 0.3, 0.5),
        ("sh_etf", 0.8, 0.9),
        ("sz_etf", 0.8, 0.6),
    ):
        board = BOARD_INDEX[name]
        weight[:, board] = np.where(permitted[:, board] < share, taste, 0)
    pet = random.integers(0, BOARD_INDEX["sz_convertible"] + 1, count)
    fond = random.random(count) < 0.35
    weight[np.flatnonzero(fond), pet[fond]] *= 5
    of_book = weight[client]
    foreign = {board.name: board.currency for board in BOARDS if board.currency != "CNY"}
    for name in foreign:
        of_book[:, BOARD_INDEX[name]] = 0
    b_share = permitted[client, 0] < 0.3
    of_book[kind == HKD] = 0
    of_book[kind == USD] = 0
    of_book[(kind == HKD) & b_share, BOARD_INDEX["sz_b"]] = 1
    of_book[(kind == HKD) & ~b_share, BOARD_INDEX["hk"]] = 1
    of_book[kind == USD, BOARD_INDEX["sh_b"]] = 1
    of_book[:, BOARD_INDEX["bse"]] *= kind == MAIN
    return of_book


SECURITIES_PREFIX = {
    (MAIN, "sh"): ("A", 9),
    (MAIN, "sz"): ("00", 8),
    (MAIN, "bj"): ("08", 8),
    (MARGIN, "sh"): ("E", 9),
    (MARGIN, "sz"): ("06", 8),
    (HKD, "hk"): ("H", 9),
    (HKD, "sz"): ("20", 8),
    (USD, "sh"): ("C9", 8),
}
"""How the number of a securities account begins and how many digits follow, by fund account and market."""


def securities_accounts(people: People, books: Books, branch: Branch, listing: Listing) -> dict[str, Texts]:
    """The securities account of each fund account in each market; empty where it has none."""
    everyone = branch.first_client + people.sequence[books.client]
    trades_in = {m: _trades_in(books, listing, m) for m in MARKETS}
    found: dict[str, Texts] = {market: np.full(len(books), "", dtype=object) for market in MARKETS}
    for (kind, market), (prefix, width) in SECURITIES_PREFIX.items():
        here = np.flatnonzero((books.kind == kind) & trades_in[market])
        scattered = (everyone[here] * 1_000_003 + 7 * kind + 40_961) % 10**width
        found[market][here] = texts([f"{prefix}{n:0{width}d}" for n in scattered.tolist()])
    return found


def _trades_in(books: Books, listing: Listing, market: str) -> Flags:
    """Shanghai and Shenzhen are opened for every CNY account; the others where a favourite is listed."""
    has: Flags = (listing.labels("market")[books.slots] == market).any(axis=1)
    if market in ("sh", "sz"):
        has |= (books.kind == MAIN) | (books.kind == MARGIN)
    return has
