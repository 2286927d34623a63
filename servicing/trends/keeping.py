"""Keeping the figures of a branch's quarters: the present one anew each night, a past one once."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from crm.models import Branch, Publication
from servicing.models import QuarterFigures
from servicing.quarters import Quarter
from servicing.trends.counting import COUNTS, Counted, span_of
from servicing.trends.sums import Sums

PAST = 4  # quarters that the present one is held against
Kept = dict[str, dict[str, list[float]]]  # measure → kind of unit → [units, total, squares]


def keep_trends(night: Publication, *, at: datetime, fence: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Count the quarter of a published night until its day, and those former ones that nobody kept until their end. `fence`
    is called in each transaction."""
    quarter = Quarter.of(night.as_of)
    former = quarter.former(PAST)
    kept = QuarterFigures.objects.whole_of(night.branch_id, {one.first: one.last for one in former})
    wanted = [quarter, *(one for one in former if one.first not in kept)]
    for one in wanted:
        keep_quarter(night.branch, one, until=night.as_of, at=at, fence=fence)
    return {"counted": len(wanted)}


def keep_quarter(
    branch: Branch, quarter: Quarter, *, until: date, at: datetime, fence: Callable[[], None] = lambda: None
) -> QuarterFigures:
    """Count a quarter of a branch until a day, in place of what was kept of it."""
    span = span_of(branch, quarter, until)
    counted = {name: count(span) for name, count in COUNTS.items()}
    return write_quarter(branch, quarter, counted, until=span.last, at=at, fence=fence)


def write_quarter(
    branch: Branch,
    quarter: Quarter,
    counted: Mapping[str, tuple[Counted, int]],
    *,
    until: date,
    at: datetime,
    fence: Callable[[], None] = lambda: None,
) -> QuarterFigures:
    """Keep what was counted of a quarter until a day: by measure the sums and the days they were counted over."""
    whole: Kept = {}
    advisors: dict[str, Kept] = defaultdict(dict)
    for name, (sums, _days) in counted.items():
        _keep(name, sums, whole, advisors)
    kept = {
        "until_day": until,
        "whole": whole,
        "advisors": advisors,
        "days": {name: days for name, (_sums, days) in counted.items()},
        "counted_at": at,
    }
    with transaction.atomic():
        fence()
        found, _made = QuarterFigures.objects.update_or_create(branch=branch, first_day=quarter.first, defaults=kept)
    return found


def _keep(name: str, counted: Counted, whole: Kept, advisors: dict[str, Kept]) -> None:
    together: dict[str, Sums] = defaultdict(Sums)
    for (advisor, kind), sums in counted.items():
        together[kind] += sums
        advisors[str(advisor or 0)].setdefault(name, {})[kind] = _told(sums)
    if together:
        whole[name] = {kind: _told(sums) for kind, sums in together.items()}


def _told(sums: Sums) -> list[Any]:
    return [sums.n, round(sums.total, 2), round(sums.squares, 2)]
