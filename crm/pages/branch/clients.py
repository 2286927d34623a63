"""The clients behind a figure of the branch pages that the client list has no condition for: a band of the flows between two
nights, or a part of the scores of one."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import only
from crm.lib.keyset import BadCursor, Order, Page, page_of
from crm.models import Publication, Staff
from crm.pages.branch.nights import Chosen, chosen
from crm.pages.branch.statements import KINDS, words_of
from crm.templatetags.parts import TIERS
from segmentation.flows import GROUPS, NOBODY, OUTSIDE, Way, clients_on
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet
from segmentation.risks import BINS

SIZE = 50
COUNTED_UP_TO = 2000
BY_MEASURE = Order("measure_fen", int, descending=True, tie="client_id")


@require_safe
@only("manager", "compliance")
def flow_clients(request: HttpRequest) -> HttpResponse:
    """Exactly the clients of a band or line: who came, went, moved or stayed between two nights, by tier or by advisor."""
    found = chosen(request)
    if found.night is None or found.earlier is None:
        raise Http404
    way = _way(request)
    standing = found.earlier if way.stands == "earlier" else found.night
    other = found.night if way.stands == "earlier" else found.earlier
    rows = Standing.objects.visible_to(found.user).filter(publication=standing)
    rows = rows.filter(client__in=clients_on(found.earlier, found.night, way))
    days = {"earlier": formats.day(found.earlier.as_of), "later": formats.day(found.night.as_of)}
    title = words_of(way.kinds, way.before, way.after, _groups(way)) or _("All clients")
    context = listed(request, found, rows, title, _("between {earlier} and {later}").format(**days))
    context |= {"as_of": standing.as_of, "other": other.as_of, "back": found.address("branch-flows")}
    context["sides"] = sides(found.user, context["page"], other, is_left=standing == found.earlier)
    return render(request, "crm/branch_clients.html", context)


@require_safe
@only("manager", "compliance")
def score_clients(request: HttpRequest) -> HttpResponse:
    """The clients of a night whose churn score lies in one bar of the distribution."""
    found = chosen(request)
    text = request.GET.get("at", "")
    if found.night is None or not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) < BINS):
        raise Http404
    at = int(text)
    rows = Standing.objects.visible_to(found.user).filter(publication=found.night, churn_score__gte=at / BINS)
    if at + 1 < BINS:
        rows = rows.filter(churn_score__lt=(at + 1) / BINS)
    ends = {"low": formats.percent(at / BINS), "high": formats.percent((at + 1) / BINS)}
    title = _("Churn risk of {low} to {high}").format(**ends)
    context = listed(request, found, rows, title, _("on {day}").format(day=formats.day(found.night.as_of)))
    context |= {"as_of": found.night.as_of, "back": found.address("branch-detail"), "sides": {}}
    return render(request, "crm/branch_clients.html", context)


def _way(request: HttpRequest) -> Way:
    """The way that an address names; what it says wrongly is missing."""
    by, kinds = request.GET.get("by", "tier"), tuple(request.GET.getlist("kind"))
    before, after = (request.GET.get(name, "*") for name in ("before", "after"))
    ends = [OUTSIDE if end == "none" else end for end in (before, after)]
    known = ("*", OUTSIDE, *TIERS)
    is_known = [end in known if by == "tier" else end in ("*", OUTSIDE) or _is_number(end) for end in ends]
    if by not in GROUPS or not set(kinds) <= set(KINDS) or not all(is_known):
        raise Http404
    return Way(by, kinds, ends[0], ends[1], request.GET.get("changed") == "1")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _groups(way: Way) -> Mapping[str, str]:
    """What the groups of a way are called."""
    if way.by == "tier":
        return {tier: str(word) for tier, (_letter, word) in TIERS.items()}
    asked = [int(end) for end in (way.before, way.after) if _is_number(end)]
    names = Staff.objects.filter(pk__in=asked).values_list("pk", "name")
    return {NOBODY: _("nobody")} | {str(pk): name for pk, name in names}


def listed(
    request: HttpRequest, found: Chosen, rows: StandingQuerySet[Standing], title: str, between: str
) -> dict[str, Any]:
    """What the page of listed clients shows: the rows of the asked page, by measure, and how many there are."""
    try:
        page = page_of(
            rows.for_table(),
            BY_MEASURE,
            size=SIZE,
            after=request.GET.get("after_row"),
            before=request.GET.get("before_row"),
        )
    except BadCursor:
        raise Http404 from None
    count = len(page.rows) if page.is_whole else rows.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    kept = [(k, v) for k, vs in request.GET.lists() for v in vs if k not in ("after_row", "before_row")]
    return {
        "branch": found.branch,
        "page": page,
        "title": title,
        "between": between,
        "count": count,
        "is_more": count > COUNTED_UP_TO,
        "counted": f"{COUNTED_UP_TO:,}+" if count > COUNTED_UP_TO else formats.count(count),
        "measure": found.night.basis.scheme.get_measure_display() if found.night else "",
        "sees_names": access.sees_names(found.user),
        "previous_url": _around(request, kept, "before_row", page.before),
        "next_url": _around(request, kept, "after_row", page.after),
    }


def _around(request: HttpRequest, kept: Sequence[tuple[str, str]], name: str, cursor: str | None) -> str:
    return f"{request.path}?{urlencode([*kept, (name, cursor)])}" if cursor else ""


def sides(user: Staff, page: Page[Standing], other: Publication, *, is_left: bool) -> Mapping[int, tuple[str, str]]:
    """For the clients of the page: tier on the earlier night and on the later one ('' where they do not stand in it)."""
    seen = Standing.objects.visible_to(user).filter(publication=other, client__in=[row.client_id for row in page.rows])
    tiers = dict(seen.values_list("client_id", "tier"))
    if is_left:
        return {row.client_id: (row.tier, tiers.get(row.client_id, "")) for row in page.rows}
    return {row.client_id: (tiers.get(row.client_id, ""), row.tier) for row in page.rows}
