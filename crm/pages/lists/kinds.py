"""Kinds of attributes: how an operand is written in an address, said in words, typed into a form and asked of the rows.

An operand is short and can be read: `vip,key`, `500000..`, `30d..` (30 days ago or earlier), `..7d` (within 7 days),
`2026-01-01..2026-06-30`, `..+30d` (until in 30 days), `yes`, `none` (nothing known)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.models import Staff
from segmentation.querysets import Night

Text = str | Promise
Options = Sequence[tuple[str, Text]]
NONE = "none"
MOST = 40  # values of one condition


@dataclass(frozen=True)
class Asked:
    """Who asks, of which nights; relative days are counted back from `as_of` for what a night says, from `today` for what
    people did."""

    user: Staff
    nights: Sequence[Night]
    as_of: date
    today: date


class BadOperand(ValueError):
    """What somebody typed is no operand: field of the form → what is wrong with it."""

    def __init__(self, **fields: str) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class Kind(ABC):
    """How the operands of an attribute are read and said; `form` names the part of the form that asks for one."""

    form: str

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value that an operand stands for; raises ValueError where it stands for none."""

    @abstractmethod
    def typed(self, data: Mapping[str, Any]) -> str:
        """The operand that was typed into the form; raises BadOperand."""

    @abstractmethod
    def words(self, value: Any, options: Options) -> tuple[str, str]:
        """Operator and value as a chip says them."""

    @abstractmethod
    def filled(self, value: Any) -> dict[str, Any]:
        """The fields of the form as they show a value."""

    @abstractmethod
    def among(self, field: str, value: Any, asked: Asked) -> Q:
        """The rows whose field has such a value."""


class YesNo(Kind):
    """`yes` or `no`."""

    form = "yes_no"

    def read(self, text: str) -> bool:
        """Whether it is to be so."""
        return {"yes": True, "no": False}[text]

    def typed(self, data: Mapping[str, Any]) -> str:
        """Which of the two was chosen."""
        if data.get("c_value") not in {"yes", "no"}:
            raise BadOperand(value=_("Choose one."))
        return str(data["c_value"])

    def words(self, value: Any, options: Options) -> tuple[str, str]:
        """是 / 否."""
        return "", pgettext("condition", "yes") if value else pgettext("condition", "no")

    def filled(self, value: Any) -> dict[str, Any]:
        """The chosen one."""
        return {"value": "yes" if value else "no"}

    def among(self, field: str, value: Any, asked: Asked) -> Q:
        """The rows of which it is so, or is not."""
        return Q(**{field: value})


@dataclass(frozen=True)
class Choice(Kind):
    """One or several of known values: `vip,key`. `options` gives them with their words for a reader, what is chosen and
    the branch that is asked for; where no values are known beforehand, one that nobody has finds nothing."""

    options: Callable[[Staff, Sequence[str], str], Options]
    known: frozenset[str] | None = None
    none: bool = False

    form = "choice"

    def read(self, text: str) -> tuple[str, ...]:
        """The values; unknown ones are left out."""
        values = tuple(dict.fromkeys(value.strip()[:60] for value in text.split(",")))[:MOST]
        kept = tuple(v for v in values if v and (self.known is None or v in self.known or (v == NONE and self.none)))
        if not kept:
            raise ValueError(text)
        return kept

    def typed(self, data: Mapping[str, Any]) -> str:
        """What was ticked."""
        try:
            return ",".join(self.read(",".join(data.get("c_values", []))))
        except ValueError:
            raise BadOperand(value=_("Choose at least one.")) from None

    def words(self, value: Any, options: Options) -> tuple[str, str]:
        """Is one of these."""
        named = dict(options) | {NONE: _("nothing known")}
        return pgettext("condition", "is"), _("、").join(str(named.get(one, one)) for one in value)

    def filled(self, value: Any) -> dict[str, Any]:
        """What is ticked."""
        return {"values": set(value)}

    def among(self, field: str, value: Any, asked: Asked) -> Q:
        """The rows with one of the values."""
        found = Q(**{f"{field}__in": [one for one in value if one != NONE]})
        return found | Q(**{field: ""}) if NONE in value else found


class Words(Kind):
    """A part of a text, or one of several: `teacher,doctor`."""

    form = "text"

    def read(self, text: str) -> tuple[str, ...]:
        """The parts that are looked for."""
        if text == NONE:
            return (NONE,)
        words = tuple(dict.fromkeys(clean(word) for word in text.split(",")))[:MOST]
        if not any(words):
            raise ValueError(text)
        return tuple(word for word in words if word)

    def typed(self, data: Mapping[str, Any]) -> str:
        """What was typed, several with commas between."""
        if data.get("c_none"):
            return NONE
        try:
            return ",".join(self.read(str(data.get("c_low", "")).replace("，", ",").replace("、", ",")))
        except ValueError:
            raise BadOperand(low=_("Type a word, or several with commas between.")) from None

    def words(self, value: Any, options: Options) -> tuple[str, str]:
        """Contains."""
        if value == (NONE,):
            return "", _("nothing known")
        return _("contains"), pgettext("condition", " or ").join(value)

    def filled(self, value: Any) -> dict[str, Any]:
        """The words."""
        return {"none": True} if value == (NONE,) else {"low": ",".join(value)}

    def among(self, field: str, value: Any, asked: Asked) -> Q:
        """The rows whose text holds one of the words."""
        if value == (NONE,):
            return Q(**{field: ""})
        found = Q(pk__in=[])
        for word in value:
            found |= Q(**{f"{field}__icontains": word})
        return found


def clean(word: str) -> str:
    """A word without the signs by which an address is read."""
    return "".join(" " if sign in ",|!\0" else sign for sign in word).strip()[:40]
