"""Trading days of the invented firm: weekdays that are no exchange holiday; make-up weekends are never trading days."""

from datetime import date, timedelta

import chinese_calendar
import numpy as np

from crm.demo.kinds import Days


def is_trading_day(day: date) -> bool:
    """True on a weekday that is no holiday; beyond the published calendar every weekday counts."""
    if day.weekday() >= 5:
        return False
    try:
        return not chinese_calendar.is_holiday(day)
    except NotImplementedError:
        return True


def last_trading_day(on_or_before: date) -> date:
    """The latest trading day that is not after the given day."""
    day = on_or_before
    while not is_trading_day(day):
        day -= timedelta(days=1)
    return day


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the 31st becomes the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for day_of_month in range(day.day, 27, -1):
        try:
            return date(years, month + 1, day_of_month)
        except ValueError:
            continue
    return date(years, month + 1, day.day)


def trading_days(after: date, until: date) -> Days:
    """Every trading day in (after, until], ascending."""
    span = (until - after).days
    wanted = [after + timedelta(days=n) for n in range(1, span + 1)]
    return np.array([day for day in wanted if is_trading_day(day)], dtype="datetime64[D]")


def month_ends(days: Days) -> Days:
    """The last trading day of each month that the days touch; the very last day counts as one."""
    months = days.astype("datetime64[M]")
    last_of_month = np.append(months[1:] != months[:-1], True)
    found: Days = days[last_of_month]
    return found
