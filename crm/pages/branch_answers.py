"""How soon the advisors of a branch answered in a week (S10): questions in working minutes, arrivals in minutes of the clock,
complaints by their timers; and the rows behind every figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import asked_page, is_swap, only, varies
from crm.lib.keyset import Order
from crm.models import Staff
from crm.pages.branch_activity import WEEK, monday_of
from crm.pages.branch_advisors import until_of
from crm.pages.branch_contacts import LATEST_FIRST, SIZE, colleague
from crm.pages.branch_nights import Chosen, chosen
from segmentation.thresholds import threshold
from servicing.coverage import window
from servicing.models import Arrival, Complaint, ComplaintStep, Contact
from servicing.responses import Responses, receptions_in, responses_in
from servicing.workhours import hours_between

WHAT = {
    "asked": gettext_lazy("Questions that came in"),
    "open": gettext_lazy("Questions without an answer"),
    "arrivals": gettext_lazy("Arrivals and calls"),
    "stages": gettext_lazy("Complaint stages led on"),
}
Span = tuple[datetime, datetime]


@dataclass
class Line:
    """One advisor (or all): answers to questions, receptions, complaint stages left and left in time, complaints overdue now."""

    name: str
    answers: Responses
    receptions: Responses
    stages: int
    stages_in_time: int
    overdue: int
    links: Mapping[str, str]


@require_safe
@only("manager", "compliance")
def branch_answers(request: HttpRequest) -> HttpResponse:
    """The answers of a week, read after the page of the week is on the screen."""
    found = chosen(request)
    if found.night is None:
        raise Http404
    now = timezone.now()
    monday = monday_of(request.GET.get("week", ""), until_of(found, found.night))
    lines = _lines(found, monday, now)
    context = {
        "lines": lines,
        "title": _title(lines),
        "monday": monday,
        "branch": found.branch,
        "allowed": threshold("response_minutes", monday + WEEK),
        "back": found.address("branch-activity", week=monday),
    }
    template = "crm/_branch_answers.html" if is_swap(request) else "crm/branch_answers.html"
    return varies(render(request, template, context))


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
    page, links, told = ROWS[what](request, found, _span(monday), person, now)
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


def _lines(found: Chosen, monday: date, now: datetime) -> list[Line]:
    branch, sunday = found.branch, monday + WEEK
    answers = responses_in(branch, monday, sunday, at=now)
    receptions = receptions_in(branch, monday, sunday, at=now)
    stages = ComplaintStep.objects.visible_to(found.user).left_in(branch.pk, *_span(monday)).timed()
    late = Complaint.objects.visible_to(found.user).still_open()
    late = late.filter(branch=branch, due_on__lt=timezone.localdate(now)).order_by()
    overdue = dict(late.values_list("owner").annotate(Count("pk")))
    people = answers.keys() | receptions.keys() | stages.keys() | overdue.keys()
    names = dict(Staff.objects.filter(pk__in=[pk for pk in people if pk]).values_list("pk", "name"))
    lines = [
        Line(
            names.get(pk or 0, _("nobody")),
            answers.get(pk, Responses()),
            receptions.get(pk, Responses()),
            *stages.get(pk or 0, (0, 0)),
            overdue.get(pk or 0, 0),
            _links(found, monday, pk),
        )
        for pk in people
    ]
    return sorted(lines, key=lambda line: (-line.answers.late_open, -line.answers.asked, line.name))


def _links(found: Chosen, monday: date, pk: int | None) -> Mapping[str, str]:
    links = {what: found.address("answer-rows", week=monday, advisor=str(pk or 0), what=what) for what in WHAT}
    asked: dict[str, str | int] = {"branch": found.branch.code, "owner": pk or 0, "late": 1}
    return links | {"overdue": f"{reverse('complaint-list')}?{urlencode(asked)}"}


def _span(monday: date) -> Span:
    return window(monday + WEEK, 7)


def _title(lines: list[Line]) -> str:
    """The finding: what was asked in the week, and how much of it was answered in time."""
    judged = sum(line.answers.judged for line in lines)
    if not judged:
        return _("No question came in that had to be answered")
    in_time = sum(line.answers.in_time for line in lines)
    told = ngettext(
        "{share} of {n} question was answered in time", "{share} of {n} questions were answered in time", judged
    ).format(share=formats.percent(in_time / judged), n=formats.count(judged))
    late = sum(line.answers.late_open for line in lines)
    return told + (ngettext("; {n} is overdue", "; {n} are overdue", late).format(n=late) if late else "")


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
