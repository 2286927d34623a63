"""Branches side by side, for those who see several: the same figures of the same day, each opening its branch."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import only
from crm.models import Publication
from crm.pages.branch.nights import chosen, frame
from crm.pages.list_filters import address_of_list
from segmentation.comparisons import BranchSum, branches_seen

SORTS: Mapping[str, Any] = {
    "branch": lambda one: one.night.branch.code,
    "clients": lambda one: one.clients,
    "came": lambda one: one.came,
    "left": lambda one: -1 if one.left_rate is None else one.left_rate,
    "measure": lambda one: one.measure,
    "assets": lambda one: one.assets,
    "stake": lambda one: one.stake,
    "likely": lambda one: -1 if one.likely_rate is None else one.likely_rate,
    "upper": lambda one: one.upper_likely,
    "asleep": lambda one: -1 if one.asleep_rate is None else one.asleep_rate,
}


@require_safe
@only("manager", "compliance")
def compare_branches(request: HttpRequest) -> HttpResponse:
    """One row per branch: its latest night, or that of the day which the address names."""
    found = chosen(request)
    nights = Publication.objects.visible_to(found.user).filter(branch__in=found.branches)
    is_past = bool(request.GET.get("day")) and found.night is not None
    nights = nights.published().filter(as_of=found.night.as_of) if is_past and found.night else nights.current()
    sums = branches_seen(found.user, list(nights.select_related("branch", "basis__scheme")))
    asked = request.GET.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else "-left"
    sums.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    keep = {"branch": found.branch.code, "day": request.GET["day"] if is_past else ""}
    measures = {one.night.basis.scheme.get_measure_display() for one in sums}
    context = {
        **frame(found, "branch-compare"),
        "rows": [{"sum": one, "links": _links(one, is_past=is_past)} for one in sums],
        "columns": _columns(keep, sort, str(measures.pop()) if len(measures) == 1 else _("measure of the scheme")),
        "title": _title(sums),
    }
    return render(request, "crm/branch_compare.html", context)


def _links(one: BranchSum, *, is_past: bool) -> Mapping[str, str]:
    """What the figures of a branch open."""
    day = one.night.as_of if is_past else None
    asked = {"branch": one.night.branch.code, "day": day.isoformat() if day else ""}
    query = urlencode({name: value for name, value in asked.items() if value})

    def of_list(**conditions: object) -> str:
        return address_of_list(branch=one.night.branch.code, day=day, **conditions)

    return {
        "branch": f"{reverse('branch-detail')}?{query}",
        "flows": f"{reverse('branch-flows')}?{query}",
        "clients": of_list(),
        "measure": of_list(sort="-measure"),
        "assets": of_list(sort="-assets"),
        "stake": of_list(sort="-risk_money"),
        "likely": of_list(bands=("high", "raised")),
        "upper": of_list(tiers=("vip", "key"), bands=("high", "raised")),
        "asleep": of_list(states=("dormant", "regulatory_dormant"), sort="-assets"),
    }


def _columns(keep: Mapping[str, str], sort: str, measure: str) -> list[dict[str, Any]]:
    heads = [
        ("branch", _("Branch"), ""),
        ("clients", _("Clients"), ""),
        ("came", pgettext("flow", "Came"), _("since then")),
        ("left", pgettext("flow", "Left"), _("share of opening")),
        ("measure", measure, pgettext("money", "10k yuan")),
        ("assets", _("Net assets"), pgettext("money", "10k yuan")),
        ("stake", _("Commission at risk"), _("90 % interval, 10k yuan")),
        ("likely", _("Raised or high"), ""),
        ("upper", _("of them VIP or key"), ""),
        ("asleep", _("Dormant"), ""),
    ]
    columns = []
    for name, label, unit in heads:
        first, other = (name, f"-{name}") if name == "branch" else (f"-{name}", name)
        way = "" if sort.removeprefix("-") != name else "down" if sort.startswith("-") else "up"
        pairs = {**keep, "sort": other if sort == first else first}
        href = f"{reverse('branch-compare')}?{urlencode({key: value for key, value in pairs.items() if value})}"
        columns.append({"label": label, "unit": unit, "href": href, "sorted": way, "right": name != "branch"})
    return columns


def _title(sums: list[BranchSum]) -> str:
    """The finding: which branch lost the largest share of its clients."""
    known = [one for one in sums if one.left_rate]
    if len(sums) < 2 or not known:
        return _("No branch has lost a client since the night compared")
    worst = max(known, key=lambda one: one.left_rate or 0)
    return _("{branch} lost the largest share of its clients: {rate}").format(
        branch=worst.night.branch.name, rate=formats.percent(worst.left_rate, 1)
    )
