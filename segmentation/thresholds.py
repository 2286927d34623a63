"""Numbers that someone decided, read by key and day; the latest row that had started counts."""

from collections.abc import Sequence
from datetime import date

from segmentation.models import Threshold


class NoThreshold(LookupError):
    """Nobody decided this number for this day."""


def threshold(key: str, day: date) -> int:
    """The value of a key on a day, in the unit its row states; raises NoThreshold naming key and day."""
    value = _value(key, day, confirmed=False)
    if value is None:
        raise NoThreshold(f"no threshold {key} on {day.isoformat()}")
    return value


def thresholds(keys: Sequence[str], day: date) -> dict[str, int]:
    """The values of several keys on a day in one query; raises NoThreshold naming the first that nobody decided."""
    rows = Threshold.objects.filter(key__in=list(keys), from_day__lte=day).order_by("from_day")
    found = dict(rows.values_list("key", "value"))  # of several the latest
    for key in keys:
        if key not in found:
            raise NoThreshold(f"no threshold {key} on {day.isoformat()}")
    return found


def confirmed_threshold(key: str, day: date) -> int | None:
    """The value of a law-like key that compliance has confirmed on or before a day; None until then."""
    return _value(key, day, confirmed=True)


def _value(key: str, day: date, *, confirmed: bool) -> int | None:
    rows = Threshold.objects.filter(key=key, from_day__lte=day)
    if confirmed:
        rows = rows.filter(confirmed_by__isnull=False, confirmed_on__lte=day)
    return rows.order_by("-from_day").values_list("value", flat=True).first()
