"""The papers of one person: what stands and what stood, entering, correcting and taking off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.lib.deciding import may_decide
from crm.lib.http import is_swap, only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.competence.papers import PaperConflict, correct_paper, enter_paper, restore_paper, withdraw_paper
from servicing.models import Paper
from servicing.pages.competence.competence import own_papers, shown_paper
from servicing.pages.competence.forms import LicenceForm, PaperForm, TrainingForm

WRITERS = ("admin", "manager")


@require_safe
def person_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a person whom the reader answers for, or one's own."""
    user, today = staff_of(request), timezone.localdate()
    person = _person(user, pk)
    standing = own_papers(person, today)
    before = Paper.objects.filter(staff=person).exclude(pk__in=[one["row"].pk for one in standing])
    context = {
        "person": person,
        "papers": standing,
        "before": [shown_paper(row, today) for row in before.select_related("made_by", "withdrawn_by").order_by("-pk")],
        "may_write": may_decide(user) and user.pk != person.pk,
        "reads_staff": not user.is_advisor,
    }
    return render(request, "servicing/person_papers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a licence, or with `?training` of a training, and what it sends."""
    user = staff_of(request)
    person = _person(user, pk)
    is_training = "training" in request.GET
    form = (TrainingForm if is_training else LicenceForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            paper = enter_paper(person, form.written(), uid=form.cleaned_data["uid"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Written down."), extra_tags=reverse("withdraw-paper", args=[paper.pk]))
            return _back(request, person)
    return _drawer(request, form, person)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a paper that stands, and what it sends: another row that replaces it. A second editor is told what the first
    one saved, and may replace that."""
    user = staff_of(request)
    paper = _paper(user, pk)
    form = _form_of(paper)(request.POST or None, fixed=True, initial=paper.told())
    if request.method == "POST" and form.is_valid():
        told = form.written(paper.kind)
        try:
            correct_paper(paper, told, uid=form.cleaned_data["uid"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        except PaperConflict as conflict:
            current = conflict.current
            shown = shown_paper(current, timezone.localdate())
            return _drawer(request, form, paper.staff, paper=current, other=shown, status=409)
        else:
            messages.success(request, _("Corrected. What stood before stays readable."))
            return _back(request, paper.staff)
    return _drawer(request, form, paper.staff, paper=paper)


@require_POST
@only(*WRITERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper off that should not be there."""
    user = staff_of(request)
    paper = _paper(user, pk)
    try:
        if withdraw_paper(paper, by=user, at=timezone.now()):
            messages.success(request, _("Taken off."), extra_tags=reverse("restore-paper", args=[paper.pk]))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("person-papers", pk=paper.staff_id)


@require_POST
@only(*WRITERS)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo of taking a paper off."""
    user = staff_of(request)
    paper = _paper(user, pk)
    try:
        if restore_paper(paper, by=user):
            messages.success(request, _("It counts again."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("person-papers", pk=paper.staff_id)


def _person(user: Staff, pk: int) -> Staff:
    people = Staff.objects.visible_to(user)
    found: Staff | None = (people.filter(pk=user.pk) if user.is_advisor else people).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _paper(user: Staff, pk: int) -> Paper:
    found = Paper.objects.visible_to(user).select_related("staff").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _form_of(paper: Paper) -> type[PaperForm]:
    return TrainingForm if paper.is_training else LicenceForm


def _drawer(request: HttpRequest, form: PaperForm, person: Staff, *, status: int = 422, **more: Any) -> HttpResponse:
    paper = more.get("paper")
    action = reverse("correct-paper", args=[paper.pk]) if paper else request.get_full_path()
    context = {"form": form, "form_action": action, "person": person, **more}
    return render(request, "servicing/_paper_form.html", context, status=status if request.method == "POST" else 200)


def _back(request: HttpRequest, person: Staff) -> HttpResponse:
    if is_swap(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("person-papers", args=[person.pk])
        return response
    return redirect("person-papers", pk=person.pk)
