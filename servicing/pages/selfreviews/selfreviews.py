"""Self-assessments of a branch: what was said quarter by quarter, writing the present one, and the actions that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import SelfReview, SelfReviewAction
from servicing.pages.selfreviews.forms import ActionForm, SelfReviewForm, initial_of, people_of
from servicing.pages.selfreviews.words import Group, groups_of
from servicing.quarters import Quarter
from servicing.selfreviews.facts import facts_of
from servicing.selfreviews.writing import (
    Answers,
    ReviewChanged,
    begin_review,
    hand_in_review,
    quarters_open,
    save_review,
)

READERS = ("advisor", "manager", "compliance")
SHOWN = 40  # ten years of a branch


@dataclass(frozen=True)
class Part:
    """A question: its words, what was answered now and in the former quarter, what somebody else saved meanwhile, the facts
    beside it, and its fields while it is written."""

    question: str
    label: str
    said: Mapping[str, Any]
    former: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    groups: list[Group]
    fields: Any = None


@require_safe
@only(*READERS)
def self_review_list(request: HttpRequest) -> HttpResponse:
    """Self-assessments that the reader sees, the latest quarter first, those to begin, and what the reader is to do."""
    user, today = staff_of(request), timezone.localdate()
    seen = SelfReview.objects.visible_to(user).select_related("branch", "saved_by", "handed_in_by")
    standing = Q(actions__withdrawn_at=None, actions__isnull=False)
    rows = seen.annotate(
        action_count=Count("actions", filter=standing),
        open_count=Count("actions", filter=standing & Q(actions__done_at=None, actions__ended_at=None)),
    )
    shown = list(rows.order_by("-first_day", "branch__code")[:SHOWN])
    begun = {(row.branch_id, row.first_day) for row in shown}
    branches = list(Branch.objects.visible_to(user).active()) if user.is_manager else []
    mine = SelfReviewAction.objects.visible_to(user).still_open().filter(owner=user).select_related("review__branch")
    context = {
        "rows": [(row, Quarter.of(row.first_day).words, _marks(row)) for row in shown],
        "to_begin": [
            (branch, str(quarter), quarter.words)
            for branch in branches
            for quarter in quarters_open(today)
            if (branch.pk, quarter.first) not in begun
        ],
        "questions": SelfReview.Question.choices,
        "mine": list(mine[:SHOWN]),
        "today": today,
        "reads": not user.is_advisor,
    }
    return render(request, "servicing/selfreview_list.html", context)


@require_POST
@only("manager")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the self-assessment of a quarter, or open the one that is there."""
    user = staff_of(request)
    branch = Branch.objects.visible_to(user).active().filter(code=request.POST.get("branch", "")).first()
    quarter = Quarter.named(request.POST.get("quarter", ""))
    if branch is None or quarter is None:
        raise Http404
    try:
        review = begin_review(branch, quarter, by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("self-review-list")
    return redirect("self-review-detail", review.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager", "compliance")
def self_review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The self-assessment of a quarter: a form while it is a draft of the reader's branch, else what was said."""
    review, user = review_of(request, pk), staff_of(request)
    if request.method != "POST":
        form = SelfReviewForm(initial=initial_of(review.answers, review.version)) if review.is_draft else None
        return review_page(request, review, form)
    if not user.is_manager:
        raise Http404
    form = SelfReviewForm(request.POST)
    if not form.is_valid():
        return review_page(request, review, form, status=422)
    write = hand_in_review if "hand_in" in request.POST else save_review
    try:
        saved = write(review, form.answers(), version=form.cleaned_data["version"], by=user, at=timezone.now())
    except ReviewChanged as changed:
        mine = form.answers()
        again = SelfReviewForm(initial=initial_of(mine, changed.review.version))
        return review_page(request, changed.review, again, mine=mine, status=409)
    except Refused as refused:
        form.refuse(refused)
        return review_page(request, review, form, status=422)
    messages.success(request, _("Saved as a draft.") if saved.is_draft else _("Handed in: it is fixed from now on."))
    return redirect("self-review-detail", saved.pk)


@require_safe
@only("manager", "compliance")
def print_self_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on one sheet of paper."""
    return render(request, "servicing/selfreview_print.html", _context(request, review_of(request, pk)))


def review_of(request: HttpRequest, pk: int) -> SelfReview:
    """A self-assessment that the reader sees; raises Http404."""
    rows = SelfReview.objects.visible_to(staff_of(request)).select_related("branch", "saved_by", "handed_in_by")
    review = rows.filter(pk=pk).first()
    if review is None:
        raise Http404
    return review


def review_page(
    request: HttpRequest,
    review: SelfReview,
    form: SelfReviewForm | None,
    *,
    mine: Answers | None = None,
    action: ActionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `mine`: what this editor typed while somebody else saved; `action`: the form of an action that was refused."""
    context = _context(request, review, form, mine)
    user = staff_of(request)
    if review.is_draft:
        context["action_form"] = action or ActionForm(people=people_of(review.branch_id))
    context |= {
        "form": form,
        "conflict": mine is not None,
        "draft": f"{user.pk}:self-review:{review.pk}:{review.version}",
    }
    return render(request, "servicing/selfreview_page.html", context, status=status)


def _context(
    request: HttpRequest, review: SelfReview, form: SelfReviewForm | None = None, mine: Answers | None = None
) -> dict[str, Any]:
    user, today, quarter = staff_of(request), timezone.localdate(), Quarter.of(review.first_day)
    former = SelfReview.objects.visible_to(user).before(review.branch_id, review.first_day).first()
    facts = review.facts if review.facts is not None else facts_of(user, review.branch, quarter, today)
    actions = review.actions.filter(withdrawn_at=None).select_related("owner", "done_by").order_by("due_on", "pk")
    return {
        "review": review,
        "quarter": quarter.words,
        "former": former,
        "former_quarter": Quarter.of(former.first_day).words if former else "",
        "parts": [
            _part(question, review, former, facts=facts, form=form, mine=mine) for question in SelfReview.Question
        ],
        "actions": list(actions),
        "user_id": user.pk,
        "may_settle": user.is_manager,
        "today": today,
    }


def _part(
    question: SelfReview.Question,
    review: SelfReview,
    former: SelfReview | None,
    *,
    facts: Any,
    form: SelfReviewForm | None,
    mine: Answers | None,
) -> Part:
    said = review.answer(question)
    return Part(
        question.value,
        str(question.label),
        said,
        former.answer(question) if former else None,
        said if mine is not None and dict(mine[question.value]) != said else None,
        groups_of(question.value, facts, former.facts if former else None),
        form.fields_of(question.value) if form else None,
    )


def _marks(review: SelfReview) -> list[int | None]:
    return [review.answer(question)["mark"] for question in SelfReview.Question.values]


def owner_or_manager(user: Staff, action: SelfReviewAction) -> bool:
    """Who may say that an action is done: its owner, and the managers of the branch."""
    return action.owner_id == user.pk or user.is_manager
