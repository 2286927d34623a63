"""The level of membership: by all points ever earned, so that spending takes none away, and no complaint, mood or score has a
word in it (S8)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from segmentation.thresholds import thresholds

LEVELS = ("silver", "gold")


@dataclass(frozen=True)
class Membership:
    """The level with points earned in all, and how many are missing to the next one (None at the highest)."""

    level: str
    earned: int
    missing: int | None

    @property
    def word(self) -> str:
        """The level in words."""
        return {
            "": pgettext("membership", "member"),
            "silver": pgettext("membership", "silver member"),
            "gold": pgettext("membership", "gold member"),
        }[self.level]


def membership(earned: int, day: date) -> Membership:
    """The level of so many points earned, by the numbers of a day."""
    from_points = thresholds([f"member_{level}" for level in LEVELS], day)
    needed = sorted((from_points[f"member_{level}"], level) for level in LEVELS)
    reached = [level for points, level in needed if earned >= points]
    missing = next((points - earned for points, _level in needed if earned < points), None)
    return Membership(reached[-1] if reached else "", earned, missing)
