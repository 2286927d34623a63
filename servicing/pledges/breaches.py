"""What people do about a breach: report one, take the report back, write how it was put right, open it again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import Pledge, PledgeBreach
from servicing.pledges.deciding import Book
from servicing.pledges.finding import add_to_month

State = PledgeBreach.State
TEXT_LENGTH, REMEDY_LENGTH = 300, 500


class SettledMeanwhile(Exception):
    """Somebody else wrote first how the breach was put right, or it was taken back; `breach` is how it stands now. Nothing was
    written."""

    def __init__(self, breach: PledgeBreach) -> None:
        super().__init__(f"{breach} is {breach.state}")
        self.breach = breach


@dataclass(frozen=True)
class Report:
    """What a person reports: which measure was not kept (by the pledge that it was read from), on which day, what happened, and
    whose it was to keep."""

    pledge: Pledge
    on: date
    text: str
    client: Client | None = None
    owner: Staff | None = None


def report_breach(branch: Branch, said: Report, *, uid: UUID, by: Staff, at: datetime) -> PledgeBreach:
    """Put down a breach, by what was pledged on its day, that nobody could find in the facts; the same `uid` twice is one.
    Raises Refused, naming the field, for a day to come or without such a pledge, an empty text, or a client of another
    branch."""
    if not said.text.strip():
        raise Refused(_("Say in a few words what happened."), "text")
    if said.on > timezone.localdate(at):
        raise Refused(_("This day is still to come."), "on")
    if said.client is not None and said.client.branch_id != branch.pk:
        raise Refused(_("This client is of another branch."), "client_number")
    pledge = Book(Pledge.objects.of(branch), branch.pk).on(said.pledge.measure, said.on)
    if pledge is None:
        raise Refused(_("Nothing of this kind was pledged on that day."), "on")
    key = f"said:{uid}"
    owner = said.owner or (said.client.advisor if said.client else None)
    breach = PledgeBreach(
        branch=branch, pledge=pledge, measure=pledge.measure, key=key, on=said.on, client=said.client,
        owner=owner, text=said.text.strip()[:TEXT_LENGTH], reported_by=by, made_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            breach.save(force_insert=True)
            add_to_month(breach, 1)
            _tell("report-breach", breach, by=by)
    except IntegrityError:  # the same form a moment ago
        return PledgeBreach.objects.get(pledge=pledge, key=key)
    return breach


def take_back_report(breach: PledgeBreach, *, by: Staff) -> bool:
    """The undo of reporting, by whoever reported it, while it is open; False where there is nothing to take back."""
    with transaction.atomic():
        rows = PledgeBreach.objects.filter(pk=breach.pk, reported_by=by, state=State.OPEN)
        if not rows.update(state=State.VOID):
            return False
        add_to_month(breach, -1)
        _tell("take-back-breach", breach, by=by)
    return True


def settle_breach(breach: PledgeBreach, remedy: str, *, by: Staff, at: datetime) -> PledgeBreach:
    """Write how an open breach was put right. The same again is the same. Raises Refused without words, SettledMeanwhile where
    somebody else was quicker."""
    said = remedy.strip()[:REMEDY_LENGTH]
    if not said:
        raise Refused(_("Say how it was put right."), "remedy")
    with transaction.atomic():
        row = PledgeBreach.objects.select_for_update(of=("self",)).select_related("settled_by").get(pk=breach.pk)
        if row.state == State.SETTLED and (row.settled_by_id, row.remedy) == (by.pk, said):
            return row
        if row.state != State.OPEN:
            raise SettledMeanwhile(row)
        row.state, row.remedy, row.settled_by, row.settled_at = State.SETTLED, said, by, at
        row.save(update_fields=["state", "remedy", "settled_by", "settled_at"])
        _tell("settle-breach", row, by=by)
    return row


def reopen_breach(breach: PledgeBreach, *, by: Staff) -> bool:
    """The undo of settling; what was written stays for the next time. False where it is open already."""
    with transaction.atomic():
        rows = PledgeBreach.objects.filter(pk=breach.pk, state=State.SETTLED)
        if not rows.update(state=State.OPEN, settled_by=None, settled_at=None):
            return False
        _tell("reopen-breach", breach, by=by)
    return True


def may_settle(user: Staff, breach: PledgeBreach) -> bool:
    """Whose it was to keep, and the branch's managers; for somebody who sees the breach."""
    return user.is_manager or (not user.is_compliance and breach.owner_id == user.pk)


def _tell(action: str, breach: PledgeBreach, *, by: Staff) -> None:
    audit.record(
        action,
        actor=by,
        of=breach,
        detail={"client": breach.client_id, "measure": breach.measure, "day": breach.on.isoformat()},
    )
