"""What a concession did: the client's whole months during it against the months before, and against clients who were alike and
got none. Turnover is no measure (B7): what counts is commission, assets, and whether the client stayed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scipy.special import stdtrit

from clients.history import month_end_assets, monthly_commissions
from clients.models import Client
from segmentation.thresholds import thresholds
from servicing.concessions.windows import month_after, whole_months
from servicing.models import Concession

Series = Mapping[int, Sequence[int]]  # client → fen by month


@dataclass(frozen=True)
class Difference:
    """Means a month in fen, before and during, of the client and of the like clients; how much more the client changed than
    they did, and half the width of the 90 % interval of that."""

    before: float
    during: float
    likes_before: float
    likes_during: float
    value: float
    half: float

    @property
    def verdict(self) -> str:
        """Above or below where the interval leaves nothing out, else "same"."""
        if abs(self.value) <= self.half:
            return "same"
        return "above" if self.value > 0 else "below"


@dataclass(frozen=True)
class Effect:
    """The months compared, the client's commission by month and the mean of the like clients (fen), and the differences.
    `missing` says why nothing can be told: "months", "likes" or "new" (the client is younger than the baseline)."""

    before: Sequence[date]
    during: Sequence[date]
    least_months: int
    least_likes: int
    likes: int
    likes_kept: int
    is_kept: bool
    missing: str
    own: Sequence[int]
    mean: Sequence[float]
    commission: Difference | None
    assets: Difference | None


def effect_of(row: Concession, as_of: date) -> Effect:
    """The effect of an approved concession by a day, computed from the facts of the client and of its like clients, thirty at
    most: nothing is stored, so a late file counts."""
    numbers = thresholds(("concession_least_months", "concession_least_likes"), as_of)
    last = min(as_of, row.ended_on or row.until_on)
    start, count = row.baseline_from or row.from_on, row.baseline_months or 0
    before = [month_after(start, n) for n in range(count)]
    during = whole_months(row.measured_from or row.from_on, last)
    clients = {one.pk: one for one in (row.client, *row.likes.all())}
    likes = [pk for pk in clients if pk != row.client_id]
    fees, assets = _read(list(clients), before, during)
    missing = _missing(row.client, before, len(during), len(likes), numbers)
    own, others = fees[row.client_id], [fees[pk] for pk in likes]
    told = not missing
    return Effect(
        before=before,
        during=during,
        least_months=numbers["concession_least_months"],
        least_likes=numbers["concession_least_likes"],
        likes=len(likes),
        likes_kept=sum(_is_kept(clients[pk], last) for pk in likes),
        is_kept=_is_kept(row.client, last),
        missing=missing,
        own=own,
        mean=[math.fsum(at) / len(others) for at in zip(*others, strict=True)] if others else [],
        commission=compare(own, others, count) if told else None,
        assets=compare(assets[row.client_id], [assets[pk] for pk in likes], count) if told else None,
    )


def compare(own: Sequence[int], likes: Sequence[Sequence[int]], before: int) -> Difference:
    """Difference in differences of the mean month, of which the first `before` lie before the start. The interval is that of
    one more client drawn from among the like ones (Student's t, two like clients at least); their order says nothing."""
    mine, others = _halves(own, before), [_halves(one, before) for one in likes]
    changes, n = [during - earlier for earlier, during in others], len(others)
    mean = math.fsum(changes) / n
    spread = math.sqrt(math.fsum((change - mean) ** 2 for change in changes) / (n - 1))
    return Difference(
        before=mine[0],
        during=mine[1],
        likes_before=math.fsum(one[0] for one in others) / n,
        likes_during=math.fsum(one[1] for one in others) / n,
        value=mine[1] - mine[0] - mean,
        half=float(stdtrit(n - 1, 0.95)) * spread * math.sqrt(1 + 1 / n),
    )


def _halves(months: Sequence[int], before: int) -> tuple[float, float]:
    return sum(months[:before]) / before, sum(months[before:]) / (len(months) - before)


def _missing(client: Client, before: Sequence[date], months: int, likes: int, numbers: Mapping[str, int]) -> str:
    if client.opened_on and before and client.opened_on > before[0]:
        return "new"
    if months < numbers["concession_least_months"]:
        return "months"
    return "likes" if likes < numbers["concession_least_likes"] else ""


def _read(clients: Sequence[int], before: Sequence[date], during: Sequence[date]) -> tuple[Series, Series]:
    months = [*before, *during]
    fees = monthly_commissions(clients, first=months[0], until=_last_day(months[-1]))
    assets = month_end_assets(clients, [_last_day(month) for month in months])
    return {pk: [fees[pk].get(month, 0) for month in months] for pk in clients}, assets


def _last_day(month: date) -> date:
    return date.fromordinal(month_after(month, 1).toordinal() - 1)


def _is_kept(client: Client, day: date) -> bool:
    return client.closed_on is None or client.closed_on > day
