"""How much of a plan is done, told by the tasks of its actions and by nothing else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from crm.models import Staff
from servicing.items import items_on
from servicing.models import ServicePlan, Task
from servicing.plans.content import Action, action_key, actions_of, named_in
from servicing.plans.tasks import slots_of
from servicing.settling import turn

_MOST = 500  # tasks of one client that are looked at, the latest first
_MISSED = "expired"  # why the night withdrew a task that was due; for other reasons it was not


@dataclass(frozen=True)
class Progress:
    """An action with its tasks: how many of those that were due are done, on which day the last one was, the occasion that is
    still to be done (None: nothing is to come) and the day on which it is due."""

    action: Action
    done: int
    due: int
    last_on: date | None
    occasion: date | None
    next_on: date | None
    is_late: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is left of it."""
        return self.occasion is None and self.done > 0


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
    counting = [task for task in tasks if task.settled_why in {"", _MISSED}]
    done = [task for task in counting if task.state == Task.State.DONE]
    open_ones = [task for task in counting if task.state == Task.State.OPEN]
    due = [task for task in counting if task.settled_why == _MISSED or (task in open_ones and task.due_on <= today)]
    first = min(open_ones, key=lambda task: task.due_on, default=None)
    occasion = named_in(first.key)[1] if first else _coming(action, counting, today)
    next_on = first.due_on if first else occasion
    return Progress(
        action,
        len(done),
        len(done) + len(due),
        max((timezone.localdate(task.settled_at) for task in done if task.settled_at), default=None),
        occasion,
        next_on,
        next_on is not None and next_on < today,
    )


def _coming(action: Action, settled: Sequence[Task], today: date) -> date | None:
    """The first occasion that nobody settled ahead of its day; the only one also where it has passed before a night could make
    the task."""
    days = {named_in(task.key)[1] for task in settled}
    occasion = action.due_on if action.every_days is None else action.next_from(today)
    while occasion in days:
        occasion = action.next_from(occasion + timedelta(days=1)) if occasion and action.every_days else None
    return occasion


def settle_action(plan: ServicePlan, action: str, occasion: date, *, by: Staff, at: datetime) -> Task | None:
    """An action is done for an occasion, also ahead of its day: its task is done, and made where the night has not made it
    yet; twice is once. None where the plan does not ask for it (any more)."""
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update(of=("self",)).select_related("client", "branch").get(pk=plan.pk)
        asked = next((one for one in actions_of(current.actions) if one.id == action), None)
        if asked is None or current.withdrawn_at or not asked.falls_on(occasion):
            return None
        task = Task.objects.filter(key=action_key(plan.client_id, action, occasion)).select_related("branch").first()
        task = task or _made(current, asked, occasion, by=by, at=at)
        since = [Task.State.OPEN, Task.State.WITHDRAWN]
        turn(task, Task.State.DONE, since=since, by=by, at=at, action="settle-task", settled_why="")
        return task


def _made(plan: ServicePlan, action: Action, day: date, *, by: Staff, at: datetime) -> Task:
    items = {item.code: item for item in items_on(plan.branch, day)}
    return Task.objects.create(
        branch=plan.branch,
        client=plan.client,
        owner_id=plan.client.advisor_id or by.pk,
        key=action_key(plan.client_id, action.id, day),
        rule="plan",
        slots=slots_of(action, day, items.get(action.item)),
        due_on=day,
        made_by=by,
        made_at=at,
    )
