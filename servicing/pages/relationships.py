"""Relationships below the standard (S1): which clients, since when, and what is missing; for the manager by advisor too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing, Tier
from servicing.relationships.reading import Gap, below_target, gaps_by_advisor, served, talks_of
from servicing.relationships.rules import Actual, Level, Measure, actual, measure_of
from servicing.relationships.words import lack_words
from servicing.standards import standards_on

ROWS = 50
BY_RANK = Order("rank")
_ORDER = dict(Level.choices)


@dataclass(frozen=True)
class GapRow:
    """A client below the target, with the level they have and what it lacks."""

    standing: Standing
    actual: Actual

    @property
    def level(self) -> str:
        """The actual level in words."""
        return str(_ORDER[self.actual.level])

    @property
    def missing(self) -> str:
        """What is missing in words."""
        return lack_words(self.actual.lack)


@dataclass(frozen=True)
class AdvisorGaps:
    """Clients of an advisor (None: of nobody) below the target, tier by tier."""

    advisor: Staff | None
    gaps: Sequence[Gap]

    @property
    def below(self) -> int:
        """Over all tiers."""
        return sum(below for below, _all in self.gaps)


@require_safe
@only("advisor", "manager")
def relationship_list(request: HttpRequest) -> HttpResponse:
    """The gaps of one branch and tier, best rank first."""
    user, today = staff_of(request), timezone.localdate()
    branches = list(Branch.objects.visible_to(user).active())
    branch = _asked(branches, request.GET.get("branch", ""))
    night = Publication.objects.visible_to(user).current().filter(branch=branch).first()
    owed = {tier: one for tier, one in standards_on(branch, today).items() if one.level != Level.PASSIVE}
    measures = {tier: measure_of(one, today) for tier, one in owed.items()}
    tier = request.GET.get("tier") or next(iter(owed), "")
    if tier and tier not in owed:
        raise Http404
    context: dict[str, Any] = {"branches": [(b.code, b.name) for b in branches], "branch": branch, "night": night}
    if night and tier:
        by_tier = {
            one: gaps_by_advisor(served(user, night, one), standard, measures[one]) for one, standard in owed.items()
        }
        page = _page(request, below_target(served(user, night, tier), owed[tier], measures[tier]), measures[tier])
        context |= page | {
            "tier": tier,
            "standard": owed[tier],
            "measure": measures[tier],
            "tabs": _tabs(by_tier, tier, branch.code),
            "owed": list(owed.values()),
            "advisors": _advisors(by_tier) if user.is_manager else [],
        }
    return render(request, "servicing/relationship_list.html", context)


def _asked(branches: list[Branch], code: str) -> Branch:
    found = next((one for one in branches if one.code == code or not code), None)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, rows: Any, measure: Measure) -> dict[str, Any]:
    page, links = asked_page(request, rows.select_related("client__advisor"), BY_RANK, size=ROWS)
    talks = talks_of([row.client for row in page.rows], measure)
    return {"rows": [GapRow(row, actual(talks[row.client_id], measure)) for row in page.rows], **links}


def _tabs(by_tier: Mapping[str, Mapping[int | None, Gap]], tier: str, code: str) -> list[dict[str, Any]]:
    return [
        {
            "label": str(Tier(one).label),
            "count": sum(below for below, _all in gaps.values()),
            "href": f"?{urlencode({'branch': code, 'tier': one})}",
            "on": one == tier,
        }
        for one, gaps in by_tier.items()
    ]


def _advisors(by_tier: Mapping[str, Mapping[int | None, Gap]]) -> list[AdvisorGaps]:
    """Whose clients wait longest: most below the target first."""
    keys = {advisor for gaps in by_tier.values() for advisor in gaps}
    people = Staff.objects.in_bulk([key for key in keys if key])
    lines = [
        AdvisorGaps(people.get(key) if key else None, [gaps.get(key, (0, 0)) for gaps in by_tier.values()])
        for key in keys
    ]
    return sorted(lines, key=lambda one: (-one.below, one.advisor.pk if one.advisor else 0))
