"""What an alert says: the fact with its numbers, in the reader's language. Neither a judgement nor advice."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.access import mask_tail
from crm.lib import formats
from servicing.models import RiskAlert

Slots = Mapping[str, Any]


def _percent(e4: int) -> str:
    return formats.percent(e4 / 10_000)


def _day(text: str) -> str:
    return formats.day(date.fromisoformat(text))


def _concentration(slots: Slots) -> str:
    return _("{security} was {share} of net assets on {day} ({sum})").format(
        security=slots.get("name") or slots["code"],
        share=_percent(slots["e4"]),
        day=_day(slots["on"]),
        sum=formats.summary(slots["fen"]),
    )


def _drawdown(slots: Slots) -> str:
    return _("net assets less flows are {share} ({sum}) below the highest day, {day}").format(
        share=_percent(slots["e4"]), sum=formats.summary(slots["fen"]), day=_day(slots["peak_on"])
    )


def _loss(slots: Slots) -> str:
    return _("the loss of twelve months is {share} of mean assets ({sum}); the client's own line is {line}").format(
        share=_percent(slots["e4"]), sum=formats.summary(slots["fen"]), line=_percent(slots["line_e4"])
    )


def _level(slots: Slots) -> str:
    told = ngettext(
        "{n} holding above C{client}, up to R{product}, together {sum}",
        "{n} holdings above C{client}, up to R{product}, together {sum}",
        slots["n"],
    )
    return told.format(
        n=slots["n"], client=slots["client"], product=slots["product"], sum=formats.summary(slots["fen"])
    )


def _maintenance(slots: Slots) -> str:
    return _("the maintenance ratio of account {account} was {ratio} on {day}; the line is {line}").format(
        account=mask_tail(f"....{slots['tail']}"),
        ratio=_percent(slots["e4"]),
        day=_day(slots["on"]),
        line=_percent(slots["line_e4"]),
    )


_WORDS: Mapping[str, Callable[[Slots], str]] = {
    RiskAlert.Kind.CONCENTRATION: _concentration,
    RiskAlert.Kind.DRAWDOWN: _drawdown,
    RiskAlert.Kind.LOSS: _loss,
    RiskAlert.Kind.LEVEL: _level,
    RiskAlert.Kind.MAINTENANCE: _maintenance,
}


def told_of(kind: str, slots: Slots) -> str:
    """The fact in one sentence, without the client's name."""
    return _WORDS[kind](slots)
