"""The ladder in words: what each step asks for, what the client has, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models import Staff
from segmentation.models import Band
from segmentation.models.words import KINDS
from servicing.loyalty.facts import PLAN
from servicing.loyalty.rules import Facts, Numbers, reached, stay_of
from servicing.models import Loyalty, LoyaltyStep


@dataclass(frozen=True)
class Rung:
    """One step: whether its own measure holds, whether it is reached together with those below, and why."""

    label: str
    holds: bool
    is_reached: bool
    told: str


def step_for(row: Loyalty, user: Staff) -> LoyaltyStep:
    """The step as the reader may know it."""
    return LoyaltyStep(row.told_step if user.is_advisor else row.step)


def facts_in(row: Loyalty, score: float | None, user: Staff) -> Facts:
    """The facts that a row keeps, with the churn score of the night, as the reader may know them."""
    names = set(Facts._fields) - {"uses", "stay"}
    kept = {name: getattr(row, name) for name in names}
    facts = Facts(uses=tuple(filter(None, row.uses.split(","))), stay=stay_of(score), **kept)
    return facts.told if user.is_advisor else facts


def rungs_of(facts: Facts, numbers: Numbers, step: LoyaltyStep, user: Staff) -> Sequence[Rung]:
    """The four steps, the lowest first."""
    told = (_satisfied(facts, user), _trusting(facts, numbers), _loyal(facts, numbers), _core(facts, numbers))
    labels = [one.label for one in LoyaltyStep if one]
    marks = reached(facts, numbers)
    rows = zip(labels, marks, told, strict=True)
    return [Rung(str(label), holds, at <= step, words) for at, (label, holds, words) in enumerate(rows, start=1)]


def use_words(code: str) -> str:
    """What a client uses, in words."""
    if code in KINDS:
        return str(KINDS[code])
    return {"margin": _("margin account"), "option": _("option account"), PLAN: _("service plan")}.get(code, code)


def _satisfied(facts: Facts, user: Staff) -> str:
    if facts.has_complaint:
        return _("a complaint is open")
    if user.is_advisor:
        return _("nothing stands against it that you may read; what the client said to others is for the manager")
    if facts.is_pleased is None:
        return _listed([_("no open complaint"), _("nobody has asked the client yet")])
    answer = _("the last answer was a good one") if facts.is_pleased else _("the last answer was a bad one")
    return _listed([_("no open complaint"), answer])


def _trusting(facts: Facts, numbers: Numbers) -> str:
    told = [_("uses {n}, asked for {least}").format(n=len(facts.uses), least=numbers.breadth)]
    if facts.uses:
        told.append(_("、").join(use_words(code) for code in facts.uses))
    missing = numbers.breadth - len(facts.uses)
    if missing > 0:
        told.append(ngettext("{n} more is missing", "{n} more are missing", missing).format(n=missing))
    return _listed(told)


def _loyal(facts: Facts, numbers: Numbers) -> str:
    years, least = facts.years or 0, numbers.years
    words = ngettext("{n} year with us, asked for {least}", "{n} years with us, asked for {least}", years)
    told = [words.format(n=years, least=least)]
    told.append(_("trades as usual") if facts.is_awake else _("asleep: has to be awake"))
    word = Band(facts.band).label
    if facts.band == Band.LOW:
        told.append(_("risk of leaving: {band}").format(band=word))
    else:
        told.append(_("risk of leaving: {band}, has to be low").format(band=word))
    return _listed(told)


def _core(facts: Facts, numbers: Numbers) -> str:
    brought = _("brought in {n}, asked for {least}").format(n=facts.referrals, least=numbers.referrals)
    return _listed([_("strategic client"), brought] if facts.is_strategic else [brought])


def _listed(parts: Sequence[str]) -> str:
    return _("; ").join(parts)
