"""The work of a day: what is due or overdue, and clients at stake for whom nothing is planned, in one order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import formats
from crm.models import Staff
from crm.pages.changes import first_reason, why_state
from segmentation.models import Standing
from servicing.advice import case_of, next_action
from servicing.models import Contact, Promise, Task
from servicing.urgency import Numbers, weight

WEEK = timedelta(days=7)
MOST = 300  # open promises and open tasks that a day looks at, the earliest first

Standings = Callable[[Iterable[int]], Sequence[Standing]]  # of clients


@dataclass(frozen=True)
class Row:
    """A client to take care of: what is due for them first, where they stand, the one next action and why."""

    client: Client
    standing: Standing | None
    task: Task | None
    promise: Promise | None
    due_on: date | None
    late_days: int
    action: str
    why: str
    others: int  # more that is due for the same client
    weight: int
    uid: UUID = field(default_factory=uuid4)

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


def due_of(user: Staff, day: date) -> Due:
    """Open tasks and promises of the reader's day until a week later; two queries, read by an index."""
    tasks = Task.objects.day_of(user).open_until(day + WEEK).select_related("client__advisor", "client__branch")
    promises = Promise.objects.day_of(user).open_until(day + WEEK).select_related("client__advisor", "client__branch")
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
    rows = [_due_row(items, known.get(pk), latest.get(pk), day, numbers) for pk, items in planned.items()]
    rows += [_open_row(s, latest.get(s.client_id), day, numbers) for s in open_ones if s.client_id not in cared]
    return sorted(rows, key=lambda row: (-row.weight, row.due_on or day, -row.measure_fen, row.client.pk))


def _due_row(
    items: Sequence[Task | Promise], standing: Standing | None, talked_on: date | None, day: date, numbers: Numbers
) -> Row:
    first = items[0]
    task = first if isinstance(first, Task) else None
    promise = first if isinstance(first, Promise) else None
    action = first.title if isinstance(first, Task) else _("Keep the promise: {text}").format(text=first.text)
    return Row(
        client=first.client,
        standing=standing,
        task=task,
        promise=promise,
        due_on=first.due_on,
        late_days=max((day - first.due_on).days, 0),
        action=action,
        why=why(standing, talked_on, day, planned=task.reason if task else ""),
        others=len(items) - 1,
        weight=weight(standing.at_risk_fen if standing else 0, first.due_on, day, numbers),
    )


def _open_row(standing: Standing, talked_on: date | None, day: date, numbers: Numbers) -> Row:
    case = case_of(standing, last_contact_on=talked_on, day=day, stale_days=numbers.stale_days)
    return Row(
        client=standing.client,
        standing=standing,
        task=None,
        promise=None,
        due_on=None,
        late_days=0,
        action=str(next_action(case).text),
        why=why(standing, talked_on, day),
        others=0,
        weight=weight(standing.at_risk_fen, None, day, numbers),
    )


def why(standing: Standing | None, talked_on: date | None, day: date, *, planned: str = "") -> str:
    """The reasons in one sentence: why it was planned or what the night found, and how long nobody has been in touch."""
    found = planned
    if not found and standing is not None:
        found = first_reason(standing.churn_reasons) or why_state(standing.dormancy_reason)
    talked = _("last contact {ago}").format(ago=formats.ago(talked_on, day)) if talked_on else _("no contact on record")
    return _("{reason}; {contact}").format(reason=found, contact=talked) if found else talked
