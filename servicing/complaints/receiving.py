"""A complaint comes in (S9), and what it says is put right: once, with an owner from the first moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.complaints.callers import Caller, sealed
from servicing.complaints.changes import ComplaintConflict, keep_reading
from servicing.complaints.owners import choose_owner, owner_from
from servicing.complaints.timers import due_day
from servicing.models import Complaint, ComplaintLink


@dataclass(frozen=True)
class Given:
    """What a complaint says: about whom, about what, how grave, in the words of whoever took it down."""

    category: str
    severity: str
    text: str
    about: Staff | None = None


def receive_complaint(
    branch: Branch,
    given: Given,
    *,
    how: str,
    uid: UUID,
    at: datetime,
    by: Staff | None,
    received_at: datetime | None = None,
    client: Client | None = None,
    caller: Caller | None = None,
    link: ComplaintLink | None = None,
) -> Complaint:
    """Take a complaint in, with its owner chosen by rule and its first timer running from the receipt. `by` is None where the
    client wrote it by `link`. The same `uid` twice is one complaint. Raises Refused for an empty text, a receipt that is
    yet to come, or where it is not said who complains."""
    received_at = received_at or at
    _check(given)
    if received_at > at:
        raise Refused(_("This is still to come; a complaint is recorded when it has arrived."), "received_at")
    if client is None and not (caller and caller.name.strip()):
        raise Refused(_("Say who complains: a client number, or the name the caller gave."), "caller")
    known = Complaint.objects.filter(uid=uid).first()
    if known is not None:
        return known
    day = timezone.localdate(received_at)
    complaint = Complaint(
        uid=uid,
        branch=branch,
        client=client,
        **sealed(uid, None if client else caller),
        how=how,
        link=link,
        received_at=received_at,
        received_by=by,
        about=given.about,
        category=given.category,
        severity=given.severity,
        text=given.text.strip(),
        owner=choose_owner(
            branch, given.about, timezone.localdate(at), restricted=client is not None and client.is_restricted
        ),
        entered_at=received_at,
        clock_from=day,
        due_on=due_day(Complaint.Stage.RECEIVED, given.severity, how, day),
    )
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
            tell("receive-complaint", complaint, by=by, how=how, owner=complaint.owner_id, due_on=f"{complaint.due_on}")
    except IntegrityError:  # the other of two identical forms was quicker
        return Complaint.objects.get(uid=uid)
    return complaint


def correct_complaint(
    complaint: Complaint, given: Given, *, client: Client | None, version: int, by: Staff, at: datetime
) -> Complaint:
    """Change what a complaint says; the reading before stays. Who may not own it as it now stands loses it to the next by
    rule; another severity moves the timer. The same twice changes nothing. Raises ComplaintConflict where somebody
    wrote since `version`, Refused for what cannot be or a client of another branch."""
    _check(given)
    if client is not None and client.branch_id != complaint.branch_id:
        raise Refused(_("This client is of another branch."), "client_number")
    with transaction.atomic():
        current = Complaint.objects.select_for_update().get(pk=complaint.pk)
        columns = {
            "client": client,
            "about": given.about,
            "category": given.category,
            "severity": given.severity,
            "text": given.text.strip(),
        }
        changed = [name for name, value in columns.items() if getattr(current, name) != value]
        if not changed:
            return current
        if current.version != version:
            raise ComplaintConflict(current)
        if client is None and not current.caller_sealed:
            raise Refused(_("Say who complains: a client number, or the name the caller gave."), "client_number")
        if given.about is not None and given.about.pk == current.asked_by_id:
            raise Refused(_("This person asked how satisfied the client is: open the complaint again first."), "about")
        more: dict[str, object] = {"owner": owner_from(current, client, given.about, timezone.localdate(at))}
        if current.is_open and "severity" in changed:
            more["due_on"] = due_day(current.stage, given.severity, current.how, current.clock_from)
        keep_reading(current, by=by, at=at)
        Complaint.objects.filter(pk=current.pk).update(**columns, **more, version=version + 1)
        tell("correct-complaint", current, by=by, fields=changed)
    return Complaint.objects.get(pk=complaint.pk)


def _check(given: Given) -> None:
    if not given.text.strip():
        raise Refused(_("Say in a few words what happened."), "text")
    if given.category not in Complaint.Category.values:
        raise Refused(_("Choose what it is about."), "category")
    if given.severity not in Complaint.Severity.values:
        raise Refused(_("Choose how grave it is."), "severity")
