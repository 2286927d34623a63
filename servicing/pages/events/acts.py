"""What is done about an event: planned, changed, opened, cancelled, held, closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib import formats
from crm.lib.http import only, staff_of, to_page
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.events import costs, holding
from servicing.events.planning import ChangedMeanwhile, Plan, change_event, may_lead, plan_event, plan_of
from servicing.models import Event
from servicing.pages.events.events import detail_context, event_of
from servicing.pages.events.forms import CancelForm, CostForm, EventForm

SERVERS = ("advisor", "manager")


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def create_event(request: HttpRequest) -> HttpResponse:
    """The form of a new event, and what it sends."""
    user, now = staff_of(request), timezone.now()
    form = _form(request, user, EventForm.fresh(user, now))
    if request.method == "POST" and form.is_valid():
        try:
            event = plan_event(form.where(), form.plan(), uid=form.cleaned_data["uid"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Planned. Open it for registration when the plan stands."))
            return to_page(request, reverse("event-detail", args=[event.pk]))
    return _shown(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def edit_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a plan, and what it sends; a second editor is told what the first one wrote, and may save over it."""
    user, now, event = staff_of(request), timezone.now(), event_of(request, pk)
    if not may_lead(user, event) or event.state not in {Event.State.PLANNED, Event.State.OPEN}:
        raise Http404
    form = _form(request, user, EventForm.of(event), branch=event.branch)
    if request.method == "POST" and form.is_valid():
        try:
            done = change_event(event, form.plan(), seen=form.cleaned_data["seen"] or 0, by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as told:
            theirs, mine = told.event, form.plan()
            form = _form(request, user, {}, branch=event.branch, seen=theirs.version)
            form.is_valid()
            form.add_error(None, _theirs(theirs, mine))
        else:
            messages.success(request, _("Saved.") if done else _("Nothing was different."))
            return to_page(request, reverse("event-detail", args=[pk]))
    return _shown(request, form, event)


@require_POST
@only(*SERVERS)
def open_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it for invitations and registration."""
    return _turned(request, pk, holding.open_event, _("Open: clients can be invited from the client list."))


@require_POST
@only(*SERVERS)
def cancel_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel it; without a reason the page says so beside the field."""
    user, event = staff_of(request), _led(request, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            done = holding.cancel_event(event, why=form.cleaned_data["why"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            told = _("Cancelled. The advisors tell those who were coming.")
            messages.success(request, told if done else _("It is cancelled already."))
            return redirect("event-detail", pk=pk)
    context = detail_context(request, pk) | {"cancel_form": form}
    return render(request, "servicing/event_page.html", context, status=422)


@require_POST
@only(*SERVERS)
def note_cost(request: HttpRequest, pk: int) -> HttpResponse:
    """What it has cost; a second editor is told beside the field what the first one noted."""
    user, event = staff_of(request), _led(request, pk)
    form = CostForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            done = costs.note_cost(event, told["cost_fen"], seen=told["seen"], by=user)
        except Refused as refused:
            event.refresh_from_db()
            form.data = request.POST.copy()
            form.data["seen"] = "" if event.cost_fen is None else str(event.cost_fen)
            form.refuse(refused)
        else:
            messages.success(request, _("Saved.") if done else _("Nothing was different."))
            return redirect("event-detail", pk=pk)
    context = detail_context(request, pk) | {"cost_form": form}
    return render(request, "servicing/event_page.html", context, status=422)


@require_POST
@only(*SERVERS)
def hold_event(request: HttpRequest, pk: int) -> HttpResponse:
    """It was held."""
    return _turned(request, pk, holding.hold_event, _("Held. The advisors ask their clients what it brought."))


@require_POST
@only(*SERVERS)
def close_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is asked."""
    undo = reverse("reopen-event", args=[pk])
    return _turned(request, pk, holding.close_event, _("Closed. What was answered stands."), undo=undo)


@require_POST
@only(*SERVERS)
def reopen_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo of closing."""
    return _turned(request, pk, holding.reopen_event, _("Answers are taken again."))


def _turned(request: HttpRequest, pk: int, turn: Callable[..., bool], words: str, *, undo: str = "") -> HttpResponse:
    event = _led(request, pk)
    try:
        done = turn(event, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words if done else _("It was so already."), extra_tags=undo if done else "")
    return redirect("event-detail", pk=pk)


def _led(request: HttpRequest, pk: int) -> Event:
    """An event that the reader leads; to others the address is missing."""
    event = event_of(request, pk)
    if not may_lead(staff_of(request), event):
        raise Http404
    return event


def _form(
    request: HttpRequest, user: Staff, initial: dict[str, Any], *, branch: Branch | None = None, seen: int | None = None
) -> EventForm:
    branches = [branch] if branch else list(Branch.objects.visible_to(user).active())
    people = Staff.objects.working().filter(branches__in=branches, role__in=SERVERS).distinct()
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and seen is not None:
        data["seen"] = str(seen)
    return EventForm(data, initial=initial, branches=branches, people=list(people.order_by("name", "pk")))


def _shown(request: HttpRequest, form: EventForm, event: Event | None = None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "servicing/event_form.html", {"form": form, "event": event}, status=status)


def _theirs(event: Event, mine: Plan) -> str:
    """What somebody else wrote, where it differs from what is about to be saved."""
    form, theirs = EventForm.base_fields, plan_of(event)
    told = [
        f"{form[name].label} {_said(event, name)}"
        for name in Plan.__dataclass_fields__
        if getattr(theirs, name) != getattr(mine, name)
    ]
    words = _("{who} changed it at {at}: {what}. Save again, and yours counts.")
    at = formats.moment(event.changed_at)
    return words.format(who=event.changed_by.name, at=at, what=formats.listed(told))


def _said(event: Event, name: str) -> str:
    value = getattr(event, name)
    if name.endswith("_at"):
        return formats.moment(value)
    if name.endswith("_fen"):
        return formats.exact(value)
    if name == "host":
        return str(event.host.name)
    return str(getattr(event, f"get_{name}_display", lambda: value)() or formats.NOTHING)
