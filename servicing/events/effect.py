"""What an event did to what clients know: the share whose level rose among those who came, beside those who were invited and did
not come. Nobody was drawn by lot: who comes may be who learns anyway, and the page says so."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scipy.special import ndtri

from clients.models import Background
from segmentation.thresholds import threshold
from servicing.models import Event, Guest

_LEVELS = ("none", "vague", "some", "expert")
_Z = float(ndtri(0.975))  # 95 %


@dataclass(frozen=True)
class Share:
    """How many of `n` clients rose, with the Wilson interval of the share."""

    rose: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.rose / self.n if self.n else None

    @property
    def low(self) -> float:
        return self._bound(-1)

    @property
    def high(self) -> float:
        return self._bound(1)

    def _bound(self, way: int) -> float:
        if not self.n:
            return 0.0 if way < 0 else 1.0
        n, p, square = self.n, self.rose / self.n, _Z**2
        half = _Z * math.sqrt(p * (1 - p) / n + square / (4 * n * n))
        return min(max((p + square / (2 * n) + way * half) / (1 + square / n), 0.0), 1.0)


@dataclass(frozen=True)
class Effect:
    """Both shares; of guests whose level is known before and afterwards, and could rise. `least`: clients a side below which
    nothing can be told."""

    came: Share
    others: Share
    least: int

    @property
    def can_tell(self) -> bool:
        return min(self.came.n, self.others.n) >= self.least

    @property
    def value(self) -> float:
        """The difference of the shares."""
        return (self.came.rate or 0.0) - (self.others.rate or 0.0)

    @property
    def low(self) -> float:
        """The lower end of its interval (Newcombe's, from both Wilson intervals)."""
        below, above = (self.came.rate or 0.0) - self.came.low, self.others.high - (self.others.rate or 0.0)
        return max(self.value - math.hypot(below, above), -1.0)

    @property
    def high(self) -> float:
        """The upper end."""
        above, below = self.came.high - (self.came.rate or 0.0), (self.others.rate or 0.0) - self.others.low
        return min(self.value + math.hypot(above, below), 1.0)

    @property
    def verdict(self) -> str:
        """Above or below where the interval leaves nothing out, else "same"; "unknown" for too few."""
        if not self.can_tell:
            return "unknown"
        return "above" if self.low > 0 else "below" if self.high < 0 else "same"


def effect_of(event: Event, day: date) -> Effect:
    """The effect of an event by what was answered, with the number in force on a day."""
    told = Guest.objects.standing().filter(event=event).exclude(knowledge_before="").exclude(knowledge_after="")
    rows = told.exclude(knowledge_before=Background.Knowledge.EXPERT)
    pairs = list(rows.values_list("attendance", "knowledge_before", "knowledge_after"))
    came = Guest.Attendance.CAME
    return Effect(
        share_of((before, after) for how, before, after in pairs if how == came),
        share_of((before, after) for how, before, after in pairs if how != came),
        threshold("event_least_clients", day),
    )


def share_of(pairs: Iterable[tuple[str, str]]) -> Share:
    """Of levels before and after, how many rose."""
    told = list(pairs)
    return Share(sum(rose(before, after) for before, after in told), len(told))


def rose(before: str, after: str) -> bool:
    """Whether a level is above another."""
    return _LEVELS.index(after) > _LEVELS.index(before)
