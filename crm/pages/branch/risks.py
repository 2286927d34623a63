"""Churn on the branch page: commission at risk with its interval (C8), how the scores are spread, and the model behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from crm.pages.branch.nights import Chosen
from crm.templatetags.parts import RISKS, TIERS
from segmentation.models import ScoreModel, Tier
from segmentation.querysets import BANDS
from segmentation.risks import BINS, RiskSum, ScoreBin, interval
from segmentation.thresholds import thresholds

CUTS = {"watch": "band_watch", "raised": "band_raised", "high": "band_high"}
FORMULA = "Σ p × c ± 1.645 × √Σ p(1 − p)c²"


def at_risk(found: Chosen, mix: Mapping[str, Mapping[str, int]], risks: Sequence[RiskSum]) -> Chart | None:
    """Commission at risk by tier with its 90 % interval; nothing where no probability is known."""
    total = sum(row["risk"] for row in mix.values())
    if total <= 0:
        return None
    variance = {one.tier: one.variance for one in risks}
    low, high = interval(total, sum(variance.values()))
    upper = sum(mix[tier]["risk"] for tier in ("vip", "key"))
    rows = [(tier, mix[tier]["risk"], *interval(mix[tier]["risk"], variance.get(tier, 0))) for tier in Tier.values]
    links = [found.of_list(tiers=(tier,)) for tier in Tier.values]
    return Chart(
        key="at-risk",
        kind="interval",
        title=_("{total} of commission at risk, {share} with VIP and key clients").format(
            total=formats.summary(total), share=formats.percent(upper / total)
        ),
        subtitle=_("yuan, next 12 months; 90 % interval {low} to {high}: {formula}, clients independent").format(
            low=low_word(low, high), high=formats.summary(high), formula=FORMULA
        ),
        data={
            "rows": [
                {
                    "label": str(TIERS[tier][1]),
                    "value": stake / 100,
                    "low": at_least / 100,
                    "high": at_most / 100,
                    "text": f"{formats.yuan_whole(stake)} ({formats.yuan_whole(at_least)}–{formats.yuan_whole(at_most)})",
                    "shade": at,
                }
                for at, (tier, stake, at_least, at_most) in enumerate(rows, 1)
            ],
            "format": "money",
            "links": [links],
        },
        head=[
            _("Tier"),
            _("Commission at risk") + f" {_yuan()}",
            pgettext("interval", "from"),
            pgettext("interval", "to"),
            _("Share"),
        ],
        rows=[
            [
                str(TIERS[tier][1]),
                format_html('<a href="{}">{}</a>', href, formats.yuan(stake)),
                formats.yuan(at_least),
                formats.yuan(at_most),
                formats.percent(stake / total, 1),
            ]
            for (tier, stake, at_least, at_most), href in zip(rows, links, strict=True)
        ],
        height="h150",
    )


def spread(found: Chosen, scores: Sequence[ScoreBin]) -> Chart | None:
    """How many clients have which score, in steps of five points coloured by the word of the band."""
    if not scores or found.night is None:
        return None
    told = {one.at: one for one in scores}
    bins = [told.get(at, ScoreBin(at, 0, 0)) for at in range(max(told) + 1)]
    decided = thresholds(CUTS.values(), found.night.as_of)
    cuts = {band: decided[key] for band, key in CUTS.items()}
    bands = [next((b for b in reversed(BANDS[1:]) if at.at * 10_000 >= cuts[b] * BINS), BANDS[0]) for at in bins]
    total = sum(one.clients for one in bins)
    at_stake = sum(one.clients for one, band in zip(bins, bands, strict=True) if band in ("raised", "high"))
    stake = sum(one.stake for one in bins)
    theirs = sum(one.stake for one, band in zip(bins, bands, strict=True) if band in ("raised", "high"))
    links = [found.address("score-client-list", at=str(one.at)) if one.clients else "" for one in bins]
    return Chart(
        key="spread",
        kind="bars",
        title=_("{share} of the scored clients may well leave; they hold {part} of what is at risk").format(
            share=formats.percent(at_stake / total if total else None, 0),
            part=formats.percent(theirs / stake if stake > 0 else None, 0),
        ),
        subtitle=ngettext(
            "{n} scored client by probability of leaving within 90 days, in steps of 5 points",
            "{n} scored clients by probability of leaving within 90 days, in steps of 5 points",
            total,
        ).format(n=formats.count(total)),
        data={
            "categories": [f"{one.at * 5}–{one.at * 5 + 5}%" for one in bins],
            "series": [
                {
                    "name": _("Clients"),
                    "values": [one.clients for one in bins],
                    "tokens": [f"risk-{RISKS[band][0]}" for band in bands],
                }
            ],
            "format": "number",
            "links": [links],
        },
        head=[_("Score"), _("Band"), _("Clients"), _("Commission at risk") + f" {_yuan()}"],
        rows=[
            [
                f"{one.at * 5}–{one.at * 5 + 5}%",
                str(RISKS[band][1]),
                format_html('<a href="{}">{}</a>', href, formats.count(one.clients)) if href else "0",
                formats.yuan(one.stake),
            ]
            for one, band, href in zip(bins, bands, links, strict=True)
        ],
        height="h200",
    )


def low_word(low: int, high: int) -> str:
    """The lower end of a range, without the unit that the upper end says again."""
    figure, unit = formats.summary_parts(low)
    return figure if unit == formats.summary_parts(high)[1] else formats.summary(low)


def model_card(model: ScoreModel | None) -> dict[str, Any] | None:
    """The model that scored the night: what it is, how well it told on clients it had not seen, and its gates, as stored."""
    if model is None:
        return None
    told: Mapping[str, Any] = model.metrics
    lift, cap = told.get("top_decile_lift"), told.get("top_decile_lift_cap")
    facts = [
        (_("Fitted on facts until"), formats.day(model.fitted_as_of)),
        (_("Tried on clients as of"), formats.day(model.calibration_origin)),
        (_("Had left by then"), formats.percent(told.get("base_rate"), 1)),
        (_("Foretold on average"), formats.percent(told.get("mean_score"), 1)),
        (_("Slope of calibration (1 is exact)"), formats.decimal(told.get("slope"), 2)),
        (_("Error of calibration"), formats.percent(told.get("ece"), 1)),
        (_("Tells leavers from stayers (AUC)"), formats.decimal(told.get("auc"), 2)),
    ]
    if lift is not None and cap is not None:
        most = _("{lift} times the average, of at most {cap}")
        facts.append(
            (_("Leavers among the riskiest tenth"),
             most.format(lift=formats.decimal(lift, 1), cap=formats.decimal(cap, 1)))
        )  # fmt: skip
    failed = [name for name, gate in model.gates.items() if not gate.get("passed")]
    return {
        "name": model.get_kind_display(),
        "month": model.month,
        "status": model.get_status_display(),
        "is_calibrated": model.is_calibrated,
        "facts": [(label, value) for label, value in facts if value != formats.NOTHING],
        "gates": len(model.gates),
        "failed": [str(_gate(name)) for name in failed],
    }


def _gate(name: str) -> str:
    return {
        "origin": _("no month whose outcome is known yet"),
        "positives": _("too few leavers to judge"),
        "ece": _("error of calibration too large"),
        "slope": _("slope of calibration too far from 1"),
        "mean": _("foretells too many or too few on average"),
        "leak": _("too good to be honest"),
    }.get(name, name)


def _yuan() -> str:
    return pgettext("money", "yuan")
