"""Where people are lost: the funnel of the openings of a period, and the rows behind each of its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Staff
from servicing.models import Opening, Step
from servicing.openings.funnel import Funnel, Outcome, funnel_of
from servicing.openings.steps import ORDER, expected_days
from servicing.pages.openings.told import tell_all
from servicing.querysets import OpeningQuerySet

PERIOD = timedelta(days=90)
SIZE = 50
LATEST_FIRST = Order("started_on", date.fromisoformat, descending=True)
KEPT = ("entered", "step", "state", "source", "owner", "reason")


@dataclass(frozen=True)
class Asked:
    """Whose openings of which period an address asks for; both ends included."""

    branch: Branch | None
    first: date
    last: date

    def rows(self, user: Staff) -> OpeningQuerySet[Opening]:
        """Those openings."""
        found = Opening.objects.visible_to(user).begun_between(self.first, self.last)
        branches = [self.branch] if self.branch else Branch.objects.visible_to(user)
        return found.filter(branch__in=branches)

    def address(self, name: str, **more: object) -> str:
        """The address of a page about the same."""
        said: dict[str, object] = {"from": self.first, "to": self.last}
        if self.branch:
            said["branch"] = self.branch.code
        return f"{reverse(name)}?{urlencode({**said, **more})}"


@require_safe
@only("manager", "compliance")
def opening_funnel(request: HttpRequest) -> HttpResponse:
    """The funnel of a period: entered and left at each step, the median of days, reasons, by source and by advisor."""
    user, branches = staff_of(request), _branches(request)
    asked = _asked(request, branches)
    found = funnel_of(asked.rows(user))
    names = dict(Staff.objects.visible_to(user).filter(pk__in=found.by_owner).values_list("pk", "name"))
    context = {
        "asked": asked,
        "branches": [(one.code, one.name) for one in branches],
        "whole": found.whole,
        "stats": _stats(asked, found.whole),
        "stages": _stages(asked, found),
        "reasons": [
            (
                Opening.Reason(reason).label,
                count,
                _share(count, found.whole.dropped),
                _rows(asked, state="dropped", reason=reason),
            )
            for reason, count in found.reasons
        ],
        "sources": _parts(
            asked, "source", {str(key): str(label) for key, label in Opening.Source.choices}, found.by_source
        ),
        "owners": _parts(asked, "owner", names, found.by_owner),
    }
    return render(request, "servicing/opening_funnel.html", context)


@require_safe
@only("manager", "compliance")
def opening_rows(request: HttpRequest) -> HttpResponse:
    """The openings behind a number of the funnel."""
    user, today = staff_of(request), timezone.localdate()
    asked = _asked(request, _branches(request))
    said = {key: request.GET[key].replace("\0", "") for key in KEPT if request.GET.get(key)}
    rows = _narrowed(asked.rows(user), said).select_related("owner")
    page, links = asked_page(request, rows, LATEST_FIRST, size=SIZE)
    context = {
        "asked": asked,
        "told": tell_all(list(page.rows), user, today, expected_days(today)),
        "words": _words(said, user),
        "back": asked.address("opening-funnel"),
        **links,
    }
    return render(request, "servicing/opening_rows.html", context)


def _narrowed(rows: OpeningQuerySet[Opening], said: Mapping[str, str]) -> OpeningQuerySet[Opening]:
    """The rows of which an address tells more; raises Http404 for what is no such thing."""
    known: dict[str, Any] = {
        "entered": ORDER,
        "step": ORDER,
        "state": Opening.State.values,
        "source": Opening.Source.values,
        "reason": Opening.Reason.values,
    }
    for key, value in said.items():
        if key == "owner":
            if not (value.isascii() and value.isdigit() and len(value) < 19):
                raise Http404
            rows = rows.filter(owner=int(value))
        elif value not in known[key]:
            raise Http404
        elif key == "entered":
            rows = rows.filter(step__in=ORDER[ORDER.index(value) :])
        else:
            rows = rows.filter(**{key: value})
    return rows


def _words(said: Mapping[str, str], user: Staff) -> str:
    """What the rows have in common, in words."""
    labels: dict[str, Any] = {
        "entered": lambda v: _("entered: {step}").format(step=Step(v).label),
        "step": lambda v: Step(v).label,
        "state": lambda v: Opening.State(v).label,
        "source": lambda v: Opening.Source(v).label,
        "reason": lambda v: Opening.Reason(v).label,
        "owner": lambda v: Staff.objects.visible_to(user).filter(pk=int(v)).values_list("name", flat=True).first() or v,
    }
    return " · ".join(str(labels[key](value)) for key, value in said.items())


def _stats(asked: Asked, whole: Outcome) -> list[dict[str, Any]]:
    told: tuple[tuple[str, int, dict[str, str]], ...] = (
        (_("Came in"), whole.begun, {}),
        (_("Completed"), whole.completed, {"state": "completed"}),
        (_("Dropped"), whole.dropped, {"state": "dropped"}),
        (_("Under way"), whole.waiting, {"state": "open"}),
    )
    return [
        {
            "label": label,
            "figure": formats.count(count),
            "note": formats.percent(_share(count, whole.begun)) if more else "",
            "href": _rows(asked, **more),
        }
        for label, count, more in told
    ]


def _stages(asked: Asked, found: Funnel) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage,
            "label": Step(stage.step).label,
            "share": _share(stage.entered, found.whole.begun),
            "lost": _share(stage.dropped, stage.entered),
            "entered_url": _rows(asked, entered=stage.step),
            "dropped_url": _rows(asked, step=stage.step, state="dropped"),
            "waiting_url": _rows(asked, step=stage.step, state="open"),
        }
        for stage in found.stages
    ]


def _parts(asked: Asked, key: str, names: Mapping[Any, str], parts: Mapping[Any, Outcome]) -> list[dict[str, Any]]:
    """A row for each part with its name, outcome, and the addresses behind its numbers."""
    return [
        {
            "name": names.get(one, "—"),
            "outcome": outcome,
            "share": _share(outcome.completed, outcome.begun),
            "urls": [
                _rows(asked, **{key: one}, **more)
                for more in ({}, *({"state": s} for s in ("completed", "dropped", "open")))
            ],
        }
        for one, outcome in parts.items()
    ]


def _rows(asked: Asked, **more: object) -> str:
    return asked.address("opening-rows", **more)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _branches(request: HttpRequest) -> list[Branch]:
    return list(Branch.objects.visible_to(staff_of(request)).active())


def _asked(request: HttpRequest, branches: list[Branch]) -> Asked:
    """The period and branch of an address; what it says wrongly is left out."""
    today = timezone.localdate()
    last = _day(request, "to") or today
    first = _day(request, "from") or last - PERIOD
    branch = next((one for one in branches if one.code == request.GET.get("branch")), None)
    return Asked(branch, min(first, last), max(first, last))


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
