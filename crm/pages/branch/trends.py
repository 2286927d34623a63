"""Three trends 三超越 of a branch and of each advisor (S20): against own past, against the benchmark, and what clients perceive
against what they expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import only
from crm.models import Staff
from crm.pages.branch.contacts import colleague
from crm.pages.branch.nights import Chosen, chosen, frame
from crm.pages.branch.trend_chart import trend_chart, value_of
from servicing.perceptions import SOURCES
from servicing.quarters import Quarter
from servicing.trends.measures import MEASURES, Measure
from servicing.trends.reading import BETTER, WORSE, Trend, Trends, trends_of
from servicing.trends.sums import Sums

FIRST = "fulfilment"


@dataclass(frozen=True)
class Line:
    """A trend as the table shows it: `label` says what or who, `rows_url` opens the page with the rows behind it."""

    label: str
    href: str
    rows_url: str
    trend: Trend

    @property
    def now(self) -> str:
        """The present quarter."""
        return value_of(self.trend.measure, self.trend.sums.mean) if self.trend.sums.n else formats.NOTHING

    @property
    def half(self) -> str:
        """Half its 95 % interval."""
        return value_of(self.trend.measure, self.trend.sums.half) if self.trend.is_told else ""

    @property
    def past(self) -> str:
        """What the former quarters give for the same mix."""
        return value_of(self.trend.measure, self.trend.own.expected) if self.trend.own else formats.NOTHING

    @property
    def bench(self) -> str:
        """What the benchmark gives for the same mix."""
        return value_of(self.trend.measure, self.trend.bench.expected) if self.trend.bench else formats.NOTHING

    @property
    def units(self) -> int:
        """How many clients, tasks or answers it was measured on."""
        return round(self.trend.sums.n)


@require_safe
@only("manager", "compliance")
def branch_trends(request: HttpRequest) -> HttpResponse:
    """The measures of the branch or of one advisor, one of them as a chart and for every advisor."""
    found = chosen(request)
    context = dict(frame(found, "branch-trends"))
    asked = request.GET.get("quarter", "")
    quarter = Quarter.named(asked) if asked else None
    trends = trends_of(found.user, found.branch, quarter)
    if trends is None:
        if asked:
            raise Http404
        return render(request, "crm/branch_trends.html", context)
    person, key = _person(found, trends, request.GET.get("advisor", "")), request.GET.get("measure", FIRST)
    key = key if key in MEASURES else FIRST
    told = trends.of_advisor(person.pk) if person else trends.of_branch()
    context |= {
        "trends": trends,
        "person": person,
        "quarters": [(str(one), one.words) for one in trends.quarters],
        "quarter": str(trends.quarter),
        "quarter_word": trends.quarter.words,
        "measure_key": key,
        "measure": MEASURES[key],
        "title": _title(told),
        "lines": [
            Line(
                str(one.measure.label),
                _address(found, trends, person, one.key),
                _behind(found, one.measure),
                one,
            )
            for one in told
        ],
        "chart": trend_chart(next(one for one in told if one.key == key), trends, person.name if person else ""),
        "people": _people(found, trends, key),
        "sources": _sources(next(one for one in told if one.key == "met")),
        "back_url": _address(found, trends, None, key),
        "reviews_url": reverse("self-review-list"),
    }
    return render(request, "crm/branch_trends.html", context)


def _person(found: Chosen, trends: Trends, text: str) -> Staff | None:
    if not text:
        return None
    person = colleague(found.user, text)[0]
    if person is None or person.pk not in trends.people:
        raise Http404
    return person


def _address(found: Chosen, trends: Trends, person: Staff | None, key: str) -> str:
    usual = trends.quarter == trends.quarters[0]
    return found.address(
        "branch-trends",
        advisor=person.pk if person else "",
        measure="" if key == FIRST else key,
        quarter="" if usual else trends.quarter,
    )


def _behind(found: Chosen, measure: Measure) -> str:
    if measure.page.startswith("branch-"):
        return found.address(measure.page)
    return f"{reverse(measure.page)}?{urlencode({'branch': found.branch.code})}"


def _people(found: Chosen, trends: Trends, key: str) -> list[Line]:
    """Every advisor with the chosen measure, by name: nobody is ranked."""
    names = Staff.objects.filter(pk__in=trends.people).order_by("name", "pk")
    lines = [
        Line(person.name, _address(found, trends, person, key), "", trends.advisor_trend(key, person.pk))
        for person in names
    ]
    return [line for line in lines if line.trend.sums.n]


def _title(told: Sequence[Trend]) -> str:
    """The finding: which measures surely went which way, beside own past or else beside the benchmark."""
    words = (
        (_("Better than in the former quarters: {measures}"), _("Worse than in the former quarters: {measures}")),
        (_("Better than the benchmark: {measures}"), _("Worse than the benchmark: {measures}")),
    )
    for at, pair in enumerate(words):
        found = [
            text.format(measures=formats.listed(str(one.measure.label) for one in told if one.verdicts[at] == verdict))
            for text, verdict in zip(pair, (BETTER, WORSE), strict=True)
            if any(one.verdicts[at] == verdict for one in told)
        ]
        if found:
            return " · ".join(found)
    return _("No measure is surely better or worse")


def _sources(met: Trend) -> list[dict[str, Any]]:
    """Where clients were asked this quarter, and in how many answers it was as they expect."""
    former = {name: Sums() for name in SOURCES}
    for _quarter, strata in met.past:
        for name, sums in strata.items():
            former[name] = former.get(name, Sums()) + sums
    return [
        {
            "label": source.label,
            "asked": round((now := met.now.get(name, Sums())).n),
            "met": round(now.total),
            "rate": now.mean if now.n else None,
            "half": now.half if now.n >= met.least else None,
            "former": former[name].mean if former[name].n else None,
            "former_asked": round(former[name].n),
        }
        for name, source in SOURCES.items()
    ]
