"""The client list: filters and order stand in the address, so that a view can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.keyset import BadCursor, page_of
from crm.models import Staff
from crm.pages.list_filters import Filters, parts_for, standings_for, totals_for
from crm.pages.nights import Nights, nights_of
from crm.templatetags.parts import RISKS, TIERS
from segmentation.models import Dormancy, Standing
from segmentation.querysets import BANDS, COUNTED, StandingQuerySet

COUNTED_UP_TO = 2000  # more than any advisor has


@dataclass(frozen=True)
class Totals:
    """How many rows there are and what they add up to; where nothing but counting tells, it stops and says "more"."""

    count: int
    measure_fen: int
    at_risk_fen: int
    assets_fen: int
    is_more: bool = False

    @property
    def words(self) -> str:
        return f"{COUNTED_UP_TO:,}+" if self.is_more else f"{self.count:,}"


@dataclass(frozen=True)
class Column:
    """A head of the table: its name, the sort it asks for, and which way it is sorted now."""

    name: str
    label: str
    href: str
    sorted: str
    right: bool
    unit: str = ""
    small: bool = False  # shown on the phone too


@require_safe
@only("advisor", "manager", "compliance")
def client_list(request: HttpRequest) -> HttpResponse:
    """The list, or for htmx only what changes with a condition: rows, count and the words on the filters."""
    user = staff_of(request)
    filters = Filters.read(request.GET)
    nights = nights_of(user, branch=filters.branch, day=filters.day)
    if not filters.sort:
        # where no model tells a probability, nothing is known to be at risk
        filters = replace(filters, usual="-risk_money" if nights.know_stakes else "-measure")
    rows = standings_for(user, nights, filters)
    try:
        page = page_of(
            rows.for_table(),
            filters.order,
            size=filters.size,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
            parts=parts_for(user, nights, filters),
        )
    except BadCursor:
        raise Http404 from None
    part = is_swap(request)
    context = {
        "page": page,
        "filters": filters,
        "as_of": nights.as_of,
        "totals": _totals_of(page.rows) if page.is_whole else _totals(user, nights, filters, rows),
        "measure": nights.measure or _("measure of the scheme"),
        "columns": _columns(user, nights, filters),
        "choices": _choices(filters),
        "sees_names": access.sees_names(user),
        "shows_advisor": not user.is_advisor,
        "asks_advisor": not user.is_advisor and (not part or bool(filters.branch) or len(nights.publications) > 1),
        "shows_branch": len(nights.publications) > 1,
        "previous_url": filters.address(before=page.before) if page.before else "",
        "next_url": filters.address(after=page.after) if page.after else "",
        "part": part,
    }
    if not part or filters.branch:
        context["advisors"] = _advisors(user, nights, filters)
    if not part:
        branches = [(night.branch_code, night.branch_name) for night in nights.publications]
        context |= {"views": _views(filters), "branches": branches}
    response = render(request, f"crm/{'_client_rows' if part else 'client_list'}.html", context)
    if part:
        response["HX-Push-Url"] = _address(request, filters)
    return varies(response)


def _address(request: HttpRequest, filters: Filters) -> str:
    return filters.address(after=request.GET.get("after"), before=request.GET.get("before"))


def _totals_of(rows: Sequence[Standing]) -> Totals:
    """The same where the page holds every row: no query."""
    return Totals(
        len(rows),
        sum(row.measure_fen for row in rows),
        sum(row.at_risk_fen or 0 for row in rows),
        sum(row.net_assets_fen for row in rows),
    )


def _totals(user: Staff, nights: Nights, filters: Filters, rows: StandingQuerySet[Standing]) -> Totals:
    """From the sums of the nights where they tell; else counted, up to a limit, in whatever order the rows come."""
    told = totals_for(user, nights, filters)
    if told is None:
        some = rows.order_by().values("pk", "measure_fen", "at_risk_fen", "net_assets_fen")[: COUNTED_UP_TO + 1]
        told = {name: int(value or 0) for name, value in some.aggregate(**COUNTED).items()}
        return Totals(told["clients"], told["measure"], told["stake"], told["assets"], told["clients"] > COUNTED_UP_TO)
    return Totals(told["clients"], told["measure"], told["stake"], told["assets"])


def _columns(user: Staff, nights: Nights, filters: Filters) -> list[Column]:
    measure = nights.measure or _("measure of the scheme")
    heads: list[tuple[str, str, bool, str, bool]] = [
        ("name" if access.sees_names(user) else "", _("Client"), False, "", True),
        ("number", _("Client number"), False, "", False),
        ("rank", _("Tier · rank"), False, "", True),
        ("risk", _("Churn risk"), False, "", True),
        ("risk_money", _("Commission at risk"), True, pgettext("money", "yuan"), True),
        ("measure", measure, True, pgettext("money", "yuan"), False),
        ("assets", _("Net assets"), True, pgettext("money", "10k yuan"), False),
        ("", _("State"), False, "", False),
        ("active", _("Last trade"), False, "", False),
    ]
    if not user.is_advisor:
        heads.append(("", _("Advisor"), False, "", False))
    if len(nights.publications) > 1:
        heads.append(("", _("Branch"), False, "", False))
    return [
        Column(
            name,
            label,
            filters.sorted_by(name).address() if name else "",
            _way(filters, name),
            right,
            unit,
            small,
        )
        for name, label, right, unit, small in heads
    ]


def _way(filters: Filters, name: str) -> str:
    if not name or filters.sorting.removeprefix("-") != name:
        return ""
    return "down" if filters.sorting.startswith("-") else "up"


def _choices(filters: Filters) -> list[Mapping[str, Any]]:
    """The three filters with check boxes; `words` is what is chosen, for the closed filter."""
    asked: list[tuple[str, str, Sequence[tuple[str, Any]], tuple[str, ...]]] = [
        ("tier", _("Tier"), [(code, word) for code, (_letter, word) in TIERS.items()], filters.tiers),
        ("band", _("Churn risk"), [(code, RISKS[code][1]) for code in reversed(BANDS)], filters.bands),
        ("state", _("State"), [c for c in Dormancy.choices if c[0] != Dormancy.CLOSED], filters.states),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [(value, word, value in chosen) for value, word in options],
            "words": _("、").join(str(word) for value, word in options if value in chosen),
        }
        for name, label, options, chosen in asked
    ]


def _advisors(user: Staff, nights: Nights, filters: Filters) -> list[tuple[int, str]]:
    """Whose clients may be asked for: the advisors of one branch. Where there are several, the branch is chosen first;
    an advisor who is asked for already stays."""
    if user.is_advisor:
        return []
    found = Staff.objects.visible_to(user).advisors()
    one = found.filter(branches__in=nights.branches) if len(nights.publications) == 1 else found.none()
    asked = found.filter(pk=filters.advisor)
    return list((one | asked).distinct().order_by("name").values_list("pk", "name"))


def _views(filters: Filters) -> list[Mapping[str, Any]]:
    """The usual questions, as tabs: each is nothing but an address."""
    keep = Filters(branch=filters.branch, day=filters.day)
    usual = [
        (_("All"), keep),
        (_("Worth keeping"), replace(keep, tiers=("vip", "key"), bands=("high", "raised"))),
        (_("Risk up last night"), replace(keep, news="risk")),
        (_("Tier changed last night"), replace(keep, news="tier", sort="-measure")),
        (_("Near a boundary"), replace(keep, near=True, sort="-measure")),
        (_("Dormant with assets"), replace(keep, states=("dormant",), sort="-assets")),
    ]
    here = replace(filters, sort="", size=50)
    return [
        {"label": label, "href": view.address(), "on": here == replace(view, sort="", size=50), "count": None}
        for label, view in usual
    ]
