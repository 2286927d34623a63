"""First response (S10): what a client asks is answered by the first contact of ours afterwards, within so many working
minutes. Nothing is stored besides the log; later sources (messages, complaints) join `SOURCES`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from django.utils import timezone

from clients.models import Client
from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.coverage import window
from servicing.models import Arrival, Contact
from servicing.workhours import WorkHours, hours_between

MOST = 50  # questions that a day looks at, the oldest first


@dataclass(frozen=True)
class Waiting:
    """A question that nobody has answered yet."""

    client: Client
    contact: Contact
    text: str
    due_at: datetime
    now: datetime
    minutes: int  # working minutes until it is due, or since it was

    @property
    def seconds(self) -> int:
        """The same in seconds, for the clock of a page."""
        return 60 * self.minutes

    @property
    def is_late(self) -> bool:
        """Whether it is overdue."""
        return self.now > self.due_at


@dataclass(frozen=True)
class Asked:
    """Something that came in for an advisor's client (None: nobody's), and when it was first answered."""

    advisor: int | None
    asked_at: datetime
    answered_at: datetime | None


@dataclass
class Responses:
    """How an advisor answers: working minutes to the first answer of what was answered, how many of all in time, how many
    are overdue without an answer, and how many are open and not due yet, which is not judged."""

    minutes: list[int] = field(default_factory=list)
    in_time: int = 0
    late_open: int = 0
    waiting: int = 0

    @property
    def asked(self) -> int:
        """All that came in."""
        return self.judged + self.waiting

    @property
    def open(self) -> int:
        """What nobody has answered yet."""
        return self.late_open + self.waiting

    @property
    def judged(self) -> int:
        """Answered or overdue."""
        return len(self.minutes) + self.late_open

    @property
    def median_minutes(self) -> int | None:
        """Working minutes of the median first answer (of two the shorter), None where nothing was answered."""
        return median_low(self.minutes) if self.minutes else None

    @property
    def in_time_rate(self) -> float | None:
        """The share answered in time, 0–1; None where nothing is judged."""
        return self.in_time / self.judged if self.judged else None


def waiting_for(user: Staff, now: datetime) -> Sequence[Waiting]:
    """What waits for an answer on the reader's day, the first due first; one query where nothing waits."""
    since = now - timedelta(days=threshold("response_window", timezone.localdate(now)))
    rows = list(Contact.objects.unanswered_for(user, since)[:MOST])
    if not rows:
        return []
    hours, allowed = hours_between(since, now), threshold("response_minutes", timezone.localdate(now))
    return [_waiting(row, hours, allowed, now) for row in rows]


def responses_in(branch: Branch, first: date, last: date, *, at: datetime) -> Mapping[int | None, Responses]:
    """Advisor → how they answered what came in on the days of a span, judged at a moment. For the whole branch, and nobody by
    name."""
    begins, ends = window(last, (last - first).days + 1)
    hours, allowed = hours_between(begins, max(ends, at)), threshold("response_minutes", last)
    found: dict[int | None, Responses] = defaultdict(Responses)
    for source in SOURCES:
        for one in source(branch, begins, ends):
            _judge(found[one.advisor], one, hours.after(one.asked_at, allowed), hours, at)
    return found


def receptions_in(branch: Branch, first: date, last: date, *, at: datetime) -> Mapping[int | None, Responses]:
    """Colleague → how soon they received who was here or calling, in minutes of the clock; what was withdrawn before anybody
    took it is not judged."""
    allowed = timedelta(minutes=threshold("arrival_minutes", last))
    found: dict[int | None, Responses] = defaultdict(Responses)
    for row in Arrival.objects.made_in(branch.pk, *window(last, (last - first).days + 1)).iterator():
        told = found[row.taken_by_id or row.to_id]
        if row.taken_at:
            told.minutes.append(int((row.taken_at - row.made_at).total_seconds()) // 60)
            told.in_time += row.taken_at - row.made_at <= allowed
        elif row.ended_at is None:
            _count_open(told, is_late=at - row.made_at > allowed)
    return found


def questions(branch: Branch, begins: datetime, ends: datetime) -> Iterable[Asked]:
    """Conversations that the client began and that left a next step or a promise."""
    rows: Any = Contact.objects.asked_in(branch.pk, begins, ends)
    for advisor, asked_at, answered_at in rows.values_list("client__advisor", "happened_at", "answered_at").iterator():
        yield Asked(advisor, asked_at, answered_at)


# What comes in and is answered: a reading of a branch between two moments.
SOURCES: tuple[Callable[[Branch, datetime, datetime], Iterable[Asked]], ...] = (questions,)


def _waiting(row: Contact, hours: WorkHours, allowed: int, now: datetime) -> Waiting:
    due = hours.after(row.happened_at, allowed)
    minutes = hours.minutes_between(min(now, due), max(now, due))
    promised = next((promise.text for promise in row.promises.all()), "")
    return Waiting(row.client, row, row.next_step or promised, due, now, minutes)


def _judge(told: Responses, one: Asked, due: datetime, hours: WorkHours, at: datetime) -> None:
    if one.answered_at:
        told.minutes.append(hours.minutes_between(one.asked_at, one.answered_at))
        told.in_time += one.answered_at <= due
    else:
        _count_open(told, is_late=at > due)


def _count_open(told: Responses, *, is_late: bool) -> None:
    told.late_open += is_late
    told.waiting += not is_late
