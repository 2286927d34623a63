"""Messages of which nobody knows whether they went: a person finds out and says so, with a note."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit, bell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.messages.enclosures import close_links
from servicing.messages.sendings import SEND
from servicing.models import Message, Sending

State = Message.State


def settle_unknown(message: Message, *, sent: bool, note: str, by: Staff, at: datetime) -> bool:
    """A person knows now whether it went. False where it is settled already. Raises Refused without a note."""
    told = {"state": State.SENT if sent else State.FAILED, "settled_at": at}
    return _settle(message, "settle-message", told, note=note, by=by, at=at, sent=sent)


def send_again(message: Message, *, note: str, by: Staff, at: datetime) -> bool:
    """Queue it once more under the same key, by which the provider knows it again; every guard is asked as at any claim. False
    where it is settled already. Raises Refused without a note, or where the sending was stopped."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update().get(pk=message.sending_id)
        if sending.state == Sending.State.STOPPED:
            raise Refused(_("The sending was stopped: say whether it went, or leave it."))
        told = {"state": State.QUEUED, "not_before": None}
        if not _settle(message, "resend-message", told, note=note, by=by, at=at):
            return False
        ended = Sending.objects.filter(pk=sending.pk, state=Sending.State.FINISHED)
        ended.update(state=Sending.State.GOING, ended_at=None)
        transaction.on_commit(lambda: bell.ring([message.branch_id], SEND))
    return True


def _settle(
    message: Message, action: str, told: Mapping[str, object], *, note: str, by: Staff, at: datetime, **detail: object
) -> bool:
    if len(note.strip()) < 2:
        raise Refused(_("Say how you know."), "note")
    with transaction.atomic():
        unknown = Message.objects.filter(pk=message.pk, state=State.UNKNOWN, attempt=message.attempt)
        if not unknown.update(**told, settled_by=by, note=note.strip()[:200], trouble=""):
            return False
        close_links(Message.objects.filter(pk=message.pk), at)
        audit.record(
            action,
            actor=by,
            table=Message._meta.db_table,
            key=message.uid,
            branch=message.branch,
            reason=note,
            detail={"client": message.client_id, "attempt": message.attempt, **detail},
        )
    return True
