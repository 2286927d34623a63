"""The window that a measure looks at."""

from calendar import monthrange
from datetime import date


def period_start(as_of: date, months: int) -> date:
    """The day after which facts count, for the window (as_of − months, as_of] of T2. The day is clamped to the month's
    end: a month before 31 March is 28 or 29 February."""
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    return date(year, month + 1, min(as_of.day, monthrange(year, month + 1)[1]))
