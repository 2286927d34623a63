"""The hours in which a branch works: how many of its minutes lie between two moments, and which moment lies so many of them
after another. Both are on the clock of Shanghai; holidays and make-up days count by the calendar."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from crm.calendar import day_begins, working_days
from segmentation.thresholds import thresholds

_AROUND = timedelta(days=40)  # longer than any closure and a due time behind it


@dataclass(frozen=True)
class WorkHours:
    """Working days, ascending, and between which minutes after midnight they are worked."""

    days: Sequence[date]
    begins: int
    ends: int

    def minutes_between(self, first: datetime, last: datetime) -> int:
        """Whole working minutes from a moment until a later one; 0 where nobody works in between."""
        spans = ((max(begin, first), min(end, last)) for begin, end in self._spans(first) if begin < last)
        return sum(int((end - begin).total_seconds()) // 60 for begin, end in spans if begin < end)

    def after(self, moment: datetime, minutes: int) -> datetime:
        """The moment so many working minutes after another; raises ValueError past the days that are known."""
        left = timedelta(minutes=minutes)
        for begin, end in self._spans(moment):
            start = max(begin, moment)
            if end - start >= left:
                return start + left
            left -= max(end - start, timedelta())
        raise ValueError(f"no working day known after {moment}")

    def _spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self.days[bisect_left(self.days, timezone.localdate(since)) :]:
            midnight = day_begins(day)
            yield midnight + timedelta(minutes=self.begins), midnight + timedelta(minutes=self.ends)


def hours_between(first: datetime, last: datetime) -> WorkHours:
    """The working hours around a span of moments, with the numbers in force on its last day; two queries."""
    start, end = timezone.localdate(first), timezone.localdate(last)
    numbers = thresholds(("workday_begins", "workday_ends"), end)
    return WorkHours(working_days(start, end + _AROUND), numbers["workday_begins"], numbers["workday_ends"])
