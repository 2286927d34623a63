"""The numbers from which on a risk is told, as they hold on a day."""

from dataclasses import dataclass, fields
from datetime import date

from segmentation.thresholds import thresholds


@dataclass(frozen=True)
class Numbers:
    """Each of the name of its threshold after `alert_`: money in fen, shares and ratios in 1/10,000. `step`: how much further
    is worse by a band, and half of it back is not yet over."""

    floor: int = 10_000_000
    concentration: int = 5_000
    drawdown: int = 2_000
    drawdown_days: int = 90
    level_floor: int = 1_000_000
    maintenance: int = 15_000
    step: int = 1_000


def numbers_on(day: date) -> Numbers:
    """The numbers in force on a day; raises NoThreshold naming those that nobody decided."""
    names = [field.name for field in fields(Numbers)]
    found = thresholds([f"alert_{name}" for name in names], day)
    return Numbers(**{name: found[f"alert_{name}"] for name in names})
