"""What becomes of a referral: spoken to, opened as a client, lost with a reason, taken up again. Each step is a conditional
update, so that done twice is done once."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Referral, Task
from servicing.querysets.referrals import OPEN
from servicing.referrals.naming import State, tell
from servicing.settling import turn as turn_task

_NOTHING: dict[str, Any] = {"client": None, "ended_on": None, "reason": "", "reason_text": ""}


def contact_referral(row: Referral, *, by: Staff, at: datetime) -> bool:
    """The person was spoken to; the call that the night asked for is done. False where that was said before."""
    with transaction.atomic():
        done = _turn(row, (State.NAMED,), state=State.CONTACTED, contacted_on=timezone.localdate(at))
        if done:
            _settle_call(row, "done", by=by, at=at)
            tell("contact-referral", row, by=by)
    return done


def open_referral(row: Referral, client: Client, *, by: Staff, at: datetime) -> bool:
    """The person became this client; False where that was said before. Raises Refused for a client of another branch, who was
    one before being named, who recommended them, or who came by another referral."""
    if client.branch_id != row.branch_id:
        raise Refused(_("This client is of another branch."))
    if client.pk == row.referrer_id:
        raise Refused(_("Nobody recommends themselves."))
    if client.opened_on is not None and client.opened_on < row.named_on:
        raise Refused(_("This client was with us before being recommended."))
    day = client.opened_on or timezone.localdate(at)
    try:
        with transaction.atomic():
            done = _turn(row, OPEN, state=State.OPENED, client=client, ended_on=day, next_step="", next_on=None)
            if done:
                _settle_call(row, "done", by=by, at=at)
                tell("open-referral", row, by=by, opened_as=client.pk)
    except IntegrityError:
        raise Refused(_("This client came by another referral already.")) from None
    return done


def lose_referral(row: Referral, reason: str, *, text: str = "", by: Staff, at: datetime) -> bool:
    """The person will not become a client; False where it is no longer under way. Raises Refused without a reason."""
    if reason not in Referral.Reason.values:
        raise Refused(_("Say why."), "reason")
    if reason == Referral.Reason.OTHER and not text.strip():
        raise Refused(_("Say in a few words why."), "reason_text")
    said: dict[str, Any] = {"reason": reason, "reason_text": text.strip(), "ended_on": timezone.localdate(at)}
    with transaction.atomic():
        done = _turn(row, OPEN, state=State.LOST, next_step="", next_on=None, **said)
        if done:
            _settle_call(row, "withdrawn", by=by, at=at)
            tell("lose-referral", row, by=by, reason=reason)
    return done


def reopen_referral(row: Referral, *, by: Staff) -> bool:
    """Take up again who was lost, or say that it was another person: the undo of both. False where it is under way. Raises
    Refused once the person's data is restricted."""
    if row.is_restricted:
        raise Refused(_("What is personal here is restricted; write the person down anew."))
    state = State.CONTACTED if row.contacted_on else State.NAMED
    with transaction.atomic():
        done = _turn(row, (State.OPENED, State.LOST), state=state, **_NOTHING)
        if done:
            tell("reopen-referral", row, by=by)
    return done


def call_key(row: Referral) -> str:
    """The key of the task to call the person."""
    return f"referral:{row.referrer_id}:{row.pk}"


def _turn(row: Referral, since: tuple[str, ...], **columns: object) -> bool:
    return bool(Referral.objects.filter(pk=row.pk, state__in=since, is_restricted=False).update(**columns))


def _settle_call(row: Referral, to: str, *, by: Staff, at: datetime) -> None:
    for task in Task.objects.filter(key=call_key(row)):
        turn_task(task, to, since=["open"], by=by, at=at, action="settle-task" if to == "done" else "withdraw-task")
