"""Openings as a page tells them to its reader: the name that they may read, days in the step, what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.access import name_for, text_for
from crm.models import Staff
from servicing.models import Opening, OpeningStep, Step
from servicing.openings.linking import proposals
from servicing.openings.steps import MANDATORY, expected_days, left_out

SHOWN = 6  # on Today


@dataclass(frozen=True)
class Told:
    """An opening for one reader. `days` in its step; `left_out`: steps passed over, in words; `is_held_up`: a mandatory
    one of them keeps it from being completed; `is_proposed`: a client with the same phone has come in."""

    opening: Opening
    name: str
    days: int
    is_late: bool
    left_out: Sequence[str]
    is_held_up: bool
    is_proposed: bool


def name_of(opening: Opening, user: Staff) -> str:
    """The name as the reader may read it; of a restricted opening compliance alone reads anything."""
    return _("hidden") if is_hidden(opening, user) else name_for(user, opening.name)


def words_of(opening: Opening, text: str, user: Staff) -> str:
    """What was written about the person, with the name in it as the reader may read it."""
    return "" if is_hidden(opening, user) else text_for(user, text, opening.name)


def is_hidden(opening: Opening, user: Staff) -> bool:
    """Whether what is personal in an opening is hidden from a reader (L3)."""
    return opening.is_restricted and not user.is_compliance


def tell_all(openings: Sequence[Opening], user: Staff, today: date, expected: Mapping[str, int]) -> list[Told]:
    """Some openings, in their order, in two more queries."""
    taken = OpeningStep.objects.taken_of([one.pk for one in openings])
    proposed = proposals(openings, user)
    return [
        _told(one, user, today, expected, taken.get(one.pk, set()), is_proposed=one.pk in proposed) for one in openings
    ]


def openings_first(user: Staff, today: date) -> tuple[list[Told], int]:
    """The openings under way that ask for something first, and how many there are in all, for the reader's day."""
    rows = Opening.objects.visible_to(user).under_way()
    expected = expected_days(today)
    first = list(rows.late_first(today, expected).select_related("owner")[:SHOWN])
    return tell_all(first, user, today, expected), rows.count() if len(first) == SHOWN else len(first)


def step_words(steps: Sequence[str]) -> list[str]:
    """Steps in words."""
    return [str(Step(step).label) for step in steps]


def _told(
    one: Opening, user: Staff, today: date, expected: Mapping[str, int], taken: set[str], *, is_proposed: bool
) -> Told:
    out = left_out(taken)
    days = max((today - one.since).days, 0)
    late = one.state == Opening.State.OPEN and days > expected[one.step]
    held = any(step in MANDATORY for step in out)
    return Told(one, name_of(one, user), days, late, step_words(out), held, is_proposed)
