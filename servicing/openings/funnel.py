"""Where people are lost between the first visit and the first deposit: of those who came in a period, how many entered each
step, how many left there, how long it took, and why they went."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count

from servicing.models import Opening, OpeningStep
from servicing.openings.steps import ORDER
from servicing.querysets import OpeningQuerySet

K = TypeVar("K")


@dataclass(frozen=True)
class Alike:
    """Openings that stand alike, counted."""

    step: str
    state: str
    source: str
    owner_id: int
    reason: str
    count: int


@dataclass(frozen=True)
class Stage:
    """A step: how many entered it, left there for good, and still wait; the median of days of those who took it."""

    step: str
    entered: int
    dropped: int
    waiting: int
    median_days: float | None


@dataclass(frozen=True)
class Outcome:
    """What became of some openings: `begun` is the sum of the others."""

    begun: int
    completed: int
    dropped: int
    waiting: int


@dataclass(frozen=True)
class Funnel:
    """The openings of a period."""

    whole: Outcome
    stages: Sequence[Stage]
    reasons: Sequence[tuple[str, int]]
    by_source: Mapping[str, Outcome]
    by_owner: Mapping[int, Outcome]


def funnel_of(openings: OpeningQuerySet[Opening]) -> Funnel:
    """The funnel of some openings, in two queries."""
    columns = ("step", "state", "source", "owner", "reason")
    counted = openings.order_by().values_list(*columns).annotate(Count("pk"))
    taken = OpeningStep.objects.standing().filter(opening__in=openings.order_by().values("pk"))
    days = taken.order_by().values_list("step", "days").annotate(Count("pk"))
    return funnel([Alike(*row) for row in counted], days)


def funnel(alike: Sequence[Alike], days: Iterable[tuple[str, int, int]]) -> Funnel:
    """The same of counts: `days` are (step, days, how many)."""
    waited: dict[str, Counter[int]] = {}
    for step, some, count in days:
        waited.setdefault(step, Counter())[some] += count
    stages = [
        Stage(
            step,
            sum(one.count for one in alike if ORDER.index(one.step) >= place),
            _sum(alike, Opening.State.DROPPED, step),
            _sum(alike, Opening.State.OPEN, step),
            median(waited.get(step, Counter())),
        )
        for place, step in enumerate(ORDER)
    ]
    reasons: Counter[str] = Counter()
    for one in alike:
        if one.state == Opening.State.DROPPED:
            reasons[one.reason] += one.count
    return Funnel(
        _outcome(alike),
        stages,
        sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        _parted((one.source, one) for one in alike),
        _parted((one.owner_id, one) for one in alike),
    )


def median(counted: Counter[int]) -> float | None:
    """The median of values with how often each was seen; None of nothing."""
    total, seen, lower = counted.total(), 0, None
    for value in sorted(counted):
        seen += counted[value]
        if lower is None and 2 * seen >= total:
            lower = value
        if 2 * seen > total:
            return (lower + value) / 2 if lower is not None else float(value)
    return None


def _sum(alike: Iterable[Alike], state: str, step: str = "") -> int:
    return sum(one.count for one in alike if one.state == state and step in ("", one.step))


def _outcome(alike: Sequence[Alike]) -> Outcome:
    states = (Opening.State.COMPLETED, Opening.State.DROPPED, Opening.State.OPEN)
    return Outcome(sum(one.count for one in alike), *(_sum(alike, state) for state in states))


def _parted(pairs: Iterable[tuple[K, Alike]]) -> dict[K, Outcome]:
    """Outcomes by key, those with most openings first."""
    parts: dict[K, list[Alike]] = {}
    for key, one in pairs:
        parts.setdefault(key, []).append(one)
    outcomes = {key: _outcome(some) for key, some in parts.items()}
    return dict(sorted(outcomes.items(), key=lambda item: (-item[1].begun, str(item[0]))))
