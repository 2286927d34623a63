"""Quiet hours (S15): when a message may go that must not go now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Quiet:
    """Hours of every day in which nothing is sent, over midnight where `until` is the earlier one; both alike: none."""

    begins: time
    until: time

    def ends_after(self, moment: datetime) -> datetime | None:
        """When the quiet hours end in which a local moment falls; None outside them."""
        at = moment.time()
        over_midnight = self.begins > self.until
        inside = (at >= self.begins or at < self.until) if over_midnight else self.begins <= at < self.until
        if not inside:
            return None
        day = moment.date() + timedelta(days=1 if over_midnight and at >= self.begins else 0)
        return timezone.make_aware(datetime.combine(day, self.until))


def next_allowed(now: datetime, quiet: Iterable[Quiet]) -> datetime | None:
    """The first moment from now on that none of the quiet hours covers, by the clock of Shanghai; None where they leave no
    hour of the day."""
    hours = list(quiet)
    moment = timezone.localtime(now)
    for _step in range(2 * len(hours) + 1):
        ends = next((end for one in hours if (end := one.ends_after(moment))), None)
        if ends is None:
            return moment
        moment = ends
    return None
