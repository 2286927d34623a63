"""Comings and goings: the flow statement between any two nights by tier and advisor, and month by month (C7)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.lib.http import only
from crm.models import Publication, Staff
from crm.pages.branch import charts as branch_charts
from crm.pages.branch import statements as branch_statements
from crm.pages.branch.nights import Chosen, chosen, frame
from crm.pages.branch.statements import MEASURES, Cell, Row
from crm.templatetags.parts import TIERS
from segmentation.flow_figures import flows_of_months, flows_seen, sums_of_nights
from segmentation.flows import NOBODY, Amount, FlowSum, merged
from segmentation.models import Tier
from segmentation.statements import Statement, closings, openings, statement

MONTHS_SHOWN = 13


@require_safe
@only("manager", "compliance")
def branch_flows(request: HttpRequest) -> HttpResponse:
    """The page: any two published nights of a branch, in clients, net assets or the measure of its scheme."""
    found = chosen(request)
    context = dict(frame(found, "branch-flows"))
    if found.night is None or found.earlier is None:
        return render(request, "crm/branch_flows.html", context)
    asked = request.GET.get("measure", "")
    name = asked if asked in MEASURES and (asked != "measure" or branch_statements.is_comparable(found)) else "clients"
    flows, by_advisor = (flows_seen(found.user, found.earlier, found.night, by=by) for by in ("tier", "advisor"))
    whole, tiers = statements_of(found.user, found.earlier, found.night, flows)
    advisors = _advisors(by_advisor)
    total = statement(by_advisor, whole.opening, whole.closing)
    names = _names(advisors)
    lines = branch_statements.told_lines(whole, name)
    context |= {
        "name": name,
        "measures": _measures(found, name),
        "title": branch_statements.title_of(whole),
        "check": branch_statements.check_of(whole),
        "moves": branch_charts.moves(merged(flows), found.earlier, found.night, found),
        "head": [branch_statements.line_word(line, "tier") for line in lines],
        "tiers": branch_statements.of_measure(
            found,
            name,
            "tier",
            whole=whole,
            groups=tiers,
            words={tier: str(word) for tier, (_letter, word) in TIERS.items()},
        ),
        "advisor_head": [
            branch_statements.line_word(line, "advisor") for line in branch_statements.told_lines(total, name)
        ],
        "advisors": branch_statements.of_measure(found, name, "advisor", whole=total, groups=advisors, words=names),
        "unit": {
            "clients": pgettext("counted", "clients"),
            "assets": pgettext("money", "10k yuan"),
            "measure": pgettext("money", "yuan"),
        }[name],
        **_months(found, name),
    }
    return render(request, "crm/branch_flows.html", context)


def statements_of(
    user: Staff, earlier: Publication, night: Publication, flows: Sequence[FlowSum]
) -> tuple[Statement, Mapping[str, Statement]]:
    """The statement of the branch and of each tier: opening and closing from what the nights themselves stored."""
    ends = [_amounts(sums) for sums in sums_of_nights(user, [earlier, night])]
    tiers = {
        tier: statement(flows, ends[0].get(tier, Amount()), ends[1].get(tier, Amount()), tier) for tier in Tier.values
    }
    opening, closing = (sum(end.values(), Amount()) for end in ends)
    return statement(flows, opening, closing), tiers


def _amounts(sums: Mapping[str, tuple[int, int, int]]) -> dict[str, Amount]:
    return {tier: Amount(*numbers) for tier, numbers in sums.items()}


def _advisors(flows: Sequence[FlowSum]) -> dict[str, Statement]:
    """A statement per advisor, the largest first."""
    opened, closed = openings(flows), closings(flows)
    groups = sorted({*opened, *closed}, key=lambda g: (-closed.get(g, Amount()).clients, g))
    return {g: statement(flows, opened.get(g, Amount()), closed.get(g, Amount()), g) for g in groups}


def _names(groups: Mapping[str, object]) -> dict[str, str]:
    names = Staff.objects.filter(pk__in=[int(group) for group in groups]).values_list("pk", "name")
    return {NOBODY: _("nobody")} | {str(pk): name for pk, name in names}


def _measures(found: Chosen, name: str) -> list[dict[str, Any]]:
    words = {"clients": _("Clients"), "assets": _("Net assets")}
    if found.night and branch_statements.is_comparable(found):
        words["measure"] = str(found.night.basis.scheme.get_measure_display())
    return [
        {
            "label": word,
            "href": found.address("branch-flows", measure=one if one != "clients" else ""),
            "on": one == name,
        }
        for one, word in words.items()
    ]


def _months(found: Chosen, name: str) -> dict[str, Any]:
    """Month by month, from the last night of each to the last night of the next; each month opens its own page."""
    ends: dict[tuple[int, int], Publication] = {}
    for night in found.nights:
        ends.setdefault((night.as_of.year, night.as_of.month), night)
    nights = sorted(ends.values(), key=lambda night: night.as_of)[-MONTHS_SHOWN:]
    sums = [sum(_amounts(one).values(), Amount()) for one in sums_of_nights(found.user, nights)]
    flows = flows_of_months(found.user, nights)
    told = [statement(one, sums[at], sums[at + 1]) for at, one in enumerate(flows)]
    lines = [
        line
        for line in branch_statements.MONTH_LINES
        if line in ("new", "closed") or any(getattr(one.lines[line], name) for one in told)
    ]
    rows = []
    for (earlier, later), one in zip(pairwise(nights), told, strict=True):
        days = {"day": later.as_of.isoformat(), "from": earlier.as_of.isoformat()}
        href = found.address("branch-flows", **days, measure=name if name != "clients" else "")
        cells = [Cell(branch_statements.signed(getattr(one.lines[line], name), name)) for line in lines]
        first, last = (Cell(branch_statements.WRITE[name](getattr(end, name))) for end in (one.opening, one.closing))
        check = Cell(branch_statements.check_word(getattr(one.difference, name), name))
        rows.append(Row(f"{later.as_of:%Y-%m}", [first, *cells, last, check], href=href))
    return {"months": rows[::-1], "month_lines": [branch_statements.line_word(line, "tier") for line in lines]}
