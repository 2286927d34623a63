"""Pages of a list without OFFSET: the next page begins after the last row of this one, so page 500 costs what page 1 does.

A cursor is the sort value and the key of a row, `3060300~123`; an empty value stands for "nothing measured", which sorts
last in both directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=Model)


_KEY = "part.key"


class BadCursor(ValueError):
    """The address holds a cursor that this list cannot have written."""


@dataclass(frozen=True)
class Order:
    """A way to sort: `field` (a column or annotation), how its value is read back from an address, and the unique column
    that breaks ties. `has_gaps`: some rows have no value; they are read by a query of their own, so that the others
    come straight from an index on either database."""

    field: str
    parse: Callable[[str], Any] = int
    descending: bool = False
    tie: str = "pk"
    has_gaps: bool = False

    def by(self, *, backward: bool) -> list[str]:
        """The ORDER BY of the rows with a value."""
        value = "-" if self.descending != backward else ""
        return [f"{value}{self.field}", f"{'-' if backward else ''}{self.tie}"]

    def beyond(self, cursor: tuple[Any, int], *, backward: bool) -> Q:
        """The rows with a value behind a cursor. The first condition alone tells an index where to begin."""
        value, key = cursor
        way = "lt" if self.descending != backward else "gt"
        after_key = Q(**{f"{self.tie}__{'lt' if backward else 'gt'}": key})
        return Q(**{f"{self.field}__{way}e": value}) & (Q(**{f"{self.field}__{way}": value}) | after_key)

    def cursor_of(self, row: Any) -> str:
        """The cursor of a row."""
        value, key = _attribute(row, self.field), _attribute(row, self.tie)
        shown = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
        return f"{shown}~{key}"

    def read(self, text: str) -> tuple[Any, int]:
        """A cursor of an address; raises BadCursor."""
        shown, _, key = text.rpartition("~")
        try:
            return (self.parse(shown) if shown else None, int(key))
        except ValueError as error:
            raise BadCursor(text) from error


@dataclass(frozen=True)
class Parts(Generic[M]):
    """Rows that an index orders within each part but not across them (the nights of several branches): `rows` gives those
    of the part whose key it is told, `told` what a page tells of any row. What is told is looked up by the ids alone: with
    the conditions said twice, a database whose statistics know nothing yet of a night just published would begin at them
    and read all of it."""

    keys: Sequence[int]
    rows: Callable[[RawSQL], QuerySet[M]]
    told: QuerySet[M]

    def firsts(self, condition: Q, by: list[str], count: int) -> RawSQL:
        """The ids of the first rows over all parts, from the first rows of each: written down once, planned once."""
        names = [name.removeprefix("-") for name in by]
        key = RawSQL(_KEY, [])  # noqa: S611 (a name)
        rows = self.rows(key).filter(condition).order_by(*by)
        text, values = rows.values_list("pk", *names)[:count].query.sql_with_params()
        if connection.vendor == "postgresql":
            merged = f"SELECT f.* FROM unnest(%s) AS part(key) CROSS JOIN LATERAL ({text}) AS f"
            values = ([int(key) for key in self.keys], *values)
        else:  # SQLite has no LATERAL: the same text for each part, each in a subquery, for it takes no LIMIT in a compound
            merged = " UNION ALL ".join(f"SELECT * FROM ({text.replace(_KEY, str(int(key)))})" for key in self.keys)
            values = values * len(self.keys)
        columns = [f"by_{at}" for at, _ in enumerate(by)]
        ways = ", ".join(f"{c} DESC" if name.startswith("-") else c for c, name in zip(columns, by, strict=True))
        return RawSQL(  # noqa: S611 (the text is compiled by Django, values are parameters)
            f"WITH firsts(pk, {', '.join(columns)}) AS ({merged}) SELECT pk FROM firsts ORDER BY {ways} LIMIT {count}",
            values,
        )


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of a page, and the cursors of the pages around it (None: there is none)."""

    rows: Sequence[M]
    before: str | None
    after: str | None

    @property
    def is_whole(self) -> bool:
        """Whether these are all the rows there are."""
        return self.before is None and self.after is None


def page_of(
    rows: QuerySet[M],
    order: Order,
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
    parts: Parts[M] | None = None,
) -> Page[M]:
    """The page after or before a cursor, or the first one; raises BadCursor. One query, and one more only where a page
    reaches the rows without a value. With `parts` only the first rows of each part are read and merged."""
    backward = before is not None and not after
    text = before if backward else after
    cursor = order.read(text) if text else None
    some = _Reading(rows, parts, order, backward=backward).some(cursor, size + 1)
    more = len(some) > size
    some = some[:size]
    if not some:
        return Page([], None, None)
    if backward:
        some.reverse()
    has_before = more if backward else cursor is not None
    has_after = True if backward else more
    return Page(
        some,
        order.cursor_of(some[0]) if has_before else None,
        order.cursor_of(some[-1]) if has_after else None,
    )


class _Reading(Generic[M]):
    """Reading rows in one direction: those with a value, then those without; the other way round backwards."""

    def __init__(self, rows: QuerySet[M], parts: Parts[M] | None, order: Order, *, backward: bool) -> None:
        self.rows, self.parts, self.order, self.backward = rows, parts, order, backward

    def some(self, cursor: tuple[Any, int] | None, count: int) -> list[M]:
        """So many rows behind the cursor."""
        in_gap = cursor is not None and cursor[0] is None
        found: list[M] = []
        if self.backward and in_gap and cursor is not None:
            found = self._gap(cursor[1], count)
            cursor = None
        if (self.backward or not in_gap) and len(found) < count:
            condition = Q(**{f"{self.order.field}__isnull": False}) if self.order.has_gaps else Q()
            if cursor is not None:
                condition &= self.order.beyond(cursor, backward=self.backward)
            found += self._read(condition, self.order.by(backward=self.backward), count - len(found))
        if self.order.has_gaps and not self.backward and len(found) < count:
            found += self._gap(cursor[1] if in_gap and cursor else None, count - len(found))
        return found

    def _gap(self, key: int | None, count: int) -> list[M]:
        condition = Q(**{f"{self.order.field}__isnull": True})
        if key is not None:
            condition &= Q(**{f"{self.order.tie}__{'lt' if self.backward else 'gt'}": key})
        return self._read(condition, [f"{'-' if self.backward else ''}{self.order.tie}"], count)

    def _read(self, condition: Q, by: list[str], count: int) -> list[M]:
        rows = self.rows.filter(condition)
        if self.parts and len(self.parts.keys) > 1:
            rows = self.parts.told.filter(pk__in=self.parts.firsts(condition, by, count))
        return list(rows.order_by(*by)[:count])


def _attribute(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
