"""The share of net assets that a market regime suggests in positions, and which position is far from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from segmentation.models import MarketRegime
from segmentation.thresholds import thresholds

MOST_READ = 200  # regimes behind one chart: more than anybody sets in a year


@dataclass(frozen=True)
class Reference:
    """The share of net assets that a regime suggests in positions, in basis points, and how far from it is no gap. Positions
    are judged as they are shown, in whole percent. In a strong market more than the share is no gap, in a weak one less."""

    regime: MarketRegime
    share_e4: int
    tolerance_e4: int

    @property
    def low_percent(self) -> int | None:
        """The least whole percent that is not far below; None in a weak market."""
        if self.regime.level == MarketRegime.Level.WEAK:
            return None
        return -((self.tolerance_e4 - self.share_e4) // 100)

    @property
    def high_percent(self) -> int | None:
        """The largest whole percent that is not far above; None in a strong market."""
        if self.regime.level == MarketRegime.Level.STRONG:
            return None
        return (self.share_e4 + self.tolerance_e4) // 100

    def side_of(self, position_e4: int) -> str:
        """`below` or `above` for a position far from the reference, else ''."""
        percent = whole_percent(position_e4)
        if self.low_percent is not None and percent < self.low_percent:
            return "below"
        return "above" if self.high_percent is not None and percent > self.high_percent else ""

    def far(self, side: str = "") -> Q:
        """The same as a condition on rows of behaviour: on one side, or on either."""
        found = Q(pk__in=[])
        if side != "above" and self.low_percent is not None:
            found |= Q(position_e4__lt=self.low_percent * 100 - 50)
        if side != "below" and self.high_percent is not None:
            found |= Q(position_e4__gte=self.high_percent * 100 + 50)
        return found


def whole_percent(position_e4: int) -> int:
    """A position in basis points as the page shows it: in whole percent, half up."""
    return (position_e4 + 50) // 100


def regime_on(day: date) -> MarketRegime | None:
    """The regime in force on a day; None where nobody has set one."""
    return MarketRegime.objects.in_force(day).select_related("set_by").first()


def reference_on(day: date) -> Reference | None:
    """The reference in force on a day; None where no regime is set."""
    regime = regime_on(day)
    return _references([regime], day)[0] if regime else None


def references_on(days: Sequence[date]) -> list[Reference | None]:
    """The reference in force on each of some days, for a chart: regimes read once."""
    if not days:
        return []
    begun = list(MarketRegime.objects.in_force(max(days))[:MOST_READ])
    found = [next((regime for regime in begun if regime.from_day <= day), None) for day in days]
    return _references(found, max(days))


def _references(regimes: Sequence[MarketRegime | None], day: date) -> list[Reference | None]:
    keys = [*(f"regime_{level}" for level in MarketRegime.Level.values), "regime_tolerance"]
    known = thresholds(keys, day)
    return [
        Reference(regime, known[f"regime_{regime.level}"], known["regime_tolerance"]) if regime else None
        for regime in regimes
    ]
