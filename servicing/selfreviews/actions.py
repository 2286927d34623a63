"""What follows from a self-assessment: actions with an owner and a day, added while it is a draft, done whenever they are."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import SelfReview, SelfReviewAction

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
    return _turn(
        action, "settle-self-review-action", {"done_at": None, "withdrawn_at": None}, by, done_at=at, done_by=by
    )


def reopen_action(action: SelfReviewAction, *, by: Staff) -> bool:
    """Undo of `settle_action`; False where it is open already."""
    done = {"done_at__isnull": False, "withdrawn_at": None}
    return _turn(action, "reopen-self-review-action", done, by, done_at=None, done_by=None)


def withdraw_action(action: SelfReviewAction, *, by: Staff, at: datetime) -> bool:
    """Take it off a draft; False where it is off already, or the self-assessment is handed in."""
    draft = {"review__handed_in_at": None, "withdrawn_at": None}
    return _turn(action, "withdraw-self-review-action", draft, by, withdrawn_at=at)


def _turn(action: SelfReviewAction, name: str, since: Mapping[str, object], by: Staff, **to: object) -> bool:
    with transaction.atomic():
        found = SelfReviewAction.objects.filter(pk=action.pk, **since)
        if not SelfReviewAction.objects.filter(pk__in=found.values("pk")).update(**to):
            return False
        _tell(name, action, by=by)
    return True


def _tell(name: str, action: SelfReviewAction, *, by: Staff, **detail: object) -> None:
    audit.record(
        name,
        actor=by,
        of=action,
        branch=action.review.branch,
        detail={"review": action.review_id, **detail},
    )
