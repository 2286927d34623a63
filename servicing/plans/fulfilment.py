"""How much of a plan is done, told by the tasks of its actions and by nothing else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from crm.models import Staff
from servicing.items import items_on
from servicing.models import ServicePlan, Task
from servicing.plans.content import Action, action_key, actions_of, named_in
from servicing.settling import turn

_MOST = 500  # tasks of one client that are looked at, the latest first


@dataclass(frozen=True)
class Progress:
    """An action with its tasks: how many of those that were due are done, on which day the last one was, and the open task or
    else the day on which the next one falls (None: nothing is to come)."""

    action: Action
    done: int
    due: int
    last_on: date | None
    task: Task | None
    next_on: date | None
    is_late: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is left of it."""
        return self.next_on is None and self.done > 0


@dataclass(frozen=True)
class Fulfilment:
    """All actions of a plan, and their sums."""

    lines: Sequence[Progress]

    @property
    def done(self) -> int:
        """Done, of what was due by now."""
        return sum(line.done for line in self.lines)

    @property
    def due(self) -> int:
        """What was due by now, or is done ahead of its day."""
        return sum(line.due for line in self.lines)

    @property
    def to_come(self) -> list[Progress]:
        """What is still to be done, the earliest first."""
        return sorted((line for line in self.lines if line.next_on), key=lambda line: (line.next_on, line.action.id))


def fulfilment_of(plan: ServicePlan, today: date) -> Fulfilment:
    """The progress of every action of a plan in one query. What the night withdrew because it had expired was due and is not
    done; what a person did not need, or the plan dropped, was not due."""
    of_action: Mapping[str, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(client=plan.client_id, rule="plan").order_by("-due_on", "-pk")[:_MOST]:
        of_action[named_in(task.key)[0]].append(task)
    return Fulfilment([_progress(action, of_action[action.id], today) for action in actions_of(plan.actions)])


def _progress(action: Action, tasks: Sequence[Task], today: date) -> Progress:
    done = [task for task in tasks if task.state == Task.State.DONE]
    open_ones = [task for task in tasks if task.state == Task.State.OPEN]
    missed = [task for task in tasks if task.settled_why == "expired"]
    late = [task for task in open_ones if task.due_on <= today]
    first = min(open_ones, key=lambda task: task.due_on, default=None)
    settled = {named_in(task.key)[1] for task in tasks if task.state != Task.State.OPEN}
    coming = action.next_from(today)
    if coming is None and not tasks:
        coming = action.due_on  # its day has passed before a night could make the task
    if coming in settled:
        after = action.next_from(date.fromordinal(coming.toordinal() + 1)) if coming else None
        coming = after if after not in settled else None
    return Progress(
        action,
        len(done),
        len(done) + len(late) + len(missed),
        max((timezone.localdate(task.settled_at) for task in done if task.settled_at), default=None),
        first,
        first.due_on if first else coming,
        any(task.due_on < today for task in open_ones),
    )


def settle_action(plan: ServicePlan, action: str, *, by: Staff, at: datetime) -> Task | None:
    """The next occasion of an action is done, also ahead of its day: its task is done, and made where the night has not made
    it yet. None where there is nothing to be done (any more)."""
    today = timezone.localdate(at)
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update().select_related("client").get(pk=plan.pk)
        line = next((one for one in fulfilment_of(current, today).lines if one.action.id == action), None)
        if line is None or line.next_on is None or current.withdrawn_at:
            return None
        task = line.task or _made(current, line.action, line.next_on, by=by, at=at)
        turn(task, Task.State.DONE, since=[Task.State.OPEN], by=by, at=at, action="settle-task")
        return task


def _made(plan: ServicePlan, action: Action, day: date, *, by: Staff, at: datetime) -> Task:
    names = {item.code: item.name for item in items_on(plan.branch, day)}
    return Task.objects.create(
        branch=plan.branch,
        client=plan.client,
        owner_id=plan.client.advisor_id or by.pk,
        key=action_key(plan.client_id, action.id, day),
        rule="plan",
        slots=slots_of(action, day, names.get(action.item, "")),
        due_on=day,
        made_by=by,
        made_at=at,
    )


def slots_of(action: Action, day: date, name: str) -> dict[str, str]:
    """What a task of an action says: its text, its item by code and by the name that somebody typed, and the occasion."""
    return {"text": action.text, "item": action.item, "name": name, "on": day.isoformat()}
