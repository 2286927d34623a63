"""Whether a pledge was kept: done by the moment that it allows. What is neither done nor late yet is not judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.calendar import day_begins
from crm.models import Branch
from servicing.complaints.timers import WorkingDays
from servicing.coverage import window
from servicing.models import Measure, Pledge
from servicing.pledges.deciding import MOST_DAYS
from servicing.pledges.facts import Fact, facts_of
from servicing.workhours import WorkHours, hours_between

PledgeOn = Callable[[str, date], Pledge | None]  # the pledge of a measure in force on a day


@dataclass(frozen=True)
class Judged:
    """A fact, the pledge in force on the day it fell due, and whether it was kept."""

    fact: Fact
    pledge: Pledge
    is_kept: bool


@dataclass(frozen=True)
class Clock:
    """The working days and hours around a span of days, and the moment of judging."""

    days: WorkingDays
    hours: WorkHours
    at: datetime

    @classmethod
    def around(cls, first: date, last: date, at: datetime) -> "Clock":
        """For facts of a span, judged at a moment; four queries."""
        begins, ends = window(last, (last - first).days + 1)
        return cls(WorkingDays.around(first, last, MOST_DAYS), hours_between(begins, max(ends, at)), at)

    def deadline(self, fact: Fact, allowed: int) -> datetime:
        """Until when a fact is in time: so many working minutes after it was asked, or the end of the day that lies so many
        working days after its due day."""
        if fact.since is not None:
            return self.hours.after(fact.since, allowed)
        day = self.days.after(fact.on, allowed) if allowed else fact.on
        return day_begins(day + timedelta(days=1))

    def is_kept(self, fact: Fact, allowed: int) -> bool | None:
        """Whether it was done in time; None where it is open and not late."""
        until = self.deadline(fact, allowed)
        if fact.done_at is not None:
            return fact.done_at <= until
        return False if self.at > until else None


def judge(branch: Branch, first: date, last: date, pledge_on: PledgeOn, *, at: datetime) -> Iterator[Judged]:
    """Every fact of a branch that fell due on the days of a span under a pledge, and is decided at a moment."""
    clock = Clock.around(first, last, at)
    for measure in Measure.values:
        if _is_pledged(measure, first, last, pledge_on):
            yield from _judged(facts_of(measure, branch, first, last), pledge_on, clock)


def _judged(facts: Iterable[Fact], pledge_on: PledgeOn, clock: Clock) -> Iterator[Judged]:
    for fact in facts:
        pledge = pledge_on(fact.measure, fact.on)
        is_kept = clock.is_kept(fact, pledge.allowed) if pledge else None
        if pledge and is_kept is not None:
            yield Judged(fact, pledge, is_kept)


def _is_pledged(measure: str, first: date, last: date, pledge_on: PledgeOn) -> bool:
    """Whether anything of a measure is pledged on one of the days, so that its facts are worth reading."""
    return any(pledge_on(measure, first + timedelta(days=n)) for n in range((last - first).days + 1))
