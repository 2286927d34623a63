"""What is to be done for a client by a day (S5): added once, postponed, done, withdrawn, and each of it undone."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.audit import tell
from crm.lib.bulk import in_parts
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Contact, Task
from servicing.settling import owner_for, owners_for, turn

TITLE_LENGTH, REASON_LENGTH = 120, 200
_PART = 500  # clients per statement


def add_task(
    client: Client,
    title: str,
    due_on: date,
    *,
    key: str,
    by: Staff,
    at: datetime,
    reason: str = "",
    contact: Contact | None = None,
) -> Task:
    """Add a task, or find the one that `key` added before: asking twice adds nothing (S5). Raises Refused for an empty
    title, a due day before the day of `at`, or a key that belongs to another client."""
    _check_title(title)
    check_due(due_on, at)
    with transaction.atomic():
        task, is_new = Task.objects.get_or_create(
            key=key,
            defaults={
                "branch": client.branch,
                "client": client,
                "owner": owner_for(client, by),
                "title": title.strip()[:TITLE_LENGTH],
                "reason": reason.strip()[:REASON_LENGTH],
                "due_on": due_on,
                "contact": contact,
                "made_by": by,
                "made_at": at,
            },
        )
        if task.client_id != client.pk:
            raise Refused(_("This form belongs to another client; please open it anew."))
        if is_new:
            tell("add-task", task, by=by, due=str(due_on))
    return task


def add_tasks(
    clients: Iterable[Client], title: str, due_on: date, *, uid: UUID, by: Staff, at: datetime, reason: str = ""
) -> int:
    """Add the same task for each of the clients, in one transaction, for the client's advisor or who asks; `uid` names the
    step, so that asking twice adds nothing. Returns for how many of them the step's task is open. Raises Refused as
    `add_task` does."""
    _check_title(title)
    check_due(due_on, at)
    chosen = sorted(clients, key=lambda one: one.pk)
    owners = owners_for(chosen, by)
    tasks = {
        _key(uid, client.pk): Task(
            branch=client.branch,
            client=client,
            owner_id=owners[client.pk],
            key=_key(uid, client.pk),
            title=title.strip()[:TITLE_LENGTH],
            reason=reason.strip()[:REASON_LENGTH],
            due_on=due_on,
            made_by=by,
            made_at=at,
        )
        for client in chosen
    }
    try:
        return _add_all(tasks, uid, by=by)
    except IntegrityError:  # the same form a moment ago: now its tasks are seen
        return _add_all(tasks, uid, by=by)


def withdraw_tasks(uid: UUID, *, by: Staff, at: datetime) -> int:
    """Undo of `add_tasks`, by whoever did it: how many tasks were open still, of clients whom they see, and are withdrawn
    now."""
    with transaction.atomic():
        rows = Task.objects.added_by_step(uid, by).filter(state=Task.State.OPEN).select_for_update(of=("self",))
        found = list(rows.order_by("pk"))
        for part in in_parts(found, _PART):
            Task.objects.filter(pk__in=[task.pk for task in part]).update(
                state=Task.State.WITHDRAWN, settled_at=at, settled_by=by
            )
        if found:
            _tell_all("withdraw-tasks", found, uid, by=by)
    return len(found)


def _add_all(tasks: dict[str, Task], uid: UUID, *, by: Staff) -> int:
    with transaction.atomic():
        keys, known = list(tasks), dict[str, str]()
        for part in in_parts(keys, _PART):
            there = Task.objects.filter(key__in=part)
            known |= dict(there.values_list("key", "state"))
        fresh = [task for key, task in tasks.items() if key not in known]
        if fresh:
            Task.objects.bulk_create(fresh, batch_size=_PART)
            _tell_all("add-tasks", fresh, uid, by=by, due=str(fresh[0].due_on))
        return len(fresh) + sum(1 for state in known.values() if state == Task.State.OPEN)


def _key(uid: UUID, client: int) -> str:
    return f"step:{uid}:{client}"


def _tell_all(action: str, tasks: list[Task], uid: UUID, *, by: Staff, **detail: str) -> None:
    """One audit row for the whole step; it is of a branch where all clients are."""
    branches = {task.branch_id: task.branch for task in tasks}
    clients = [task.client_id for task in tasks]
    audit.record(
        action,
        actor=by,
        table=Task._meta.db_table,
        key=uid,
        branch=next(iter(branches.values())) if len(branches) == 1 else None,
        detail={"clients": len(clients), "checksum": audit.checksum(clients), **detail},
    )


def _check_title(title: str) -> None:
    if not title.strip():
        raise Refused(_("Say what is to be done."), "title")


def check_due(due_on: date, at: datetime, field: str = "due_on") -> None:
    """Raises Refused for a due day before the day of `at`."""
    if due_on < timezone.localdate(at):
        raise Refused(_("The due day has passed already."), field)


def postpone_task(task: Task, due_on: date, *, by: Staff, at: datetime) -> bool:
    """Move an open task to another day; the day before stays for the undo. False where it is settled or due then already.
    Raises Refused for a day that has passed."""
    check_due(due_on, at)
    with transaction.atomic():
        # the day that is replaced is part of the condition: two postponements never mix
        fresh = Task.objects.select_for_update().get(pk=task.pk)
        if fresh.state != Task.State.OPEN or fresh.due_on == due_on:
            return False
        Task.objects.filter(pk=task.pk).update(due_on=due_on, due_before=fresh.due_on)
        tell("postpone-task", task, by=by, due=str(due_on), before=str(fresh.due_on))
    return True


def undo_postpone(task: Task, *, by: Staff) -> bool:
    """Give an open task back the day that it had before it was postponed, also one that has passed; False where there is
    nothing to undo."""
    with transaction.atomic():
        fresh = Task.objects.select_for_update().get(pk=task.pk)
        if fresh.state != Task.State.OPEN or fresh.due_before is None:
            return False
        Task.objects.filter(pk=task.pk).update(due_on=fresh.due_before, due_before=None)
        tell("undo-postpone-task", task, by=by, due=str(fresh.due_before), before=str(fresh.due_on))
    return True


def settle_task(task: Task, *, by: Staff, at: datetime, contact: Contact | None = None) -> bool:
    """The task is done, by a contact where one did it; False where it was settled already."""
    with transaction.atomic():
        return turn(
            task,
            Task.State.DONE,
            since=[Task.State.OPEN],
            by=by,
            at=at,
            action="settle-task",
            settled_contact=contact,
        )


def withdraw_task(task: Task, *, by: Staff, at: datetime) -> bool:
    """The task is not needed, or was not done after all; also the undo of adding one. False where it is withdrawn."""
    with transaction.atomic():
        standing = [Task.State.OPEN, Task.State.DONE]
        return turn(task, Task.State.WITHDRAWN, since=standing, by=by, at=at, action="withdraw-task")


def reopen_task(task: Task, *, by: Staff, at: datetime) -> bool:
    """Undo of settling or withdrawing; False where it is open already. Raises Refused while the contact that asked for it
    is withdrawn."""
    with transaction.atomic():
        if task.contact_id and Contact.objects.filter(pk=task.contact_id, withdrawn_at__isnull=False).exists():
            raise Refused(_("The contact that asked for this is withdrawn; restore it first."))
        settled = [Task.State.DONE, Task.State.WITHDRAWN]
        return turn(
            task,
            Task.State.OPEN,
            since=settled,
            by=by,
            at=at,
            action="reopen-task",
            settled_contact=None,
            settled_why="",
        )
