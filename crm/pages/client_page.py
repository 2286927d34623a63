"""The client page: who, how much, why now; from the published night and the client's own facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from clients import history
from clients.models import Client
from clients.revealing import masked_values
from crm import access
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.keyset import BadCursor
from crm.models import Publication, Staff
from crm.pages import client_charts
from crm.pages.behaviour_panel import behaviour_panel
from crm.pages.changes import Change, change_of, said_of, tier_change, why_state
from crm.pages.comparing import compare
from segmentation.models import ScoreModel, Standing, StateChange, TierMove, TierPin

HISTORY_DAYS, HISTORY_ROWS = 730, 30


@dataclass(frozen=True)
class Event:
    """A line of the client's history."""

    day: date
    change: Change


@require_safe
@only("advisor", "manager", "compliance")
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One client of the reader; anybody else's is missing."""
    user = staff_of(request)
    client = _client(user, pk)
    night, standing = _standing(client)
    as_of = night.as_of if night else timezone.localdate()
    held = history.balances(client, since=as_of - timedelta(days=HISTORY_DAYS), until=as_of)
    monthly = history.monthly_commission(client, until=as_of)
    names = access.sees_names(user)
    context = {
        "client": client,
        "name": (client.name if names else access.mask_name(client.name)) or client.client_number,
        "form_of_address": client.form_of_address if names else "",
        "values": masked_values(client),
        "may_reveal": access.may_reveal(user),
        "may_pin": user.is_manager,
        "standing": standing,
        "night": night,
        "as_of": as_of,
        "measure": night.basis.scheme.get_measure_display() if night else "",
        "model": night.basis.model if night else None,
        "is_rule": bool(night and night.basis.model and _is_rule(night.basis.model)),
        "reasons": said_of(standing.churn_reasons) if standing else [],
        "state_reason": why_state(standing.dormancy_reason) if standing else "",
        "pin": _pin(client, as_of),
        "assets_fen": held.at(as_of),
        "assets_change": client_charts.change_in_days(held, as_of, 30),
        "spark": [fen for _day, fen in client_charts.month_ends(held.series)[-13:]],
        "accounts": held.accounts,
        "charts": client_charts.charts(held, monthly, as_of),
        "events": _events(client, as_of),
        "trades": history.trades_page(client, until=as_of),
        "transfers": history.recent_transfers(client, until=as_of),
        "days": _days(client),
        "sees_names": names,
        **behaviour_panel(client, night, as_of, user),
    }
    return render(request, "crm/client_page.html", context)


@require_safe
@only("advisor", "manager", "compliance")
def client_trades(request: HttpRequest, pk: int) -> HttpResponse:
    """Older trades, as the rows that follow the last ones shown."""
    client = _client(staff_of(request), pk)
    night, _standing_then = _standing(client)
    until = night.as_of if night else timezone.localdate()
    try:
        page = history.trades_page(client, until=until, after=request.GET.get("after"))
    except BadCursor:
        raise Http404 from None
    part = is_swap(request)
    template = "crm/_client_trades.html" if part else "crm/client_trades.html"
    return varies(
        render(request, template, {"client": client, "trades": page, "as_of": until, **_named(request, client)})
    )


@require_safe
@only("advisor", "manager", "compliance")
def compare_days(request: HttpRequest, pk: int) -> HttpResponse:
    """Why did it change between two days? From the stored rows of both nights (T7)."""
    client = _client(staff_of(request), pk)
    first, second = (_day(request.GET.get(name, "")) for name in ("from", "to"))
    nights = {night.as_of: night for night in _nights(client)}
    if first not in nights or second not in nights:
        raise Http404
    earlier, later = sorted((first, second))
    found = compare(client, nights[earlier], nights[later])
    part = is_swap(request)
    context = {"client": client, "found": found, "days": _days(client), **_named(request, client)}
    template = "crm/_client_days.html" if part else "crm/client_days.html"
    return varies(render(request, template, context))


def _client(user: Staff, pk: int) -> Client:
    client = Client.objects.visible_to(user).select_related("branch", "advisor").filter(pk=pk).first()
    if client is None:
        raise Http404
    return client


def _named(request: HttpRequest, client: Client) -> dict[str, Any]:
    names = access.sees_names(staff_of(request))
    return {"name": (client.name if names else access.mask_name(client.name)) or client.client_number}


def _nights(client: Client) -> list[Publication]:
    found = Publication.objects.published().filter(branch=client.branch_id)
    return list(found.order_by("-as_of").select_related("basis__scheme", "basis__model")[:40])


def _days(client: Client) -> Sequence[date]:
    return list(
        Standing.objects.filter(client=client, publication__state=Publication.State.PUBLISHED)
        .order_by("-publication__as_of")
        .values_list("publication__as_of", flat=True)[:40]
    )


def _standing(client: Client) -> tuple[Publication | None, Standing | None]:
    """The current night of the client's branch, and where the client stood in it (nowhere when closed)."""
    found = Publication.objects.current().filter(branch=client.branch_id)
    night = found.select_related("basis__scheme", "basis__model").first()
    standing = Standing.objects.filter(publication=night, client=client).first() if night else None
    return night, standing


def _is_rule(model: ScoreModel) -> bool:
    return model.kind == ScoreModel.Kind.M0 or not model.is_calibrated


def _pin(client: Client, as_of: date) -> TierPin | None:
    today = max(as_of, timezone.localdate())
    return client.tier_pins.in_force(today).select_related("made_by").order_by("-from_day", "-pk").first()


def _events(client: Client, as_of: date) -> list[Event]:
    """Changes of tier, risk and state of two years, newest first."""
    since = as_of - timedelta(days=HISTORY_DAYS)
    moves = TierMove.objects.filter(client=client, day__gt=since).order_by("-day")[:HISTORY_ROWS]
    changes = StateChange.objects.filter(client=client, day__gt=since).order_by("-day", "subject")[:HISTORY_ROWS]
    events = [Event(move.day, tier_change(move)) for move in moves]
    events += [Event(change.day, change_of(change)) for change in changes]
    return sorted(events, key=lambda event: event.day, reverse=True)[:HISTORY_ROWS]


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day
