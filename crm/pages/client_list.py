"""The client list: filters, order and columns stand in the address, so that a view can be sent to a colleague."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm import access
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.keyset import BadCursor, Page, page_of
from crm.models import Staff
from crm.pages.list_filters import ALL, Filters
from crm.pages.lists.chips import chips_of, form_address
from crm.pages.lists.column import Column, line_of
from crm.pages.lists.columns import COLUMNS, shown_for, usual_columns
from crm.pages.lists.rows import for_order, parts_for, standings_for, totals_for
from crm.pages.lists.views import Lists, filters_of, lists_of, query_of, tabs_of
from crm.pages.nights import Nights, nights_of
from segmentation.models import Standing
from segmentation.querysets import COUNTED, StandingQuerySet

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
class Head:
    """A head of the table: the sort it asks for, and which way it is sorted now."""

    column: Column
    label: str
    href: str
    sorted: str


@require_safe
@only("advisor", "manager", "compliance")
def client_list(request: HttpRequest) -> HttpResponse:
    """The list, or for htmx only what changes with a condition: rows, count and chips. Without an address of its own the
    view opens that the reader chose to open first."""
    user = staff_of(request)
    lists = lists_of(user)
    if not request.GET and lists.first:
        return redirect(lists.first.address())
    filters = Filters.read(request.GET)
    nights = nights_of(user, branch=filters.branch, day=filters.day)
    filters = known_order(filters, nights)
    page, rows = read_page(user, nights, filters, request.GET.get("after"), request.GET.get("before"))
    part = is_swap(request)
    names = lists.columns(filters) or usual_columns(user, branches=len(nights.publications))
    columns = [COLUMNS[name] for name in names]
    as_of, today = nights.as_of, timezone.localdate()
    shown = shown_for(user, page.rows, names, as_of=as_of or today, today=today)
    here = filters.address().partition("?")[2]
    context = {
        "page": page,
        "lines": [line_of(row, shown, columns) for row in page.rows],
        "heads": _heads(nights, filters, columns),
        "name_head": _name_head(user, filters),
        "filters": filters,
        "as_of": as_of,
        "totals": _totals_of(page.rows) if page.is_whole else _totals(user, nights, filters, rows),
        "measure": nights.measure or _("measure of the scheme"),
        "chips": chips_of(filters, user),
        "add_url": form_address(filters),
        "clear_url": replace(Filters(), view=ALL if lists.first else "").address(),
        "export_query": urlencode({"on": here, "cols": ",".join(names)}),
        "save_url": f"{reverse('save-view')}?{_as_query(query_of(filters), names, filters)}",
        "sees_names": access.sees_names(user),
        "may_change": user.is_advisor or user.is_manager,
        "may_hand_over": user.is_manager,
        "chosen_columns": columns,
        "other_columns": [one for name, one in COLUMNS.items() if name not in names],
        "on": here,
        "previous_url": filters.address(before=page.before) if page.before else "",
        "next_url": filters.address(after=page.after) if page.after else "",
        "part": part,
    }
    if not part:
        context |= {
            "views": tabs_of(lists, filters),
            "changed": _changed(lists, filters),
            "kept": [pair for pair in filters.pairs() if pair[0] not in {"q", "sort"}],
        }
    response = render(request, f"crm/{'_client_rows' if part else 'client_list'}.html", context)
    if part:
        response["HX-Push-Url"] = filters.address(after=request.GET.get("after"), before=request.GET.get("before"))
    return varies(response)


def known_order(filters: Filters, nights: Nights) -> Filters:
    """The list in an order that says something: where no model tells a probability, nothing is known to be at risk."""
    return filters if filters.sort else replace(filters, usual="-risk_money" if nights.know_stakes else "-measure")


def read_page(
    user: Staff, nights: Nights, filters: Filters, after: str | None = None, before: str | None = None
) -> tuple[Page[Standing], StandingQuerySet[Standing]]:
    """A page of the list and all rows it is of; raises Http404 for a cursor that no list has written."""
    rows = standings_for(user, nights, filters)
    parts = parts_for(user, nights, filters)
    try:
        ordered = for_order(rows.for_table(), filters)
        return page_of(ordered, filters.order, size=filters.size, after=after, before=before, parts=parts), rows
    except BadCursor:
        raise Http404 from None


def _changed(lists: Lists, filters: Filters) -> str:
    """The address that lets the reader's own view ask for what the list shows, where that is something else."""
    saved = lists.view(filters.view)
    if saved is None or saved.owner_id != lists.user.pk:
        return ""
    same = filters.asks_alike(filters_of(saved)) and (filters.sort or filters.usual) == (saved.sort or filters.usual)
    return "" if same and not filters.columns else reverse("update-view", args=[saved.uid])


def _as_query(on: str, names: Sequence[str], filters: Filters) -> str:
    return urlencode({"on": on, "cols": ",".join(names), "sort": filters.sort})


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


def _heads(nights: Nights, filters: Filters, columns: Sequence[Column]) -> list[Head]:
    return [
        Head(
            column,
            nights.measure if column.name == "measure" and nights.measure else str(column.label),
            filters.sorted_by(column.sort).address() if column.sort else "",
            _way(filters, column.sort),
        )
        for column in columns
    ]


def _name_head(user: Staff, filters: Filters) -> dict[str, str]:
    """The head over the names; who sees none cannot sort by them."""
    if not access.sees_names(user):
        return {"href": "", "sorted": ""}
    return {"href": filters.sorted_by("name").address(), "sorted": _way(filters, "name")}


def _way(filters: Filters, name: str) -> str:
    if not name or filters.sorting.removeprefix("-") != name:
        return ""
    return "down" if filters.sorting.startswith("-") else "up"
