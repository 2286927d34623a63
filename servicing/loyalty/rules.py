"""The ladder and the map as functions of a client's facts (S19). Turnover is no measure of either (B7)."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from segmentation.models import Band
from segmentation.thresholds import thresholds
from servicing.models import LoyaltyStep, Quadrant

KEYS = {
    "breadth": "loyalty_breadth",
    "years": "loyalty_years",
    "referrals": "loyalty_referrals",
    "full_years": "loyalty_years_full",
    "full_breadth": "loyalty_breadth_full",
    "lasting_cut": "loyalty_lasting_cut",
    "depending_cut": "loyalty_depending_cut",
}


@dataclass(frozen=True)
class Numbers:
    """What people decided for a day: what the steps ask for, at which a score is full, and where the map is cut."""

    breadth: int
    years: int
    referrals: int
    full_years: int
    full_breadth: int
    lasting_cut: int
    depending_cut: int


class Facts(NamedTuple):
    """What is known of a client, as `servicing.models.Loyalty` keeps it; `uses` are codes. `stay`, in per cent, moves nearly
    every night and is not kept: it follows from the score of the night."""

    has_complaint: bool
    has_told_complaint: bool
    is_pleased: bool | None
    uses: tuple[str, ...]
    years: int | None
    is_awake: bool
    band: str
    wallet: int | None
    referrals: int
    is_strategic: bool
    stay: int | None

    @property
    def told(self) -> "Facts":
        """The same as the client's advisor may know it: the very same where there is nothing to hide."""
        if self.has_complaint == self.has_told_complaint and self.is_pleased is None:
            return self
        return self._replace(has_complaint=self.has_told_complaint, is_pleased=None)


def numbers_on(day: date) -> Numbers:
    """The numbers in force on a day."""
    found = thresholds(KEYS.values(), day)
    return Numbers(**{name: found[key] for name, key in KEYS.items()})


def stay_of(score: float | None) -> int | None:
    """The likelihood to stay of a churn score, in whole per cent."""
    return None if score is None else round(100 * (1 - score))


def reached(facts: Facts, numbers: Numbers) -> tuple[bool, bool, bool, bool]:
    """Whether the measure of each step holds, whatever the steps below it say: no open complaint and the last answer not a
    bad one (nobody asked is no bad answer); so many things used; so many years, awake, and a low risk of leaving; a
    referral that opened, or a strategic client."""
    return (
        not facts.has_complaint and facts.is_pleased is not False,
        len(facts.uses) >= numbers.breadth,
        (facts.years or 0) >= numbers.years and facts.is_awake and facts.band == Band.LOW,
        facts.referrals >= numbers.referrals or facts.is_strategic,
    )


def step_of(facts: Facts, numbers: Numbers) -> LoyaltyStep:
    """The highest step that is reached together with all below it."""
    step = 0
    for holds in reached(facts, numbers):
        if not holds:
            break
        step += 1
    return LoyaltyStep(step)


def lasting(facts: Facts, numbers: Numbers) -> int:
    """0–100: the mean of the years with us, full at `full_years`, and of the likelihood to stay. Who sleeps has gone in all
    but name: 0. What nothing tells is left out of the mean."""
    years = None if facts.years is None else _share(facts.years, numbers.full_years)
    return _mean(years, facts.stay if facts.is_awake else 0)


def depending(facts: Facts, numbers: Numbers) -> int:
    """0–100: the mean of how many things are used, full at `full_breadth`, and of the share of wallet with us, where it is
    known."""
    return _mean(_share(len(facts.uses), numbers.full_breadth), facts.wallet)


def quadrant(lasts: int, depends: int, numbers: Numbers) -> Quadrant:
    """The place on the map; a score at the cut is above it."""
    if lasts >= numbers.lasting_cut:
        return Quadrant.BOTH if depends >= numbers.depending_cut else Quadrant.LASTING
    return Quadrant.DEPENDING if depends >= numbers.depending_cut else Quadrant.NEITHER


def _share(value: int, full: int) -> int:
    return min(100, value * 100 // full)


def _mean(one: int | None, other: int | None) -> int:
    if one is None or other is None:
        return one or other or 0
    return (one + other + 1) // 2
