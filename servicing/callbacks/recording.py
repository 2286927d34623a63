"""What a call brought (L2): each attempt once, by anybody but the client's own advisor; so many in vain close the call-back,
and an answer that must not stand becomes a finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.callbacks.questions import WRONG_NUMBER, risky, unanswered
from servicing.models import Callback, CallbackAttempt, CallbackFinding

Outcome = CallbackAttempt.Outcome
IN_VAIN = (Outcome.UNREACHED, Outcome.WRONG)
_CLOSES = {Outcome.REACHED: Callback.State.REACHED, Outcome.REFUSED: Callback.State.REFUSED}


@dataclass(frozen=True)
class Heard:
    """What came of a call; `answers` by question, where the client was reached."""

    outcome: str
    answers: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


def record_attempt(callback: Callback, heard: Heard, *, uid: UUID, by: Staff, at: datetime) -> CallbackAttempt:
    """Record a call; the same `uid` again is the one that is there already. Raises Refused for the client's own advisor,
    for a call-back that is settled or another caller's, and where an answer is missing."""
    _check(heard)
    try:
        with transaction.atomic():
            return _again(callback, uid, by) or _record(callback, heard, uid=uid, by=by, at=at)
    except IntegrityError:  # the other of two identical calls was quicker between our look and our insert
        if (there := _again(callback, uid, by)) is None:
            raise
        return there


def withdraw_attempt(attempt: CallbackAttempt, *, by: Staff, at: datetime) -> bool:
    """Take back what one recorded: the call-back is open again, its findings go. False where it was taken back already.
    Raises Refused for somebody else's, for one that was not the
    last call, and where a finding was settled meanwhile."""
    with transaction.atomic():
        callback = Callback.objects.select_for_update().select_related("branch").get(pk=attempt.callback_id)
        if attempt.caller_id != by.pk:
            raise Refused(_("Somebody else recorded this."))
        if CallbackAttempt.objects.standing().filter(callback=callback, pk__gt=attempt.pk).exists():
            raise Refused(_("There was another call since."))
        findings = CallbackFinding.objects.filter(attempt=attempt)
        if findings.filter(state=CallbackFinding.State.SETTLED).exists():
            raise Refused(_("What came of this call has been looked into already."))
        if not CallbackAttempt.objects.standing().filter(pk=attempt.pk).update(withdrawn_at=at):
            return False
        findings.update(state=CallbackFinding.State.WITHDRAWN, settled_at=at, settled_by=by)
        settled = Callback.objects.filter(pk=callback.pk).exclude(state=Callback.State.WITHDRAWN)
        settled.update(state=Callback.State.OPEN, settled_at=None)
        _tell("withdraw-callback", attempt, callback, by=by)
    return True


def _record(callback: Callback, heard: Heard, *, uid: UUID, by: Staff, at: datetime) -> CallbackAttempt:
    found = Callback.objects.select_for_update(of=("self", "client")).select_related("branch", "client")
    current = found.get(pk=callback.pk)
    client = current.client
    if client.advisor_id == by.pk:
        raise Refused(_("A call-back is never made by the client's own advisor."))
    if by.pk != current.caller_id and not by.is_manager:
        raise Refused(_("Somebody else makes this call-back now."))
    if current.state != Callback.State.OPEN:
        raise Refused(_("This call-back is settled meanwhile: {state}.").format(state=current.get_state_display()))
    attempt = CallbackAttempt.objects.create(
        uid=uid, callback=current, client=client, caller=by, advisor_id=client.advisor_id, made_at=at,
        outcome=heard.outcome, answers=dict(heard.answers), remark=heard.remark.strip(),
    )  # fmt: skip
    if closes := _closes(current, heard.outcome, at):
        Callback.objects.filter(pk=current.pk).update(state=closes, settled_at=at)
    questions = [WRONG_NUMBER] if heard.outcome == Outcome.WRONG else risky(heard.answers)
    CallbackFinding.objects.bulk_create(
        CallbackFinding(branch=current.branch, attempt=attempt, question=question, made_at=at) for question in questions
    )
    _tell("record-callback", attempt, current, by=by, outcome=heard.outcome, findings=len(questions))
    return attempt


def _closes(callback: Callback, outcome: str, at: datetime) -> str:
    """The state in which an outcome leaves a call-back, '' where it is to be tried again."""
    if outcome in _CLOSES:
        return _CLOSES[Outcome(outcome)]
    tried = CallbackAttempt.objects.standing().filter(callback=callback, outcome__in=IN_VAIN).count()
    return Callback.State.UNREACHED if tried >= threshold("callback_tries", timezone.localdate(at)) else ""


def _check(heard: Heard) -> None:
    if heard.outcome not in Outcome.values:
        raise Refused(_("Say what came of the call."), "outcome")
    if heard.outcome != Outcome.REACHED and heard.answers:
        raise Refused(_("Only somebody who was reached can have answered."), "outcome")
    if heard.outcome == Outcome.REACHED and (missing := unanswered(heard.answers)):
        raise Refused(_("Yes or no?"), missing[0])


def _again(callback: Callback, uid: UUID, by: Staff) -> CallbackAttempt | None:
    there = CallbackAttempt.objects.filter(uid=uid).first()
    if there and (there.callback_id != callback.pk or there.caller_id != by.pk):
        raise Refused(_("This form belongs to another client; please open it anew."))
    return there


def _tell(action: str, attempt: CallbackAttempt, callback: Callback, *, by: Staff, **detail: object) -> None:
    audit.record(
        action,
        actor=by,
        of=attempt,
        branch=callback.branch,
        detail={"client": callback.client_id, **detail},
    )
