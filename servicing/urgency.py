"""In which order a day is worked: commission at risk × urgency, with numbers that somebody decided and may supersede."""

from dataclasses import dataclass
from datetime import date

from segmentation.thresholds import thresholds

KEYS = ("urgency_overdue", "urgency_today", "urgency_open", "contact_rest", "contact_stale")


@dataclass(frozen=True)
class Numbers:
    """The dated numbers of a day: weights in percent, spans in days."""

    overdue: int
    today: int
    open: int
    rest_days: int
    stale_days: int


def numbers_on(day: date) -> Numbers:
    """The numbers in force on a day; raises NoThreshold where nobody decided one."""
    found = thresholds(KEYS, day)
    return Numbers(*(found[key] for key in KEYS))


def urgency(due_on: date | None, day: date, numbers: Numbers) -> int:
    """The weight in percent of something due on a day; nothing planned weighs as what is not due yet."""
    if due_on is None or due_on > day:
        return numbers.open
    return numbers.today if due_on == day else numbers.overdue


def weight(at_risk_fen: int | None, due_on: date | None, day: date, numbers: Numbers) -> int:
    """What a row of the day weighs: commission at risk (fen) × urgency (percent). Unknown commission counts as none."""
    return (at_risk_fen or 0) * urgency(due_on, day, numbers)
