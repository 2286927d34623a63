"""The work of a day: what is due or overdue, and clients at stake for whom nothing is planned, in one order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import formats
from crm.lib.money import round_half_up
from crm.models import Staff
from crm.pages.changes import first_reason, why_state
from segmentation.models import Standing
from servicing.advice import CARE, case_of, next_action
from servicing.forms import due_choices
from servicing.models import Contact, Promise, Task
from servicing.rounds.words import reason_of, title_of
from servicing.urgency import Numbers, urgency, weight

WEEK = timedelta(days=7)
MOST = 300  # open promises and open tasks that a day looks at, the earliest first

# What a row shows of what is due.
CLIENT = tuple(f"client__{name}" for name in ("branch", "name", "client_number", "phone_sealed", "advisor__name"))
TASK = ("client", "rule", "slots", "title", "reason", "due_on")
PROMISE = ("client", "contact", "text", "due_on")

Standings = Callable[[Iterable[int]], Sequence[Standing]]  # of clients


@dataclass(frozen=True)
class Row:
    """A client to take care of: what is due for them first, where they stand, the one next action and why."""

    client: Client
    items: Sequence[Task | Promise]  # due, the earliest first; none: nothing is planned
    standing: Standing | None
    talked_on: date | None
    day: date
    numbers: Numbers
    uid: UUID = field(default_factory=uuid4)

    @property
    def task(self) -> Task | None:
        """The task with which the row begins."""
        return self.items[0] if self.items and isinstance(self.items[0], Task) else None

    @property
    def promise(self) -> Promise | None:
        """The promise with which it begins."""
        return self.items[0] if self.items and isinstance(self.items[0], Promise) else None

    @property
    def others(self) -> int:
        """How much more is due for the same client."""
        return max(len(self.items) - 1, 0)

    @property
    def due_on(self) -> date | None:
        """When the first is due, None where nothing is planned."""
        return self.items[0].due_on if self.items else None

    @property
    def late_days(self) -> int:
        """How many days it is overdue."""
        return (self.day - self.due_on).days if self.due_on else 0

    @property
    def weight(self) -> int:
        """The place in the order of the day."""
        return weight(self.at_risk_fen, self.due_on, self.day, self.numbers)

    @property
    def formula(self) -> str:
        """How the place came about, with its numbers: what is at risk from where, exact to the fen, times the urgency."""
        score = float(self.standing.churn_score or 0) if self.standing else 0.0
        if not score or not self.stake_fen:
            return _("No commission at risk is known. Among these the day due counts, then what the client brings.")
        words = {True: _("overdue"), False: _("due today"), None: _("nothing planned")}
        is_late = None if self.due_on is None or self.due_on > self.day else self.due_on < self.day
        return _("{probability} × {expected} a year ≈ ¥{stake}; × {urgency}% ({why}) = ¥{weight}").format(
            probability=formats.percent(score, 1),
            expected=formats.stake(round(self.stake_fen / score)),
            stake=formats.yuan(self.stake_fen),
            urgency=urgency(self.due_on, self.day, self.numbers),
            why=words[is_late],
            weight=formats.yuan(round_half_up(Decimal(self.weight) / 100)),
        )

    @property
    def action(self) -> str:
        """The one next action: what was planned or promised, else what the rules say."""
        if self.task:
            return title_of(self.task)
        if self.promise:
            return _("Keep the promise: {text}").format(text=self.promise.text)
        if self.standing is None:
            return str(CARE.text)
        stale = self.numbers.stale_days
        case = case_of(self.standing, last_contact_on=self.talked_on, day=self.day, stale_days=stale)
        return str(next_action(case).text)

    @property
    def why(self) -> str:
        """The reasons in one sentence: why it was planned or what the night found, and how long nobody was in touch."""
        found = reason_of(self.task) if self.task else ""
        if not found and self.standing is not None:
            found = first_reason(self.standing.churn_reasons) or why_state(self.standing.dormancy_reason)
        talked = _("no contact on record")
        if self.talked_on:
            talked = _("last contact {ago}").format(ago=formats.ago(self.talked_on, self.day))
        return _("{reason}; {contact}").format(reason=found, contact=talked) if found else talked

    @property
    def at_risk_fen(self) -> int | None:
        """Commission at risk, None where none is known."""
        return self.standing.at_risk_fen if self.standing else None

    @property
    def stake_fen(self) -> int:
        """The same to be added up."""
        return self.at_risk_fen or 0

    @property
    def measure_fen(self) -> int:
        """What the client is ranked by: the order of rows whose commission at risk nobody knows."""
        return self.standing.measure_fen if self.standing else 0


@dataclass(frozen=True)
class Due:
    """What is open for a reader until the end of the week, the earliest first."""

    tasks: Sequence[Task]
    promises: Sequence[Promise]
    day: date

    @property
    def items(self) -> list[Task | Promise]:
        """All of it, the earliest first; of one day the promises first."""
        return sorted([*self.promises, *self.tasks], key=lambda one: one.due_on)

    def count(self, *, first: date | None = None, last: date) -> int:
        """Tasks and promises due in a span of days."""
        return sum(1 for one in self.items if one.due_on <= last and (first is None or one.due_on >= first))

    @property
    def is_cut(self) -> bool:
        """Whether there is more than a day looks at."""
        return MOST in (len(self.tasks), len(self.promises))

    def by_client(self) -> dict[int, list[Task | Promise]]:
        """Client → what is due by today, the earliest first."""
        found: dict[int, list[Task | Promise]] = {}
        for one in self.items:
            if one.due_on <= self.day:
                found.setdefault(one.client_id, []).append(one)
        return found


def due_day_words(day: date) -> list[tuple[str, str, str]]:
    """The days to which a row offers to move something: the word, the value, the day as it is read."""
    return [(word, f"{to:%F}", f"{to:%m-%d} {formats.weekday(to)}") for word, to in due_choices(day)]


def due_of(user: Staff, day: date) -> Due:
    """Open tasks and promises of the reader's day until a week later; two queries, read by an index."""
    tasks = Task.objects.day_of(user).open_until(day + WEEK).select_related("client__advisor").only(*TASK, *CLIENT)
    promises = Promise.objects.day_of(user).open_until(day + WEEK).select_related("client__advisor")
    promises = promises.only(*PROMISE, *CLIENT)
    return Due(list(tasks[:MOST]), list(promises[:MOST]), day)


def work_of(
    due: Due, at_stake: Sequence[Standing], standings: Standings, *, now: datetime, numbers: Numbers
) -> list[Row]:
    """The rows of a day by weight (commission at risk × urgency): what is due, then `at_stake` without those whom somebody
    takes care of already."""
    day = due.day
    planned = due.by_client()
    known = {standing.client_id: standing for standing in at_stake}
    known |= {standing.client_id: standing for standing in standings([pk for pk in planned if pk not in known])}
    latest = {pk: timezone.localdate(at) for pk, at in Contact.objects.latest_of({*known, *planned}).items()}
    rested = timezone.localdate(now) - timedelta(days=numbers.rest_days)
    open_ones = [standing for standing in at_stake if standing.client_id not in planned]
    cared = Task.objects.cared_for([s.client_id for s in open_ones], now - timedelta(days=numbers.rest_days))
    cared |= {pk for pk, talked_on in latest.items() if talked_on > rested}
    rows = planned_rows(planned, known, latest, day, numbers)
    rows += [
        Row(standing.client, (), standing, latest.get(standing.client_id), day, numbers)
        for standing in open_ones
        if standing.client_id not in cared
    ]
    return in_order(rows)


def planned_rows(
    planned: Mapping[int, Sequence[Task | Promise]],
    known: Mapping[int, Standing],
    latest: Mapping[int, date],
    day: date,
    numbers: Numbers,
) -> list[Row]:
    """A row per client for whom something is due; by client: what is due, the standing, the day of the last conversation."""
    return [Row(items[0].client, items, known.get(pk), latest.get(pk), day, numbers) for pk, items in planned.items()]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By weight (commission at risk × urgency), then what is due first, then who brings most."""
    return sorted(rows, key=lambda row: (-row.weight, row.due_on or row.day, -row.measure_fen, row.client.pk))
