"""What follows from a self-assessment: actions with an owner and a day, added while it is a draft, done whenever they are."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import SelfReview, SelfReviewAction
from servicing.querysets.selfreviews import SelfReviewActionQuerySet

MOST = 20


def add_action(
    review: SelfReview, text: str, owner: Staff, due_on: date, *, uid: UUID, by: Staff, at: datetime
) -> SelfReviewAction:
    """Add an action to a draft, once per `uid`. Raises Refused, naming the field, for an owner who does not work in the
    branch, a day that has passed, or one too many."""
    with transaction.atomic():
        current = SelfReview.objects.select_for_update().get(pk=review.pk)
        known = SelfReviewAction.objects.filter(uid=uid).first()
        if known is not None:
            return known
        if not current.is_draft:
            raise Refused(_("It is handed in and fixed."))
        if not Staff.objects.working_in(current.branch_id).filter(pk=owner.pk).exists():
            raise Refused(_("Whoever does it works in the branch."), "owner")
        if due_on < timezone.localdate(at):
            raise Refused(_("This day has passed."), "due_on")
        if current.actions.filter(withdrawn_at=None).count() >= MOST:
            raise Refused(_("At most {n} actions.").format(n=MOST), "text")
        action = SelfReviewAction.objects.create(
            uid=uid, review=current, text=text, owner=owner, due_on=due_on, made_by=by, made_at=at
        )
        _tell("add-self-review-action", action, by=by, owner=owner.pk, due_on=due_on.isoformat())
    return action


def settle_action(action: SelfReviewAction, *, by: Staff, at: datetime) -> bool:
    """Mark it done; False where it is done or withdrawn already."""
    rows = SelfReviewAction.objects.still_open()
    return _turn(rows, action, "settle-self-review-action", by=by, done_at=at, done_by=by)


def reopen_action(action: SelfReviewAction, *, by: Staff) -> bool:
    """Undo of `settle_action`, and of the end of what its owner left behind: who opens it takes it over where the owner does not
    work in the branch any more. False where it is open already, or neither works there."""
    asked = [action.owner_id, by.pk]
    here = Staff.objects.working_in(action.review.branch_id).filter(pk__in=asked).values_list("pk", flat=True)
    owner = next((pk for pk in asked if pk in set(here)), None)
    if owner is None:
        return False
    over = {"done_at": None, "done_by": None, "ended_at": None, "ended_why": "", "owner": owner}
    rows = SelfReviewAction.objects.over()
    return _turn(rows, action, "reopen-self-review-action", by=by, told={"owner": owner}, **over)


def end_actions(person: Staff, *, by: Staff, at: datetime) -> int:
    """End what somebody was to do in branches in which they do not work any more: it was the own doing of that person, so nobody
    gets it unasked; the manager sees it with the reason, and may open it again. How many; a second time none."""
    still, rows = Staff.objects.working().filter(pk=person.pk), SelfReviewAction.objects.still_open()
    why = SelfReviewAction.Ended.MOVED if still.exists() else SelfReviewAction.Ended.LEFT
    left = rows.filter(owner=person).exclude(review__branch__in=Branch.objects.filter(staff__in=still))
    told: dict[str, Any] = {"by": by, "told": {"why": str(why)}, "ended_at": at, "ended_why": why}
    return sum(
        _turn(rows, action, "end-self-review-action", **told) for action in left.select_related("review__branch")
    )


def withdraw_action(action: SelfReviewAction, *, by: Staff, at: datetime) -> bool:
    """Take it off a draft; False where it is off already, or the self-assessment is handed in."""
    rows = SelfReviewAction.objects.filter(review__handed_in_at=None, withdrawn_at=None)
    return _turn(rows, action, "withdraw-self-review-action", by=by, withdrawn_at=at)


def _turn(
    rows: SelfReviewActionQuerySet[SelfReviewAction],
    action: SelfReviewAction,
    name: str,
    *,
    by: Staff,
    told: Mapping[str, object] | None = None,
    **to: object,
) -> bool:
    """Turn an action that is still among some rows: the conditional update is the lock."""
    with transaction.atomic():
        found = rows.filter(pk=action.pk)
        if not SelfReviewAction.objects.filter(pk__in=found.values("pk")).update(**to):
            return False
        _tell(name, action, by=by, **(told or {}))
    return True


def _tell(name: str, action: SelfReviewAction, *, by: Staff, **detail: object) -> None:
    audit.record(
        name,
        actor=by,
        of=action,
        branch=action.review.branch,
        detail={"review": action.review_id, **detail},
    )
