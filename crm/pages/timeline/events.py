"""A place on the line of time, and what stands there.

Newest day first; within a day the sources in a fixed order, within a source the latest first. A place is written into an
address as `2026-11-20~trade~0~0`, so that the next page begins exactly behind the last event of this one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from crm.calendar import day_begins
from crm.lib.keyset import BadCursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LONGEST = 80


@dataclass(frozen=True)
class Place:
    """Where an event stands: its day, its source, the microsecond (0 where only the day is known) and the row's key."""

    day: date
    source: str
    at: int = 0
    key: int = 0

    def __str__(self) -> str:
        return f"{self.day.isoformat()}~{self.source}~{self.at}~{self.key}"

    @property
    def moment(self) -> datetime:
        """The moment that `at` counts."""
        return _EPOCH + self.at * _TICK


def place_of(moment: datetime, source: str, key: int) -> Place:
    """The place of something whose moment is known; its day is the day in Shanghai."""
    return Place(timezone.localtime(moment).date(), source, (moment - _EPOCH) // _TICK, key)


def read_place(text: str, sources: frozenset[str]) -> Place:
    """The place that an address names; raises BadCursor for a text that no page wrote."""
    parts = text.split("~")
    if len(text) > _LONGEST or len(parts) != 4 or parts[1] not in sources:
        raise BadCursor(text)
    try:
        place = Place(date.fromisoformat(parts[0]), parts[1], int(parts[2]), int(parts[3]))
        place.moment  # noqa: B018 (a number no clock counts to)
        day_begins(place.day + timedelta(days=1))
    except (ValueError, OverflowError) as error:
        raise BadCursor(text) from error
    if not 0 <= place.key < 2**63:
        raise BadCursor(text)
    return place


@dataclass(frozen=True)
class Event:
    """One line: what happened, a sentence about it, a figure and a note on the right; `trades` is set where the day's
    trades open in place."""

    place: Place
    icon: str
    title: str
    why: str = ""
    figures: tuple[str, ...] = ()
    note: str = ""
    trades: bool = False
