"""What is done to a complaint: taken down, worked on stage by stage, put right, given to somebody else, opened again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.access import sees_names
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.complaints import owners, receiving, stages
from servicing.complaints.changes import ComplaintConflict
from servicing.models import Complaint, ComplaintAction
from servicing.pages.complaints.complaints import READERS, complaint_of, complaint_page, people_at, powers_of
from servicing.pages.complaints.forms import (
    STAGE_FORMS,
    CallForm,
    CorrectForm,
    OwnerForm,
    ReopenForm,
)
from servicing.pages.complaints.reception import client_numbered


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def leave_stage(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Leave a stage with what its form says. Who comes here by a log-in between is led back to the form."""
    complaint = _worked(request, pk)
    if stage not in STAGE_FORMS:
        raise Http404
    if request.method != "POST":
        return redirect("complaint-detail", pk=pk)
    people = owners.candidates(complaint.branch, complaint.about)
    form = STAGE_FORMS[stage](request.POST, auto_id="stage-%s", people=people)

    def act(version: int) -> Complaint:
        return stages.leave_stage(complaint, form.said(), version=version, by=staff_of(request), at=timezone.now())

    return _acted(request, complaint, act, form=form, name="stage_form", words=_("Noted. The next stage has begun."))


@require_POST
@only(*READERS)
def correct_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what a complaint says."""
    complaint, user = complaint_of(request, pk), staff_of(request)
    if not powers_of(user, complaint).steers:
        raise Http404
    about, names = people_at(complaint.branch, complaint.about), sees_names(user)
    form = CorrectForm(request.POST, people=about, sees_names=names, auto_id="correct-%s")

    def act(version: int) -> Complaint:
        client, text = complaint.client, None if names else complaint.text
        number = form.cleaned_data.get("client_number", "")
        if names and number != (client.client_number if client else ""):
            client = client_numbered(user, number)
        given = form.given(text)
        return receiving.correct_complaint(complaint, given, client=client, version=version, by=user, at=timezone.now())

    return _acted(
        request,
        complaint,
        act,
        form=form,
        name="correct_form",
        words=_("Saved; the earlier reading stays in the history."),
    )


@require_POST
@only(*READERS)
def reassign_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a complaint to another owner."""
    complaint, user = complaint_of(request, pk), staff_of(request)
    if not powers_of(user, complaint).steers:
        raise Http404
    people = owners.candidates(complaint.branch, complaint.about)
    form = OwnerForm(request.POST, people=people, auto_id="owner-%s")

    def act(version: int) -> Complaint:
        to = form.people[form.cleaned_data["owner"]]
        return owners.reassign(complaint, to, version=version, by=user, at=timezone.now())

    return _acted(request, complaint, act, form=form, name="owner_form", words=_("The complaint has another owner."))


@require_POST
@only(*READERS)
def call_complainer(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a follow-up call."""
    complaint = _worked(request, pk)
    form = CallForm(request.POST, auto_id="call-%s")

    def act(_version: int) -> object:
        given = form.cleaned_data
        return stages.record_call(
            complaint, given["outcome"], given["note"], uid=given["uid"], by=staff_of(request), at=timezone.now()
        )

    return _acted(request, complaint, act, form=form, name="call_form", words=_("The call is noted."))


@require_POST
@only(*READERS)
def reopen_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed complaint again."""
    complaint = _worked(request, pk)
    form = ReopenForm(request.POST, auto_id="reopen-%s")

    def act(version: int) -> Complaint:
        why = form.cleaned_data["why"]
        return stages.reopen_complaint(complaint, why, version=version, by=staff_of(request), at=timezone.now())

    return _acted(request, complaint, act, form=form, name="reopen_form", words=_("Open again, at talk and cause."))


@require_POST
@only(*READERS)
def settle_action(request: HttpRequest, pk: int) -> HttpResponse:
    """A corrective action is done: said by whoever does it, or who works on the complaint."""
    action, user = _action_of(request, pk), staff_of(request)
    if action.owner_id != user.pk and not powers_of(user, action.complaint).works:
        raise Http404
    if stages.settle_action(action, by=user, at=timezone.now()):
        messages.success(request, _("Done: {what}").format(what=action.text))
    return _back(request, action.complaint)


@require_POST
@only(*READERS)
def check_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a corrective action helped (`effective`: 1 or 0)."""
    action, user = _action_of(request, pk), staff_of(request)
    sees = Complaint.objects.visible_to(user).filter(pk=action.complaint_id).exists()
    if not sees or not powers_of(user, action.complaint).works:
        raise Http404
    try:
        stages.check_action(action, effective=request.POST.get("effective") == "1", by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Checked: {what}").format(what=action.text))
    return _back(request, action.complaint)


def _worked(request: HttpRequest, pk: int) -> Complaint:
    complaint = complaint_of(request, pk)
    if not powers_of(staff_of(request), complaint).works:
        raise Http404
    return complaint


def _action_of(request: HttpRequest, pk: int) -> ComplaintAction:
    found = ComplaintAction.objects.visible_to(staff_of(request)).filter(pk=pk)
    action = found.select_related("complaint__branch").first()
    if action is None:
        raise Http404
    return action


def _acted(
    request: HttpRequest, complaint: Complaint, act: Callable[[int], object], *, form: Any, name: str, words: str
) -> HttpResponse:
    """Do it and go back to the complaint, or show the form with what is wrong, or with what somebody else wrote meanwhile."""
    if form.is_valid():
        try:
            act(form.cleaned_data.get("version", 0))
        except Refused as refused:
            form.refuse(refused)
        except ComplaintConflict:
            theirs = complaint_of(request, complaint.pk)
            form.data = form.data.copy()
            form.data["version"] = str(theirs.version)  # what is sent next was written with theirs in sight
            return complaint_page(request, theirs, theirs=theirs, **({name: form} if _fits(form, theirs) else {}))
        else:
            messages.success(request, words)
            return _back(request, complaint)
    return complaint_page(request, complaint, **{name: form})


def _fits(form: Any, theirs: Complaint) -> bool:
    """Whether what was typed can still be sent: the form of a stage that was left meanwhile cannot."""
    if isinstance(form, tuple(STAGE_FORMS.values())):
        return theirs.is_open and isinstance(form, STAGE_FORMS[theirs.stage])
    return not (isinstance(form, ReopenForm) and theirs.is_open)


def _back(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """To the complaint; where the reader does not see it (any more), to the list."""
    if Complaint.objects.visible_to(staff_of(request)).filter(pk=complaint.pk).exists():
        return redirect("complaint-detail", pk=complaint.pk)
    return redirect("complaint-list")
