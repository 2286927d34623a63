"""The kinds of file, the fields of each and the headers by which brokers call them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

# Types decide the strict pattern of a column (cells.py). "word" columns are translated by words.py.
Type = str


@dataclass(frozen=True)
class Field:
    """One fact of a row: its type and the headers it goes by; the first header is the canonical Chinese one."""

    name: str
    type: Type
    headers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of file. `needs` and `never` recognise it; `required` must be there for it to be read."""

    name: str
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]  # every group has one of its fields
    never: tuple[str, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    day: str = ""  # the field that a day given by a person replaces
    account: bool = False  # rows belong to an account, which a person may name for the whole file

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when the kind has none."""
        return _fields_by_name(self)[name]


@cache
def _fields_by_name(kind: Kind) -> dict[str, Field]:
    return {each.name: each for each in kind.fields}


_UNIT = re.compile(r"\((元|人民币|股|份|股/份|张|%|yuan|shares)\)$")


@lru_cache(maxsize=16_384)  # every line of a file's beginning is tried against every kind
def normal_header(text: str) -> str:
    """A header without blanks, width, case, 帐/账 and unit differences, so that one spelling is compared."""
    text = unicodedata.normalize("NFKC", text).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.strip(" '\"\ufeff").lower().replace("帐", "账")
    text = re.sub(r"[\s\-]+", "_" if text.isascii() else "", text)
    return _UNIT.sub("", text)


@cache
def known_headers(kind: Kind) -> dict[str, dict[str, int]]:
    """Field → normal header → rank; 0 and 1 are the canonical Chinese and English headers."""
    return {
        each.name: {
            normal_header(header): rank
            for rank, header in reversed(list(enumerate((each.headers[0], each.name, *each.headers[1:]))))
        }
        for each in kind.fields
    }


@cache
def _all_headers(kind: Kind) -> frozenset[str]:
    return frozenset(header for ranks in known_headers(kind).values() for header in ranks)


def match_headers(kind: Kind, headers: list[str]) -> dict[int, tuple[str, bool]]:
    """Column index → (field, canonical?). Of two columns for one field the better known one is taken, the other may
    serve a later field (操作 is the side, 摘要 then its detail).
    """
    wanted = [normal_header(header) for header in headers]
    taken: dict[int, tuple[str, bool]] = {}
    if _all_headers(kind).isdisjoint(wanted):
        return taken
    for name, ranks in known_headers(kind).items():
        hits = [(ranks[header], index) for index, header in enumerate(wanted) if header in ranks and index not in taken]
        if hits:
            rank, index = min(hits)
            taken[index] = (name, rank <= 1)
    return taken


def is_known(kind: Kind, header: str) -> bool:
    """Is the header a known word of this kind, even if another column already serves its field?"""
    return any(normal_header(header) in ranks for ranks in known_headers(kind).values())


def fits(kind: Kind, present: set[str]) -> bool:
    """Does a set of fields make a file of this kind?"""
    return all(present & set(group) for group in kind.needs) and not present & set(kind.never)
