"""Which branch, day and earlier day the branch pages are about: read from the address once, and written into every address
that a page opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.lib.http import staff_of
from crm.models import Branch, Publication, Staff
from crm.pages.list_filters import address_of_list
from segmentation.flows import compared_with

NIGHTS_OFFERED = 160  # the last ten and the month-ends of twelve years


@dataclass(frozen=True)
class Chosen:
    """A branch, one of its published nights (None: there is none yet) and the night that movements are measured from."""

    user: Staff
    branches: Sequence[Branch]
    branch: Branch
    nights: Sequence[Publication]
    night: Publication | None
    earlier: Publication | None

    @property
    def is_latest(self) -> bool:
        return self.night is None or self.night == self.nights[0]

    @property
    def keep(self) -> dict[str, Any]:
        """The conditions under which the client list shows the same branch and day."""
        day = self.night.as_of if self.night and not self.is_latest else None
        return {"branch": self.branch.code, "day": day}

    def of_list(self, **conditions: object) -> str:
        """The client list of the branch and day with conditions."""
        return address_of_list(**self.keep, **conditions)

    def address(self, name: str, **more: object) -> str:
        """A branch page about the same branch and days; what is empty or usual is left out."""
        usual = next(iter(compared_with(self.nights, self.night)), None) if self.night else None
        pairs: dict[str, object] = {"branch": self.branch.code}
        if self.night and not self.is_latest:
            pairs["day"] = self.night.as_of.isoformat()
        if self.earlier and self.earlier != usual:
            pairs["from"] = self.earlier.as_of.isoformat()
        pairs |= {key: value for key, value in more.items() if value not in ("", None)}
        return f"{reverse(name)}?{urlencode(pairs, doseq=True)}"


def chosen(request: HttpRequest) -> Chosen:
    """What an address asks for: the first branch, its latest night and the usual earlier one unless it says otherwise. Raises
    Http404 for a branch that is not the reader's or a day that was not published; an earlier day that is not before the
    day gives way to the usual one."""
    user = staff_of(request)
    branches, branch = branch_asked(user, request.GET.get("branch", ""))
    published = Publication.objects.visible_to(user).published().filter(branch=branch)
    nights = list(
        published.select_related("branch", "basis__scheme", "basis__model").order_by("-as_of")[:NIGHTS_OFFERED]
    )
    if not nights:
        return Chosen(user, branches, branch, [], None, None)
    night = _night(nights, request.GET.get("day", "")) or nights[0]
    asked = _night(nights, request.GET.get("from", ""))
    usual = next(iter(compared_with(nights, night)), None)
    earlier = asked if asked and asked.as_of < night.as_of else usual
    return Chosen(user, branches, branch, nights, night, earlier)


def frame(found: Chosen, page: str) -> Mapping[str, Any]:
    """What every branch page shows around its own: the tabs, and the choice of branch and days."""
    tabs = [
        ("branch-detail", _("Overview")),
        ("branch-flows", _("Comings and goings")),
        ("branch-advisors", _("Advisors")),
        ("branch-activity", _("Activity")),
        ("branch-appraisal", _("Appraisal")),
        ("branch-trends", pgettext("branch", "Trends")),
        ("branch-scenarios", _("Scenarios")),
    ]
    if len(found.branches) > 1:
        tabs.append(("branch-compare", _("Branches compared")))
    return {
        "branch": found.branch,
        "choices": [(branch.code, branch.name) for branch in found.branches],
        "nights": found.nights,
        "night": found.night,
        "earlier": found.earlier,
        "before": [n for n in found.nights if found.night and n.as_of < found.night.as_of],
        "is_latest": found.is_latest,
        "here": reverse(page),
        "tabs": [
            {"label": label, "href": found.address(name), "on": name == page, "count": None} for name, label in tabs
        ],
    }


def branch_asked(user: Staff, code: str) -> tuple[list[Branch], Branch]:
    """The branches that somebody reads and the one asked for by its code, the first where none is; raises Http404 for one
    that is not the reader's."""
    branches = list(Branch.objects.visible_to(user).active())
    found = next((b for b in branches if b.code == code), None) if code else next(iter(branches), None)
    if found is None:
        raise Http404
    return branches, found


def _night(nights: Sequence[Publication], text: str) -> Publication | None:
    """The night of a day; None where no day is asked for."""
    if not text:
        return None
    day = _day(text)
    found = next((night for night in nights if night.as_of == day), None)
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
