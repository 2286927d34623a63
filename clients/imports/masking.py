"""What of a file may be shown on a screen: figures, days and codes as they stand, whatever could tell a person masked.

A file whose columns have slipped carries a phone number in the column of the price, so a value is looked at, not only
its column."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from clients.export_files.registry import KINDS
from crm.access import MASK, mask_identity, mask_name, mask_phone, mask_tail

_OPEN_TYPES = frozenset(
    {"date", "time", "code", "security_name", "quantity", "price", "money", "rate", "fee", "word", "expiry", "unused"}
)
_OPEN_FIELDS = frozenset(
    {"branch_code", "branch_name", "advisor_code", "side", "side_detail", "fill_state", "fill_kind"}
)
_CLOSED_FIELDS = frozenset({"birthday"})
_OWN_MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "client_name": mask_name,
    "identity_number": mask_identity,
    "phone": mask_phone,
}
_WORDS = frozenset({"word", "expiry", "security_name", "side", "side_detail", "branch_name", "fill_state", "fill_kind"})
_UNITS = ("_e2", "_e4", "_e6", "_minor")
_LONG = re.compile(r"\d(?:[\s\-]?[\dXx]){8,}")
_AMOUNT = re.compile(r"[+\-]?[\d,]{1,16}[.,]\d+")
_FIGURE = re.compile(r"[\W\d_eExX元股份张手年月日时分秒]*")


@cache
def _type_of(field: str) -> str:
    """The type of a field of a file, by its name with or without the unit that a staged column carries."""
    names = {field, *(field.removesuffix(unit) for unit in _UNITS)}
    return next((f.type for kind in KINDS.values() for f in kind.fields if f.name in names), "")


def masked_text(text: str) -> str:
    """A text in which whatever is as long as a phone, card or identity number shows its last four characters only."""
    return _LONG.sub(lambda found: f"{MASK}{found[0][-4:]}", text)


def masked_header(headers: Sequence[str], *, is_known: bool) -> list[str]:
    """The headers of a file. Where nobody knows them and one is as long as a phone or identity number, the row is no
    header but somebody's data, and is masked as such."""
    if not is_known and any(_LONG.search(header) for header in headers):
        return [masked("", header) for header in headers]
    return [masked_text(header) for header in headers]


def masked(field: str, value: str) -> str:
    """A value as the screen may show it; '' stands for a column that nobody knows."""
    value = value.strip().removeprefix('="').removesuffix('"')
    if not value:
        return ""
    if field in _OWN_MASKS:
        return _OWN_MASKS[field](value)
    kind = _type_of(field)
    is_open = (kind in _OPEN_TYPES or field in _OPEN_FIELDS) and field not in _CLOSED_FIELDS
    if is_open and (kind in _WORDS or field in _WORDS):
        return masked_text(value)
    if is_open or not field:
        return _masked_figure(value)
    return mask_tail(value) if any(c.isdigit() for c in value) else mask_name(value)


def _masked_figure(value: str) -> str:
    """A figure or a day as it stands; what is as long as a phone number by its last four characters, words by their first."""
    if _LONG.search(value) and not _AMOUNT.fullmatch(value):
        return mask_tail(value)
    if _FIGURE.fullmatch(value):
        return value
    return mask_tail(value) if any(c.isdigit() for c in value) else mask_name(value)
