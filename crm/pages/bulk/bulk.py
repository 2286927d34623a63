"""Work on many clients of the list at once: tags, and the hand-over to another advisor. Each says what it did and to whom,
and can be taken back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.generations import Overtaken
from clients.models import Tag, TagStep
from clients.owners import CannotOwn
from clients.tags import TagRefused, put_on, tag_named, take_off, undo_step
from crm.lib.http import only, staff_of, to_page
from crm.models import Branch, Staff
from crm.pages.lists.choosing import Chosen, NotChosen, chosen_of
from crm.pages.lists.views import is_uid
from servicing.competence.rules import Verdict
from servicing.competence.serving import MayNotServe, not_served, tiers_asked
from servicing.competence.words import left_words
from servicing.handovers import SeveralBranches, hand_over, undo_hand_over
from servicing.models import HandOver, Promise, Task

_ATTRS = {"class": "form-control", "autocomplete": "off"}


class TagForm(forms.Form):
    """Which tag, put on or taken off."""

    do = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[("on", gettext_lazy("put on")), ("off", gettext_lazy("take off"))],
        initial="on",
        widget=forms.RadioSelect(),
    )
    tag = forms.ChoiceField(
        label=gettext_lazy("Tag"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    name = forms.CharField(
        label=gettext_lazy("or a new tag"), required=False, max_length=20, widget=forms.TextInput(attrs=_ATTRS)
    )

    def __init__(self, *args: Any, tags: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["tag"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", "—"), *tags]

    def clean(self) -> dict[str, Any]:
        """One of the two is needed; taking off needs a tag that is there."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("tag") and (data.get("do") == "off" or not data.get("name")):
            self.add_error("tag", _("Choose a tag."))
        return data


class HandOverForm(forms.Form):
    """To whom, and why."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("New advisor"),
        queryset=Staff.objects.none(),
        empty_label="—",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs=_ATTRS),
        help_text=gettext_lazy("It is kept in the audit trail."),
    )
    anyway = forms.BooleanField(
        label=gettext_lazy("Also clients for whose tier the new advisor lacks a paper"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    uid = forms.UUIDField(widget=forms.HiddenInput())


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def tag_clients(request: HttpRequest) -> HttpResponse:
    """The form in the drawer, and what it sends."""
    user = staff_of(request)
    chosen, refused = chosen_in(request)
    if chosen is None:
        return refused
    branches = chosen.branches()
    tags = Tag.objects.visible_to(user).in_use().filter(branch__in=branches).order_by("name")
    form = TagForm(request.POST if request.method == "POST" else None, tags=[(t.name, t.name) for t in tags])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            steps = _tag(chosen, branches, data["name"] or data["tag"], by=user, is_on=data["do"] == "on")
        except TagRefused as wrong:
            form.add_error("name", str(wrong))
        else:
            return _tagged(request, steps)
    return drawer(request, "crm/lists/_tag.html", form, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager")
def hand_over_clients(request: HttpRequest) -> HttpResponse:
    """The form in the drawer, and what it sends."""
    user = staff_of(request)
    chosen, refused = chosen_in(request)
    if chosen is None:
        return refused
    form = HandOverForm(request.POST if request.method == "POST" else None, initial={"uid": uuid4()})
    branches = chosen.branches()
    if not tiers_asked(branches, timezone.localdate()):
        form.fields.pop("anyway")
    receivers = Staff.objects.visible_to(user).advisors().filter(branches__in=branches).distinct()
    choice = form.fields["to"]
    if isinstance(choice, forms.ModelChoiceField):
        choice.queryset = receivers.order_by("name")
    if request.method == "POST" and form.is_valid():
        try:
            done, left = _hand_over(chosen, form.cleaned_data, by=user)
        except (CannotOwn, MayNotServe, SeveralBranches) as wrong:
            form.add_error("to", str(wrong))
        except Overtaken:
            form.add_error(None, _("An import is changing these clients. Try again in a moment."))
        else:
            messages.success(request, _moved(done), extra_tags=reverse("undo-hand-over", args=[done.uid]))
            if left:
                messages.warning(request, left_words(left))
            return back_to_list(request)
    open_work = {"promises": chosen.count_of(Promise, state="open"), "tasks": chosen.count_of(Task, state="open")}
    return drawer(request, "crm/lists/_hand_over.html", form, chosen, **open_work)


@require_POST
@only("advisor", "manager")
def undo_tags(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The step that put tags on or took them off is taken back, by whoever took it."""
    user = staff_of(request)
    also = [one for one in request.GET.getlist("also")[:20] if is_uid(one)]
    steps = list(TagStep.objects.select_related("tag__branch").filter(uid__in=[uid, *also], made_by=user))
    if not any(step.uid == uid for step in steps):
        raise Http404
    undone = [undo_step(step, by=user, at=timezone.now()) for step in steps]
    if any(undone):
        messages.success(request, _("Taken back."))
    return back_to_list(request)


@require_POST
@only("manager")
def undo_hand_over_of_clients(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The clients go back, as far as they are still with the receiver."""
    user = staff_of(request)
    done = HandOver.objects.visible_to(user).select_related("branch", "to").filter(uid=uid).first()
    if done is None:
        raise Http404
    back = undo_hand_over(done, by=user, at=timezone.now())
    if back.given_back or back.stayed:
        text = ngettext("%(n)s client given back.", "%(n)s clients given back.", back.given_back)
        words = text % {"n": back.given_back}
        if back.stayed:
            stayed = ngettext(
                "%(n)s stays: moved since, or the former advisor may not own clients.",
                "%(n)s stay: moved since, or the former advisor may not own clients.",
                back.stayed,
            )
            words = f"{words} {stayed % {'n': back.stayed}}"
        messages.success(request, words)
    return back_to_list(request)


def _hand_over(chosen: Chosen, told: dict[str, Any], *, by: Staff) -> tuple[HandOver, list[Verdict]]:
    """The hand-over, and what is missing for each client who was left out of it (S21)."""
    now, clients = timezone.now(), [one for one in chosen.clients() if one.advisor_id != told["to"].pk]
    anyway = told.get("anyway", False)
    lacking = {} if anyway else not_served(clients, told["to"], timezone.localdate(now))
    moving = [client for client in clients if client.pk not in lacking]
    if lacking and not moving and not HandOver.objects.filter(uid=told["uid"]).exists():
        raise MayNotServe(told["to"], next(iter(lacking.values())))
    done = hand_over(moving, to=told["to"], by=by, at=now, reason=told["reason"], uid=told["uid"], anyway=anyway)
    return done, list(lacking.values())


def _tag(chosen: Chosen, branches: list[int], name: str, *, by: Staff, is_on: bool) -> list[TagStep]:
    clients, now, steps = chosen.clients(), timezone.now(), []
    for branch in Branch.objects.filter(pk__in=branches).order_by("pk"):
        if is_on:
            steps.append(put_on(clients, tag_named(branch, name, by=by, at=now), by=by, at=now))
            continue
        tag = Tag.objects.in_use().filter(branch=branch, name=name).first()
        if tag:
            steps.append(take_off(clients, tag, by=by, at=now))
    return steps


def _tagged(request: HttpRequest, steps: list[TagStep]) -> HttpResponse:
    count = sum(len(step.clients) for step in steps)
    name = steps[0].tag.name if steps else ""
    if steps and steps[0].is_added:
        text = ngettext("%(n)s client tagged “%(name)s”.", "%(n)s clients tagged “%(name)s”.", count)
    else:
        text = ngettext("“%(name)s” taken off %(n)s client.", "“%(name)s” taken off %(n)s clients.", count)
    undo = ""
    if count:
        undo = f"{reverse('undo-tags', args=[steps[0].uid])}?{urlencode([('also', step.uid) for step in steps[1:]])}"
    messages.success(request, text % {"n": count, "name": name}, extra_tags=undo)
    return back_to_list(request)


def _moved(done: HandOver) -> str:
    count = done.clients.count()
    text = ngettext("%(n)s client now with %(name)s", "%(n)s clients now with %(name)s", count)
    words = text % {"n": count, "name": done.to.name}
    work = _("; promises that went along: %(promises)s, tasks: %(tasks)s.")
    return words + work % {"promises": len(done.promises), "tasks": len(done.tasks)}


def chosen_in(request: HttpRequest) -> tuple[Chosen | None, HttpResponse]:
    """The clients that a form or address chose, or None and the answer that says why not."""
    data = request.POST if request.method == "POST" else request.GET
    try:
        return chosen_of(staff_of(request), data, today=timezone.localdate()), HttpResponse()
    except NotChosen as none:
        return None, render(request, "crm/lists/_nothing.html", {"said": str(none)}, status=422)


def drawer(request: HttpRequest, template: str, form: forms.Form, chosen: Chosen, **more: Any) -> HttpResponse:
    """The form in the drawer, as it was opened or (422) as it was sent."""
    context = {"form": form, "form_action": request.path, "chosen": chosen, **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def back_to_list(request: HttpRequest) -> HttpResponse:
    """Back to the list as it was asked for."""
    on = request.POST.get("on", "")[:4000]
    address = reverse("client-list") + (f"?{on}" if on else "")
    return to_page(request, address)
