"""Reading the trends of a branch or of one advisor from the kept quarters (S20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.models import Branch, Staff
from segmentation.models import Threshold
from segmentation.thresholds import thresholds
from servicing.models import QuarterFigures
from servicing.quarters import Quarter
from servicing.trends.keeping import PAST
from servicing.trends.measures import BENCHMARKS, MEASURES, MONTH, Measure
from servicing.trends.sums import Beside, Strata, Sums, beside, beside_number, together, whole

NOBODY = "0"
BETTER, WORSE, SAME, UNKNOWN = "better", "worse", "same", "unknown"


@dataclass(frozen=True)
class Trend:
    """One measure of a branch or an advisor: this quarter, the former ones that were measured (the latest first), the others of
    this quarter, and the number that somebody set as the benchmark."""

    key: str
    measure: Measure
    now: Strata
    past: Sequence[tuple[Quarter, Strata]]
    others: Strata
    number: float | None
    least: int

    @property
    def sums(self) -> Sums:
        """All kinds of units of this quarter together."""
        return whole(self.now)

    @property
    def is_told(self) -> bool:
        """Whether there are enough units to say anything."""
        return self.sums.n >= self.least

    @property
    def own(self) -> Beside | None:
        """Beside the former quarters together; None where that says nothing."""
        former = together(strata for _quarter, strata in self.past)
        return beside(self.now, former) if self.is_told and whole(former).n >= self.least else None

    @property
    def bench(self) -> Beside | None:
        """Beside the benchmark: the number that was set, else the others with the same mix."""
        if not self.is_told:
            return None
        if self.number is not None:
            return beside_number(self.now, self.number)
        return beside(self.now, self.others) if whole(self.others).n >= self.least else None

    @property
    def verdicts(self) -> tuple[str, str]:
        """Against own past, and against the benchmark."""
        return self._verdict(self.own), self._verdict(self.bench)

    def _verdict(self, found: Beside | None) -> str:
        if found is None:
            return UNKNOWN
        way = found.differs if self.measure.is_more_better else -found.differs
        return {1: BETTER, 0: SAME, -1: WORSE}[way]


@dataclass(frozen=True)
class Trends:
    """The trends of a branch in a quarter, and what is needed to tell those of its advisors."""

    quarter: Quarter
    until: date
    quarters: Sequence[Quarter]  # kept ones, the latest first
    rows: Sequence[QuarterFigures]
    firm: Mapping[str, Strata]
    least: Mapping[str, int]
    numbers: Mapping[str, float]
    people: Sequence[int] = field(default_factory=list)

    def of_branch(self) -> list[Trend]:
        """The measures of the branch, held against the other branches."""
        return [self._trend(key, None, self.firm.get(key, {})) for key in MEASURES]

    def of_advisor(self, advisor: int) -> list[Trend]:
        """Those of an advisor, held against the others of the branch."""
        return [self.advisor_trend(key, advisor) for key in MEASURES]

    def advisor_trend(self, key: str, advisor: int) -> Trend:
        """One measure of an advisor."""
        mine, all_of_us = _strata(self.rows[0], key, advisor), _strata(self.rows[0], key, None)
        others = {kind: sums - mine.get(kind, Sums()) for kind, sums in all_of_us.items()}
        return self._trend(key, advisor, others)

    def _trend(self, key: str, advisor: int | None, others: Strata) -> Trend:
        measure = MEASURES[key]
        past = [(Quarter.of(row.first_day), _strata(row, key, advisor)) for row in self.rows[1:]]
        return Trend(
            key,
            measure,
            _strata(self.rows[0], key, advisor),
            [(quarter, strata) for quarter, strata in past if whole(strata).n],
            others,
            self.numbers.get(key),
            self.least[measure.least],
        )


def trends_of(user: Staff, branch: Branch, quarter: Quarter | None) -> Trends | None:
    """What is kept of a branch's quarter (None: the latest one) and the former ones; None where the night kept nothing."""
    kept = QuarterFigures.objects.visible_to(user).filter(branch=branch).order_by("-first_day")
    until = quarter.first if quarter else date.max
    rows = list(kept.filter(first_day__lte=until)[: PAST + 1])
    if not rows or (quarter and rows[0].first_day != quarter.first):
        return None
    others = QuarterFigures.objects.of_firm(rows[0].first_day).exclude(branch=branch)
    measured = [{key: _strata(row, key, None) for key in MEASURES} for row in others]
    day = rows[0].until_day
    return Trends(
        Quarter.of(rows[0].first_day),
        day,
        [Quarter.of(first) for first in kept.values_list("first_day", flat=True)],
        rows,
        {key: together(one[key] for one in measured) for key in MEASURES},
        thresholds({measure.least for measure in MEASURES.values()}, day),
        _numbers(day),
        [int(pk) for pk in rows[0].advisors if pk != NOBODY],
    )


def _strata(row: QuarterFigures, key: str, advisor: int | None) -> dict[str, Sums]:
    """A measure of a kept quarter, told per month where it is counted over days."""
    kept: Mapping[str, Any] = row.whole if advisor is None else row.advisors.get(str(advisor), {})
    factor = MONTH / row.days[key] if MEASURES[key].is_monthly and row.days.get(key) else 1
    return {kind: Sums(*told).times(factor) for kind, told in kept.get(key, {}).items()}


def _numbers(day: date) -> dict[str, float]:
    """Measure → the benchmark that somebody set for it, in force on a day."""
    rows = Threshold.objects.filter(key__in=BENCHMARKS, from_day__lte=day).order_by("from_day")
    return {BENCHMARKS[key]: value / 10_000 for key, value in rows.values_list("key", "value")}
