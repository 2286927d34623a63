"""The client page: who, how much, why now, what next; from the published night and the client's own facts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from clients import history
from clients.grants import is_guest, serves
from clients.models import Client
from clients.profile import profile_cards
from clients.revealing import masked_values
from crm import access
from crm.lib.http import is_swap, only, staff_of, varies
from crm.models import Publication
from crm.pages.changes import said_of, why_state
from crm.pages.client import charts as client_charts
from crm.pages.client.behaviour import behaviour_panel
from crm.pages.client.comparing import compare
from crm.pages.client.next_steps import next_steps
from crm.pages.client.peers import Peers, lines_of, peers_of
from crm.pages.seen_client import seen_client, shown_name, standing_of
from crm.pages.timeline.panel import timeline_panel
from segmentation.models import Behaviour, ScoreModel, Standing, TierPin
from segmentation.turning_points import turning_points
from segmentation.value import lifetime_value
from servicing.alerts.lines import client_lines
from servicing.competence.serving import served_by_present
from servicing.competence.words import missing_words
from servicing.models import Complaint, ServiceStage
from servicing.pages.concessions.concessions import concession_panel
from servicing.pages.events.events import event_panel
from servicing.pages.loyalty.loyalty import loyalty_panel
from servicing.pages.loyalty.points import points_panel
from servicing.pages.plans.panel import plan_panel
from servicing.pages.referrals.referrals import referral_panel
from servicing.plans import circumstances_of

HISTORY_DAYS = 730
EARLIER_DAYS = 28  # how long ago the night lies whose risk stands beside today's


@require_safe
@only("advisor", "manager", "compliance")
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One client of the reader; anybody else's is missing."""
    user, today = staff_of(request), timezone.localdate()
    client = seen_client(user, pk)
    guest = is_guest(user, client)
    complaints = Complaint.objects.mentioned_to(user).still_open().filter(client=client)
    night, standing = standing_of(client)
    as_of, stood = night.as_of if night else today, _stood(client)
    prefetch_related_objects([client], "accounts")  # asked for by several parts
    names = access.sees_names(user)
    context = {
        "client": client,
        "name": shown_name(client, user),
        "form_of_address": client.form_of_address if names else "",
        "values": masked_values(client),
        "may_reveal": access.may_reveal(user) and not guest,
        "is_guest": guest,
        "may_pin": user.is_manager,
        "serves": serves(user, client),
        "standing": standing,
        "night": night,
        "as_of": as_of,
        "today": today,
        "pin": _pin(client, max(as_of, today)),
        "days": [one.publication.as_of for one in stood],
        "sees_names": names,
        **_money(client, as_of),
        **timeline_panel(client, user, request.GET),
        **behaviour_panel(client, night, as_of, user),
        "stage": ServiceStage.objects.latest_of(client),
        "alerts": client_lines(client, user),
        "complaint": complaints.telling_readers(user).order_by("due_on").first(),
        "link_uid": uuid4(),
        "profile": profile_cards(client, user, today=today),
        "concessions": concession_panel(client, user, today),
        "events": event_panel(client, user, timezone.now()),
        "loyalty": loyalty_panel(client, user, night, standing),
        "referrals": referral_panel(client, user, today),
        "points": points_panel(client, user, today),
    }
    behaviour: Behaviour | None = context["behaviour"]
    known = circumstances_of(client, today, night, standing, behaviour)
    context |= plan_panel(client, user, known, today)
    given = {chip.channel for chip in context["profile"]["chips"] if chip.mark == "ok"}
    context["next"] = next_steps(client, user, today, known.standard, given)
    if night and standing:
        context |= _risk(night, standing, stood)
        present = served_by_present(client, standing.tier, today)
        context["lacks"] = "" if present.passes else missing_words(present)
        contacted_on = context["next"].contacted_on
        contact_days = max((today - contacted_on).days, 0) if contacted_on else None
        peers = peers_of(night, standing.tier, user, today)
        context |= _beside(night, standing, behaviour, peers, contact_days)
        context["value"] = lifetime_value(night, standing.tier, behaviour, context["behaviour_figures"])
    return varies(render(request, "crm/client_page.html", context))


def _money(client: Client, as_of: date) -> dict[str, Any]:
    """Net assets and commission over time."""
    held = history.balances(client, since=as_of - timedelta(days=HISTORY_DAYS), until=as_of)
    monthly = history.monthly_commission(client, until=as_of)
    return {
        "assets_fen": held.at(as_of),
        "assets_change": client_charts.change_in_days(held, as_of, 30),
        "spark": [fen for _day, fen in client_charts.month_ends(held.series)[-13:]],
        "accounts": held.accounts,
        "charts": client_charts.charts(held, monthly, as_of),
    }


def _risk(night: Publication, standing: Standing, stood: Sequence[Standing]) -> dict[str, Any]:
    """Churn with its reasons, what would change it, what it was a month before; the state with its reason."""
    until = night.as_of - timedelta(days=EARLIER_DAYS)
    return {
        "model": night.basis.model,
        "is_rule": bool(night.basis.model and _is_rule(night.basis.model)),
        "reasons": said_of(standing.churn_reasons),
        "turning": turning_points(standing.churn_reasons),
        "earlier": next((one for one in stood if one.publication.as_of <= until), None),
        "state_reason": why_state(standing.dormancy_reason),
    }


def _beside(
    night: Publication,
    standing: Standing,
    behaviour: Behaviour | None,
    peers: Peers | None,
    contact_days: int | None,
) -> dict[str, Any]:
    """What the client brings, beside the others of its tier."""
    measure = str(night.basis.scheme.get_measure_display())
    trades = behaviour.trade_count if behaviour else None
    lines = []
    if peers:
        lines = lines_of(peers, standing, measure=measure, trade_count=trades, contact_days=contact_days)
    return {"measure": measure, "peers": peers, "peer_lines": lines}


@require_safe
@only("advisor", "manager", "compliance")
def compare_days(request: HttpRequest, pk: int) -> HttpResponse:
    """Why did it change between two days? From the stored rows of both nights (T7)."""
    user = staff_of(request)
    client = seen_client(user, pk)
    first, second = (_day(request.GET.get(name, "")) for name in ("from", "to"))
    nights = {night.as_of: night for night in _nights(client)}
    if first not in nights or second not in nights:
        raise Http404
    earlier, later = sorted((first, second))
    found = compare(client, nights[earlier], nights[later])
    context = {"client": client, "found": found, "days": _days(client), "name": shown_name(client, user)}
    template = "crm/_client_days.html" if is_swap(request) else "crm/client_days.html"
    return varies(render(request, template, context))


def _nights(client: Client) -> list[Publication]:
    found = Publication.objects.published().filter(branch=client.branch_id)
    return list(found.order_by("-as_of").select_related("basis__scheme", "basis__model")[:40])


def _days(client: Client) -> Sequence[date]:
    return [one.publication.as_of for one in _stood(client)]


def _stood(client: Client) -> Sequence[Standing]:
    """The scores of the latest nights in which the client stood, and their days."""
    rows = Standing.objects.filter(client=client, publication__state=Publication.State.PUBLISHED)
    told = rows.select_related("publication").only("churn_score", "churn_band", "publication__as_of")
    return list(told.order_by("-publication__as_of")[:40])


def _is_rule(model: ScoreModel) -> bool:
    return model.kind == ScoreModel.Kind.M0 or not model.is_calibrated


def _pin(client: Client, day: date) -> TierPin | None:
    return client.tier_pins.in_force(day).select_related("made_by").order_by("-from_day", "-pk").first()


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day
