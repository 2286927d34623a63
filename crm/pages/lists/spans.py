"""Kinds whose operand is a span: money, numbers, shares (days.py: days). `500000..` from, `..500000` up to, both, or `none`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.lib import formats
from crm.pages.lists.kinds import NONE, Asked, BadOperand, Kind, Options

T = TypeVar("T")
MOST_FEN = 10**17
_UNITS = {"亿": 10**8, "万": 10**4, "w": 10**4, "k": 10**3, "m": 10**6, "千": 10**3, "": 1}
_TYPED = re.compile(r"([+-]?[\d.]+)(亿|万|千|w|k|m)?元?")


@dataclass(frozen=True)
class Span(Generic[T]):
    """From and to, both included; None: open on that side, both None: nothing is known."""

    low: T | None = None
    high: T | None = None

    @property
    def is_none(self) -> bool:
        """Whether rows without a value are asked for."""
        return self.low is None and self.high is None


class Numbers(Kind):
    """A whole number: a rank, days."""

    form = "span"
    unit = ""

    def parse(self, text: str) -> Any:
        """A bound of an address; raises ValueError."""
        value = int(text)
        if abs(value) > 10**9:
            raise ValueError(text)
        return value

    def write(self, value: Any) -> str:
        """A bound as it stands in an address."""
        return str(value)

    def understand(self, typed: str) -> Any:
        """A bound as people type it; raises ValueError."""
        return self.parse(plain(typed))

    def say(self, value: Any) -> str:
        """A bound as people read it."""
        return formats.count(value)

    def hint(self) -> str:
        """What may be typed."""
        return _("A whole number, for example 100.")

    def read(self, text: str) -> Span[Any]:
        """The span of an operand."""
        if text == NONE:
            return Span()
        low, dots, high = text.partition("..")
        if not dots:
            low = high = text
        span = Span(*(self.parse(bound) if bound else None for bound in (low, high)))
        if span.is_none:
            raise ValueError(text)
        return span

    def typed(self, data: Mapping[str, Any]) -> str:
        """What was typed as from and to."""
        if data.get("c_none"):
            return NONE
        bounds: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for side in ("low", "high"):
            text = str(data.get(f"c_{side}", "")).strip()
            try:
                bounds[side] = self.understand(text) if text else None
            except (ValueError, InvalidOperation):
                wrong[side] = self.hint()
        if not wrong and bounds["low"] is None and bounds["high"] is None:
            wrong["low"] = _("Type at least one of the two.")
        elif not wrong and None not in bounds.values() and bounds["low"] > bounds["high"]:
            wrong["high"] = _("The end lies before the beginning.")
        if wrong:
            raise BadOperand(**wrong)
        return "..".join("" if bound is None else self.write(bound) for bound in bounds.values())

    def words(self, value: Span[Any], options: Options) -> tuple[str, str]:
        """≥ 50 万元, ≤ …, a – b."""
        if value.is_none:
            return "", _("nothing known")
        if value.high is None:
            return "≥", self.say(value.low)
        if value.low is None:
            return "≤", self.say(value.high)
        return "", self.say(value.low) if value.low == value.high else f"{self.say(value.low)} – {self.say(value.high)}"

    def filled(self, value: Span[Any]) -> dict[str, Any]:
        """From and to."""
        if value.is_none:
            return {"none": True}
        return {
            side: self.write(bound) for side, bound in (("low", value.low), ("high", value.high)) if bound is not None
        }

    def among(self, field: str, value: Span[Any], asked: Asked) -> Q:
        """The rows whose value lies in the span."""
        if value.is_none:
            return Q(**{f"{field}__isnull": True})
        found = Q() if value.low is None else Q(**{f"{field}__gte": value.low})
        return found if value.high is None else found & Q(**{f"{field}__lte": value.high})


class Money(Numbers):
    """Yuan in the address, fen in the rows. People type 500000, 50万 or 1.2亿."""

    def parse(self, text: str) -> int:
        """Fen of an amount in yuan."""
        try:
            fen = int((Decimal(text) * 100).to_integral_value())
        except (InvalidOperation, OverflowError) as error:
            raise ValueError(text) from error
        if abs(fen) > MOST_FEN:
            raise ValueError(text)
        return fen

    def write(self, value: int) -> str:
        """Yuan, without zeros at the end."""
        return f"{Decimal(value) / 100:.2f}".removesuffix(".00")

    def understand(self, typed: str) -> int:
        """Fen of what people type."""
        found = _TYPED.fullmatch(plain(typed).lower())
        if not found:
            raise ValueError(typed)
        return self.parse(str(Decimal(found[1]) * _UNITS[found[2] or ""]))

    def say(self, value: int) -> str:
        """50 万元."""
        figure, unit = formats.summary_parts(value)
        return f"{figure.removesuffix('.0')} {unit}"

    def hint(self) -> str:
        """What may be typed."""
        return _("An amount in yuan: 500000, or 50万.")


class Percent(Numbers):
    """A share: percent in the address, 0 to 1 in the rows."""

    def parse(self, text: str) -> float:
        """The share of a percentage."""
        value = float(text)
        if not 0 <= value <= 100:
            raise ValueError(text)
        return value / 100

    def write(self, value: float) -> str:
        """The percentage."""
        return f"{value * 100:.4g}"

    def understand(self, typed: str) -> float:
        """30 or 30 %."""
        return self.parse(plain(typed).removesuffix("%"))

    def say(self, value: float) -> str:
        """30%."""
        return formats.percent(value)

    def hint(self) -> str:
        """What may be typed."""
        return _("A percentage between 0 and 100.")


class Hundredths(Numbers):
    """A number with decimals that the rows keep in hundredths: times a year."""

    def parse(self, text: str) -> int:
        """Hundredths of a number; raises ValueError."""
        try:
            value = int((Decimal(text) * 100).to_integral_value())
        except (InvalidOperation, OverflowError) as error:
            raise ValueError(text) from error
        if not 0 <= value <= 10**7:
            raise ValueError(text)
        return value

    def write(self, value: int) -> str:
        """The number, without zeros at the end."""
        return f"{Decimal(value) / 100:.2f}".rstrip("0").rstrip(".")

    def say(self, value: int) -> str:
        """12.5, as it is written."""
        return self.write(value)

    def hint(self) -> str:
        """What may be typed."""
        return _("A number, for example 12 or 0.5.")


class PercentPoints(Hundredths):
    """A share that the rows keep in basis points; it can be above 100 % where money is borrowed."""

    def understand(self, typed: str) -> int:
        """30 or 30 %."""
        return self.parse(plain(typed).removesuffix("%"))

    def say(self, value: int) -> str:
        """30%."""
        return f"{self.write(value)}%"

    def hint(self) -> str:
        """What may be typed."""
        return _("A percentage from 0; above 100 where money is borrowed.")


def plain(typed: str) -> str:
    """What somebody typed without blanks, thousands marks and the sign of the currency."""
    return typed.strip().replace(",", "").replace("，", "").replace(" ", "").replace("¥", "").replace("￥", "")
