"""Days as operands: so many days ago or ahead, dates, or never."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.pages.lists.kinds import NONE, Asked, BadOperand, Options
from crm.pages.lists.spans import Numbers, Span, plain

_AGE = re.compile(r"(\d{1,5})d")
_AHEAD = re.compile(r"\+(\d{1,5})d")


@dataclass(frozen=True)
class Day:
    """A day of an address: a date, or so many days before (ago) or after the day it is counted from."""

    text: str

    def on(self, base: date) -> date:
        """The date it means."""
        ago, ahead = _AGE.fullmatch(self.text), _AHEAD.fullmatch(self.text)
        if ago or ahead:
            return base + timedelta(days=int(ahead[1]) if ahead else -int(ago[1]) if ago else 0)
        return date.fromisoformat(self.text)

    @property
    def age(self) -> int | None:
        """Days ago, where it is said so."""
        ago = _AGE.fullmatch(self.text)
        return int(ago[1]) if ago else None


class Days(Numbers):
    """A day: `30d..` is 30 days ago or earlier, `..7d` within 7 days, dates as they are."""

    form = "days"

    def parse(self, text: str) -> Day:
        """A bound of an address."""
        day = Day(text)
        try:
            day.on(date(2000, 1, 1))
        except OverflowError as error:
            raise ValueError(text) from error
        return day

    def write(self, value: Day) -> str:
        """The same again."""
        return value.text

    def read(self, text: str) -> Span[Day]:
        """The span of an operand; ages and dates do not mix."""
        span = super().read(text)
        known = [day.age is None for day in (span.low, span.high) if day]
        if len(set(known)) > 1:
            raise ValueError(text)
        return span

    def typed(self, data: Mapping[str, Any]) -> str:
        """Within so many days, longer ago, between dates, or never."""
        mode = data.get("c_mode")
        if mode == "never":
            return NONE
        if mode in {"within", "before", "ahead"}:
            days = plain(str(data.get("c_days", ""))).removesuffix("天").removesuffix("d")
            if not (days.isascii() and days.isdigit() and len(days) <= 4):
                raise BadOperand(days=_("A number of days, for example 30."))
            number = int(days)
            return {"within": f"..{number}d", "before": f"{number}d..", "ahead": f"..+{number}d"}[mode]
        return super().typed(data)

    def understand(self, typed: str) -> Day:
        """A date."""
        return Day(date.fromisoformat(typed).isoformat())

    def hint(self) -> str:
        """What may be typed."""
        return _("A day as 2026-11-20.")

    def words(self, value: Span[Day], options: Options) -> tuple[str, str]:
        """30 天前或更早, 7 天内, 从 2026-01-01."""
        ages = [None if day is None else day.age for day in (value.low, value.high)]
        if value.is_none:
            return "", _("never")
        if ages[0] is not None and ages[1] is not None:
            return "", _("%(from)s – %(to)s days ago") % {"from": ages[0], "to": ages[1]}
        if ages[0] is not None:
            return _("earlier than"), ngettext("%(days)s day ago", "%(days)s days ago", ages[0]) % {"days": ages[0]}
        if ages[1] is not None:
            return _("within"), ngettext("%(days)s day", "%(days)s days", ages[1]) % {"days": ages[1]}
        said = [None if day is None else self.say(day) for day in (value.low, value.high)]
        if said[1] is None:
            return "≥", str(said[0])
        return ("≤", said[1]) if said[0] is None else ("", f"{said[0]} – {said[1]}")

    def say(self, value: Day) -> str:
        """A date, or in so many days."""
        ahead = _AHEAD.fullmatch(value.text)
        if ahead:
            return ngettext("in %(days)s day", "in %(days)s days", int(ahead[1])) % {"days": ahead[1]}
        return value.text

    def filled(self, value: Span[Day]) -> dict[str, Any]:
        """The mode and its fields."""
        if value.is_none:
            return {"mode": "never"}
        if value.low and value.low.age is not None and value.high is None:
            return {"mode": "before", "days": value.low.age}
        if value.high and value.high.age is not None:
            return {"mode": "within", "days": value.high.age}
        ahead = _AHEAD.fullmatch(value.high.text) if value.high else None
        if ahead:
            return {"mode": "ahead", "days": ahead[1]}
        return {"mode": "dates", **super().filled(value)}

    def among(self, field: str, value: Span[Day], asked: Asked) -> Q:
        """The rows whose day lies in the span, counted from the day of the numbers."""
        return super().among(field, dates_of(value, asked.as_of), asked)


def dates_of(value: Span[Day], base: date) -> Span[date]:
    """First and last date of a span; ages run backwards. Dates beyond the calendar are its ends."""
    low, high = value.low, value.high
    if (low and low.age is not None) or (high and high.age is not None):
        low, high = high, low
    return Span(_on(low, base), _on(high, base))


def _on(day: Day | None, base: date) -> date | None:
    try:
        return day.on(base) if day else None
    except OverflowError:
        return date.min
