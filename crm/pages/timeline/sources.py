"""What a source of the line of time must answer, and the one that most are: rows of a table, dated by a day or a moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from crm.calendar import day_begins
from crm.pages.timeline.events import Event, Place, place_of


@dataclass(frozen=True)
class Found:
    """Something that stands on the line, before it is told: the row is read, its words are not made yet."""

    place: Place
    row: Any


class Source(Protocol):
    """Where events come from. `group` is the filter that shows it."""

    @property
    def name(self) -> str: ...
    @property
    def group(self) -> str: ...

    def found(self, after: Place | None, *, same_day: int, count: int) -> Sequence[Found]:
        """The first so many behind a place. `same_day`: on the day of the place everything of this source is still to
        come (1), what is behind the place itself (0), or nothing any more (−1)."""
        ...

    def told(self, found: Sequence[Found]) -> Sequence[Event]:
        """The events of what was chosen for a page: only for these are words made and details read."""
        ...

    def counted(self, limit: int) -> tuple[str, Sequence[Any]]:
        """SQL of one number: how many there are, counted up to a limit."""
        ...


@dataclass(frozen=True)
class Rows:
    """A source whose events are rows: read by an index of the client, newest first, never more than asked for."""

    name: str
    group: str
    rows: QuerySet[Any]
    dated: str
    tell: Callable[[Sequence[Found]], Sequence[Event]]
    by_moment: bool = False

    def found(self, after: Place | None, *, same_day: int, count: int) -> list[Found]:
        """See Source."""
        rows = self.rows.filter(self._behind(after, same_day)) if after else self.rows
        return [Found(self._place(row), row) for row in rows.order_by(f"-{self.dated}", "-pk")[:count]]

    def told(self, found: Sequence[Found]) -> Sequence[Event]:
        """See Source."""
        return self.tell(found) if found else []

    def counted(self, limit: int) -> tuple[str, Sequence[Any]]:
        """See Source."""
        text, values = self.rows.order_by().values("pk")[:limit].query.sql_with_params()
        return f"SELECT count(*) FROM ({text}) AS found", values

    def _behind(self, after: Place, same_day: int) -> Q:
        if same_day == 0:
            value: date | datetime = after.moment if self.by_moment else after.day
            earlier = Q(**{f"{self.dated}__lt": value}) | Q(pk__lt=after.key)
            return Q(**{f"{self.dated}__lte": value}) & earlier  # the first condition tells an index where to begin
        end = after.day + timedelta(days=1) if same_day > 0 else after.day
        return Q(**{f"{self.dated}__lt": day_begins(end) if self.by_moment else end})

    def _place(self, row: Model) -> Place:
        value = getattr(row, self.dated)
        return place_of(value, self.name, row.pk) if self.by_moment else Place(value, self.name, 0, row.pk)
