"""The effect of a concession as a page shows it: a finding, a chart of the months, and the numbers behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from servicing.concessions.effect import Difference, Effect

Write = Callable[[int], str]


@dataclass(frozen=True)
class Column:
    """A measure, and its cells in the order of the table's rows."""

    label: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """The chart, the table of the measures (without rows where nothing can be told), and why nothing can be told."""

    effect: Effect
    chart: Chart
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    missing: str


def shown_effect(effect: Effect, as_of: date) -> Shown:
    """An effect in words."""
    columns = []
    if effect.commission and effect.assets:
        columns = [
            _column(_("Net commission, yuan"), effect.commission, formats.yuan_whole),
            _column(_("Net assets"), effect.assets, formats.summary),
        ]
    labels = [
        _("Client before"),
        _("Client during"),
        _("Like clients before"),
        _("Like clients during"),
        _("Difference"),
        _("90 % interval"),
        pgettext("effect", "Finding"),
    ]
    rows = list(zip(labels, *(column.cells for column in columns), strict=True)) if columns else []
    head = [_("Mean of the months"), *(column.label for column in columns)]
    missing = _missing(effect)
    return Shown(effect, _chart(effect, missing, as_of), head, rows, missing)


def _column(label: str, found: Difference, write: Write) -> Column:
    money = [found.before, found.during, found.likes_before, found.likes_during]
    cells = [*(write(round(fen)) for fen in money), _signed(found.value, write)]
    return Column(label, [*cells, _interval(found, write), _verdict(found)])


def _interval(found: Difference, write: Write) -> str:
    low, high = (_signed(found.value + side, write) for side in (-found.half, found.half))
    return _("{low} to {high}").format(low=low, high=high)


def _signed(fen: float, write: Write) -> str:
    return formats.plus(write(round(fen)))


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
    tokens = [*["c-3"] * len(effect.before), *["c-1"] * len(effect.during)]
    series: list[dict[str, Any]] = [
        {"name": _("This client"), "values": [fen / 100 for fen in effect.own], "tokens": tokens}
    ]
    if effect.mean:
        series.append({"name": _("Like clients, mean"), "values": [fen / 100 for fen in effect.mean], "shade": 4})
    return Chart(
        key="effect",
        kind="bars",
        title=_title(effect, missing),
        subtitle=_(
            "net commission a month, yuan, whole months until {day}; muted: before; grey: mean of {n} like clients"
        ).format(day=formats.day(as_of), n=effect.likes),
        data={"categories": months, "series": series, "format": "money"},
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
    if found.verdict == "same":
        told = _("Net commission: no difference from like clients can be told ({interval} yuan a month)")
        return told.format(interval=_interval(found, formats.yuan_whole))
    told = _("Net commission {change} yuan a month against like clients ({interval})")
    return told.format(change=_signed(found.value, formats.yuan_whole), interval=_interval(found, formats.yuan_whole))
