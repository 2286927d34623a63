"""What an event asks of advisors, as tasks: invite, tell of a seat, another time or place, a cancellation, and ask afterwards.
They are said by rule and slots, so that each reader reads them in the own language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clients.models import Client
from crm import calendar
from crm.lib.bulk import in_parts
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.models import Event, Guest, Task
from servicing.settling import OPEN, owners_for
from servicing.settling import turn as turn_task

INVITE, SEAT, MOVED, OFF = "event", "event_seat", "event_moved", "event_off"
AFTER, MISSED = "event_after", "event_missed"
BEFORE_IT = (INVITE, SEAT, MOVED)  # pointless once it has been held or cancelled
AFTERWARDS = (AFTER, MISSED)
_NUMBERS = {INVITE: "event_invite_days", AFTER: "event_follow_up_days", MISSED: "event_follow_up_days"}
_PART = 500
_AHEAD = timedelta(days=90)  # the numbers are a month at most, and no closure is longer than a fortnight


def ask_advisors(
    event: Event, clients: Iterable[Client], rule: str, *, by: Staff | None, at: datetime, **slots: Any
) -> int:
    """A task for each client's advisor, or who asks where nobody has the client; what was settled before is open again. `by`
    None: the night. In the caller's transaction; returns for how many."""
    chosen = list(clients)
    owners = owners_for(chosen, by or _answerable(event)) if chosen else {}
    told = {"event": event.pk, "title": event.title, "at": event.starts_at.isoformat(), "place": event.place, **slots}
    due = due_on(event, rule, timezone.localdate(at))
    rows = [
        Task(
            branch_id=client.branch_id, client=client, owner_id=owners[client.pk], key=_key(rule, event, client.pk), rule=rule,
            slots=told, due_on=due, made_by=by, made_at=at,
        )
        for client in chosen
    ]  # fmt: skip
    for part in in_parts(rows, _PART):
        known = Task.objects.filter(key__in=[row.key for row in part]).in_bulk(field_name="key")
        Task.objects.bulk_create([row for row in part if row.key not in known])
        for row in (row for row in part if row.key in known):
            _again(known[row.key], row)
    return len(rows)


def ask_guests(event: Event, guests: QuerySet[Guest], rule: str, *, by: Staff, at: datetime, **slots: Any) -> int:
    """The same for guests; restricted and closed clients are left alone."""
    clients = Client.objects.filter(pk__in=guests.values("client"), is_restricted=False, closed_on=None).order_by("pk")
    return ask_advisors(event, clients, rule, by=by, at=at, **slots)


def settle_asked(guest: Guest, rules: Iterable[str], *, done: bool, by: Staff, at: datetime) -> None:
    """The client has answered, or is asked no more: the open tasks of some rules for one guest."""
    keys = [_key(rule, guest.event, guest.client_id) for rule in rules]
    state, action = (Task.State.DONE, "settle-task") if done else (Task.State.WITHDRAWN, "withdraw-task")
    for task in Task.objects.filter(key__in=keys, state=OPEN):
        turn_task(task, state, since=[OPEN], by=by, at=at, action=action)


def withdraw_asked(
    event: Event, rules: Iterable[str], clients: Iterable[int] | None = None, *, by: Staff, at: datetime
) -> int:
    """Withdraw the open tasks of some rules for some guests, or for all; how many."""
    count, some = 0, None if clients is None else list(clients)
    for rule in rules:
        rows = Task.objects.open_in(event.branch_id).filter(rule=rule, key__startswith=f"{rule}:{event.pk}:")
        rows = rows if some is None else rows.filter(key__in=[_key(rule, event, client) for client in some])
        count += rows.update(state=Task.State.WITHDRAWN, settled_at=at, settled_by=by)
    return count


def due_on(event: Event, rule: str, day: date) -> date:
    """The working day by which a task of a rule is due that is asked for on a day; an invitation by the end of registration
    where that comes first."""
    working = calendar.working_days(day, day + _AHEAD)
    ahead = threshold(_NUMBERS[rule], day) if rule in _NUMBERS else 0
    due = working[min(ahead, len(working) - 1)]
    if rule != INVITE:
        return due
    return max(min(due, calendar.worked_by(timezone.localdate(event.closes_at), working)), day)


def _answerable(event: Event) -> Staff:
    """Who answers for what the night asks: the host, or a manager where the host does not work in the branch any more."""
    here = Staff.objects.working_in(event.branch).order_by("pk")
    return here.filter(pk=event.host_id).first() or here.filter(role=Staff.Role.MANAGER).first() or event.host


def _again(known: Task, row: Task) -> None:
    told: Mapping[str, Any] = {"due_on": row.due_on, "slots": row.slots, "owner_id": row.owner_id}
    settled = {"state": OPEN, "settled_at": None, "settled_by": None, "settled_why": "", "settled_contact": None}
    Task.objects.filter(pk=known.pk).update(**told, **settled)


def _key(rule: str, event: Event, client: int) -> str:
    return f"{rule}:{event.pk}:{client}"
