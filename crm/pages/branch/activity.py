"""What the advisors of a branch planned and did in a week (S10), the weeks before it, and the rows behind every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from crm import access, calendar
from crm.lib import formats
from crm.lib.http import asked_page, only
from crm.lib.keyset import Order
from crm.models import Staff
from crm.pages.branch.advisors import until_of
from crm.pages.branch.contacts import LATEST_FIRST, SIZE, colleague
from crm.pages.branch.nights import Chosen, chosen, frame
from servicing.activity import (
    IN_TIME,
    SETTLED_ON,
    Activity,
    activity_of,
    contact_rows,
    due_rows,
    numbers_on,
)
from servicing.rounds.words import title_of

WEEKS = 8
WEEK = timedelta(days=6)
DUE_FIRST = Order("due_on", date.fromisoformat)
# What a figure counts → its words.
WHAT = {
    "tasks": gettext_lazy("Tasks due"),
    "promises": gettext_lazy("Promises due"),
    "late": gettext_lazy("Tasks not done in time"),
    "broken": gettext_lazy("Promises not kept in time"),
    "contacts": gettext_lazy("Contacts"),
}


@dataclass(frozen=True)
class Line:
    """One advisor's week, or a week of the branch: `time_share` of the working days so far, and what the figures open."""

    name: str
    did: Activity
    time_share: float | None
    links: Mapping[str, str]


@require_safe
@only("manager", "compliance")
def branch_activity(request: HttpRequest) -> HttpResponse:
    """A week by advisor, and eight weeks of the branch."""
    found = chosen(request)
    context = dict(frame(found, "branch-activity"))
    if found.night is None:
        return render(request, "crm/branch_activity.html", context)
    until = until_of(found, found.night)
    monday = monday_of(request.GET.get("week", ""), until)
    first = monday - timedelta(weeks=WEEKS - 1)
    by_day = activity_of(found.user, found.night, first, min(monday + WEEK, until), today=timezone.localdate())
    numbers, worked = numbers_on(until), calendar.working_days(first, min(monday + WEEK, until))
    this_week = _summed(by_day, monday)
    names = dict(Staff.objects.filter(pk__in=this_week).values_list("pk", "name"))
    days = _days_in(worked, monday)
    lines = [
        Line(names[pk], did, did.time_share(days, numbers["work_day"]), _links(found, monday, pk))
        for pk, did in this_week.items()
    ]
    weeks = []
    for start in (monday - timedelta(weeks=back) for back in range(WEEKS)):
        people = _summed(by_day, start)
        whole = Activity()
        for did in people.values():
            whole.add(did)
        share = whole.time_share(_days_in(worked, start) * len(people), numbers["work_day"])
        weeks.append(Line(formats.day(start), whole, share, {}))
    context |= {
        "lines": sorted(lines, key=lambda line: (-line.did.minutes, line.name)),
        "weeks": [(line, found.address("branch-activity", week=line.name)) for line in weeks],
        "monday": monday,
        "sunday": monday + WEEK,
        "aim": numbers["client_share"] / 10_000,
        "hours": numbers["work_day"] / 60,
        "title": _title(weeks[0].did),
        "answers_url": found.address("branch-answers", week=monday),
        "earlier_week": found.address("branch-activity", week=monday - timedelta(weeks=1)),
        "later_week": found.address("branch-activity", week=monday + timedelta(weeks=1))
        if monday + WEEK < until
        else "",
    }
    return render(request, "crm/branch_activity.html", context)


@require_safe
@only("manager", "compliance")
def activity_rows(request: HttpRequest) -> HttpResponse:
    """The tasks, promises or conversations that a figure of an advisor's week counts."""
    found = chosen(request)
    what = request.GET.get("what", "")
    if found.night is None or what not in WHAT:
        raise Http404
    until = until_of(found, found.night)
    monday = monday_of(request.GET.get("week", ""), until)
    person, name = colleague(found.user, request.GET.get("advisor", ""))
    page, links = _page(request, found, what, (monday, min(monday + WEEK, until)), person)
    sees_names = access.sees_names(found.user)
    context: dict[str, Any] = {
        "title": f"{WHAT[what]} · {name}",
        "between": _("{first} to {last}").format(first=formats.day(monday), last=formats.day(monday + WEEK)),
        "branch": found.branch,
        "back": found.address("branch-activity", week=monday),
        "sees_names": sees_names,
        "page": page,
        "what": what,
        **links,
    }
    if what != "contacts":
        said = title_of if what in ("tasks", "late") else lambda row: row.text
        context["rows"] = [(row, access.text_for(found.user, said(row), row.client.name)) for row in page.rows]
    return render(request, "crm/branch_contacts.html" if what == "contacts" else "crm/activity_rows.html", context)


def _page(
    request: HttpRequest, found: Chosen, what: str, span: tuple[date, date], person: Staff | None
) -> tuple[Any, dict[str, str]]:
    if what == "contacts":
        talks = contact_rows(found.user, found.branch.pk, *span).filter(staff=person)
        return asked_page(request, talks.select_related("client", "staff"), LATEST_FIRST, size=SIZE)
    tasks, promises = due_rows(found.user, found.branch.pk, *span, today=timezone.localdate())
    rows: Any = tasks if what in ("tasks", "late") else promises
    rows = rows.filter(owner=person).select_related("client").annotate(settled_on=SETTLED_ON)
    if what in ("late", "broken"):
        rows = rows.filter(~IN_TIME)
    return asked_page(request, rows, DUE_FIRST, size=SIZE)


def monday_of(text: str, until: date) -> date:
    """The Monday of the week that an address asks for, at the latest of the week in which the day lies."""
    try:
        asked = parse_date(text)
    except ValueError:
        asked = None
    day = min(asked, until) if asked and asked.year >= 2000 else until
    return day - timedelta(days=day.weekday())


def _summed(by_day: Mapping[date, Mapping[int, Activity]], monday: date) -> dict[int, Activity]:
    """Staff id → what they did in a week."""
    found: dict[int, Activity] = {}
    for day in (monday + timedelta(days=step) for step in range(7)):
        for pk, did in by_day.get(day, {}).items():
            found.setdefault(pk, Activity()).add(did)
    return found


def _days_in(worked: Sequence[date], monday: date) -> int:
    """How many of the working days lie in a week."""
    return sum(monday <= day <= monday + WEEK for day in worked)


def _links(found: Chosen, monday: date, pk: int) -> Mapping[str, str]:
    return {what: found.address("activity-rows", week=monday, advisor=pk, what=what) for what in WHAT}


def _title(did: Activity) -> str:
    """The finding: how much of what the week asked for was done in time."""
    if did.fulfilment is None:
        return _("Nothing was due in this week")
    return ngettext(
        "{share} of {n} task or promise was done in time",
        "{share} of {n} tasks and promises were done in time",
        did.planned,
    ).format(share=formats.percent(did.fulfilment), n=formats.count(did.planned))
