"""The effect of a concession as a page shows it: a finding, a chart of the months, and the numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from servicing.concessions.effect import Difference, Effect


@dataclass(frozen=True)
class Line:
    """A measure: the client before and during, the like clients before and during, the difference with its ends, in words."""

    label: str
    cells: Sequence[str]
    verdict: str


@dataclass(frozen=True)
class Shown:
    """The chart (None before the first whole month is over), the measures, and why nothing can be told, if so."""

    effect: Effect
    chart: Chart
    lines: Sequence[Line]
    missing: str


def shown_effect(effect: Effect, as_of: date) -> Shown:
    """An effect in words."""
    lines = [
        _line(label, found)
        for label, found in ((_("Net commission"), effect.commission), (_("Net assets"), effect.assets))
        if found
    ]
    missing = _missing(effect)
    return Shown(effect, _chart(effect, missing, as_of), lines, missing)


def _line(label: str, found: Difference) -> Line:
    money = [found.before, found.during, found.likes_before, found.likes_during]
    low, high = (formats.yuan_signed(round(found.value + side)) for side in (-found.half, found.half))
    cells = [*(formats.yuan(round(fen)) for fen in money), formats.yuan_signed(round(found.value)), f"{low} – {high}"]
    return Line(label, cells, _verdict(found))


def _verdict(found: Difference) -> str:
    return {
        "above": pgettext("effect", "more than the like clients"),
        "below": pgettext("effect", "less than the like clients"),
        "same": pgettext("effect", "no difference can be told"),
    }[found.verdict]


def _missing(effect: Effect) -> str:
    if effect.missing == "new":
        return _("Cannot tell: the client is younger than the months it would be compared with.")
    if effect.missing == "months":
        told = ngettext(
            "Cannot tell yet: {n} whole month has passed, {least} are needed.",
            "Cannot tell yet: {n} whole months have passed, {least} are needed.",
            len(effect.during),
        )
        return told.format(n=len(effect.during), least=effect.least_months)
    if effect.missing == "likes":
        told = ngettext(
            "Cannot tell: only {n} like client, {least} are needed.",
            "Cannot tell: only {n} like clients, {least} are needed.",
            effect.likes,
        )
        return told.format(n=effect.likes, least=effect.least_likes)
    return ""


def _chart(effect: Effect, missing: str, as_of: date) -> Chart:
    months = [f"{month:%Y-%m}" for month in (*effect.before, *effect.during)]
    split, own = len(effect.before), [fen / 100 for fen in effect.own]
    series = [
        {"name": _("before"), "values": [*own[:split], *[None] * len(effect.during)], "shade": 3},
        {"name": _("during the concession"), "values": [*[None] * split, *own[split:]], "shade": 1},
    ]
    if effect.mean:
        likes = [fen / 100 for fen in effect.mean]
        series.append({"name": _("like clients, mean"), "values": likes, "shade": 4})
    return Chart(
        key="effect",
        kind="lines",
        title=_title(effect, missing),
        subtitle=_("net commission a month, yuan; whole months until {day}; {n} like clients").format(
            day=formats.day(as_of), n=effect.likes
        ),
        data={"categories": months, "series": series, "format": "money", "from_zero": min(effect.own) >= 0},
        head=[_("Month"), _("This client"), _("Like clients, mean")],
        rows=[
            [month, formats.yuan(fen), formats.yuan(round(effect.mean[at])) if effect.mean else formats.NOTHING]
            for at, (month, fen) in enumerate(zip(months, effect.own, strict=True))
        ][::-1],
        height="h200",
    )


def _title(effect: Effect, missing: str) -> str:
    found = effect.commission
    if found is None:
        return missing
    change = formats.yuan_signed(round(found.value))
    low, high = (formats.yuan_signed(round(found.value + side)) for side in (-found.half, found.half))
    if found.verdict == "same":
        return _("Net commission: no difference from like clients can be told ({low} to {high} yuan a month)").format(
            low=low, high=high
        )
    return _("Net commission {change} yuan a month against like clients ({low} to {high})").format(
        change=change, low=low, high=high
    )
