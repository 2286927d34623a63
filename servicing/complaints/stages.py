"""The five stages (S9): each is left with what it must say, in order; what was left out is said and stays visible (S18)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.complaints.changes import ComplaintConflict
from servicing.complaints.owners import candidates, owner_from
from servicing.complaints.timers import due_day
from servicing.models import Complaint, ComplaintAction, ComplaintCall, ComplaintStep

ORDER = list(Complaint.Stage)
APOLOGIES = ("spoken", "written", "none")


@dataclass(frozen=True)
class Acknowledged:
    """Received: the client knows that somebody cares; how and what we said."""

    how: str
    words: str

    stage = Complaint.Stage.RECEIVED

    def check(self) -> None:
        _need(self.words, "words")


@dataclass(frozen=True)
class CauseFound:
    """Talk and cause: what the client says, and the root cause."""

    talk: str
    cause: str
    root_cause: str

    stage = Complaint.Stage.CAUSE

    def check(self) -> None:
        _need(self.talk, "talk")
        if self.cause not in Complaint.Cause.values or not self.cause:
            raise Refused(_("Choose the root cause."), "cause")
        _need(self.root_cause, "root_cause")


@dataclass(frozen=True)
class Answered:
    """Solution and answer: what is done, how and with which words the client was told, and the apology or why there is none."""

    solution: str
    how: str
    answer: str
    apology: str
    no_apology: str = ""

    stage = Complaint.Stage.ANSWER

    def check(self) -> None:
        _need(self.solution, "solution")
        _need(self.answer, "answer")
        if self.apology not in APOLOGIES:
            raise Refused(_("Say whether we apologised."), "apology")
        if self.apology == "none":
            _need(self.no_apology, "no_apology")


@dataclass(frozen=True)
class FollowedUp:
    """Follow up until satisfied: the last call says satisfied, or why the client cannot be satisfied or asked."""

    left_out: str = ""

    stage = Complaint.Stage.FOLLOW_UP

    def check(self) -> None:
        """What is needed depends on the calls; see `_leave`."""


@dataclass(frozen=True)
class Improved:
    """Analyse and improve: the lesson, the corrective action with owner and day or why there is none, and the client's
    satisfaction or why it was not asked."""

    lesson: str
    remedy: str = ""
    remedy_owner: int | None = None
    remedy_due: str = ""  # ISO day
    no_remedy: str = ""
    satisfaction: int | None = None
    not_asked: str = ""

    stage = Complaint.Stage.IMPROVE

    def check(self) -> None:
        _need(self.lesson, "lesson")
        if self.remedy.strip():
            if self.remedy_owner is None:
                raise Refused(_("Say who does it."), "remedy_owner")
            if not self.remedy_due:
                raise Refused(_("Choose a day."), "remedy_due")
        else:
            _need(self.no_remedy, "no_remedy")
        if self.satisfaction is None:
            _need(self.not_asked, "not_asked")
        elif not 1 <= self.satisfaction <= 5:
            raise Refused(_("From 1 to 5."), "satisfaction")


Said = Acknowledged | CauseFound | Answered | FollowedUp | Improved


def leave_stage(complaint: Complaint, said: Said, *, version: int, by: Staff, at: datetime) -> Complaint:
    """Leave the stage that `said` speaks of and enter the next one; leaving the last one closes the complaint. The same
    twice is once. Raises Refused, naming the field, for what is missing, ComplaintConflict where the complaint is at another
    stage or somebody wrote since `version`."""
    said.check()
    with transaction.atomic():
        current = (
            Complaint.objects.select_for_update(of=("self",)).select_related("about", "client").get(pk=complaint.pk)
        )
        if current.stage != said.stage or current.version != version:
            done = ComplaintStep.objects.filter(complaint=current, round=current.round, stage=said.stage, by=by).first()
            if done is not None and done.said == asdict(said):
                return current
            raise ComplaintConflict(current)
        columns = _leave(current, said, by=by, at=at)
        following = ORDER[ORDER.index(said.stage) + 1]
        if following == Complaint.Stage.CLOSED:
            columns |= {"closed_at": at, "due_on": None}
        else:
            columns["due_on"] = due_day(following, current.severity, current.how, current.clock_from)
        _keep_step(current, asdict(said), by=by, at=at)
        Complaint.objects.filter(pk=current.pk).update(
            **columns, stage=following, entered_at=at, version=current.version + 1
        )
        tell("close-complaint" if "closed_at" in columns else "advance-complaint", current, by=by, stage=said.stage)
    return Complaint.objects.get(pk=complaint.pk)


def reopen_complaint(complaint: Complaint, why: str, *, version: int, by: Staff, at: datetime) -> Complaint:
    """Open a closed complaint again at talk and cause, with a new round, its timers running from today, and the next owner by
    rule where the former may not own it any more. Raises Refused without a reason, ComplaintConflict where somebody was
    quicker."""
    _need(why, "why")
    with transaction.atomic():
        current = (
            Complaint.objects.select_for_update(of=("self",)).select_related("about", "client").get(pk=complaint.pk)
        )
        if current.is_open or current.version != version:
            if (
                current.is_open
                and current.steps.filter(stage=Complaint.Stage.CLOSED, by=by, said={"why": why}).exists()
            ):
                return current
            raise ComplaintConflict(current)
        _keep_step(current, {"why": why}, by=by, at=at)
        day, stage = timezone.localdate(at), Complaint.Stage.CAUSE
        Complaint.objects.filter(pk=current.pk).update(
            stage=stage,
            owner=owner_from(current, current.client, current.about, day),
            entered_at=at,
            clock_from=day,
            due_on=due_day(stage, current.severity, current.how, day),
            closed_at=None,
            satisfaction=None,
            asked_by=None,
            not_asked="",
            round=current.round + 1,
            version=current.version + 1,
        )
        tell("reopen-complaint", current, by=by, round=current.round + 1)
    return Complaint.objects.get(pk=complaint.pk)


def record_call(complaint: Complaint, outcome: str, note: str, *, uid: UUID, by: Staff, at: datetime) -> ComplaintCall:
    """Note a follow-up call while the complaint is followed up; the same `uid` twice is one. Raises Refused at another
    stage, or where a client who is not satisfied yet has nothing noted."""
    if outcome not in ComplaintCall.Outcome.values:
        raise Refused(_("Choose how the call ended."), "outcome")
    if outcome == ComplaintCall.Outcome.NOT_YET:
        _need(note, "note")
    try:
        with transaction.atomic():
            known = ComplaintCall.objects.filter(uid=uid, complaint=complaint).first()
            if known:
                return known
            current = Complaint.objects.select_for_update().get(pk=complaint.pk)
            if current.stage != Complaint.Stage.FOLLOW_UP:
                raise Refused(_("Follow-up calls are noted after the answer and before the analysis."), "outcome")
            call = ComplaintCall.objects.create(
                uid=uid, complaint=current, round=current.round, outcome=outcome, note=note.strip(), by=by, at=at
            )
            tell("call-complainer", current, by=by, outcome=outcome)
    except IntegrityError:  # the same form a moment ago
        return ComplaintCall.objects.get(uid=uid, complaint=complaint)
    return call


def settle_action(action: ComplaintAction, *, by: Staff, at: datetime) -> bool:
    """The corrective action is done; False where it was before."""
    with transaction.atomic():
        if not ComplaintAction.objects.filter(pk=action.pk, done_at=None).update(done_at=at, done_by=by):
            return False
        tell("settle-complaint-action", action.complaint, by=by, corrects=action.pk)
    return True


def check_action(action: ComplaintAction, *, effective: bool, by: Staff, at: datetime) -> bool:
    """Say whether a done action helped; False where somebody did before. Raises Refused for one that is not done."""
    with transaction.atomic():
        rows = ComplaintAction.objects.filter(pk=action.pk, checked_at=None, done_at__isnull=False)
        if not rows.update(is_effective=effective, checked_at=at, checked_by=by):
            if not ComplaintAction.objects.filter(pk=action.pk, done_at__isnull=False).exists():
                raise Refused(_("It is checked when it is done."))
            return False
        tell("check-complaint-action", action.complaint, by=by, corrects=action.pk, effective=effective)
    return True


def _leave(current: Complaint, said: Said, *, by: Staff, at: datetime) -> dict[str, Any]:
    """What leaving a stage writes beside the step itself."""
    if isinstance(said, CauseFound):
        return {"cause": said.cause}
    if isinstance(said, FollowedUp):
        last = current.calls.filter(round=current.round).order_by("-at", "-pk").first()
        if not said.left_out.strip() and (last is None or last.outcome != ComplaintCall.Outcome.SATISFIED):
            raise Refused(_("Note a call in which the client is satisfied, or say why it ends without."), "left_out")
    if isinstance(said, Improved):
        _add_action(current, said, by=by, at=at)
        asked = {"satisfaction": said.satisfaction, "asked_by": by} if said.satisfaction else {}
        return asked or {"not_asked": said.not_asked.strip()}
    return {}


def _add_action(current: Complaint, said: Improved, *, by: Staff, at: datetime) -> None:
    if not said.remedy.strip():
        return
    due = date.fromisoformat(said.remedy_due)
    if due < timezone.localdate(at):
        raise Refused(_("Today at the earliest."), "remedy_due")
    owner = next((one for one in candidates(current.branch, current.about) if one.pk == said.remedy_owner), None)
    if owner is None:
        raise Refused(
            _("Choose somebody who works at this branch, or compliance, and is not complained about."), "remedy_owner"
        )
    ComplaintAction.objects.create(
        complaint=current,
        round=current.round,
        text=said.remedy.strip(),
        owner=owner,
        due_on=due,
        made_by=by,
        made_at=at,
    )


def _keep_step(current: Complaint, said: dict[str, Any], *, by: Staff, at: datetime) -> None:
    ComplaintStep.objects.create(
        complaint=current,
        round=current.round,
        stage=current.stage,
        entered_at=current.entered_at,
        left_at=max(at, current.entered_at),
        due_on=current.due_on,
        by=by,
        said=said,
    )


def _need(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(_("This is needed."), field)
