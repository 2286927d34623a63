"""Fields in which people type figures: kept as integers in small units, exact, never a float."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_BEFORE = re.compile(r"^(?:¥|￥|万分之|万)\s*")
_AFTER = re.compile(r"\s*(?:元|%|％|‱)$")
_FIGURE = re.compile(r"\d{1,12}(?:\.(\d+))?", re.ASCII)


class ScaledField(forms.Field):
    """A figure with up to `decimals` decimals, kept as an integer of its smallest part; "1,234.50", "¥12", "2.5%", "万2.5"
    are read. At most `most` (in whole units)."""

    widget = forms.TextInput

    def __init__(self, *, decimals: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.decimals, self.most = decimals, most

    def to_python(self, value: Any) -> int | None:
        """The integer behind a text; None for nothing. Raises ValidationError for what is no figure."""
        given: object = value
        if given is None or isinstance(given, int):
            return given
        text = _AFTER.sub("", _BEFORE.sub("", str(value).strip())).replace(",", "").replace("，", "")
        found = _FIGURE.fullmatch(text)
        if not text:
            return None
        if not found:
            raise ValidationError(_("Please type a figure, for example 2.5."), code="invalid")
        rest = (found[1] or "").rstrip("0")
        if len(rest) > self.decimals:
            raise ValidationError(_("At most %(count)s decimals."), code="decimals", params={"count": self.decimals})
        figure: int = int(text.partition(".")[0]) * 10**self.decimals + int(rest.ljust(self.decimals, "0") or 0)
        if figure > self.most * 10**self.decimals:
            raise ValidationError(_("At most %(most)s."), code="most", params={"most": f"{self.most:,}"})
        return figure

    def prepare_value(self, value: Any) -> Any:
        """How a kept figure is typed: 250 with two decimals is 2.5."""
        if not isinstance(value, int):
            return value
        whole, rest = divmod(value, 10**self.decimals)
        return f"{whole}.{rest:0{self.decimals}d}".rstrip("0").rstrip(".") if rest else str(whole)


class PhoneField(forms.CharField):
    """A telephone number; digits are kept."""

    def to_python(self, value: Any) -> str:
        """Digits, with + before a country code; raises ValidationError for what is no number."""
        text = re.sub(r"[\s\-()（）]", "", super().to_python(value) or "")
        if text and not re.fullmatch(r"\+?\d{5,15}", text, re.ASCII):
            raise ValidationError(_("Please type a telephone number of 5 to 15 digits."), code="invalid")
        return text
