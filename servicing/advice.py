"""The one next action for a client: the first rule that holds, from what is stored about the client and nothing else.

An action is an occasion to talk. No rule asks for more trading, and none lowers what a client is entitled to (B7, S8)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from segmentation.models import Dormancy, Standing, Tier
from segmentation.reasons import BY_CODE

Text = str | LazyText


@dataclass(frozen=True)
class Case:
    """What the rules look at: codes of the stored reasons, state, whether the line below is near, silence on our side in
    days (None: no contact is known), and from which silence on it counts."""

    codes: frozenset[str]
    dormancy: str
    is_just_above: bool
    silent_days: int | None
    stale_days: int


@dataclass(frozen=True)
class Action:
    """What to do next: a code for tests and the API, and the words."""

    code: str
    text: Text


@dataclass(frozen=True)
class Rule:
    action: Action
    holds: Callable[[Case], bool]


def _said(*codes: str) -> Callable[[Case], bool]:
    return lambda case: bool(case.codes & set(codes))


def _in_state(*states: str) -> Callable[[Case], bool]:
    return lambda case: case.dormancy in states


# In order of what cannot wait: money that leaves, anger about the fee, losses, silence, sleep.
RULES: tuple[Rule, ...] = (
    Rule(Action("transfer", _("Ask what the move to another broker is about")), _said("transfer")),
    Rule(Action("outflow", _("Ask what the money was taken out for")), _said("outflow", "cash_out")),
    Rule(Action("fee", _("Explain the commission rate and what comes with it")), _said("fee")),
    Rule(Action("review", _("Offer a review of the holdings")), _said("trapped", "assets_down")),
    Rule(Action("wake", _("Call to wake the account")), _in_state(Dormancy.DORMANT, Dormancy.REGULATORY_DORMANT)),
    Rule(
        Action("neglected", _("Call: long without contact")),
        lambda case: bool(case.codes) and (case.silent_days is None or case.silent_days >= case.stale_days),
    ),
    Rule(
        Action("rhythm", _("Ask whether something has changed")),
        lambda case: (
            bool(case.codes & {"overdue", "less_often", "commission_down"}) or case.dormancy == Dormancy.COOLING
        ),
    ),
    Rule(Action("line", _("Care call before the tier falls")), lambda case: case.is_just_above),
    Rule(Action("first", _("Introduce yourself")), lambda case: case.silent_days is None),
)
CARE = Action("care", _("Care call"))


def next_action(case: Case) -> Action:
    """The action of the first rule that holds; a care call where none does."""
    return next((rule.action for rule in RULES if rule.holds(case)), CARE)


def case_of(standing: Standing, *, last_contact_on: date | None, day: date, stale_days: int) -> Case:
    """What the rules see of a standing. Protective reasons are no occasion."""
    return Case(
        codes=frozenset(_codes(standing.churn_reasons)),
        dormancy=standing.dormancy,
        is_just_above=_is_just_above(standing),
        silent_days=(day - last_contact_on).days if last_contact_on else None,
        stale_days=stale_days,
    )


def _codes(stored: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Iterable[str]:
    for reason in stored if isinstance(stored, Sequence) else []:
        code = reason.get("code", "")
        if code in BY_CODE and not BY_CODE[code].protective:
            yield code


def _is_just_above(standing: Standing) -> bool:
    """Within a twentieth above the line of the own tier (T8); below the lowest there is none."""
    above = standing.above_lower_fen if standing.computed_tier != Tier.SMALL else None
    return above is not None and standing.measure_fen > 0 and above * 20 <= standing.measure_fen
