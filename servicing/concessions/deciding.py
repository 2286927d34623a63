"""Deciding on a concession: a manager on a fee, compliance on a gift, never whoever asked; and its early end."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.concessions.asking import State, check_terms, tell, terms_of, turn
from servicing.concessions.likes import like_clients
from servicing.concessions.papers import barred_by_papers
from servicing.concessions.windows import windows_of
from servicing.models import Concession, Task
from servicing.settling import turn as turn_task


def may_decide(user: Staff, row: Concession) -> bool:
    """Whose decision it is, apart from having asked."""
    if row.kind == Concession.Kind.GIFT:
        return user.is_compliance
    return user.is_manager and user.branches.filter(pk=row.branch_id).exists()


def may_end(user: Staff, row: Concession) -> bool:
    """Who ends one early: whoever may decide on it, and the client's advisor."""
    return may_decide(user, row) or (user.is_advisor and row.client.advisor_id == user.pk)


def decide_concession(row: Concession, *, approve: bool, why: str, by: Staff, at: datetime) -> bool:
    """Approve or refuse what somebody else asked for; False where somebody has decided, or the asker has taken it back. With
    the approval the windows of the effect and the like clients are fixed; no rate is changed. Raises Refused for a decision
    that is not the reader's, a refusal without a reason, terms that do not hold any more, and a paper of the asker's that ended
    since (S21)."""
    if row.asked_by_id == by.pk:
        raise Refused(_("Somebody else has to decide on what you asked for."))
    if not may_decide(by, row):
        raise Refused(_("A manager decides on a fee, compliance on a gift."))
    if not approve and not why.strip():
        raise Refused(_("Say why, so that the advisor can tell the client."), "why")
    day = timezone.localdate(at)
    if approve and row.until_on < day:
        raise Refused(_("Its last day has passed; it can only be refused."))
    if approve and row.client.closed_on is not None:
        raise Refused(_("This client has left; it can only be refused."))
    with transaction.atomic():
        state = State.APPROVED if approve else State.REFUSED
        if not _claim(row, state=state, decided_by=by, decided_at=at, decided_why=why.strip()):
            return False
        if approve:
            what, span = terms_of(row)
            check_terms(row.client, what, span, but=row.pk)
            if barred := barred_by_papers([row], day):
                raise Refused(barred[row.pk])
            _fix(row, day)
        tell("approve-concession" if approve else "refuse-concession", row, by=by, reason=why.strip())
    return True


def end_concession(row: Concession, *, why: str, by: Staff, at: datetime) -> bool:
    """End an approved one before its last day, with a reason; the talk that the night asked for falls away. False where it
    has ended. Raises Refused without a reason or for whoever may not."""
    if not may_end(by, row):
        raise Refused(_("You may not end this concession."))
    if not why.strip():
        raise Refused(_("Say why."), "why")
    with transaction.atomic():
        day = timezone.localdate(at)
        if not turn(row, State.APPROVED, state=State.ENDED, ended_on=day, ended_by=by, ended_why=why.strip()):
            return False
        for task in Task.objects.filter(key=task_key(row)):
            turn_task(task, "withdrawn", since=["open"], by=by, at=at, action="withdraw-task")
        tell("end-concession", row, by=by, reason=why.strip())
    return True


def end_passed(branch: Branch, *, day: date) -> int:
    """End those of a branch whose last day has passed by a day; how many. In the transaction of the night; twice is once."""
    passed = Concession.objects.passed(day).filter(branch=branch).values_list("pk", "until_on")
    ended = [
        pk
        for pk, last in passed
        if Concession.objects.filter(pk=pk, state=State.APPROVED).update(state=State.ENDED, ended_on=last)
    ]
    if ended:
        audit.record(
            "end-concessions",
            actor=None,
            table=Concession._meta.db_table,
            branch=branch,
            detail={"day": day.isoformat(), "count": len(ended), "checksum": audit.checksum(ended)},
        )
    return len(ended)


def task_key(row: Concession) -> str:
    """The key of the task to talk before it ends."""
    return f"concession:{row.client_id}:{row.pk}"


def _claim(row: Concession, **columns: object) -> bool:
    """Whoever claims a waiting one first decides."""
    return turn(row, State.ASKED, **columns)


def _fix(row: Concession, day: date) -> None:
    windows = windows_of(max(row.from_on, day), row.until_on)
    told = {"measured_from": windows.measured_from, "baseline_from": windows.baseline_from}
    Concession.objects.filter(pk=row.pk).update(**told, baseline_months=windows.months)
    row.likes.set(like_clients(row, windows, day))
