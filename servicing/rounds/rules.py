"""What a client is owed in the coming days, rule by rule: pure functions of the person, the standard of the tier and the days.

No rule looks at a complaint, a mood or a low score to leave something out: findings only add (S8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crm import calendar
from servicing.models import ServiceStandard
from servicing.rounds.people import Person

GRACE = timedelta(days=7)  # a welcome call that a long holiday held up is made still
Birthdays = Mapping[tuple[int, int], date]


@dataclass(frozen=True)
class Days:
    """The days of a round: today, the last one looked at, the day of the numbers, the notice before something expires,
    birthdays by either calendar, and the working days around, ascending."""

    today: date
    last: date
    as_of: date
    notice: timedelta
    solar: Birthdays
    lunar: Birthdays
    working: Sequence[date]

    def worked(self, day: date) -> date:
        """The day itself, or the next working one: holidays and make-up days move what is due (S5)."""
        return calendar.worked_from(max(day, self.today), self.working)

    def worked_by(self, day: date) -> date:
        """The day itself or the last working one before it; the next one where that has passed."""
        before = calendar.worked_by(day, self.working)
        return before if before >= self.today else self.worked(day)


@dataclass(frozen=True)
class Wanted:
    """A task that a rule asks for. Its key names the occasion, so that asking twice adds nothing."""

    key: str
    client_id: int
    owner_id: int
    rule: str
    due_on: date
    slots: Mapping[str, Any]


Standards = Mapping[str, ServiceStandard]
Found = Iterator[tuple[object, date, dict[str, Any]]]  # occasion, due day, slots
Rule = Callable[[Person, ServiceStandard, Standards, Days], Found]


def cadence(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """A contact at least every so many days (S2). Clients of whom no conversation is known are spread over the cadence, so
    that the first night does not ask for all of them. A service plan may ask for more than the standard, never for less."""
    every = min((asked for asked in (owed.cadence_days, person.planned_days) if asked), default=None)
    if every is None:
        return
    since = person.served_on
    if since is None:
        due = days.today + timedelta(days=(person.client_id - days.today.toordinal()) % every)
    else:
        due = max(since + timedelta(days=every), days.today)
    if due <= days.last:
        yield since or due, days.worked(due), {"days": every, "channels": owed.channels}


def welcome(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """The intensive cadence after the opening (S7)."""
    if person.opened_on is None:
        return
    for after in owed.welcome_days:
        day = person.opened_on + timedelta(days=after)
        if days.today - GRACE <= day <= days.last:
            yield after, days.worked(day), {"days": after}


def birthday(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """A greeting by the calendar in which the birthday is kept, on the last working day by then (S7)."""
    if owed.greets and person.birthday:
        calendar = days.lunar if person.is_lunar else days.solar
        if falls := calendar.get((person.birthday.month, person.birthday.day)):
            yield falls, days.worked_by(falls), {"on": falls.isoformat(), "lunar": person.is_lunar}


def rating(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """The risk rating ends (L1): of whom the branch calls at all."""
    yield from _expiring(person.rating_ends, owed, days)


def document(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """The identity document ends."""
    yield from _expiring(person.document_ends, owed, days)


def risk(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """The risk of leaving rose last night."""
    if owed.alerts and person.band:
        yield days.as_of, days.worked(days.today), {"band": person.band}


def quiet(person: Person, owed: ServiceStandard, _all: Standards, days: Days) -> Found:
    """The client began to trade less last night (S7: low activity)."""
    if owed.alerts and person.quiet:
        yield days.as_of, days.worked(days.today), {"state": person.quiet}


def tier(person: Person, owed: ServiceStandard, all_owed: Standards, days: Days) -> Found:
    """The tier changed last night: whoever enters or leaves a tier with alerts hears what that means."""
    former = all_owed.get(person.former_tier)
    if person.former_tier and (owed.alerts or (former and former.alerts)):
        yield days.as_of, days.worked(days.today), {"from": person.former_tier, "to": person.tier}


def _expiring(ends: date | None, owed: ServiceStandard, days: Days) -> Found:
    if ends and owed.cadence_days is not None and days.today - days.notice <= ends <= days.today + days.notice:
        yield ends, days.worked(max(days.today, ends - days.notice / 2)), {"on": ends.isoformat()}


RULES: Sequence[Rule] = (cadence, welcome, birthday, rating, document, risk, quiet, tier)


def wanted(people: Iterable[Person], owed: Standards, days: Days, more: Sequence[Rule] = ()) -> Iterator[Wanted]:
    """Every task that the rules ask for; a tier without a standard is owed nothing by rule. `more` are rules that a round
    reads from the database."""
    for person in people:
        if standard := owed.get(person.tier):
            for rule in (*RULES, *more):
                name = rule.__name__
                for occasion, due, slots in rule(person, standard, owed, days):
                    key = f"{name}:{person.client_id}:{occasion}"
                    yield Wanted(key, person.client_id, person.advisor_id, name, due, slots)
