"""The contact log (S6): what was said with a client, once, by whom; edited with its earlier readings kept, withdrawn and
never deleted (L3)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from clients.models import Client
from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Arrival, Contact, ContactChange, Promise, Task
from servicing.promises import keep_promise, make_promise
from servicing.settling import noun, turn
from servicing.stages import set_stage
from servicing.todo import add_task, check_due, settle_task

EXCHANGE_BEGAN = 1990  # the Shanghai exchange's first year: nobody talked to a client before


@dataclass(frozen=True)
class Said:
    """What one contact says: when, how, in which direction, what was said, the client's mood, the next step, and the version
    of the script that was talked by."""

    happened_at: datetime
    channel: str
    direction: str
    summary: str
    mood: str = ""
    next_step: str = ""
    script_id: int | None = None


@dataclass(frozen=True)
class Due:
    """Something with a day: a promise made, or a next step."""

    text: str
    due_on: date


class ContactConflict(Exception):
    """Somebody else changed the contact meanwhile: `current` is what it says now. Nothing was written."""

    def __init__(self, current: Contact) -> None:
        super().__init__(f"contact {current.pk} is at version {current.version}")
        self.current = current


def record_contact(
    client: Client,
    said: Said,
    *,
    uid: UUID,
    by: Staff,
    at: datetime,
    promise: Due | None = None,
    step: Due | None = None,
    settles: Task | Promise | None = None,
    stage: str = "",
) -> Contact:
    """Record a contact once: a second call with the same `uid` finds the first one; where it says something else (the
    answer to the first was lost, and more was typed) it is an edit, so that no text is lost. With a contact come a promise,
    a next step that becomes a task, a task or promise that it settles, and a stage of the funnel; an arrival that its author
    took is over. Raises Refused for a contact that is yet to happen, an empty summary, a due day that has passed, or a uid
    that belongs to another client."""
    _check(said, at)
    if step:
        check_due(step.due_on, at, "step_due")
    if settles and settles.client_id != client.pk:
        raise Refused(_("This form belongs to another client; please open it anew."))
    try:
        with transaction.atomic():
            if not Contact.objects.filter(uid=uid).exists():
                contact = _record(client, said, uid=uid, by=by, at=at, promise=promise, step=step, settles=settles)
                if stage:
                    set_stage(client, stage, by=by, at=at, contact=contact)
                return contact
    except IntegrityError:
        pass  # the other of two identical calls was quicker between our look and our insert
    return _again(client, said, uid=uid, by=by, at=at)


def _record(
    client: Client,
    said: Said,
    *,
    uid: UUID,
    by: Staff,
    at: datetime,
    promise: Due | None,
    step: Due | None,
    settles: Task | Promise | None,
) -> Contact:
    contact = Contact.objects.create(
        uid=uid, branch=client.branch, client=client, staff=by, recorded_at=at, **_columns(said)
    )
    tell("record-contact", contact, by=by, channel=said.channel)
    Arrival.objects.filter(client=client, taken_by=by, ended_at=None).update(ended_at=at)
    if promise:
        make_promise(contact, promise.text, promise.due_on, by=by, at=at)
    if step:
        add_task(client, step.text, step.due_on, key=f"contact:{uid}", by=by, at=at, contact=contact)
    if isinstance(settles, Task):
        settle_task(settles, by=by, at=at, contact=contact)
    elif settles:
        keep_promise(settles, by=by, at=at, contact=contact)
    return contact


def edit_contact(contact: Contact, said: Said, *, version: int, by: Staff, at: datetime) -> Contact:
    """Change what a contact says; the reading before stays in ContactChange. `version` is the one that the editor read:
    raises ContactConflict where it is not the present one, Refused for a withdrawn contact or values that cannot be. The
    same text twice changes nothing."""
    _check(said, at)
    with transaction.atomic():
        current = Contact.objects.select_for_update().get(pk=contact.pk)
        if current.withdrawn_at:
            raise Refused(_("This contact is withdrawn; restore it before changing it."))
        columns = _columns(said)
        changed = [name for name, value in columns.items() if getattr(current, name) != value]
        if not changed:
            return current
        if current.version != version:
            raise ContactConflict(current)
        _keep_reading(current, by=by, at=at)
        Contact.objects.filter(pk=current.pk).update(**columns, version=version + 1)
        tell("edit-contact", current, by=by, fields=changed)
    return Contact.objects.get(pk=contact.pk)


def undo_edit(contact: Contact, *, version: int, by: Staff, at: datetime) -> Contact:
    """Give a contact the reading back that it had before the edit which made `version`; that edit stays in the history.
    Raises ContactConflict where somebody changed it since, Refused where there was no such edit."""
    change = contact.changes.filter(version=version - 1).first()
    if change is None:
        raise Refused(_("There is nothing to undo."))
    return edit_contact(contact, said_before(change.before), version=version, by=by, at=at)


def withdraw_contact(contact: Contact, *, by: Staff, at: datetime) -> bool:
    """Take a contact back, with the promise and the task that came with it and are still open; a task that it settled is
    open again. False where it was withdrawn already."""
    with transaction.atomic():
        current = Contact.objects.select_for_update().get(pk=contact.pk)
        if current.withdrawn_at:
            return False
        _keep_reading(current, by=by, at=at)
        Contact.objects.filter(pk=current.pk).update(withdrawn_at=at, version=current.version + 1)
        for row in _came_with(current):
            turn(row, "withdrawn", since=["open"], by=by, at=at, action=f"withdraw-{noun(row)}")
        for row in _settled_by(current):
            turn(row, "open", since=["done", "kept"], by=by, at=at, action=f"reopen-{noun(row)}")
        tell("withdraw-contact", current, by=by)
    return True


def restore_contact(contact: Contact, *, by: Staff, at: datetime) -> bool:
    """Undo of `withdraw_contact`, with what was withdrawn at that moment; False where it stands already."""
    with transaction.atomic():
        current = Contact.objects.select_for_update().get(pk=contact.pk)
        moment = current.withdrawn_at
        if moment is None:
            return False
        Contact.objects.filter(pk=current.pk).update(withdrawn_at=None, version=current.version + 1)
        for row in _came_with(current):
            if row.settled_at == moment:
                turn(row, "open", since=["withdrawn"], by=by, at=at, action=f"reopen-{noun(row)}")
        for row in _settled_by(current):
            to, verb = ("done", "settle") if isinstance(row, Task) else ("kept", "keep")
            turn(row, to, since=["open"], by=by, at=at, action=f"{verb}-{noun(row)}")
        tell("restore-contact", current, by=by)
    return True


def reading(contact: Contact) -> dict[str, Any]:
    """What a contact says now, as JSON: the shape of ContactChange.before."""
    return {**asdict(said_in(contact)), "happened_at": contact.happened_at.isoformat()}


def said_in(contact: Contact) -> Said:
    """What a contact says now."""
    return Said(
        contact.happened_at,
        contact.channel,
        contact.direction,
        contact.summary,
        contact.mood,
        contact.next_step,
        contact.script_id,
    )


def said_before(before: Mapping[str, Any]) -> Said:
    """What a contact said, from a kept reading."""
    moment = parse_datetime(before["happened_at"])
    if moment is None:
        raise ValueError(before["happened_at"])
    return Said(**{**before, "happened_at": moment})


def _came_with(contact: Contact) -> list[Promise | Task]:
    return [*contact.promises.select_related("branch"), *contact.tasks.select_related("branch")]


def _settled_by(contact: Contact) -> list[Promise | Task]:
    return [*contact.settled_promises.select_related("branch"), *contact.settled_tasks.select_related("branch")]


def _check(said: Said, at: datetime) -> None:
    if said.happened_at.year < EXCHANGE_BEGAN:
        raise Refused(_("Check the year."), "happened_at")
    if said.happened_at > at:
        raise Refused(_("This is still to come; a contact is recorded when it has happened."), "happened_at")
    if not said.summary.strip():
        raise Refused(_("Say in a few words what was said."), "summary")
    if said.channel not in Contact.Channel.values:
        raise Refused(_("Choose how you were in touch."), "channel")


def _columns(said: Said) -> dict[str, Any]:
    return {**asdict(said), "summary": said.summary.strip(), "next_step": said.next_step.strip()}


def _again(client: Client, said: Said, *, uid: UUID, by: Staff, at: datetime) -> Contact:
    """The contact that a form recorded before, with what the form says now."""
    contact = Contact.objects.filter(uid=uid, client=client, staff=by).select_related("branch").first()
    if contact is None:
        raise Refused(_("This form belongs to another client; please open it anew."))
    same_moment = replace(said, happened_at=contact.happened_at)
    if contact.withdrawn_at or _columns(same_moment) == _columns(said_in(contact)):
        return contact
    return edit_contact(contact, same_moment, version=contact.version, by=by, at=at)


def _keep_reading(contact: Contact, *, by: Staff, at: datetime) -> None:
    ContactChange.objects.create(contact=contact, version=contact.version, staff=by, before=reading(contact), at=at)
