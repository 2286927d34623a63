"""The rest of the care calendar (S7): festivals and account anniversaries, greeted where the standard greets, on the last
working day by then. A greeting whose last working day has passed is none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from clients.models import Client
from crm.lib import lunar
from segmentation.thresholds import thresholds
from servicing.models import Festival, ServiceStandard
from servicing.rounds.people import Person
from servicing.rounds.rules import Days, Found, Rule, Standards

GREETINGS = ("birthday", "festival", "anniversary")  # not sent when they are too late
NUMBERS = ("anniversary_first", "anniversary_second", "anniversary_every")
_BEYOND = timedelta(days=30)  # longer than any closure: a festival in it is greeted before it begins


@dataclass(frozen=True)
class Anniversaries:
    """Which ones are greeted: the first two by themselves, then every so many years."""

    first: int
    second: int
    every: int

    def includes(self, years: int) -> bool:
        """Whether so many full years are an occasion."""
        return years in {self.first, self.second} or (years > 0 and years % self.every == 0)


def rules_of_care(days: Days) -> Sequence[Rule]:
    """The rules of festivals and anniversaries for the days of a round."""
    numbers = thresholds(NUMBERS, days.today)
    kept = Anniversaries(*(numbers[key] for key in NUMBERS))
    return care(Festival.objects.in_force(days.today), kept, days)


def care(festivals: Iterable[Festival], anniversaries: Anniversaries, days: Days) -> Sequence[Rule]:
    """The same for festivals and anniversaries that are told."""
    occasions = [(one, falls, due) for one in festivals for falls in _falls(one, days) if (due := _due(falls, days))]
    years = range(days.today.year, _end(days).year + 1)

    def festival(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
        """A festival of the firm."""
        if owed.greets:
            for one, falls, due in occasions:
                name = {"name": one.name, "name_en": one.name_en} if one.name else {}
                date_of = {"calendar": one.calendar, "month": one.month, "day": one.day}
                yield f"{one.calendar}-{falls}", due, {"on": falls.isoformat(), **date_of, **name}

    def anniversary(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
        """So many years since the opening."""
        if owed.greets and person.opened_on:
            for year in years:
                count = year - person.opened_on.year
                falls = lunar.solar_birthday(person.opened_on, year)
                if anniversaries.includes(count) and (due := _due(falls, days)):
                    yield count, due, {"on": falls.isoformat(), "years": count}

    return festival, anniversary


def _end(days: Days) -> date:
    return days.last + _BEYOND


def _falls(one: Festival, days: Days) -> Iterator[date]:
    """The days of a festival in the years around a round; the lunar year ends in the next solar one."""
    is_lunar = one.calendar == Client.Calendar.LUNAR
    for year in range(days.today.year - is_lunar, _end(days).year + 1):
        yield (
            _lunar(one.month, one.day, year) if is_lunar else lunar.solar_birthday(date(2000, one.month, one.day), year)
        )


@lru_cache(maxsize=500)
def _lunar(month: int, day: int, year: int) -> date:
    return lunar.lunar_birthday(month, day, year)


def _due(falls: date, days: Days) -> date | None:
    """The last working day by a day, None where it is not among the days of the round."""
    if not days.today <= falls <= _end(days):
        return None
    due = next((one for one in reversed(days.working) if one <= falls), None)
    return due if due and days.today <= due <= days.last else None
