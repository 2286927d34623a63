"""The branch page: does the branch keep its clients, and where does its commission come from; of one published night."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import only
from crm.models import Publication, Staff
from crm.pages.branch import charts as branch_charts
from crm.pages.branch import regime as branch_regime
from crm.pages.branch import risks as branch_risks
from crm.pages.branch import statements as branch_statements
from crm.pages.branch.flows import statements_of
from crm.pages.branch.nights import Chosen, chosen, frame
from crm.templatetags.parts import TIERS, figure
from segmentation.concentration import lorenz, step_chart, top_share
from segmentation.figures import AdvisorSum, Alike, Figures, figures_seen
from segmentation.models import ASLEEP, Standing, Tier
from segmentation.querysets import BANDS
from segmentation.risks import interval

GIANTS_SHOWN, ADVISORS_SHOWN = 8, 8


@require_safe
@only("manager", "compliance")
def branch_detail(request: HttpRequest) -> HttpResponse:
    """One branch on one published day: the first branch and the latest day unless the address says otherwise."""
    found = chosen(request)
    context = dict(frame(found, "branch-detail"))
    if found.night is not None:
        context |= _context(found, found.night)
    return render(request, "crm/branch_page.html", context)


def _context(found: Chosen, night: Publication) -> dict[str, Any]:
    figures = figures_seen(found.user, night, found.earlier)
    steps = step_chart(figures.sums)
    mix = _mix(figures.sums)
    measure = str(night.basis.scheme.get_measure_display())
    charts = [
        branch_charts.steps(steps, measure, found.keep),
        branch_charts.lorenz(lorenz(figures.hundredths), top_share(figures.hundredths), steps, measure),
    ]
    giants = Standing.objects.visible_to(found.user).filter(publication=night).sleeping_giants()
    return {
        "measure": measure,
        "stats": _stats(found, night, mix, figures),
        "charts": [chart for chart in charts if chart],
        **(_flows(found, found.earlier, night, figures) if found.earlier else {}),
        "risk_chart": branch_risks.at_risk(found, mix, figures.risks),
        "spread": branch_risks.spread(found, figures.scores),
        "model": branch_risks.model_card(night.basis.model),
        "regime": branch_regime.regime_card(found, night),
        "tiers": _tier_rows(found, mix),
        "risk_title": _risk_title(mix),
        "advisors": _advisors(found, figures.advisors),
        "advisors_url": found.address("branch-advisors"),
        "giants": list(giants.select_related("client__advisor").order_by("-net_assets_fen", "client")[:GIANTS_SHOWN]),
        "giants_url": found.of_list(giants=True, sort="-assets"),
        "sees_names": access.sees_names(found.user),
    }


def _flows(found: Chosen, earlier: Publication, night: Publication, figures: Figures) -> dict[str, Any]:
    whole, tiers = statements_of(found.user, earlier, night, figures.flow_sums)
    return {
        "moves": branch_charts.moves(figures.flows, earlier, night, found),
        "flow_title": branch_statements.title_of(whole),
        "flow_rows": branch_statements.by_tier(found, whole, tiers),
        "flow_check": branch_statements.check_of(whole),
        "flows_url": found.address("branch-flows"),
    }


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


def _stats(found: Chosen, night: Publication, mix: dict[str, dict[str, int]], figures: Figures) -> list[dict[str, Any]]:
    low, high = interval(_sum(mix, "risk"), sum(one.variance for one in figures.risks))
    at_stake = _sum(mix, "n_high") + _sum(mix, "n_raised")
    return [
        {
            "label": _("Clients"),
            "figure": f"{_sum(mix, 'n'):,}",
            "note": _("open on the day"),
            "href": found.of_list(),
        },
        {
            "label": str(night.basis.scheme.get_measure_display()),
            "figure": figure(_sum(mix, "measure")),
            "note": _("{amount} per client").format(
                amount=formats.stake(_sum(mix, "measure") // max(_sum(mix, "n"), 1))
            ),
            "href": found.of_list(sort="-measure"),
        },
        {
            "label": _("Net assets"),
            "figure": figure(_sum(mix, "assets")),
            "note": _("all open clients"),
            "href": found.of_list(sort="-assets"),
        },
        {
            "label": _("Commission at risk (12 months)"),
            "figure": figure(_sum(mix, "risk")),
            "note": _("90 % interval {low}–{high}").format(
                low=branch_risks.low_word(low, high), high=formats.summary(high)
            )
            if _sum(mix, "risk")
            else "",
            "href": found.of_list(),
        },
        {
            "label": _("Risk raised or high"),
            "figure": formats.count(at_stake),
            "unit": formats.clients(at_stake),
            "note": _("{n} of them VIP or key").format(
                n=sum(mix[tier][f"n_{band}"] for tier in ("vip", "key") for band in ("raised", "high"))
            ),
            "href": found.of_list(bands=("high", "raised")),
        },
        {
            "label": _("Dormant"),
            "figure": formats.count(_sum(mix, "asleep")),
            "unit": formats.clients(_sum(mix, "asleep")),
            "note": _("no trade for half a year, with assets"),
            "href": found.of_list(states=("dormant", "regulatory_dormant"), sort="-assets"),
        },
    ]


def _tier_rows(found: Chosen, mix: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    rows = []
    for tier in TIERS:
        counts = [mix[tier][f"n_{band}"] for band in BANDS]
        rows.append(
            {
                "tier": tier,
                "counts": counts,
                "cells": [
                    (count, found.of_list(tiers=(tier,), bands=(band,)))
                    for band, count in zip(BANDS, counts, strict=True)
                ],
            }
        )
    return rows


def _risk_title(mix: dict[str, dict[str, int]]) -> str:
    total = _sum(mix, "n_high") + _sum(mix, "n_raised")
    upper = sum(mix[tier][f"n_{band}"] for tier in ("vip", "key") for band in ("raised", "high"))
    return ngettext(
        "{total} client with raised or high risk, {upper} of them VIP or key",
        "{total} clients with raised or high risk, {upper} of them VIP or key",
        total,
    ).format(total=formats.count(total), upper=formats.count(upper))


def _advisors(found: Chosen, sums: Sequence[AdvisorSum]) -> list[dict[str, Any]]:
    """Load and stakes per advisor, most at stake first; no judgement of anybody by turnover."""
    shown = sorted(sums, key=lambda one: (-one.stake, one.advisor_id or 0))[:ADVISORS_SHOWN]
    names = dict(Staff.objects.filter(pk__in=[one.advisor_id for one in shown]).values_list("pk", "name"))
    return [
        {
            "sum": one,
            "name": names.get(one.advisor_id or 0, ""),
            "href": found.of_list(advisor=one.advisor_id) if one.advisor_id else "",
        }
        for one in shown
    ]
