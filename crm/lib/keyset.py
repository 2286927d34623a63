"""Pages of a list without OFFSET: the next page begins after the last row of this one, so page 500 costs what page 1 does.

A cursor is the sort value and the key of a row, `3060300~123`; an empty value stands for "nothing measured", which sorts
last in both directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

M = TypeVar("M", bound=Model)


class BadCursor(ValueError):
    """The address holds a cursor that this list cannot have written."""


@dataclass(frozen=True)
class Order:
    """A way to sort: `field` (a column or annotation), how its value is read back from an address, and the unique column
    that breaks ties."""

    field: str
    parse: Callable[[str], Any] = int
    descending: bool = False
    tie: str = "pk"

    def by(self, *, backward: bool) -> list[Any]:
        """The ORDER BY: nothing measured last, which is first when read backwards."""
        value, tie = F(self.field), F(self.tie)
        if self.descending != backward:
            first = value.desc(nulls_first=True) if backward else value.desc(nulls_last=True)
        else:
            first = value.asc(nulls_first=True) if backward else value.asc(nulls_last=True)
        return [first, tie.desc() if backward else tie.asc()]

    def beyond(self, cursor: tuple[Any, int], *, backward: bool) -> Q:
        """The rows behind a cursor, in the direction of reading."""
        value, key = cursor
        after_key = Q(**{f"{self.tie}__{'lt' if backward else 'gt'}": key})
        nothing, something = Q(**{f"{self.field}__isnull": True}), Q(**{f"{self.field}__isnull": False})
        if value is None:
            return (nothing & after_key) | something if backward else nothing & after_key
        further = Q(**{f"{self.field}__{'lt' if self.descending != backward else 'gt'}": value})
        found = further | (Q(**{self.field: value}) & after_key)
        return found if backward else found | nothing

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
class Page(Generic[M]):
    """The rows of a page, and the cursors of the pages around it (None: there is none)."""

    rows: Sequence[M]
    before: str | None
    after: str | None


def page_of(
    rows: QuerySet[M], order: Order, *, size: int, after: str | None = None, before: str | None = None
) -> Page[M]:
    """The page after or before a cursor, or the first one, in one query; raises BadCursor."""
    backward = before is not None and not after
    cursor = order.read((before if backward else after) or "") if (after or before) else None
    found = rows.order_by(*order.by(backward=backward))
    if cursor is not None:
        found = found.filter(order.beyond(cursor, backward=backward))
    some = list(found[: size + 1])
    more = len(some) > size
    some = some[:size]
    if backward:
        some.reverse()
    has_before = more if backward else cursor is not None
    has_after = True if backward else more
    if not some:
        return Page([], None, None)
    return Page(
        some,
        order.cursor_of(some[0]) if has_before else None,
        order.cursor_of(some[-1]) if has_after else None,
    )


def _attribute(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
