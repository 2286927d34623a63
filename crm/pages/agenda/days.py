"""The days of a calendar: what is due on each, counted by the database and read up to a limit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from crm.lib import lunar
from crm.models import Holiday, Staff
from crm.pages import greetings
from crm.pages.greetings import Birthday
from crm.pages.nights import Nights
from crm.pages.work import CLIENT, PROMISE, TASK, Row, in_order, planned_rows
from segmentation.models import Standing
from servicing.coverage import window
from servicing.models import Contact, Event, Promise, Task
from servicing.rounds.words import title_of
from servicing.urgency import numbers_on

VIEWS = ("month", "week", "day")
EVENTS = 200  # of a view
PER_DAY = {"week": 8, "day": 200}  # rows of a day that a view shows of each kind; the month shows counts


@dataclass(frozen=True)
class Entry:
    """An open promise or task as a calendar shows it: `kind` is promise or task."""

    kind: str
    what: str
    row: Promise | Task


@dataclass(frozen=True)
class Day:
    """A day of the calendar. `kind` is holiday, make_up, off (weekend) or work; `counts`: how many tasks and promises are
    open on it, and how many contacts were made; `due`: promises, then tasks, as far as the view shows them; `events`: of the
    reader's branches."""

    day: date
    kind: str
    name: str
    counts: Mapping[str, int]
    birthdays: Sequence[Birthday]
    due: Sequence["Entry"]
    events: Sequence[Event]

    @property
    def lunar(self) -> lunar.LunarDay:
        """Its lunar day."""
        return lunar.lunar_day(self.day)

    @property
    def festivals(self) -> list[str]:
        """Its festivals in the reader's language."""
        return lunar.festivals(self.day)

    @property
    def hidden(self) -> int:
        """How many open tasks and promises the view does not show."""
        return self.counts.get("task", 0) + self.counts.get("promise", 0) - len(self.due)


def span_of(view: str, day: date) -> tuple[date, date]:
    """The first and last day that a view of a day shows: whole weeks from Monday, for a month those that it touches."""
    if view == "day":
        return day, day
    first, last = day, day
    if view == "month":
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def days_of(user: Staff, nights: Nights, view: str, day: date) -> list[Day]:
    """The days of a view, each with what the reader has on it."""
    first, last = span_of(view, day)
    span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    known = {row.day: row for row in Holiday.objects.filter(day__range=(first, last))}
    counts = _counts(user, first, last)
    greeted = defaultdict(list)
    for birthday in greetings.birthdays(user, nights, first, days=len(span)):
        greeted[birthday.day].append(birthday)
    due = _due(user, first, last, PER_DAY.get(view, 0))
    held = defaultdict(list)
    for event in Event.objects.visible_to(user).on_days(first, last)[:EVENTS]:
        held[timezone.localdate(event.starts_at)].append(event)
    return [
        Day(
            day=one,
            kind=known[one].kind if one in known else "off" if one.weekday() >= 5 else "work",
            name=known[one].name if one in known else "",
            counts=counts[one],
            birthdays=greeted[one],
            due=due[one],
            events=held[one],
        )
        for one in span
    ]


def entries(rows: Iterable[Promise | Task]) -> Iterator[Entry]:
    """Rows with what they say, in the reader's language."""
    for row in rows:
        kind, what = ("promise", row.text) if isinstance(row, Promise) else ("task", title_of(row))
        yield Entry(kind, what, row)


def rows_on(nights: Nights, user: Staff, due: Sequence[Entry], now: datetime) -> list[Row]:
    """What is due as the rows of Today: one per client, by commission at risk × urgency."""
    today = timezone.localdate(now)
    planned: dict[int, list[Promise | Task]] = defaultdict(list)
    for entry in due:
        planned[entry.row.client_id].append(entry.row)
    standings = Standing.objects.visible_to(user).of_nights(nights.pks).filter(client__in=planned)
    known = {standing.client_id: standing for standing in standings} if planned else {}
    latest = {pk: timezone.localdate(at) for pk, at in Contact.objects.latest_of(planned).items()}
    return in_order(planned_rows(planned, known, latest, today, numbers_on(today)))


def contacts_on(user: Staff, day: date) -> list[Contact]:
    """The conversations of a day, the earliest first, as far as the view shows them."""
    return list(contacts_of(user, day, day).select_related("client", "staff")[: PER_DAY["day"]])


def open_rows(user: Staff, first: date, last: date) -> tuple[QuerySet[Promise], QuerySet[Task]]:
    """Open promises and tasks of the reader's day that are due in a span."""
    asked: dict[str, Any] = {"state": "open", "due_on__range": (first, last)}
    promises = Promise.objects.day_of(user).filter(**asked).select_related("client").only(*PROMISE, *CLIENT)
    tasks = Task.objects.day_of(user).filter(**asked).select_related("client").only(*TASK, *CLIENT)
    return promises, tasks


def contacts_of(user: Staff, first: date, last: date) -> QuerySet[Contact]:
    """Contacts of a span: an advisor's own, for a manager those of the branch; read by an index of the branch."""
    begins, ends = window(last, (last - first).days + 1)
    rows = Contact.objects.visible_to(user).standing()
    rows = rows.filter(branch__in=user.branches.all(), happened_at__gte=begins, happened_at__lt=ends)
    return (rows.filter(staff=user) if user.is_advisor else rows).order_by("happened_at", "pk")


def _counts(user: Staff, first: date, last: date) -> dict[date, dict[str, int]]:
    promises, tasks = open_rows(user, first, last)
    contacts = contacts_of(user, first, last).annotate(due_on=TruncDate("happened_at"))
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for kind, rows in (("promise", promises), ("task", tasks), ("contact", contacts)):
        for day, count in rows.order_by().values_list("due_on").annotate(Count("pk")):
            found[day][kind] = count
    return found


def _due(user: Staff, first: date, last: date, per_day: int) -> dict[date, list[Entry]]:
    place = Window(RowNumber(), partition_by=F("due_on"), order_by=[F("client__name"), F("pk")])
    found: dict[date, list[Entry]] = defaultdict(list)
    for some in open_rows(user, first, last) if per_day else ():
        for entry in entries(some.annotate(place=place).filter(place__lte=per_day).order_by("due_on", "place")):
            found[entry.row.due_on].append(entry)
    return found
