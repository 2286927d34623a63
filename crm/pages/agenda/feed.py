"""The calendar as a feed for other programs, and the page on which its address is opened, renewed and ended.

What leaves the house is masked: a calendar lies on telephones and on servers of others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import icalendar
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crm import access, feeds
from crm.calendar import day_begins
from crm.lib.http import address_of, only, origin_of, staff_of
from crm.lib.links import LinkGone
from crm.models import Staff
from crm.pages import greetings
from crm.pages.agenda.days import Entry, entries, open_rows
from crm.pages.nights import nights_of
from servicing.models import Event

BEFORE, AFTER = timedelta(days=30), timedelta(days=60)
MOST = 1_000  # tasks, and as many promises and education events; the earliest first


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def feed_detail(request: HttpRequest) -> HttpResponse:
    """Whether the reader's calendar is open to other programs, and under which address."""
    user, now, address = staff_of(request), timezone.now(), address_of(request)
    if request.method == "POST":
        if request.POST.get("act") in {"end", "renew"}:
            feeds.end_feed(user, at=now, address=address)
        if request.POST.get("act") in {"open", "renew"}:
            feeds.open_feed(user, at=now, address=address)
            messages.success(request, _("The address is open. Who knows it reads your due days, with masked names."))
        else:
            messages.success(request, _("The address is closed; calendars that asked for it get nothing any more."))
        return redirect("calendar-feed")
    token = feeds.token_of(user)
    link = request.build_absolute_uri(reverse("read-calendar-feed", args=[token])) if token else ""
    response = render(request, "crm/agenda_feed.html", {"link": link, "days": AFTER.days})
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@login_not_required
@require_safe
def read_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The due days of whoever opened the address, as iCalendar; 410 where it has ended."""
    try:
        reader = feeds.reader_of(token)
    except LinkGone:
        return HttpResponse(status=410)
    body = written(reader, timezone.localdate(), site=origin_of(request))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = f'"{sha256(body).hexdigest()[:24]}"'
    answer: HttpResponse = get_conditional_response(request, etag=response["ETag"], response=response) or response
    return answer


def written(reader: Staff, today: date, *, site: str) -> bytes:
    """The feed in the product's language: open promises and tasks of the reader and birthdays, a whole day each, and the
    education events of the reader's branches, from when to when they last."""
    with translation.override("zh-hans"):
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//Branch CRM//calendar//")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Branch CRM"))
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
        for component in components(reader, today, site):
            calendar.add_component(component)
        return bytes(calendar.to_ical())


def components(reader: Staff, today: date, site: str) -> Iterator[icalendar.Event]:
    """One per promise, task, birthday and education event; its uid stays the same from one reading to the next. What is
    cancelled is left out, as on the calendar's page: a program shows what the last reading held."""
    first, last = today - BEFORE, today + AFTER
    for rows in open_rows(reader, first, last):
        for entry in entries(rows.order_by("due_on", "pk")[:MOST]):
            yield _whole_day(f"{entry.kind}-{entry.row.pk}", entry.row.due_on, _words(entry), entry.row.client_id, site)
    for one in greetings.birthdays(reader, nights_of(reader), today, days=AFTER.days):
        name = access.mask_name(one.name)
        words = pgettext("calendar", "Birthday: {name}").format(name=name)
        yield _whole_day(f"birthday-{one.client_id}-{one.day:%Y}", one.day, words, one.client_id, site)
    for event in Event.objects.visible_to(reader).on_days(first, last)[:MOST]:
        yield _lasting(event, site)


def _words(entry: Entry) -> str:
    client = entry.row.client
    what = entry.what.replace(client.name, access.mask_name(client.name)) if client.name else entry.what
    return f"{what} · {access.mask_name(client.name) or access.mask_tail(client.client_number)}"


def _whole_day(key: str, day: date, words: str, client: int, site: str) -> icalendar.Event:
    stamp = day_begins(day)
    component = _component(key, stamp, words, reverse("client-detail", args=[client]), site)
    component.add("dtstart", day)
    component.add("dtend", day + timedelta(days=1))
    return component


def _lasting(event: Event, site: str) -> icalendar.Event:
    address = reverse("event-detail", args=[event.pk])
    component = _component(f"event-{event.pk}", event.changed_at, event.title, address, site)
    component.add("dtstart", event.starts_at.astimezone(UTC))  # a moment needs no time zone told along with it
    component.add("dtend", event.ends_at.astimezone(UTC))
    component.add("location", event.place)
    return component


def _component(key: str, stamp: datetime, words: str, address: str, site: str) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", f"{key}@{site.partition('://')[2]}")
    component.add("dtstamp", stamp)
    component.add("summary", words)
    component.add("url", f"{site}{address}")
    component.add("transp", "TRANSPARENT")
    return component
