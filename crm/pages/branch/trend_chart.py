"""One trend drawn: a bar with its interval for every quarter, and the benchmark below (S20)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from servicing.trends.measures import Measure
from servicing.trends.reading import Trend, Trends
from servicing.trends.sums import Sums, whole

DRAWN = {"share": 100, "permille": 1000, "yuan": 1}  # drawn in per cent, per thousand, yuan


def value_of(measure: Measure, value: float) -> str:
    """A value as its measure is written."""
    if measure.kind == "share":
        return formats.percent(value, 1)
    return formats.decimal(value * 1000) if measure.kind == "permille" else formats.yuan_whole(round(value * 100))


def trend_chart(trend: Trend, trends: Trends, name: str) -> Chart | None:
    """The chosen measure by quarter with its intervals, the former ones first, and the benchmark below."""
    shown = [(quarter.words, whole(strata), False) for quarter, strata in reversed(trend.past)]
    shown += [(trends.quarter.words, trend.sums, True)]
    if trend.bench:
        word = _("Benchmark, decided") if trend.number is not None else _("The others, same mix")
        shown.append((word, Sums(1, trend.bench.expected, trend.bench.expected**2), False))
    shown = [one for one in shown if one[1].n]
    if not shown:
        return None
    bars = [_bar(trend.measure, word, sums, is_now=is_now) for word, sums, is_now in shown]
    return Chart(
        key="trend",
        kind="interval",
        title=_chart_title(trend),
        subtitle=f"{trend.measure.label}{_(', ')}{trend.measure.unit}"
        + (f" · {name}" if name else "")
        + " · "
        + _("thin line: 95 % interval"),
        data={"rows": bars},
        head=[_("Quarter"), str(trend.measure.label), _("95 % interval"), pgettext("trend", "Cases")],
        rows=[
            [word, value_of(trend.measure, sums.mean), _interval(trend.measure, sums), formats.count(round(sums.n))]
            for word, sums, _is_now in shown
        ],
        height="h200" if len(bars) > 3 else "h150",
    )


def _bar(measure: Measure, word: str, sums: Sums, *, is_now: bool) -> dict[str, Any]:
    around = _interval(measure, sums)
    told = value_of(measure, sums.mean) + (f"  ({around})" if around else "")
    value, low, high = (one * DRAWN[measure.kind] for one in (sums.mean, *_ends(measure, sums)))
    return {"label": word, "value": value, "low": low, "high": high, "text": told, "shade": 1 if is_now else 3}


def _ends(measure: Measure, sums: Sums) -> tuple[float, float]:
    high = sums.mean + sums.half
    return max(sums.mean - sums.half, 0), min(high, 1) if measure.kind == "share" else high


def _interval(measure: Measure, sums: Sums) -> str:
    return "–".join(value_of(measure, end) for end in _ends(measure, sums)) if sums.half else ""


def _chart_title(trend: Trend) -> str:
    if not trend.is_told:
        return ngettext(
            "{label}: {n} case is too few to tell", "{label}: {n} cases are too few to tell", round(trend.sums.n)
        ).format(label=trend.measure.label, n=formats.count(round(trend.sums.n)))
    told = _("{label}: {value}").format(label=trend.measure.label, value=value_of(trend.measure, trend.sums.mean))
    if trend.own:
        told += _(", {past} in the former quarters").format(past=value_of(trend.measure, trend.own.expected))
    if trend.bench:
        word = _(", benchmark {value}") if trend.number is not None else _(", the others {value}")
        told += word.format(value=value_of(trend.measure, trend.bench.expected))
    return told
