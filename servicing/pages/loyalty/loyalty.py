"""Loyalty (S19): the map lasting × depending and the ladder of a branch, and what stands on the client's page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.loyalty.figures import LoyaltyMap, Sums, map_of
from servicing.loyalty.rules import Facts, Numbers, lasting, numbers_on
from servicing.models import Loyalty, LoyaltyStep, Quadrant
from servicing.pages.loyalty.words import facts_in, rungs_of, step_for

READERS = ("advisor", "manager", "compliance")
PLACES = (Quadrant.LASTING, Quadrant.BOTH, Quadrant.NEITHER, Quadrant.DEPENDING)  # as they lie on the map, row by row


@dataclass(frozen=True)
class Cell:
    """A quadrant or a step: its word, what to do there, what it adds up to, its share of all, and its clients."""

    code: str
    label: str
    advice: str
    sums: Sums
    share: float
    href: str


@require_safe
@only(*READERS)
def loyalty_map(request: HttpRequest) -> HttpResponse:
    """The map and the ladder of one branch; each number opens the clients behind it."""
    user = staff_of(request)
    branches = list(Branch.objects.visible_to(user).active())
    branch = _asked(branches, request.GET.get("branch", ""))
    night = Publication.objects.visible_to(user).current().filter(branch=branch).select_related("basis__scheme").first()
    found = map_of(user, night) if night else None
    context: dict[str, Any] = {
        "branches": [(one.code, one.name) for one in branches],
        "branch": branch,
        "night": night,
    }
    if night and found:
        context |= {
            "measure": night.basis.scheme.get_measure_display(),
            "places": _places(found, branch),
            "steps": _steps(found, branch),
            "whole": found.whole,
            "cuts": found.cuts,
            "numbers": numbers_on(night.as_of),
            "finding": _finding(found),
        }
    return render(request, "servicing/loyalty_map.html", context)


def loyalty_panel(
    client: Client, user: Staff, night: Publication | None, standing: Standing | None
) -> dict[str, Any] | None:
    """The ladder of a client on the client's page, by the current night; None where the night keeps none."""
    row = Loyalty.objects.visible_to(user).filter(client=client).first()
    if row is None or night is None or standing is None:
        return None
    numbers, step = numbers_on(night.as_of), step_for(row, user)
    facts = facts_in(row, standing.churn_score, user)
    rungs = rungs_of(facts, numbers, step, user)
    return {
        "row": row,
        "step": step.label,
        "rungs": rungs,
        "next": next((rung for rung in rungs if not rung.is_reached), None),
        "lasting": lasting(facts, numbers),
        "lasting_words": _lasting_words(facts, numbers),
        "depending_words": _depending_words(facts, numbers),
    }


def _asked(branches: list[Branch], code: str) -> Branch:
    found = next((one for one in branches if one.code == code or not code), None)
    if found is None:
        raise Http404
    return found


def _places(found: LoyaltyMap, branch: Branch) -> list[Cell]:
    advice = {
        Quadrant.BOTH: _("Keep what made them stay; ask them to recommend us."),
        Quadrant.LASTING: _("They stay, and use little: show what else they may need."),
        Quadrant.DEPENDING: _("They use much and may go: ask what is missing."),
        Quadrant.NEITHER: _("Get to know them; most are small or new."),
    }
    whole = found.whole.clients
    return [
        Cell(place, str(place.label), advice[place], sums, _share(sums, whole), _clients(branch, f"loyalty:{place}"))
        for place in PLACES
        for sums in [found.quadrants[place]]
    ]


def _steps(found: LoyaltyMap, branch: Branch) -> list[Cell]:
    asks = {
        LoyaltyStep.CORE: _("has brought somebody in, or is a strategic client"),
        LoyaltyStep.LOYAL: _("years with us, awake, and a low risk of leaving"),
        LoyaltyStep.TRUSTING: _("uses several of our kinds of business and services"),
        LoyaltyStep.SATISFIED: _("no open complaint, and the last answer not a bad one"),
        LoyaltyStep.NONE: _("a complaint is open, or the last answer was a bad one"),
    }
    whole = found.whole.clients
    return [
        Cell(code, str(step.label), words, sums, _share(sums, whole), _clients(branch, f"ladder:{code}"))
        for step, words in asks.items()
        for code, sums in [(step.name.lower(), found.steps[step])]
    ]


def _share(sums: Sums, whole: int) -> float:
    return sums.clients / whole if whole else 0.0


def _clients(branch: Branch, condition: str) -> str:
    return f"{reverse('client-list')}?{urlencode({'branch': branch.code, 'f': condition})}"


def _finding(found: LoyaltyMap) -> str:
    """The title of the map, a sentence with a number."""
    whole, both = found.whole, found.quadrants[Quadrant.BOTH]
    share = formats.percent(_share(both, whole.clients))
    if whole.measure_fen <= 0:
        return _("{share} of clients last and depend on us").format(share=share)
    brings = formats.percent(both.measure_fen / whole.measure_fen)
    return _("{share} of clients last and depend on us; they bring {brings}").format(share=share, brings=brings)


def _lasting_words(facts: Facts, numbers: Numbers) -> str:
    years = _("{n} of {full} years").format(n=min(facts.years or 0, numbers.full_years), full=numbers.full_years)
    if not facts.is_awake:
        return _("{years}; asleep counts as 0 % to stay").format(years=years)
    if facts.stay is None:
        return _("{years}; how likely the client is to stay is not known").format(years=years)
    return _("{years}; {stay}% likely to stay").format(years=years, stay=facts.stay)


def _depending_words(facts: Facts, numbers: Numbers) -> str:
    used = _("{n} of {full} things used").format(
        n=min(len(facts.uses), numbers.full_breadth), full=numbers.full_breadth
    )
    if facts.wallet is None:
        return _("{used}; the share of wallet is not known").format(used=used)
    return _("{used}; {share}% of the wallet is with us").format(used=used, share=facts.wallet)
