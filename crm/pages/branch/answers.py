"""How soon the advisors of a branch answered in a week (S10): questions in working minutes, arrivals in minutes of the clock,
complaints by their timers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import is_swap, only, varies
from crm.models import Staff
from crm.pages.branch.activity import WEEK, monday_of
from crm.pages.branch.advisors import until_of
from crm.pages.branch.answer_rows import WHAT, span_of
from crm.pages.branch.nights import Chosen, chosen
from segmentation.thresholds import threshold
from servicing.models import Complaint, ComplaintStep
from servicing.responses import Responses, receptions_in, responses_in


@dataclass
class Line:
    """One advisor: answers to questions, receptions, complaint stages left and left in time, complaints overdue now."""

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


def _lines(found: Chosen, monday: date, now: datetime) -> list[Line]:
    branch, sunday = found.branch, monday + WEEK
    answers = responses_in(branch, monday, sunday, at=now)
    receptions = receptions_in(branch, monday, sunday, at=now)
    stages = ComplaintStep.objects.visible_to(found.user).left_in(branch.pk, *span_of(monday)).timed()
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


def _title(lines: list[Line]) -> str:
    """The finding: what was asked in the week, and how much of it was answered in time."""
    judged = sum(line.answers.judged for line in lines)
    if not judged:
        waiting = sum(line.answers.waiting for line in lines)
        told = ngettext(
            "{n} question waits for its answer, in time", "{n} questions wait for their answers, in time", waiting
        )
        return told.format(n=formats.count(waiting)) if waiting else _("No question came in that had to be answered")
    in_time = sum(line.answers.in_time for line in lines)
    told = ngettext(
        "{share} of {n} question was answered in time", "{share} of {n} questions were answered in time", judged
    ).format(share=formats.percent(in_time / judged), n=formats.count(judged))
    late = sum(line.answers.late_open for line in lines)
    return told + (ngettext("; {n} is overdue", "; {n} are overdue", late).format(n=late) if late else "")
