"""What is done with a version: put forward, taken back, approved or refused by a second person; and the end of a text."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import TextVersion
from servicing.pages.text_forms import DecisionForm
from servicing.pages.text_writing import WRITERS
from servicing.pages.texts import text_of
from servicing.texts import deciding, writing
from servicing.texts.differences import differences
from servicing.texts.writing import may_write


@require_POST
@only(*WRITERS)
def ask(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Put a draft forward to the second person."""
    version = _version(request, pk, number, writing_it=True)
    try:
        deciding.ask_approval(version, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        undo = reverse("take-back-text", args=[pk, number])
        messages.success(request, _("It waits for somebody else's approval now."), extra_tags=undo)
    return redirect("text-detail", pk=pk)


@require_POST
@only(*WRITERS)
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The undo of putting it forward."""
    version = _version(request, pk, number, writing_it=True)
    if deciding.take_back(version, by=staff_of(request)):
        messages.success(request, _("It is a draft again."))
    else:
        messages.error(request, _("Somebody has decided already."))
    return redirect("text-detail", pk=pk)


@require_POST
@only("manager", "compliance")
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Approve or refuse what somebody else wrote; from the page of approvals one comes back to it."""
    user, version = staff_of(request), _version(request, pk, number)
    if not deciding.may_decide(user, version.text.branch):
        raise Http404
    form = DecisionForm(request.POST)
    back = redirect("approval-list") if "from-approvals" in request.POST else redirect("text-detail", pk=pk)
    if not form.is_valid():
        messages.error(request, _("Choose whether to approve or to refuse, with a reason of at most 200 characters."))
        return back
    approve = form.cleaned_data["decision"] == "approve"
    try:
        done = deciding.decide_text(version, approve=approve, why=form.cleaned_data["why"], by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("Approved.") if approve else _("Refused.")
        messages.success(request, said if done else _("Somebody has decided already."))
    return back


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody uses the text any more."""
    return _turn(request, pk, ends=True)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of ending it."""
    return _turn(request, pk, ends=False)


def waiting_texts(user: Staff, most: int) -> Sequence[dict[str, Any]]:
    """The versions that wait for a reader, the longest waiting first, each with what it changes."""
    waiting = TextVersion.objects.waiting_for(user).select_related("text__branch", "author").order_by("asked_at", "pk")
    found = list(waiting[:most])
    texts = [version.text_id for version in found]
    before = {one.text_id: one for one in TextVersion.objects.filter(text__in=texts, state="approved")}
    return [
        {
            "version": version,
            "pieces": differences(before[version.text_id].body, version.body) if version.text_id in before else None,
        }
        for version in found
    ]


def _version(request: HttpRequest, pk: int, number: int, *, writing_it: bool = False) -> TextVersion:
    text = text_of(request, pk)
    version = text.versions.select_related("text__branch").filter(number=number).first()
    if version is None or (writing_it and not may_write(staff_of(request), text.branch)):
        raise Http404
    return version


def _turn(request: HttpRequest, pk: int, *, ends: bool) -> HttpResponse:
    user, text = staff_of(request), text_of(request, pk)
    if not (may_write(user, text.branch) or user.is_compliance):
        raise Http404
    if ends:
        writing.end_text(text, by=user, at=timezone.now())
        undo = reverse("restore-text", args=[pk])
        messages.success(request, _("Ended. It can be restored on its page."), extra_tags=undo)
    else:
        writing.restore_text(text, by=user)
        messages.success(request, _("Restored."))
    return redirect("text-detail", pk=pk)
