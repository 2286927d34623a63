"""The invented market: phases that rise, range and fall, daily closing prices, dividends and exchange rates."""

from dataclasses import dataclass

import numpy as np

from crm.demo.instruments import BOARDS, Listing
from crm.demo.kinds import Days, Floats, Ints, Random

PHASES = (
    ("rise", 0.18, 0.0030, 0.010, 1.30),
    ("range", 0.24, 0.0000, 0.008, 0.95),
    ("fall", 0.18, -0.0024, 0.013, 0.75),
    ("range", 0.20, 0.0001, 0.008, 0.90),
    ("rise", 0.20, 0.0020, 0.010, 1.20),
)
"""Name, share of the days, daily drift and spread of the market, and how eagerly clients trade."""

RATES_START = {"HKD": 0.9240, "USD": 7.1800}
RATE_HEAD_START = 10


@dataclass(frozen=True)
class Market:
    """Closing prices (1/10,000) per day and security, who pays a dividend when, and the mood of each day."""

    days: Days
    close_e4: Ints
    eagerness: Floats
    dividend_day: Ints
    dividend_e4: Ints

    def __len__(self) -> int:
        return len(self.days)


def draw_market(random: Random, *, days: Days, listing: Listing) -> Market:
    """Walk every security through the phases; moves stay within the daily limit of its board."""
    phase = _phase_of_day(len(days))
    drift = np.array([p[2] for p in PHASES])[phase]
    spread = np.array([p[3] for p in PHASES])[phase]
    whole = drift + spread * _settled(random.standard_normal(len(days)), phase)
    noise = listing.rates("noise")
    own = random.standard_normal((len(days), len(listing.code))) * noise - noise**2 / 2
    moves = whole[:, None] * listing.rates("beta") + own
    limit = listing.rates("limit") * 0.98
    moves = np.clip(moves, -limit, limit)
    moves[0] = 0
    tick = listing.column("tick_e4")
    path = listing.first_price_e4 * np.exp(np.cumsum(moves, axis=0))
    close = np.maximum(1, np.rint(path / tick)).astype(np.int64) * tick
    dividend_day, dividend = _dividends(random, days, listing, close)
    return Market(days, close, np.array([p[4] for p in PHASES])[phase], dividend_day, dividend)


def _phase_of_day(count: int) -> Ints:
    ends = np.floor(np.cumsum([p[1] for p in PHASES]) * count)
    return np.minimum(np.searchsorted(ends, np.arange(count), side="right"), len(PHASES) - 1).astype(np.int64)


def _settled(noise: Floats, phase: Ints) -> Floats:
    """Noise whose mean in each phase is zero, so that a rising phase rises whatever the seed."""
    mean = np.bincount(phase, weights=noise, minlength=len(PHASES)) / np.maximum(
        np.bincount(phase, minlength=len(PHASES)), 1
    )
    return np.asarray(noise - mean[phase], dtype=np.float64)


def _dividends(random: Random, days: Days, listing: Listing, close: Ints) -> tuple[Ints, Ints]:
    """Two of five shares pay once in each summer; a row per summer: day index (-1 = none) and amount per share."""
    shares = np.array([BOARDS[index].stamp_sell > 0 for index in listing.board])
    years = sorted({int(str(day)[:4]) for day in days})
    when = np.full((len(years), len(listing.code)), -1, dtype=np.int64)
    for row, year in enumerate(years):
        summer = np.flatnonzero((days >= np.datetime64(f"{year}-05-10")) & (days <= np.datetime64(f"{year}-07-31")))
        chosen = random.random(len(listing.code)) < 0.4
        drawn = random.random(len(listing.code))
        if len(summer):
            when[row] = np.where(shares & chosen, summer[(drawn * len(summer)).astype(int)], -1)
    share = random.uniform(0.004, 0.03, when.shape)
    price = close[np.maximum(when, 0), np.arange(len(listing.code))]
    return when, np.maximum(100, (price * share).astype(np.int64) // 100 * 100)


@dataclass(frozen=True)
class Rates:
    """Exchange rates: CNY per one unit × 1,000,000, one column per currency; the days begin before the first trade."""

    days: Days
    currencies: tuple[str, ...]
    rate_e6: Ints

    def on(self, days: Days, currency: str) -> Ints:
        """The latest rate on or before each day (T2)."""
        if currency == "CNY":
            return np.full(len(days), 1_000_000, dtype=np.int64)
        column = self.currencies.index(currency)
        found: Ints = self.rate_e6[np.searchsorted(self.days, days, side="right") - 1, column]
        return found


def draw_rates(random: Random, *, days: Days) -> Rates:
    """A slow walk of the Hong Kong and the US dollar, quoted to four places."""
    early = days[0] - np.arange(RATE_HEAD_START, 0, -1)
    quoted = np.concatenate([early, days])
    steps = random.standard_normal((len(quoted), len(RATES_START))) * 0.0012
    start = np.array(list(RATES_START.values()))
    path = start * np.exp(np.cumsum(steps, axis=0))
    return Rates(quoted, tuple(RATES_START), np.rint(path * 10_000).astype(np.int64) * 100)
