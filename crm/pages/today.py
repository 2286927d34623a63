"""Today: what changed last night for my clients, and whom to call first, ordered by what is at stake."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.lib.http import only, staff_of
from crm.models import Staff
from crm.pages.changes import Change, change_of, first_reason, has_risen, tier_change
from crm.pages.list_filters import address_of_list
from crm.pages.nights import Nights, nights_of
from crm.templatetags.parts import figure
from segmentation.models import Dormancy, Standing, StateChange, TierMove
from segmentation.querysets import StandingQuerySet

SHOWN, SHOWN_SHORT = 12, 8
STAKE = F("at_risk_fen").desc(nulls_last=True)


@dataclass(frozen=True)
class Row:
    """A client to look at: the standing, what changed, and why, in one sentence."""

    standing: Standing
    changes: tuple[Change, ...]
    why: str


@require_safe
@only("advisor", "manager")
def today(request: HttpRequest) -> HttpResponse:
    """The first page of advisors and managers."""
    user = staff_of(request)
    nights = nights_of(user)
    mine = Standing.objects.visible_to(user).of_nights(nights.pks)
    changed = _changed(user, nights, mine)
    keep = [
        Row(standing, (), first_reason(standing.churn_reasons))
        for standing in mine.filter(at_risk_fen__gt=0).for_table().order_by(STAKE, "rank")[:SHOWN]
    ]
    boundary = list(mine.near_boundary().select_related("client").order_by("-measure_fen", "rank")[:SHOWN_SHORT])
    counts = _counts(nights, mine)
    context = {
        "today": timezone.localdate(),
        "nights": nights,
        "as_of": nights.as_of,
        "changed": changed,
        "keep": keep,
        "keep_rest": max(counts["risk_n"] - len(keep), 0),
        "keep_rest_fen": (counts["risk_fen"] or 0) - sum(row.standing.at_risk_fen or 0 for row in keep),
        "boundary": boundary,
        "left": _left(user, nights),
        "stats": _stats(counts, nights.as_of),
        "first": keep[:3],
        "first_fen": sum(row.standing.at_risk_fen or 0 for row in keep[:3]),
        "first_rate": _share(sum(row.standing.at_risk_fen or 0 for row in keep[:3]), counts["risk_fen"]),
        "urls": {
            "changed_tier": address_of_list(news="tier", sort="-measure"),
            "risen": address_of_list(news="risk"),
            "keep": address_of_list(),
            "near": address_of_list(near=True, sort="-measure"),
        },
    }
    return render(request, "crm/today.html", context)


def _changed(user: Staff, nights: Nights, mine: StandingQuerySet[Standing]) -> list[Row]:
    """Clients whom the night changed: tier, risk for the worse, state. Most at stake first."""
    rows = (
        mine.changed_in(nights.pks, "tier", "risk", "state").for_table().order_by(STAKE, "-measure_fen", "rank")[:SHOWN]
    )
    standings = list(rows)
    told = _ledger(nights.pks, [standing.client_id for standing in standings])
    return [
        Row(standing, tuple(changes), next((c.why for c in changes if c.why), ""))
        for standing in standings
        if (changes := [c for c in told[standing.client_id] if c.kind != "risk" or has_risen(c)])
    ]


def _ledger(nights: Iterable[int], clients: list[int]) -> dict[int, list[Change]]:
    told: dict[int, list[Change]] = defaultdict(list)
    for change in StateChange.objects.of_nights(nights).filter(client__in=clients).order_by("subject"):
        told[change.client_id].append(change_of(change))
    for move in TierMove.objects.of_nights(nights).filter(client__in=clients).exclude(why=TierMove.Why.FIRST):
        told[move.client_id].insert(0, tier_change(move))
    return told


def _left(user: Staff, nights: Nights) -> list[StateChange]:
    gone = StateChange.objects.visible_to(user).of_nights(nights.pks).filter(after=Dormancy.CLOSED)
    return list(gone.select_related("client").order_by("pk")[:SHOWN_SHORT])


def _counts(nights: Nights, mine: StandingQuerySet[Standing]) -> dict[str, Any]:
    """The figures of the strip, over the reader's clients only."""
    keep = Q(tier__in=["vip", "key"], churn_band__in=["raised", "high"])
    counts: dict[str, Any] = mine.aggregate(
        n=Count("pk"),
        risk_fen=Sum("at_risk_fen"),
        keep_n=Count("pk", filter=keep),
        risk_n=Count("pk", filter=Q(at_risk_fen__gt=0)),
        asleep=Count("pk", filter=Q(dormancy__in=[Dormancy.DORMANT, Dormancy.REGULATORY_DORMANT])),
    )
    pks = nights.pks
    news = {"tier": mine.changed_in(pks, "tier"), "risen": mine.changed_in(pks, "risk"), "near": mine.near_boundary()}
    return counts | {name: rows.count() for name, rows in news.items()}


def _stats(counts: dict[str, Any], as_of: date | None) -> list[dict[str, Any]]:
    if as_of is None:
        return []
    people = pgettext("counted", "clients")
    return [
        {
            "label": _("Worth keeping"),
            "figure": f"{counts['keep_n']:,}",
            "unit": people,
            "note": _("VIP and key, risk raised or high"),
            "href": address_of_list(tiers=("vip", "key"), bands=("high", "raised")),
        },
        {
            "label": _("Commission at risk (12 months)"),
            "figure": figure(counts["risk_fen"] or 0),
            "note": _("of {n} clients").format(n=f"{counts['n']:,}"),
            "href": address_of_list(),
        },
        {
            "label": _("Risk up last night"),
            "figure": f"{counts['risen']:,}",
            "unit": people,
            "note": _("against the night before"),
            "href": address_of_list(news="risk"),
        },
        {
            "label": _("Tier changed last night"),
            "figure": f"{counts['tier']:,}",
            "unit": people,
            "note": _("up or down"),
            "href": address_of_list(news="tier", sort="-measure"),
        },
        {
            "label": _("Near a boundary"),
            "figure": f"{counts['near']:,}",
            "unit": people,
            "note": _("within 5 % of the line"),
            "href": address_of_list(near=True, sort="-measure"),
        },
        {
            "label": _("Dormant"),
            "figure": f"{counts['asleep']:,}",
            "unit": people,
            "note": _("no trade for half a year, with assets"),
            "href": address_of_list(states=("dormant", "regulatory_dormant"), sort="-assets"),
        },
    ]


def _share(part: int, whole: int | None) -> float | None:
    return part / whole if whole else None
