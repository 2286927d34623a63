"""The rows behind the figures of first answers: questions, arrivals and complaint stages of a week (S10)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import asked_page, only
from crm.lib.keyset import Order
from crm.models import Staff
from crm.pages.branch.activity import WEEK, monday_of
from crm.pages.branch.advisors import until_of
from crm.pages.branch.contacts import LATEST_FIRST, SIZE, colleague
from crm.pages.branch.nights import Chosen, chosen
from segmentation.thresholds import threshold
from servicing.coverage import window
from servicing.models import Arrival, ComplaintStep, Contact
from servicing.workhours import hours_between

WHAT = {
    "asked": gettext_lazy("Questions that came in"),
    "open": gettext_lazy("Questions without an answer"),
    "arrivals": gettext_lazy("Arrivals and calls"),
    "stages": gettext_lazy("Complaint stages led on"),
}
Span = tuple[datetime, datetime]


@require_safe
@only("manager", "compliance")
def answer_rows(request: HttpRequest) -> HttpResponse:
    """The questions, arrivals or complaint stages that a figure of an advisor's week counts."""
    found = chosen(request)
    what = request.GET.get("what", "")
    if found.night is None or what not in WHAT:
        raise Http404
    now = timezone.now()
    monday = monday_of(request.GET.get("week", ""), until_of(found, found.night))
    person, name = colleague(found.user, request.GET.get("advisor", ""))
    page, links, told = ROWS[what](request, found, span_of(monday), person, now)
    context = {
        "title": f"{WHAT[what]} · {name}",
        "between": _("{first} to {last}").format(first=formats.day(monday), last=formats.day(monday + WEEK)),
        "branch": found.branch,
        "back": found.address("branch-activity", week=monday),
        "sees_names": access.sees_names(found.user),
        "rows": told,
        "what": what,
        "page": page,
        **links,
    }
    return render(request, "crm/answer_rows.html", context)


def span_of(monday: date) -> Span:
    """The moments at which a week begins and ends."""
    return window(monday + WEEK, 7)


def _questions(request: HttpRequest, found: Chosen, span: Span, person: Staff | None, now: datetime) -> Any:
    rows: Any = Contact.objects.visible_to(found.user).asked_in(found.branch.pk, *span).filter(client__advisor=person)
    if request.GET.get("what") == "open":
        rows = rows.filter(answered_at=None)
    page, links = asked_page(
        request, rows.select_related("client").prefetch_related("promises"), LATEST_FIRST, size=SIZE
    )
    hours, allowed = hours_between(span[0], max(span[1], now)), threshold("response_minutes", timezone.localdate(now))
    told = []
    for row in page.rows:
        until: datetime = row.answered_at or now
        promised = next((promise.text for promise in row.promises.all()), "")
        text = access.text_for(found.user, row.next_step or promised, row.client.name)
        told.append(
            {
                "client": row.client,
                "at": row.happened_at,
                "text": text,
                "until": row.answered_at,
                "minutes": hours.minutes_between(row.happened_at, until),
                "is_late": until > hours.after(row.happened_at, allowed),
            }
        )
    return page, links, told


def _arrivals(request: HttpRequest, found: Chosen, span: Span, person: Staff | None, now: datetime) -> Any:
    rows = Arrival.objects.visible_to(found.user).made_in(found.branch.pk, *span)
    rows = rows.filter(Q(taken_by=person) | Q(taken_by=None, to=person, ended_at=None)).select_related("client")
    page, links = asked_page(request, rows, _MADE, size=SIZE)
    allowed = timedelta(minutes=threshold("arrival_minutes", timezone.localdate(now)))
    told = []
    for row in page.rows:
        took = (row.taken_at or now) - row.made_at
        told.append(
            {
                "client": row.client,
                "at": row.made_at,
                "text": row.get_way_display(),
                "until": row.taken_at,
                "minutes": int(took.total_seconds()) // 60,
                "is_late": took > allowed,
            }
        )
    return page, links, told


def _stages(request: HttpRequest, found: Chosen, span: Span, person: Staff | None, now: datetime) -> Any:
    rows = ComplaintStep.objects.visible_to(found.user).left_in(found.branch.pk, *span).filter(by=person)
    page, links = asked_page(request, rows.select_related("complaint__client"), _LEFT, size=SIZE)
    told = [
        {
            "complaint": row.complaint,
            "client": row.complaint.client,
            "at": row.entered_at,
            "text": row.get_stage_display(),
            "until": row.left_at,
            "minutes": None,
            "is_late": not row.is_in_time,
        }
        for row in page.rows
    ]
    return page, links, told


_MADE = Order("made_at", datetime.fromisoformat, descending=True)
_LEFT = Order("left_at", datetime.fromisoformat, descending=True)
ROWS: Mapping[str, Callable[..., Any]] = {
    "asked": _questions,
    "open": _questions,
    "arrivals": _arrivals,
    "stages": _stages,
}
