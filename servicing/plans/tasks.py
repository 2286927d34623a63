"""The tasks of a plan: what they say, until when that is worth anything (S3), and how they follow what the plan says."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from crm.calendar import day_begins
from servicing.items import items_on
from servicing.models import ServiceItem, ServicePlan, Task
from servicing.plans.content import Action, named_in, review_key, written_in

RULES = ("plan", "review")


def slots_of(action: Action, day: date, item: ServiceItem | None) -> dict[str, str]:
    """What a task of an action says: its text, its item by code and by the name that somebody typed, the occasion, and until
    when the item is worth anything."""
    told = {"text": action.text, "item": action.item, "name": item.name if item else "", "on": day.isoformat()}
    ends = worth_until(item, day)
    return told | ({"until": ends.isoformat()} if ends else {})


def worth_until(item: ServiceItem | None, day: date) -> datetime | None:
    """When the shelf life of an item planned for a day ends, counted from that morning; None: it does not."""
    hours = item.shelf_hours if item else None
    return day_begins(day) + timedelta(hours=hours) if hours else None


def follow(plan: ServicePlan, *, at: datetime) -> int:
    """Let the open tasks of a client follow the plan: those that it does not ask for (any more) are withdrawn, and a later
    save that asks again lets the night reopen them; the others say what it says now. Returns how many were withdrawn."""
    written = written_in(plan)
    asked = {} if plan.withdrawn_at else {action.id: action for action in written.actions}
    review = "" if plan.withdrawn_at else review_key(plan.client_id, written.next_review_on)
    open_ones = list(Task.objects.open_of(plan.client_id, RULES))
    items = {item.code: item for item in items_on(plan.branch, timezone.localdate(at))} if open_ones else {}
    gone = []
    for task in open_ones:
        if task.rule == "review":
            gone += [] if task.key == review else [task.pk]
            continue
        name, day = named_in(task.key)
        action = asked.get(name)
        if action is None or not action.falls_on(day):
            gone.append(task.pk)
        elif (slots := slots_of(action, day, items.get(action.item))) != task.slots:
            Task.objects.filter(pk=task.pk, state=Task.State.OPEN).update(slots=slots)
    found = Task.objects.filter(pk__in=gone, state=Task.State.OPEN)
    return found.update(state=Task.State.WITHDRAWN, settled_at=at, settled_by=None, settled_why="plan")
