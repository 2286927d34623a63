"""The actions of a self-assessment: adding one to a draft, doing it, and taking it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.models import SelfReviewAction
from servicing.pages.selfreviews.forms import ActionForm, SelfReviewForm, initial_of, people_of
from servicing.pages.selfreviews.selfreviews import owner_or_manager, review_of, review_page
from servicing.selfreviews import actions


@require_POST
@only("manager")
def add_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an action to a draft."""
    review = review_of(request, pk)
    form = ActionForm(request.POST, people=people_of(review.branch_id))
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_action(
                review,
                given["text"],
                given["owner"],
                given["due_on"],
                uid=given["uid"],
                by=staff_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Added."))
            return redirect("self-review-detail", pk)
    answers = SelfReviewForm(initial=initial_of(review.answers, review.version)) if review.is_draft else None
    return review_page(request, review, answers, action=form, status=422)


@require_POST
@only("advisor", "manager")
def settle_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Its owner or the manager says that it is done."""
    action, user = _action(request, pk), staff_of(request)
    if actions.settle_action(action, by=user, at=timezone.now()):
        messages.success(request, _("Done."))
    return _back(request, action)


@require_POST
@only("advisor", "manager")
def reopen_action(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not done after all."""
    action = _action(request, pk)
    if actions.reopen_action(action, by=staff_of(request)):
        messages.success(request, _("Open again."))
    return _back(request, action)


@require_POST
@only("manager")
def withdraw_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off a draft."""
    action = _action(request, pk)
    if actions.withdraw_action(action, by=staff_of(request), at=timezone.now()):
        messages.success(request, _("Taken off."))
    return _back(request, action)


def _action(request: HttpRequest, pk: int) -> SelfReviewAction:
    user = staff_of(request)
    found = SelfReviewAction.objects.visible_to(user).select_related("review__branch").filter(pk=pk).first()
    if found is None or not owner_or_manager(user, found):
        raise Http404
    return found


def _back(request: HttpRequest, action: SelfReviewAction) -> HttpResponse:
    user = staff_of(request)
    if user.is_manager and "list" not in request.POST:
        return redirect("self-review-detail", action.review_id)
    return redirect("self-review-list")
