"""What complaints teach: causes by month and branch, time per stage, who complains again, open actions, the iceberg (C4)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.access import name_for
from crm.lib import formats
from crm.lib.charts import Chart
from crm.lib.http import only, staff_of
from crm.models import Branch, Staff
from servicing.complaints.figures import Lessons, lessons_for
from servicing.models import Complaint

SHADED = 3  # causes with a shade of their own; the others are one
SHOWN = 20  # clients who complained again, and open actions


@require_safe
@only("manager", "compliance")
def complaint_lessons(request: HttpRequest) -> HttpResponse:
    """A year of complaints of one branch or of all that the reader sees; every number opens its rows."""
    user, today = staff_of(request), timezone.localdate()
    branches = list(Branch.objects.visible_to(user).active())
    chosen = [branch for branch in branches if branch.code == request.GET.get("branch")] or branches
    code = chosen[0].code if len(chosen) == 1 and len(branches) > 1 else ""
    lessons = lessons_for(user, chosen, today)
    context = {
        "lessons": lessons,
        "branches": [(branch.code, branch.name) for branch in branches],
        "asked": code,
        "causes": _causes(lessons, code),
        "by_branch": _by_branch(lessons, chosen) if len(chosen) > 1 else [],
        "months": lessons.months,
        "stages": [
            {
                "row": row,
                "href": _rows_of(branch=code, left=row.stage),
                "late_href": _rows_of(branch=code, left=row.stage, tardy="1"),
            }
            for row in lessons.stages
        ],
        "chart": _chart(lessons),
        "stats": _stats(lessons, code),
        "repeated": _repeated(user, lessons, code),
        "actions": lessons.actions[:SHOWN],
        "today": today,
    }
    return render(request, "servicing/complaint_lessons.html", context)


def _rows_of(**asked: str) -> str:
    """The address of the rows behind a number."""
    pairs = {"state": "all", **{name: value for name, value in asked.items() if value}}
    return f"{reverse('complaint-list')}?{urlencode(pairs)}"


def _cause_words() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Complaint.Cause.choices]


def _causes(lessons: Lessons, code: str) -> list[dict[str, Any]]:
    """A row per root cause: the year, and each month."""
    rows = []
    for cause, word in _cause_words():
        total = lessons.count(cause=cause)
        if not total:
            continue
        asked = {"cause": cause or "none", "branch": code}
        cells = [
            (lessons.count(cause=cause, month=month), _rows_of(**asked, month=f"{month:%Y-%m}"))
            for month in lessons.months
        ]
        rows.append({"word": word, "total": total, "href": _rows_of(**asked), "cells": cells})
    return sorted(rows, key=lambda row: -row["total"])


def _by_branch(lessons: Lessons, branches: Sequence[Branch]) -> list[dict[str, Any]]:
    """A row per branch: the year, and each cause that occurs."""
    causes = [(cause, word) for cause, word in _cause_words() if lessons.count(cause=cause)]
    return [
        {
            "branch": branch,
            "total": lessons.count(branch=branch.pk),
            "href": _rows_of(branch=branch.code),
            "cells": [
                (
                    word,
                    lessons.count(cause=cause, branch=branch.pk),
                    _rows_of(branch=branch.code, cause=cause or "none"),
                )
                for cause, word in causes
            ],
        }
        for branch in branches
    ]


def _chart(lessons: Lessons) -> Chart | None:
    """Complaints by month, the most frequent causes apart; None where there are none."""
    totals = {cause: lessons.count(cause=cause) for cause, _word in _cause_words()}
    known = sorted(((cause, word) for cause, word in _cause_words() if totals[cause]), key=lambda one: -totals[one[0]])
    if not known:
        return None
    shown, rest = known[:SHADED], [cause for cause, _word in known[SHADED:]]
    series = [
        {"name": word, "values": [lessons.count(cause=cause, month=month) for month in lessons.months], "shade": n}
        for n, (cause, word) in enumerate(shown, 1)
    ]
    if rest:
        values = [sum(lessons.count(cause=cause, month=month) for cause in rest) for month in lessons.months]
        series.append({"name": _("other causes"), "values": values, "shade": SHADED + 1})
    names = [f"{month:%Y-%m}" for month in lessons.months]
    return Chart(
        key="complaint-causes",
        kind="bars",
        title=_finding(lessons, known),
        subtitle=_("complaints received, by month and root cause"),
        data={"categories": names, "series": series, "stacked": True, "format": "count"},
        head=[_("Month"), *(str(one["name"]) for one in series)],
        rows=[
            [name, *(formats.count(_values(one)[at]) for one in series)]
            for at, name in reversed(list(enumerate(names)))
        ],
        height="h200",
    )


def _values(one: dict[str, Any]) -> list[int]:
    values: list[int] = one["values"]
    return values


def _finding(lessons: Lessons, known: Sequence[tuple[str, str]]) -> str:
    found = [(lessons.count(cause=cause), word) for cause, word in known if cause]
    if not found:
        return _("No root cause has been found yet")
    most = found[0][0]
    first = [word for n, word in found if n == most]
    if len(first) > 1:
        return _("No cause stands out: {causes}, {n} each").format(causes=formats.listed(first), n=most)
    share = formats.percent(most / lessons.total)
    return _("{share} of complaints come from: {cause}").format(share=share, cause=first[0])


def _stats(lessons: Lessons, code: str) -> list[dict[str, Any]]:
    judged, in_time = (sum(getattr(stage, name) for stage in lessons.stages) for name in ("judged", "in_time"))
    answer = next(stage for stage in lessons.stages if stage.stage == Complaint.Stage.ANSWER)
    rate = formats.percent(lessons.iceberg.rate_permille / 1000)
    dissatisfied = lessons.iceberg.dissatisfied
    return [
        {
            "label": _("Complaints"),
            "figure": formats.count(lessons.total),
            "note": _("twelve months"),
            "href": _rows_of(branch=code),
        },
        {
            "label": _("Dissatisfied, estimated"),
            "figure": formats.count(dissatisfied),
            "unit": formats.clients(dissatisfied),
            "note": _("assumed: {rate} of them complain").format(rate=rate),
            "href": reverse("number-detail", args=["complaint_rate"]),
        },
        {
            "label": _("Stages in time"),
            "figure": formats.percent(in_time / judged if judged else None),
            "note": ngettext("{n} of {all} stage", "{n} of {all} stages", judged).format(n=in_time, all=judged),
            "href": "#stages",
        },
        {
            "label": _("Solution and answer"),
            "figure": formats.decimal(answer.median_days),
            "unit": pgettext("unit", "days"),
            "note": _("median of {n}").format(n=answer.left),
            "href": "#stages",
        },
        {
            "label": _("Complained again"),
            "figure": formats.count(len(lessons.repeated)),
            "unit": formats.clients(len(lessons.repeated)),
            "note": _("twice or more in the year"),
            "href": "#repeated",
        },
        {
            "label": _("Open actions"),
            "figure": formats.count(len(lessons.actions)),
            "note": _("not done or not checked"),
            "href": "#actions",
        },
    ]


def _repeated(user: Staff, lessons: Lessons, code: str) -> list[dict[str, Any]]:
    clients = Client.objects.in_bulk([pk for pk, _n in lessons.repeated[:SHOWN]])
    return [
        {
            "name": name_for(user, clients[pk].name, clients[pk].client_number),
            "count": count,
            "href": _rows_of(client=str(pk), branch=code),
        }
        for pk, count in lessons.repeated[:SHOWN]
    ]
