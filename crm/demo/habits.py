"""How each invented client behaves: wealth, how often and how large they trade, and the story of their two years."""

from dataclasses import dataclass, fields

import numpy as np

from crm.demo.kinds import Flags, Floats, Ints, Numbers, Random
from crm.demo.market import Market

STORIES = ("steady", "cooling", "dormant", "leaving", "returning", "never", "empty", "giant")
SHARES = (0.460, 0.10, 0.120, 0.105, 0.040, 0.07, 0.099, 0.006)
STEADY, COOLING, DORMANT, LEAVING, RETURNING, NEVER, EMPTY, GIANT = range(len(STORIES))

NEW_SHARE = 0.11
"""Share of the clients who open their account within the 24 months."""
NEVER_ENDS = 1 << 30

WEALTH = (12.0, 1.5)
"""Mean and spread of the logarithm of a client's assets in yuan: half hold more than 160,000."""
MOST_WEALTH = 6e7
OFTEN = (1.0, 0.108)
"""Shape and mean of trade days per trading day, over those who trade."""
TICKET = (200_000, 0.50, 0.22)
"""Usual size of an order in yuan: of a client with 150,000, how it grows with assets, its spread."""
LEAST_LIVED_DAYS = 60


@dataclass(frozen=True)
class Habits:
    """One entry per client. Days are indices of trading days; NEVER_ENDS stands for a day that does not come."""

    story: Ints
    opened: Ints
    wealth: Floats
    ticket: Floats
    often: Floats
    fills: Floats
    boldness: Floats
    rate: Ints
    stops: Ints
    resumes: Ints
    cools: Ints
    half_life: Floats
    leaves: Ints
    closes: Flags
    sells_out: Flags


def draw_habits(random: Random, *, count: int, day_count: int) -> Habits:
    """Invent the behaviour of clients. `opened` is −1 for whoever was there before the first day."""
    story = random.choice(len(STORIES), count, p=SHARES)
    new = (random.random(count) < NEW_SHARE) & ~np.isin(story, (RETURNING, GIANT))
    latest_opening = np.where(np.isin(story, (LEAVING, DORMANT, EMPTY)), day_count * 0.45, day_count - 3)
    opened = np.where(new, (random.random(count) * latest_opening).astype(np.int64), -1)
    drive = random.standard_normal(count)
    wealth = np.exp(WEALTH[0] + WEALTH[1] * (0.25 * drive + 0.968 * random.standard_normal(count)))
    wealth = np.where(story == GIANT, 8e6 * (1 + random.pareto(1.6, count)), wealth)
    wealth = np.where(story == EMPTY, random.uniform(0, 6_000, count), np.clip(wealth, 2_000, MOST_WEALTH))
    wealth = np.where(story == DORMANT, np.maximum(wealth, 12_500), wealth)
    often = random.gamma(OFTEN[0], OFTEN[1] / OFTEN[0], count) * np.exp(0.3 * drive)
    often = np.where(story == LEAVING, often + 0.03, often)
    often = np.where(story == GIANT, random.uniform(0, 0.006, count), np.clip(often, 0.004, 0.85))
    often = np.where(story == NEVER, 0, often)
    ticket = TICKET[0] * (wealth / 150_000) ** TICKET[1] * np.exp(TICKET[2] * random.standard_normal(count))
    stops, resumes = _silences(random, story, opened, day_count)
    leaves = _partings(random, story, opened, day_count)
    drawn = Habits(
        story=story,
        opened=opened,
        wealth=wealth,
        ticket=ticket,
        often=often,
        fills=1 + random.gamma(1.2, 0.55, count),
        boldness=random.choice(np.array([0.92, 0.72, 0.42]), count, p=(0.38, 0.42, 0.20)),
        rate=random.choice(np.array([120, 150, 180, 200, 250, 300]), count, p=(0.14, 0.22, 0.16, 0.18, 0.20, 0.10)),
        stops=stops,
        resumes=resumes,
        cools=np.where(story == COOLING, (random.uniform(0.35, 0.97, count) * day_count).astype(np.int64), NEVER_ENDS),
        half_life=random.uniform(12, 70, count),
        leaves=leaves,
        closes=(story == LEAVING) & (random.random(count) < 0.62),
        sells_out=random.random(count) < 0.6,
    )
    # Client numbers ascend with the day of opening.
    order = np.argsort(opened, kind="stable")
    return Habits(**{field.name: getattr(drawn, field.name)[order] for field in fields(drawn)})


def _silences(random: Random, story: Ints, opened: Ints, day_count: int) -> tuple[Ints, Ints]:
    """When a client falls silent, and when (if ever) trading resumes."""
    drawn, early = random.random(len(story)), random.random(len(story))
    asleep = np.where(early < 0.5, -1, (drawn * 0.72 * day_count).astype(np.int64))
    emptied = np.where(early < 0.7, -1, (drawn * 0.6 * day_count).astype(np.int64))
    away = (drawn * 0.45 * day_count).astype(np.int64) - int(0.1 * day_count)
    stops = np.select([story == DORMANT, story == EMPTY, story == RETURNING], [asleep, emptied, away], NEVER_ENDS)
    # Whoever opened within the window and fell asleep has at least traded for a while.
    stops = np.where((opened >= 0) & (stops < NEVER_ENDS), np.maximum(stops, opened + LEAST_LIVED_DAYS), stops)
    back = np.maximum(away + int(0.3 * day_count), 40) + (early * 0.45 * day_count).astype(np.int64)
    return stops, np.where(story == RETURNING, back, NEVER_ENDS)


def _partings(random: Random, story: Ints, opened: Ints, day_count: int) -> Ints:
    """The day of leaving: evenly over the two years, never in a client's first months."""
    drawn = random.random(len(story))
    first = np.maximum(opened + LEAST_LIVED_DAYS, 15)
    day = first + (drawn * (day_count + 10 - first)).astype(np.int64)
    return np.where(story == LEAVING, day, NEVER_ENDS)


def draw_activity(random: Random, habits: Habits, market: Market) -> tuple[Ints, Ints]:
    """How many orders are filled per client and day, as the sparse lists (client × days + day, fills), ascending.

    Months differ (trading comes in bunches), the mood of the market carries everybody, and the client's story bends it.
    """
    day = np.arange(len(market), dtype=np.int32)
    month = market.days.astype("datetime64[M]").astype(np.int64)
    month -= month[0]
    bunches = random.gamma(1.6, 1 / 1.6, (len(habits.story), int(month[-1]) + 1)).astype(np.float32)
    chance = bunches[:, month] * market.eagerness.astype(np.float32)
    chance *= habits.often.astype(np.float32)[:, None]
    silent = (day < habits.opened[:, None]) | (day >= habits.leaves[:, None] - 4)
    silent |= (day >= habits.stops[:, None]) & (day < habits.resumes[:, None])
    chance[silent] = 0
    _fade(chance, day, habits)
    hit = np.flatnonzero(random.random(chance.shape, dtype=np.float32) < 1 - np.exp(-chance))
    extra = random.poisson(habits.fills[hit // len(market)] - 1)
    return hit, np.minimum(1 + extra, 8)


def _fade(chance: Numbers, day: Numbers, habits: Habits) -> None:
    """Cooling clients trade less and less; leaving ones fade in their last three months."""
    for story, start in ((COOLING, habits.cools), (LEAVING, habits.leaves - 60)):
        rows = np.flatnonzero(habits.story == story)
        past = np.maximum(day - start[rows][:, None], 0)
        half_life = habits.half_life[rows] if story == COOLING else np.minimum(habits.half_life[rows], 25)
        chance[rows] *= np.exp2(-past / half_life[:, None]).astype(np.float32)
