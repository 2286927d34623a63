"""Timers of complaints (S9): the working days by which each stage is left, all counted from the receipt, so that a stage left
late gives the next one no more time."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.calendar import working_days
from segmentation.thresholds import confirmed_threshold, thresholds
from servicing.models import Complaint

_AROUND = timedelta(days=30)  # longer than any closure
STAGES = [stage for stage in Complaint.Stage.values if stage != Complaint.Stage.CLOSED]
KEYS = {
    (stage, severity): f"complaint_{stage}_{severity}" for stage in STAGES for severity in Complaint.Severity.values
}


@dataclass(frozen=True)
class WorkingDays:
    """The working days of a span, in order: weekends and holidays left out, make-up days in."""

    days: Sequence[date]

    @classmethod
    def around(cls, first: date, last: date, ahead: int = 0) -> "WorkingDays":
        """Those from a day to another with so many working days behind it; one query."""
        return cls(working_days(first, last + timedelta(days=2 * ahead) + _AROUND))

    def after(self, day: date, count: int) -> date:
        """The working day that many working days after a day, which itself does not count."""
        return self.days[bisect_right(self.days, day) + count - 1]

    def between(self, first: date, last: date) -> int:
        """How many working days lie after the first day, until and including the last."""
        return max(bisect_right(self.days, last) - bisect_right(self.days, first), 0)


def limits_on(day: date) -> Mapping[tuple[str, str], int]:
    """(Stage, severity) → working days from the receipt, by the numbers in force on a day."""
    numbers = thresholds(KEYS.values(), day)
    return {pair: numbers[key] for pair, key in KEYS.items()}


def due_day(stage: str, severity: str, how: str, clock_from: date) -> date:
    """The day by which a stage is to be left, for a complaint whose clock runs from a day. The answer to one that the
    regulator forwarded has the limit of the law too, once compliance has confirmed it."""
    limit = limits_on(clock_from)[stage, severity]
    if stage == Complaint.Stage.ANSWER and how == Complaint.How.REGULATOR:
        law = confirmed_threshold("complaint_answer_law", clock_from)
        limit = min(limit, law) if law else limit
    return WorkingDays.around(clock_from, clock_from, limit).after(clock_from, limit)
