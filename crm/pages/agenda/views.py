"""The calendar page: a month in counts, a week in rows, a day in full."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import is_swap, only, staff_of, varies
from crm.pages.agenda.days import VIEWS, contacts_on, days_of, rows_on, span_of
from crm.pages.nights import nights_of
from crm.pages.work import due_day_words

WORDS = {
    "month": pgettext_lazy("calendar", "Month"),
    "week": pgettext_lazy("calendar", "Week"),
    "day": pgettext_lazy("calendar", "Day"),
}
EARLIEST, LATEST = date(2000, 1, 3), date(2099, 12, 20)  # what the lunar calendar and the holidays reach


@require_safe
@only("advisor", "manager")
def agenda(request: HttpRequest) -> HttpResponse:
    """What the reader has on the days of a month, a week or a day; reads itself anew after every action."""
    user, now = staff_of(request), timezone.now()
    today = timezone.localdate(now)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "month"
    day = _day(request.GET.get("day", ""), today)
    nights = nights_of(user)
    days = days_of(user, nights, view, day)
    context: dict[str, Any] = {
        "view": view,
        "day": day,
        "today": today,
        "days": days,
        "heading": _heading(view, day),
        "options": [{"label": WORDS[one], "href": address(one, day), "on": one == view} for one in VIEWS],
        "earlier": address(view, _stepped(view, day, -1)),
        "later": address(view, _stepped(view, day, 1)),
        "now": address(view, today),
        "shows_advisor": user.is_manager,
    }
    if view == "day":
        context |= {
            "work": rows_on(nights, user, days[0].due, now),
            "contacts": contacts_on(user, day),
            "due_days": due_day_words(today),
        }
    template = "crm/_agenda.html" if is_swap(request) else "crm/agenda.html"
    return varies(render(request, template, context))


def address(view: str, day: date) -> str:
    """The address of a view of a day, relative to the page."""
    return f"?{urlencode({'view': view, 'day': f'{day:%F}'})}"


def _day(text: str, today: date) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return min(max(day or today, EARLIEST), LATEST)


def _stepped(view: str, day: date, step: int) -> date:
    if view == "month":
        other = day.replace(day=15) + timedelta(days=30 * step)
        moved = other.replace(day=1)
    else:
        moved = day + timedelta(days=(7 if view == "week" else 1) * step)
    return min(max(moved, EARLIEST), LATEST)


def _heading(view: str, day: date) -> str:
    if view == "month":
        return pgettext("calendar", "{year}-{month}").format(year=day.year, month=f"{day:%m}")
    first, last = span_of(view, day)
    if view == "day":
        return f"{formats.day(day)} {formats.weekday(day)}"
    return _("{first} to {last}, week {n}").format(
        first=formats.day(first), last=formats.day_short(last, first), n=day.isocalendar().week
    )
