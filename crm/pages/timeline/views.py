"""The line of time as a fragment or a page of its own, and the trades behind one of its days."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from clients import history
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.keyset import BadCursor
from crm.pages.seen_client import seen_client, shown_name
from crm.pages.timeline.panel import timeline_page, timeline_panel


@require_safe
@only("advisor", "manager", "compliance")
def client_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The card with its filters turned, or the events behind the last one shown; without a script as a page."""
    user = staff_of(request)
    client = seen_client(user, pk)
    context = {"client": client, "name": shown_name(client, user), "today": timezone.localdate()}
    if not is_swap(request):
        context |= timeline_panel(client, user, request.GET)
        return varies(render(request, "crm/client_timeline.html", context))
    if request.GET.get("after"):
        context |= timeline_page(client, user, request.GET)
        return varies(render(request, "crm/_client_events.html", context | {"goes_on": True}))
    context |= timeline_panel(client, user, request.GET)
    return varies(render(request, "crm/_client_timeline.html", context))


@require_safe
@only("advisor", "manager", "compliance")
def client_trades(request: HttpRequest, pk: int) -> HttpResponse:
    """Trades, the latest first, or those of one day, as a page of their own or as the rows that follow."""
    user = staff_of(request)
    client, today = seen_client(user, pk), timezone.localdate()
    day = _day(request.GET.get("day", ""))
    after = request.GET.get("after")
    try:
        page = history.trades_page(client, until=today, on=day, after=after)
    except BadCursor:
        raise Http404 from None
    context = {"client": client, "trades": page, "day": day, "as_of": today, "name": shown_name(client, user)}
    if not is_swap(request):
        return varies(render(request, "crm/client_trades.html", context))
    part = "crm/_client_day_trades.html" if day and request.GET.get("in") == "timeline" else "crm/_client_trades.html"
    return varies(render(request, part, context))


def _day(text: str) -> date | None:
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise Http404
    return day
