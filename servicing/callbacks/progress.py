"""How far a branch is with the call-backs of a year: by kind, by month of the due day and by caller."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth

from servicing.models import Callback

K = TypeVar("K")


@dataclass(frozen=True)
class Tally:
    """Call-backs by what became of them; `late`: open ones whose day has passed, counted in `open` too."""

    reached: int = 0
    refused: int = 0
    unreached: int = 0
    open: int = 0
    late: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def to_call(self) -> int:
        """All that are or were to be called: without the replaced ones."""
        return self.reached + self.refused + self.unreached + self.open

    @property
    def without_answer(self) -> int:
        """Called, and nothing heard."""
        return self.refused + self.unreached


@dataclass(frozen=True)
class Progress:
    """The call-backs of a year; callers by id, None: nobody yet."""

    by_kind: Mapping[str, Tally]
    by_month: Mapping[int, Tally]
    by_caller: Mapping[int | None, Tally]

    @property
    def total(self) -> Tally:
        """All of them."""
        return sum(self.by_kind.values(), Tally())


def progress_of(rows: QuerySet[Callback], day: date) -> Progress:
    """Count some call-backs as of a day, in one query."""
    late = Count("pk", filter=Q(state=Callback.State.OPEN, due_on__lt=day))
    grouped = rows.order_by().values_list("kind", ExtractMonth("due_on"), "caller", "state")
    counted = list(grouped.annotate(n=Count("pk"), late=late))
    every = [(kind, month, caller, Tally(**{state: n}, late=late)) for kind, month, caller, state, n, late in counted]
    return Progress(
        _summed((kind, tally) for kind, _month, _caller, tally in every),
        _summed((month, tally) for _kind, month, _caller, tally in every),
        _summed((caller, tally) for _kind, _month, caller, tally in every),
    )


def _summed(parts: Iterable[tuple[K, Tally]]) -> dict[K, Tally]:
    found: dict[K, Tally] = {}
    for key, tally in parts:
        found[key] = found.get(key, Tally()) + tally
    return found
