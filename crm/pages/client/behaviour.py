"""The behaviour of one client on the client page: position against the reference of the market (B1, B8), turnover and result
(B2, B4, B7), kinds and channels against the branch (B5, B6). Everything but the line over time was stored by the night."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import Client
from crm.lib import formats
from crm.lib.charts import Chart
from crm.models import Publication, Staff
from crm.pages.client import behaviour_words as words
from segmentation.behaviour.numbers import Numbers, numbers_on
from segmentation.behaviour.over_time import positions_of
from segmentation.models import Behaviour, BehaviourFigures, MarketRegime
from segmentation.regimes import Reference, references_on, whole_percent

SHOWN = 6


@dataclass(frozen=True)
class Habit:
    """A kind or channel: the client's share, the branch's, how many trades, and whether it is surely above."""

    name: str
    share: float
    base: float
    count: int
    fen: int
    is_sure: bool


def behaviour_panel(client: Client, night: Publication | None, as_of: date, user: Staff) -> dict[str, Any]:
    """What crm/_client_behaviour.html shows; `behaviour` is None where the night says nothing about the client."""
    row = Behaviour.objects.visible_to(user).filter(publication=night, client=client).first() if night else None
    if night is None or row is None:
        return {"behaviour": None, "behaviour_figures": None}
    series = positions_of(client, as_of)
    references = references_on([day for day, _e4 in series])
    figures = BehaviourFigures.objects.filter(publication=night).first()
    group = figures.bases["programme" if row.is_programme else "ordinary"] if figures else {}
    kinds = _habits(row.kinds, group.get("kind", []), words.kind_word)
    channels = _habits(row.channels, group.get("channel", []), words.channel_word)
    numbers = numbers_on(night.as_of)
    sure = [habit.name for habit in (*kinds, *channels) if habit.is_sure]
    return {
        "behaviour": row,
        "behaviour_figures": figures,
        "is_quiet": not (row.trade_count or row.horizon or any(e4 is not None for _day, e4 in series)),
        "position_chart": _chart(row, series, references) if any(e4 is not None for _day, e4 in series) else None,
        "position_title": words.position_title(row.position_e4, references[-1]),
        "is_far": bool(references[-1] and row.position_e4 is not None and references[-1].side_of(row.position_e4)),
        "may_set_regime": user.is_manager and references[-1] is None,
        "position_habit": words.habit_words(row),
        "behaviour_title": words.behaviour_title(row),
        "turnover": words.turnover_words(row),
        "result": _result(row),
        "habits_title": words.habits_title(sure),
        "habits_note": _habits_note(row, numbers),
        "habit_tables": [(_("What is traded"), kinds), (_("How it is traded"), channels)] if row.trade_count else [],
    }


def _result(row: Behaviour) -> Mapping[str, str]:
    if not row.result or row.result_e4 is None:
        return {}
    return {
        "word": str(row.get_result_display()),
        "amount": formats.summary_signed(row.result_fen),
        "rate": formats.change(row.result_e4 / 10_000),
        "since": formats.day(row.result_from),
    }


def _habits_note(row: Behaviour, numbers: Numbers) -> str:
    base = _("programme traders of the branch") if row.is_programme else _("the branch")
    note = _(
        "12 months, n = {n} trades, reverse repos left out; upright line: {base}; deep: surely above it"
        " (p < {p}, n ≥ {least}), pale: no preference"
    )
    return note.format(
        n=formats.count(row.trade_count),
        base=base,
        p=formats.decimal(numbers.preference_p / 10_000, 2),
        least=numbers.preference_trades,
    )


def _habits(own: Sequence[Sequence[Any]], base: Sequence[Sequence[Any]], word: Callable[[str], str]) -> list[Habit]:
    """The client's kinds or channels, most first, then what the branch uses and the client does not."""
    total, whole = sum(cell[1] for cell in own), sum(cell[1] for cell in base)
    bases = {name: n / whole for name, n, _fen in base} if whole else {}
    found = [
        Habit(word(name), n / total, bases.get(name, 0.0), n, fen, bool(sure)) for name, n, fen, sure in own if total
    ]
    known = {name for name, *_rest in own}
    found += [Habit(word(name), 0.0, rate, 0, 0, False) for name, rate in bases.items() if name not in known]
    return found[:SHOWN]


def _chart(row: Behaviour, series: Sequence[tuple[date, int | None]], references: Sequence[Reference | None]) -> Chart:
    shown = [None if e4 is None else whole_percent(e4) for _day, e4 in series]
    bands = [_band(reference) for reference in references]
    shares = [reference.share_e4 / 100 if reference else None for reference in references]
    known = list(dict.fromkeys((one.regime.level, words.share_words(one), one.regime) for one in references if one))
    levels = {level: f"{words.market_words(regime)} {share}" for level, share, regime in known}
    subtitle = _("market value by net assets at month-ends")
    if levels:
        listed = pgettext("between names", "、").join(levels.values())
        subtitle += _("; dashed line and band, the reference: {levels}").format(levels=listed)
    return Chart(
        key="position",
        kind="position",
        title=words.position_title(row.position_e4, references[-1]),
        subtitle=subtitle,
        data={
            "categories": [formats.day(day) for day, _e4 in series],
            "name": _("Position"),
            "values": shown,
            "reference": {
                "name": _("Reference"),
                "values": shares,
                "from": [band[0] if band else None for band in bands],
                "to": [band[1] if band else None for band in bands],
            },
        },
        head=[_("Day"), _("Position"), _("Reference")],
        rows=[
            [formats.day(day), words.position_words(e4), words.share_words(one) if one else formats.NOTHING]
            for (day, e4), one in reversed(list(zip(series, references, strict=True)))
        ],
        height="h200",
    )


def _band(reference: Reference | None) -> tuple[float, float] | None:
    """Where a strong or a weak market's reference leaves a whole range; a range market names one share."""
    if reference is None or reference.regime.level == MarketRegime.Level.RANGE:
        return None
    share = reference.share_e4 / 100
    return (share, 100.0) if reference.regime.level == MarketRegime.Level.STRONG else (0.0, share)
