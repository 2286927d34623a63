"""Writing a self-assessment (S20): begun once per branch and quarter, saved as a draft, handed in and then fixed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.models import SelfReview
from servicing.quarters import Quarter
from servicing.selfreviews.facts import facts_of

PAST = 1  # a quarter is assessed while it runs, and in the one after it
EARLIEST = 31  # days before the end of a quarter: on other days nothing is asked of the database
LONGEST = 2000  # characters of an answer
Answers = Mapping[str, Mapping[str, Any]]


class ReviewChanged(Exception):
    """Somebody saved meanwhile; `review` is what it says now."""

    def __init__(self, review: SelfReview) -> None:
        super().__init__(f"self-review {review.pk} is at version {review.version}")
        self.review = review


def quarters_open(today: date) -> list[Quarter]:
    """The quarters that may be begun on a day, the present one first."""
    quarter = Quarter.of(today)
    return [quarter, *quarter.former(PAST)]


def begin_review(branch: Branch, quarter: Quarter, *, by: Staff, at: datetime) -> SelfReview:
    """Begin the self-assessment of a quarter; the one that is there already where somebody was quicker. Raises Refused for a
    quarter that is over for long or has not begun."""
    if quarter not in quarters_open(timezone.localdate(at)):
        raise Refused(_("A quarter is assessed while it runs or in the one after it."))
    with transaction.atomic():
        review, is_new = SelfReview.objects.get_or_create(
            branch=branch,
            first_day=quarter.first,
            defaults={"made_by": by, "made_at": at, "saved_by": by, "saved_at": at},
        )
        if is_new:
            _tell("begin-self-review", review, by=by)
    return review


def save_review(review: SelfReview, answers: Answers, *, version: int, by: Staff, at: datetime) -> SelfReview:
    """Save what was answered so far. `version` is the one that the editor read: raises ReviewChanged where it is not the
    present one, Refused where it is handed in. The same again changes nothing."""
    with transaction.atomic():
        current = _held(review, answers, version)
        if current.answers != answers:
            _write(current, answers, by=by, at=at)
            _tell("save-self-review", current, by=by, version=current.version)
    return current


def hand_in_review(review: SelfReview, answers: Answers, *, version: int, by: Staff, at: datetime) -> SelfReview:
    """Hand it in with the facts of the day; it is fixed then, and twice is once. Raises ReviewChanged as saving does, Refused
    naming the first question without text or mark."""
    facts = dict(facts_of(by, review.branch, Quarter.of(review.first_day), timezone.localdate(at)))
    with transaction.atomic():
        current = SelfReview.objects.select_for_update().get(pk=review.pk)
        if not current.is_draft and current.answers == answers:
            return current
        current = _held(review, answers, version)
        for question in SelfReview.Question.values:
            said = answers.get(question, {})
            if not said.get("text"):
                raise Refused(_("Every question is answered before it is handed in."), f"{question}_text")
            if said.get("mark") not in range(1, 6):
                raise Refused(_("Every question has a mark before it is handed in."), f"{question}_mark")
        current.facts, current.handed_in_by, current.handed_in_at = facts, by, at
        _write(current, answers, by=by, at=at)
        _tell("hand-in-self-review", current, by=by, version=current.version)
    return current


def is_called_for(branches: QuerySet[Branch], today: date) -> Quarter | None:
    """The quarter whose self-assessment some branch has still to hand in, in its last days; None otherwise."""
    quarter = Quarter.of(today)
    left = (quarter.last - today).days
    if left >= EARLIEST or left >= threshold("self_review_days", today):
        return None
    done = SelfReview.objects.filter(first_day=quarter.first, handed_in_at__isnull=False).values("branch")
    return quarter if branches.filter(is_active=True).exclude(pk__in=done).exists() else None


def _held(review: SelfReview, answers: Answers, version: int) -> SelfReview:
    current = SelfReview.objects.select_for_update().select_related("branch", "saved_by").get(pk=review.pk)
    if not current.is_draft:
        raise Refused(_("It is handed in and fixed."))
    if current.version != version and current.answers != answers:
        raise ReviewChanged(current)
    if any(len(said.get("text", "")) > LONGEST for said in answers.values()):
        raise Refused(_("At most {n} characters.").format(n=LONGEST))
    return current


def _write(review: SelfReview, answers: Answers, *, by: Staff, at: datetime) -> None:
    review.answers, review.saved_by, review.saved_at = dict(answers), by, at
    review.version += 1
    review.save()


def _tell(action: str, review: SelfReview, *, by: Staff, **detail: object) -> None:
    audit.record(
        action,
        actor=by,
        of=review,
        detail={"quarter": str(Quarter.of(review.first_day)), **detail},
    )
