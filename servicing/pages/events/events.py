"""Education events: the list, one of them with its guests, the list for the door, and what stands on the client's page."""

from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.lib import formats
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Staff
from servicing.events.costs import Costs, costs_by_quarter
from servicing.events.effect import effect_of
from servicing.events.planning import may_lead
from servicing.models import Event, Guest
from servicing.pages.events.forms import CancelForm, CostForm
from servicing.pages.events.words import Told, effect_rows, effect_words, told_guest
from servicing.quarters import Quarter

READERS = ("advisor", "manager", "compliance")
ROWS, PANEL, QUARTERS = 50, 6, 3
State = Event.State
_COMING = Order("starts_at", datetime.fromisoformat)
_PAST = Order("starts_at", datetime.fromisoformat, descending=True)
_GUESTS = Order("pk")
_OVER = {State.HELD, State.CLOSED}


@require_safe
@only(*READERS)
def event_list(request: HttpRequest) -> HttpResponse:
    """The events of the reader's branches: those to come, the next first; or those of one state, the latest first."""
    user = staff_of(request)
    asked = {name: request.GET.get(name, "") for name in ("state", "topic", "branch")}
    rows = Event.objects.visible_to(user).select_related("branch", "host")
    if asked["state"] in State.values:
        rows = rows.filter(state=asked["state"])
    else:
        rows = rows.filter(state__in=[State.PLANNED, State.OPEN])
    if asked["topic"] in Event.Topic.values:
        rows = rows.filter(topic=asked["topic"])
    if asked["branch"]:
        rows = rows.filter(branch__code=asked["branch"])
    order = _PAST if asked["state"] in State.values else _COMING
    page, links = asked_page(request, rows, order, size=ROWS)
    counts = Guest.objects.counted([event.pk for event in page.rows])
    branches = list(Branch.objects.visible_to(user).active())
    context = {
        "noun": "event",
        "rows": [Told(event, counts.get(event.pk, {})) for event in page.rows],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "states": State.choices,
        "topics": Event.Topic.choices,
        "branches": [(branch.code, branch.name) for branch in branches] if len(branches) > 1 else [],
        "may_plan": user.is_advisor or user.is_manager,
        "sums": _sums(user, asked["branch"]),
        **links,
    }
    return render(request, "servicing/event_list.html", context)


@require_safe
@only(*READERS)
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: seats, guests whom the reader sees, and what it brought."""
    return render(request, "servicing/event_page.html", detail_context(request, pk))


def detail_context(request: HttpRequest, pk: int) -> dict[str, Any]:
    """What the page of an event shows."""
    user, now = staff_of(request), timezone.now()
    event = event_of(request, pk)
    counts = Guest.objects.counted([event.pk]).get(event.pk, {})
    shown = request.GET.get("show", "")
    rows = Guest.objects.visible_to(user).filter(event=event).select_related("client__advisor")
    if shown in Guest.State.values:
        rows = rows.filter(state=shown)
    elif shown in ("came", "absent"):
        rows = rows.filter(attendance=shown)
    else:
        rows = rows.told()
    page, links = asked_page(request, rows, _GUESTS, size=ROWS)
    leads = may_lead(user, event)
    is_over = event.state in _OVER
    return {
        "told": Told(event, counts),
        "event": event,
        "guests": [told_guest(row, user, event, now) for row in page.rows],
        "stats": _stats(event, counts),
        "shown": shown,
        "shows": _shows(event),
        "effect": _effect(event, timezone.localdate(now)) if is_over else None,
        "may_change": leads and event.state in {State.PLANNED, State.OPEN},
        "may_open": leads and event.state == State.PLANNED,
        "may_hold": leads and event.state == State.OPEN and now >= event.ends_at,
        "may_close": leads and event.state == State.HELD,
        "may_reopen": leads and event.state == State.CLOSED,
        "may_invite": (user.is_advisor or user.is_manager) and event.state == State.OPEN and now < event.closes_at,
        "cancel_form": CancelForm(),
        "costs": _costs(event, counts),
        "may_note_cost": leads and event.state != State.PLANNED,
        "cost_form": CostForm(initial={"seen": event.cost_fen, "cost_fen": event.cost_fen}),
        "shows_advisor": not user.is_advisor,
        **links,
    }


@require_safe
@only(*READERS)
def print_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The list for the door: who is registered, as far as the reader sees them, with room to sign."""
    user, now, event = staff_of(request), timezone.now(), event_of(request, pk)
    registered = Guest.objects.filter(event=event, state=Guest.State.REGISTERED)
    rows = registered.visible_to(user).select_related("client__advisor").order_by("registered_at", "pk")
    guests = [told_guest(row, user, event, now) for row in rows]
    context = {"event": event, "guests": guests, "missing": registered.count() - len(guests), "now": now}
    return render(request, "servicing/event_print.html", context)


def event_of(request: HttpRequest, pk: int) -> Event:
    """An event of the reader's branches; any other is missing."""
    rows = Event.objects.visible_to(staff_of(request)).select_related("branch", "host", "changed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def event_panel(client: Client, user: Staff, now: datetime) -> dict[str, Any]:
    """The panel of the client page: the latest events to which the client was invited, and what comes next."""
    rows = Guest.objects.visible_to(user).told().filter(client=client).select_related("event", "client")
    latest = rows.order_by("-turned_at", "-pk")[:PANEL]
    return {"guests": [told_guest(row, user, row.event, now) for row in latest]}


def _shows(event: Event) -> list[tuple[str, str]]:
    states = [(value, str(word)) for value, word in Guest.State.choices]
    came = [(value, str(word)) for value, word in Guest.Attendance.choices if value]
    return [*states, *came] if event.state in _OVER else states


def _asked(counts: dict[str, int]) -> int:
    return sum(counts.get(state, 0) for state in ("invited", "registered", "waiting", "declined"))


def _costs(event: Event, counts: dict[str, int]) -> Costs:
    return Costs(event.budget_fen, event.cost_fen, _asked(counts), counts.get("came", 0))


def _sums(user: Staff, branch: str) -> list[tuple[Quarter, Costs]]:
    """The costs of a year until the next quarter, for who reads the branch's: an advisor does not."""
    if user.is_advisor:
        return []
    quarter = Quarter.of(timezone.localdate())
    events = Event.objects.visible_to(user)
    events = events.filter(branch__code=branch) if branch else events
    return costs_by_quarter(events, [quarter.after, quarter, *quarter.former(QUARTERS)])


def _stats(event: Event, counts: dict[str, int]) -> list[dict[str, Any]]:
    registered, waiting, declined = (counts.get(state, 0) for state in ("registered", "waiting", "declined"))
    asked = _asked(counts)
    told = [
        {
            "label": _("Invited clients"),
            "figure": formats.count(asked),
            "note": _("{n} declined").format(n=declined) if declined else "",
        },
        {
            "label": _("Registered of the seats"),
            "figure": f"{registered} / {event.quota}",
            "note": _("{n} on the waiting list").format(n=waiting) if waiting else "",
        },
    ]
    if event.state in _OVER:
        came = counts.get("came", 0)
        rate = formats.percent(came / registered) if registered else ""
        told.append(
            {"label": _("Came"), "figure": formats.count(came), "note": _("{rate} of the registered").format(rate=rate)}
        )
    return told


def _effect(event: Event, day: date) -> dict[str, Any]:
    """What the event did to knowledge, and what was hoped for and found."""
    effect = effect_of(event, day)
    scores = Guest.objects.filter(event=event, perceived__gt=0)
    means = scores.aggregate(n=Count("pk"), expected=Avg("expected"), perceived=Avg("perceived"))
    return {
        "title": effect_words(effect),
        "head": [_("Clients"), _("Asked before and afterwards"), _("Know more now"), _("Share (95 % interval)")],
        "rows": effect_rows(effect),
        "scores": means,
    }
