"""The numbers that people decided about behaviour, as they hold on a day."""

from dataclasses import dataclass, fields
from datetime import date

from segmentation.thresholds import thresholds


@dataclass(frozen=True)
class Numbers:
    """Each of the name of its threshold, in the unit that its row states; the defaults are those of the first rows."""

    behaviour_floor: int = 1_000_000
    position_points: int = 6
    position_band_floor: int = 500
    result_flat: int = 300
    result_days: int = 90
    deep_loss: int = 3000
    horizon_high: int = 4000
    horizon_short: int = 1200
    horizon_medium: int = 300
    overtrading_turnover: int = 1200
    programme_trades: int = 100
    programme_days: int = 5
    preference_p: int = 100
    preference_trades: int = 30


def numbers_on(day: date) -> Numbers:
    """The numbers in force on a day, read at once; raises NoThreshold naming the first that nobody decided."""
    return Numbers(**thresholds([field.name for field in fields(Numbers)], day))
