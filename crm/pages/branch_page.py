"""The branch page: does the branch keep its clients, and where does its commission come from; of one published night."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.models import Branch, Publication, Staff
from crm.pages import branch_charts
from crm.pages.list_filters import address_of_list
from crm.templatetags.parts import TIERS, figure
from segmentation.concentration import lorenz, step_chart, top_share
from segmentation.figures import AdvisorSum, Alike, figures_seen
from segmentation.models import Dormancy, Standing, Tier
from segmentation.moves import compared_with
from segmentation.querysets import BANDS

GIANTS_SHOWN, ADVISORS_SHOWN = 8, 40
ASLEEP = {Dormancy.DORMANT, Dormancy.REGULATORY_DORMANT}


@require_safe
@only("manager", "compliance")
def branch_detail(request: HttpRequest) -> HttpResponse:
    """One branch on one published day: the first branch and the latest day unless the address says otherwise."""
    user = staff_of(request)
    branches = list(Branch.objects.visible_to(user).filter(is_active=True).order_by("code"))
    branch = _chosen(branches, request.GET.get("branch", ""))
    published = Publication.objects.visible_to(user).published().filter(branch=branch).distinct()
    nights = list(published.select_related("branch", "basis__scheme", "basis__model").order_by("-as_of")[:60])
    if not nights:
        return render(request, "crm/branch_page.html", {"branch": branch, "choices": _choices(branches), "night": None})
    night = _night(nights, request.GET.get("day", ""))
    earlier = _earlier(nights, night, request.GET.get("against", ""))
    return render(request, "crm/branch_page.html", _context(user, branches, nights, night, earlier))


def _context(
    user: Staff, branches: list[Branch], nights: list[Publication], night: Publication, earlier: Publication | None
) -> dict[str, Any]:
    keep = {"branch": night.branch.code, "day": night.as_of if night != nights[0] else None}
    figures = figures_seen(user, night, earlier)
    steps = step_chart(figures.sums)
    mix = _mix(figures.sums)
    measure = str(night.basis.scheme.get_measure_display())
    charts = [
        branch_charts.steps(steps, measure, keep),
        branch_charts.lorenz(lorenz(figures.hundredths), top_share(figures.hundredths), steps, measure),
    ]
    giants = Standing.objects.visible_to(user).filter(publication=night).sleeping_giants()
    return {
        "branch": night.branch,
        "choices": _choices(branches),
        "nights": nights,
        "night": night,
        "earlier": earlier,
        "is_latest": night == nights[0],
        "measure": measure,
        "stats": _stats(night, mix, keep),
        "charts": [chart for chart in charts if chart],
        "moves": branch_charts.moves(figures.flows, earlier, night) if earlier else None,
        "risk_chart": branch_charts.at_risk(mix),
        "tiers": _tier_rows(mix, keep),
        "risk_title": _risk_title(mix),
        "advisors": _advisors(figures.advisors, keep),
        "giants": list(giants.select_related("client__advisor").order_by("-net_assets_fen", "client")[:GIANTS_SHOWN]),
        "giants_url": address_of_list(**keep, giants=True, sort="-assets"),
        "against": _against(nights, night),
        "sees_names": access.sees_names(user),
    }


def _chosen(branches: list[Branch], code: str) -> Branch:
    found = next((b for b in branches if b.code == code), None) if code else next(iter(branches), None)
    if found is None:
        raise Http404
    return found


def _choices(branches: list[Branch]) -> list[tuple[str, str]]:
    return [(branch.code, branch.name) for branch in branches]


def _night(nights: list[Publication], text: str) -> Publication:
    if not text:
        return nights[0]
    return next((night for night in nights if night.as_of == _day(text)), None) or _missing()


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _missing() -> Publication:
    raise Http404


def _against(nights: list[Publication], night: Publication) -> list[dict[str, Any]]:
    """The nights that movements can be measured from, by name."""
    return [
        {"name": name, "night": n}
        for name, n in zip(("month", "month-end"), compared_with(nights, night), strict=False)
    ]


def _earlier(nights: list[Publication], night: Publication, name: str) -> Publication | None:
    choices = _against(nights, night)
    chosen = next((choice for choice in choices if choice["name"] == name), next(iter(choices), None))
    return chosen["night"] if chosen else None


def _mix(sums: Sequence[Alike]) -> dict[str, dict[str, int]]:
    """Per tier: clients, measure, assets, commission at risk, who sleeps, and clients per band."""
    names = ("n", "measure", "assets", "risk", "asleep", *(f"n_{band}" for band in (*BANDS, "")))
    mix: dict[str, dict[str, int]] = {tier: dict.fromkeys(names, 0) for tier in Tier.values}
    for one in sums:
        row = mix[one.tier]
        row["n"] += one.clients
        row["measure"] += one.measure
        row["assets"] += one.assets
        row["risk"] += one.stake
        row["asleep"] += one.clients if one.dormancy in ASLEEP else 0
        row[f"n_{one.churn_band}"] += one.clients
    return mix


def _sum(mix: dict[str, dict[str, int]], name: str) -> int:
    return sum(row[name] for row in mix.values())


def _stats(night: Publication, mix: dict[str, dict[str, int]], keep: dict[str, Any]) -> list[dict[str, Any]]:
    at_stake = _sum(mix, "n_high") + _sum(mix, "n_raised")
    people = pgettext("counted", "clients")
    return [
        {
            "label": _("Clients"),
            "figure": f"{_sum(mix, 'n'):,}",
            "note": _("open on the day"),
            "href": address_of_list(**keep),
        },
        {
            "label": str(night.basis.scheme.get_measure_display()),
            "figure": figure(_sum(mix, "measure")),
            "note": _("{amount} per client").format(
                amount=formats.stake(_sum(mix, "measure") // max(_sum(mix, "n"), 1))
            ),
            "href": address_of_list(**keep, sort="-measure"),
        },
        {
            "label": _("Net assets"),
            "figure": figure(_sum(mix, "assets")),
            "note": _("all open clients"),
            "href": address_of_list(**keep, sort="-assets"),
        },
        {
            "label": _("Commission at risk (12 months)"),
            "figure": figure(_sum(mix, "risk")),
            "note": _("risk × commission"),
            "href": address_of_list(**keep),
        },
        {
            "label": _("Risk raised or high"),
            "figure": f"{at_stake:,}",
            "unit": people,
            "note": _("{n} of them VIP or key").format(
                n=sum(mix[tier][f"n_{band}"] for tier in ("vip", "key") for band in ("raised", "high"))
            ),
            "href": address_of_list(**keep, bands=("high", "raised")),
        },
        {
            "label": _("Dormant"),
            "figure": f"{_sum(mix, 'asleep'):,}",
            "unit": people,
            "note": _("no trade for half a year, with assets"),
            "href": address_of_list(**keep, states=("dormant", "regulatory_dormant"), sort="-assets"),
        },
    ]


def _tier_rows(mix: dict[str, dict[str, int]], keep: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for tier in TIERS:
        counts = [mix[tier][f"n_{band}"] for band in BANDS]
        rows.append(
            {
                "tier": tier,
                "counts": counts,
                "cells": [
                    (count, address_of_list(**keep, tiers=(tier,), bands=(band,)))
                    for band, count in zip(BANDS, counts, strict=True)
                ],
            }
        )
    return rows


def _risk_title(mix: dict[str, dict[str, int]]) -> str:
    total = _sum(mix, "n_high") + _sum(mix, "n_raised")
    upper = sum(mix[tier][f"n_{band}"] for tier in ("vip", "key") for band in ("raised", "high"))
    return _("{total} clients with raised or high risk, {upper} of them VIP or key").format(total=total, upper=upper)


def _advisors(sums: Sequence[AdvisorSum], keep: dict[str, Any]) -> list[dict[str, Any]]:
    """Load and stakes per advisor, most at stake first; no judgement of anybody by turnover."""
    shown = sorted(sums, key=lambda one: (-one.stake, one.advisor_id or 0))[:ADVISORS_SHOWN]
    names = dict(Staff.objects.filter(pk__in=[one.advisor_id for one in shown]).values_list("pk", "name"))
    return [
        {
            "sum": one,
            "name": names.get(one.advisor_id or 0, ""),
            "href": address_of_list(**keep, advisor=one.advisor_id) if one.advisor_id else "",
        }
        for one in shown
    ]
