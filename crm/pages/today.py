"""Today: what changed last night for my clients, and whom to call first, ordered by what is at stake."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.lib.http import only, staff_of
from crm.lib.keyset import Order, Parts, page_of
from crm.models import Staff
from crm.pages.changes import Change, change_of, first_reason, has_risen, tier_change
from crm.pages.list_filters import SORTS, address_of_list
from crm.pages.nights import Nights, nights_of
from crm.templatetags.parts import figure
from segmentation.figures import Alike, sums_seen
from segmentation.models import Dormancy, Standing, StateChange, TierMove
from segmentation.querysets import NEWS, Night, StandingQuerySet

SHOWN, SHOWN_SHORT = 12, 8
STAKE, MEASURE = (replace(SORTS[name], descending=True) for name in ("risk_money", "measure"))

Rows = Callable[[Iterable[Night]], StandingQuerySet[Standing]]  # of these nights


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
    mine = Standing.objects.visible_to(user).for_table()
    changed = _changed(nights, mine)
    at_stake = _first(nights, mine.filter(at_risk_fen__gt=0).of_nights, replace(STAKE, has_gaps=False), SHOWN)
    keep = [Row(standing, (), first_reason(standing.churn_reasons)) for standing in at_stake]
    boundary = _first(nights, mine.near_boundary().of_nights, MEASURE, SHOWN_SHORT)
    counts = _counts(sums_seen(user, nights.pks, are_stored=nights.have_sums))
    context = {
        "today": timezone.localdate(),
        "nights": nights,
        "as_of": nights.as_of,
        "changed": changed,
        "keep": keep,
        "keep_rest": max(counts["risk_n"] - len(keep), 0),
        "keep_rest_fen": counts["risk_fen"] - sum(row.standing.at_risk_fen or 0 for row in keep),
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


def _first(nights: Nights, rows: Rows, order: Order, count: int) -> Sequence[Standing]:
    """The first rows of the nights in an order of the list, read as the list reads them."""
    parts = Parts(nights.pks, lambda night: rows([night]))
    return page_of(rows(nights.pks), order, size=count, parts=parts).rows


def _changed(nights: Nights, mine: StandingQuerySet[Standing]) -> list[Row]:
    """Clients whom the night changed: tier, risk for the worse, state. Most at stake first."""
    standings = _first(nights, lambda some: mine.changed_in(some, *NEWS), STAKE, SHOWN)
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


def _counts(sums: Sequence[Alike]) -> dict[str, int]:
    """The figures of the strip, over the reader's clients only."""
    keep = [one for one in sums if one.tier in ("vip", "key") and one.churn_band in ("raised", "high")]
    asleep = [one for one in sums if one.dormancy in (Dormancy.DORMANT, Dormancy.REGULATORY_DORMANT)]
    return {
        "n": sum(one.clients for one in sums),
        "risk_fen": sum(one.stake for one in sums),
        "risk_n": sum(one.at_risk for one in sums),
        "keep_n": sum(one.clients for one in keep),
        "asleep": sum(one.clients for one in asleep),
        "tier": sum(one.clients for one in sums if one.tier_news),
        "risen": sum(one.clients for one in sums if one.risk_news),
        "near": sum(one.clients for one in sums if one.is_near),
    }


def _stats(counts: dict[str, int], as_of: date | None) -> list[dict[str, Any]]:
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
            "figure": figure(counts["risk_fen"]),
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


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
