"""The months that are compared: whole calendar months, as many before the start as it is to run, at most twelve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST_MONTHS = 12


@dataclass(frozen=True)
class Windows:
    """The first whole month that is measured, the first one of the baseline, and how many the baseline has."""

    measured_from: date
    baseline_from: date
    months: int


def windows_of(start: date, until: date) -> Windows:
    """The windows of something that holds from a day until another; one month at least stands in the baseline."""
    first = start if start.day == 1 else month_after(start, 1)
    months = min(max(len(whole_months(first, until)), 1), MOST_MONTHS)
    return Windows(first, month_after(start, -months), months)


def whole_months(first: date, until: date) -> Sequence[date]:
    """The months from one on (its first day) that are over by the end of a day, at most twelve."""
    months = (month_after(first, n) for n in range(MOST_MONTHS))
    return [month for month in months if (month_after(month, 1) - until).days <= 1]


def month_after(day: date, months: int) -> date:
    """The first day of the month so many months after a day's."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
