"""What is done about an idea: moved on, answered, said to be another one again, given to another owner; each told to a second
editor who had not seen it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.ideas.answering import answer_idea, take_back_answer
from servicing.ideas.changes import IdeaConflict
from servicing.ideas.moving import link_idea, move_idea, unlink_idea
from servicing.ideas.taking import reassign_idea
from servicing.models import Contact, Idea
from servicing.pages.ideas import ideas
from servicing.pages.ideas.forms import ActForm
from servicing.pages.ideas.ideas import SERVERS, detail_context, idea_of, may_work

Write = Callable[[dict[str, Any]], str]  # does what a valid form asks, and says so


@require_POST
@only(*SERVERS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The next state, or one step back."""
    idea, user = _worked(request, pk), staff_of(request)
    form = ideas.move_form(idea, request.POST)

    def write(given: dict[str, Any]) -> str:
        at = timezone.now()
        move_idea(idea, given["to"], reason=given["reason"], version=given["version"], by=user, at=at)
        return _("Noted.")

    return _acted(request, idea, "move", form, write)


@require_POST
@only(*SERVERS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What was answered."""
    idea, user = _worked(request, pk), staff_of(request)
    form = ideas.answer_form(user, idea, request.POST)

    def write(given: dict[str, Any]) -> str:
        asked = given.get("contact")
        contact = Contact.objects.visible_to(user).get(pk=asked) if asked else None
        said = {"contact": contact, "version": given["version"], "by": user, "at": timezone.now()}
        answer_idea(idea, given["answer"], **said)
        return _("The answer is noted.")

    return _acted(request, idea, "answer", form, write, undo="take-back-answer")


@require_POST
@only(*SERVERS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer was none: it is owed again."""
    if take_back_answer(_worked(request, pk), by=staff_of(request)):
        messages.success(request, _("The answer is owed again."))
    return redirect("idea-detail", pk=pk)


@require_POST
@only(*SERVERS)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """It says another idea again."""
    idea, user = _worked(request, pk), staff_of(request)
    form = ideas.link_form(user, idea, request.POST)
    if form is None:
        raise Http404

    def write(given: dict[str, Any]) -> str:
        lead = Idea.objects.visible_to(user).get(pk=given["lead"])
        link_idea(idea, lead, version=given["version"], by=user, at=timezone.now())
        return _("From now on it goes with the other one.")

    return _acted(request, idea, "link", form, write, undo="unlink-idea")


@require_POST
@only(*SERVERS)
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """It stands for itself again."""
    if unlink_idea(_worked(request, pk), by=staff_of(request)):
        messages.success(request, _("It stands for itself again."))
    return redirect("idea-detail", pk=pk)


@require_POST
@only("manager")
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Another owner."""
    idea, user = _worked(request, pk), staff_of(request)
    form = ideas.own_form(idea, request.POST)

    def write(given: dict[str, Any]) -> str:
        to = Staff.objects.get(pk=given["owner"])
        reassign_idea(idea, to, version=given["version"], by=user)
        return _("{name} looks after it now.").format(name=to.name)

    return _acted(request, idea, "own", form, write)


def _worked(request: HttpRequest, pk: int) -> Idea:
    """An idea that the reader works on; any other is missing."""
    idea = idea_of(request, pk)
    if not may_work(staff_of(request), idea):
        raise Http404
    return idea


def _acted(request: HttpRequest, idea: Idea, name: str, form: ActForm, write: Write, *, undo: str = "") -> HttpResponse:
    """Do what a valid form asks; what cannot be stands beside its field, and what somebody else wrote meanwhile above it."""
    theirs: Idea | None = None
    if form.is_valid():
        try:
            words = write(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        except IdeaConflict as conflict:
            theirs = conflict.current
            data = request.POST.copy()  # what is sent next was written with theirs in sight
            data["version"] = str(theirs.version)
            form.data = data
        else:
            messages.success(request, words, extra_tags=reverse(undo, args=[idea.pk]) if undo else "")
            return redirect("idea-detail", pk=idea.pk)
    context = detail_context(request, idea_of(request, idea.pk)) | {name: form, "theirs": theirs}
    return render(request, "servicing/idea_detail.html", context, status=422)
