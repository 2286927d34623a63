"""Trading days and working days, by the holiday table; past its last year, by weekday alone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from crm.models import Holiday

_ONE_DAY = timedelta(days=1)


def day_begins(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _days(start: date, end: date) -> list[tuple[date, str | None]]:
    """Every day from start to end, both included, and how it differs from its weekday."""
    kinds = dict(Holiday.objects.filter(day__range=(start, end)).values_list("day", "kind"))
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [(day, kinds.get(day)) for day in span]


def trading_days(start: date, end: date) -> list[date]:
    """The exchange's days from start to end, both included: weekdays that are no holiday, never a make-up weekend."""
    return [day for day, kind in _days(start, end) if day.weekday() < 5 and kind != Holiday.Kind.HOLIDAY]


def is_trading_day(day: date) -> bool:
    """Whether the exchange is open on a day."""
    return bool(trading_days(day, day))


def last_trading_day_before(day: date) -> date:
    """The last trading day before a day; looks back at most 30 days, which is longer than any closure."""
    return trading_days(day - timedelta(days=30), day - _ONE_DAY)[-1]


def trading_day_after(day: date, count: int) -> date:
    """The trading day that many trading days after a day; no closure is longer than the fortnight added for it."""
    return trading_days(day + _ONE_DAY, day + timedelta(days=2 * count + 30))[count - 1]


def working_days(start: date, end: date) -> list[date]:
    """The days on which the branch works, both ends included: weekdays that are no holiday, and make-up weekends."""
    return [day for day, kind in _days(start, end) if kind == Holiday.Kind.MAKE_UP or (day.weekday() < 5 and not kind)]


def worked_by(day: date, working: Sequence[date]) -> date:
    """The last of some ascending working days that is not after a day; the day itself where there is none."""
    return next((one for one in reversed(working) if one <= day), day)


def worked_from(day: date, working: Sequence[date]) -> date:
    """The first of some ascending working days that is not before a day; the day itself where there is none."""
    return next((one for one in working if one >= day), day)
