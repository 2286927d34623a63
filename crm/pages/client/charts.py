"""The two charts of a client, each with its finding as the title."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.history import Balances
from crm.lib import formats
from crm.lib.charts import Chart

Month = tuple[date, int]


def change_in_days(held: Balances, as_of: date, days: int) -> float | None:
    """The relative change of net assets in some days; None where there was nothing before."""
    before, now = held.at(as_of - timedelta(days=days)), held.at(as_of)
    return (now - before) / before if before and before > 0 and now is not None else None


def charts(held: Balances, monthly: Sequence[Month], as_of: date) -> list[Chart]:
    """Assets over time and monthly commission; a chart without numbers is left out."""
    found = [_assets(held, as_of)] if len(held.series) > 1 else []
    return [*found, _commission(monthly)] if any(fen for _month, fen in monthly) else found


def _assets(held: Balances, as_of: date) -> Chart:
    days = month_ends(held.series)
    change = change_in_days(held, as_of, 30)
    now = formats.summary(held.at(as_of))
    if change is None:
        title = _("Net assets {now}").format(now=now)
    else:
        title = _("Net assets {now}, {change} in 30 days").format(now=now, change=formats.change(change))
    return Chart(
        key="assets",
        kind="lines",
        title=title,
        subtitle=_("yuan, all accounts, foreign currency at the day's rate; until {day}").format(
            day=formats.day(as_of)
        ),
        data={
            "categories": [formats.day(day) for day, _fen in days],
            "series": [
                {"name": _("Net assets"), "values": [fen / 100 for _day, fen in days], "shade": 2, "area": True}
            ],
            "format": "money",
            "from_zero": all(fen >= 0 for _day, fen in days),
        },
        head=[_("Day"), _("Net assets") + " " + pgettext("money", "yuan")],
        rows=[[formats.day(day), formats.yuan(fen)] for day, fen in reversed(days)],
        height="h200",
    )


def month_ends(series: Sequence[Month]) -> list[Month]:
    """The last known day of each month, so that equal steps are equal times."""
    return list({(day.year, day.month): (day, fen) for day, fen in series}.values())


def _commission(monthly: Sequence[Month]) -> Chart:
    last_year = [fen for _month, fen in monthly[-12:]]
    mean = sum(last_year) // 12
    return Chart(
        key="commission",
        kind="bars",
        title=finding(monthly),
        subtitle=ngettext(
            "yuan, {months} month, the last one up to the day; dashed: mean of 12 months {mean}",
            "yuan, {months} months, the last one up to the day; dashed: mean of 12 months {mean}",
            len(monthly),
        ).format(months=len(monthly), mean=formats.stake(mean)),
        data={
            "categories": [f"{month:%Y-%m}" for month, _fen in monthly],
            "series": [{"name": _("Net commission"), "values": [fen / 100 for _month, fen in monthly], "shade": 2}],
            "format": "money",
            "line": {"value": mean / 100, "label": ""},
            "recent": 12,
        },
        head=[_("Month"), _("Net commission") + " " + pgettext("money", "yuan")],
        rows=[[f"{month:%Y-%m}", formats.yuan(fen)] for month, fen in reversed(monthly)],
        height="h200",
    )


def finding(monthly: Sequence[Month]) -> str:
    """What the months say, the unfinished one left out: a run of falls or rises, a silence, or the last quarter against
    the year."""
    full = [fen for _month, fen in monthly[:-1]]
    if not any(full[-12:]):
        return _("No commission in 12 months")
    silent = next((n for n, fen in enumerate(reversed(full)) if fen), len(full))
    if silent >= 2:
        return ngettext("No commission for {n} month", "No commission for {n} months", silent).format(n=silent)
    for sign, text in (
        (-1, _("Net commission fell {n} months in a row")),
        (1, _("Net commission rose {n} months in a row")),
    ):
        run = 0
        while run + 1 < len(full) and (full[-1 - run] - full[-2 - run]) * sign > 0:
            run += 1
        if run >= 3:
            return text.format(n=run)
    quarter, year = sum(full[-3:]) / 3, sum(full[-12:]) / 12
    share = formats.change(quarter / year - 1, 0) if year > 0 else formats.NOTHING
    if year > 0 and abs(quarter / year - 1) >= 0.2:
        return _("Net commission of three months {change} against the year's mean").format(change=share)
    return _("Net commission steady at about {mean} a month").format(mean=formats.stake(int(year)))
