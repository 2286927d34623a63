"""What was promised to a client, and whether it was kept (S6). A promise cannot lose its owner."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Contact, Promise
from servicing.settling import owner_for, turn


def make_promise(contact: Contact, text: str, due_on: date, *, by: Staff, at: datetime) -> Promise:
    """Write down a promise made in a contact, inside the caller's transaction. Raises Refused for an empty text or a due
    day before the day of `at`."""
    if not text.strip():
        raise Refused(_("Say what was promised."), "promise")
    if due_on < timezone.localdate(at):
        raise Refused(_("The due day has passed already."), "promise_due")
    client = contact.client
    promise = Promise.objects.create(
        branch=client.branch,
        client=client,
        contact=contact,
        owner=owner_for(client, by),
        text=text.strip(),
        due_on=due_on,
    )
    tell("make-promise", promise, by=by, due=str(due_on))
    return promise


def keep_promise(promise: Promise, *, by: Staff, at: datetime, contact: Contact | None = None) -> bool:
    """The promise was kept, by a contact where one kept it; False where it was settled already."""
    with transaction.atomic():
        return turn(
            promise,
            Promise.State.KEPT,
            since=[Promise.State.OPEN],
            by=by,
            at=at,
            action="keep-promise",
            settled_contact=contact,
        )


def withdraw_promise(promise: Promise, *, by: Staff, at: datetime) -> bool:
    """The promise no longer holds, by agreement; False where it was settled already."""
    with transaction.atomic():
        return turn(
            promise, Promise.State.WITHDRAWN, since=[Promise.State.OPEN], by=by, at=at, action="withdraw-promise"
        )


def reopen_promise(promise: Promise, *, by: Staff, at: datetime) -> bool:
    """Undo of keeping or withdrawing; False where it is open already. Raises Refused while the contact in which it was
    made is withdrawn."""
    with transaction.atomic():
        if Contact.objects.filter(pk=promise.contact_id, withdrawn_at__isnull=False).exists():
            raise Refused(_("The contact in which this was promised is withdrawn; restore it first."))
        settled = [Promise.State.KEPT, Promise.State.WITHDRAWN]
        return turn(
            promise, Promise.State.OPEN, since=settled, by=by, at=at, action="reopen-promise", settled_contact=None
        )
