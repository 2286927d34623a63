"""What would change a churn score: for each stored reason the point from which it would no longer be said.

A reason is a fact with a condition (`reasons.py`); its turning point is the edge of that condition, reckoned from the
numbers stored with it. It goes together with a lower risk and does not cause it, so no new score is promised; where the
stored numbers do not give the edge, nothing is said."""

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.lib import formats

MOST = 2
Slots = Mapping[str, Any]


def turning_points(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """The turning points of the first reasons that have one, as parts of a sentence; at most two."""
    found: list[str] = []
    for reason in stored:
        point = _POINTS.get(str(reason.get("code")))
        try:
            words = point(reason.get("slots") or {}) if point else ""
        except (KeyError, TypeError, ValueError):
            words = ""  # stored by another version, or without its numbers
        if words:
            found.append(words)
    return found[:MOST]


def _overdue(slots: Slots) -> str:
    days = int(slots["days"])
    told = ngettext("a trade ends the silence of {days} day", "a trade ends the silence of {days} days", days)
    return told.format(days=formats.count(days))


def days_as_usual(usual: float) -> int:
    """From how many trading days in 60 on the activity counts as usual: half of what was usual. The stored figure is
    n × 60 / 365 with one decimal, which tells every whole n apart."""
    of_year = round(Fraction(str(usual)) * 365 / 60)
    return math.ceil(Fraction(of_year * 30, 365))


def _less_often(slots: Slots) -> str:
    wanted = days_as_usual(float(slots["usual"]))
    if wanted <= int(slots["count"]):
        return ""
    told = ngettext(
        "{count} trading day or more in 60 days counts as usual again",
        "{count} trading days or more in 60 days count as usual again",
        wanted,
    )
    return told.format(count=formats.count(wanted))


def _commission_down(slots: Slots) -> str:
    half = -(-int(slots["usual_fen"]) // 2)
    if half <= int(slots["amount"]):
        return ""
    return _("net commission of {amount} or more in 90 days counts as usual again").format(amount=formats.stake(half))


def _outflow(slots: Slots) -> str:
    return _("net outflow of 30 days under a tenth of the assets") if int(slots["percent"]) >= 10 else ""


def _cash_out(slots: Slots) -> str:
    amount = math.ceil(Fraction(int(slots["amount"]) * 7, 10))
    told = _("{amount} of the withdrawal come back on balance, or it lies more than 90 days behind")
    return told.format(amount=formats.stake(amount))


def _transfer(_slots: Slots) -> str:
    return _("the securities come back, or their transfer lies more than 90 days behind")


def _assets_down(slots: Slots) -> str:
    left = 100 - int(slots["percent"])
    if left < 5:  # a rounded percent of so little says too little about the highest
        return ""
    half = Fraction(int(slots["amount"]) * 100, left) / 2
    return _("net assets of about {amount}, half of the year's highest").format(amount=formats.summary(round(half)))


def _trapped(_slots: Slots) -> str:
    return _("fewer than half of the positions lie more than a fifth under cost")


def _fee(_slots: Slots) -> str:
    return _("a commission rate less than one basis point above clients of like value")


_POINTS: dict[str, Callable[[Slots], str]] = {
    "overdue": _overdue,
    "less_often": _less_often,
    "commission_down": _commission_down,
    "outflow": _outflow,
    "cash_out": _cash_out,
    "transfer": _transfer,
    "assets_down": _assets_down,
    "trapped": _trapped,
    "fee": _fee,
}
