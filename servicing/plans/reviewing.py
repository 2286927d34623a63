"""Reviews of a service plan (S4): a phase is closed with its result and lessons and the next one opens; after the third
another period begins."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import PlanReview, ServicePlan, Task
from servicing.plans.content import review_key, written_in
from servicing.plans.fulfilment import fulfilment_of
from servicing.plans.saving import PlanChanged, write
from servicing.settling import turn

Phase = ServicePlan.Phase
_NEXT = {Phase.BEFORE: Phase.DURING, Phase.DURING: Phase.AFTER, Phase.AFTER: Phase.BEFORE}


def close_phase(
    plan: ServicePlan, *, result: str, lessons: str, next_review_on: date, version: int, by: Staff, at: datetime
) -> PlanReview:
    """Close the phase of a plan and open the next; the task of the review is done with it. `version` is the one that the
    editor read: raises PlanChanged where it is not the present one, Refused for an empty result or a day that has passed.
    The same again is the review that is there already."""
    today = timezone.localdate(at)
    if not result.strip():
        raise Refused(_("Say what came of it."), "result")
    if next_review_on <= today:
        raise Refused(_("The next review comes after today."), "next_review_on")
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update().get(pk=plan.pk)
        if current.withdrawn_at:
            raise Refused(_("This plan is withdrawn."))
        if current.version != version:
            last = current.reviews.order_by("-pk").first()
            if last and current.version == version + 1 and (last.staff_id, last.result) == (by.pk, result.strip()):
                return last
            raise PlanChanged(current)
        fulfilled = fulfilment_of(current, today)
        review = PlanReview.objects.create(
            plan=current,
            period=current.period,
            phase=current.phase,
            from_day=current.phase_from,
            until_day=today,
            result=result.strip(),
            lessons=lessons.strip(),
            done_count=fulfilled.done,
            due_count=fulfilled.due,
            staff=by,
            at=at,
        )
        _settle(current, by=by, at=at)
        written = written_in(current).due(next_review_on)
        phase = _NEXT[Phase(current.phase)]
        opened = {"phase": phase, "phase_from": today, "period": current.period + (phase == Phase.BEFORE)}
        write(current, written, by=by, at=at, why=_("phase closed"), action="review-plan", **opened)
    return review


def _settle(plan: ServicePlan, *, by: Staff, at: datetime) -> None:
    """The task of this review is done."""
    key = review_key(plan.client_id, plan.next_review_on)
    for task in Task.objects.filter(key=key, client=plan.client_id).select_related("branch"):
        turn(task, Task.State.DONE, since=[Task.State.OPEN], by=by, at=at, action="settle-task")
