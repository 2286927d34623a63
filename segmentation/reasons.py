"""Why a score is what it is: facts of the client, each said only where its own condition holds.

A reason is stored as its code and its numbers; the sentence is made when it is read, in the reader's language, from
exactly those numbers. It says what goes together with leaving, never what causes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crm.lib import formats

MOST = 3  # reasons shown, one of a group, before the protective one


@dataclass(frozen=True)
class Reason:
    """One thing that can be said: its group, when it holds and which numbers it needs (DuckDB expressions over
    `features` f), and the sentence. Slots named amount or usual_fen are fen, percent is a whole number of 0–100."""

    code: str
    group: str
    when: str
    slots: dict[str, str]
    sentence: str | Promise
    protective: bool = field(default=False)


def _percent(part: str, whole: str) -> str:
    return f"round(100.0 * ({part}) / nullif({whole}, 0))::INT"


_OVERDUE = "(coalesce(f.gap_p90_exceeded, false) AND f.overdue >= 2 AND f.n_td_before60 >= 6)"
_BEFORE_OUT = "f.assets_fen - f.flow_30_fen"  # what there would be without the transfers of 30 days
_USUAL_COMMISSION = "(f.commission_365_fen - f.commission_90_fen) * 90.0 / 275"

# In the order in which they are said: what is gone, what falls silent, what shrinks.
REASONS: tuple[Reason, ...] = (
    Reason(
        "transfer",
        "transfer_out",
        "f.securities_out_90_fen > 0 AND f.sec_out90 >= 0.05",
        {"amount": "f.securities_out_90_fen"},
        _("Securities worth {amount} moved to another broker in 90 days"),
    ),
    Reason(
        "outflow",
        "outflow",
        f"f.flow_30_fen < 0 AND {_BEFORE_OUT} > 0 AND -f.flow_30_fen * 10 >= {_BEFORE_OUT}",
        {"amount": "-f.flow_30_fen", "percent": f"least({_percent('-f.flow_30_fen', _BEFORE_OUT)}, 100)"},
        _("Net outflow of {amount} in 30 days, {percent} of assets"),
    ),
    Reason(
        "cash_out",
        "outflow",
        "f.max_out90 >= 0.3 AND f.max_out90 <= 1 AND f.flow_90_fen * 10 <= -f.max_out_fen * 3",
        {"amount": "f.max_out_fen", "days": "f.max_out_days", "percent": _percent("f.max_out_fen", "f.before_out_fen")},
        ngettext_lazy(
            "One withdrawal of {amount} {days} day ago, {percent} of assets then",
            "One withdrawal of {amount} {days} days ago, {percent} of assets then",
            "number",
        ),
    ),
    Reason(
        "overdue",
        "overdue",
        _OVERDUE,
        {"days": "f.silent_days", "per_month": "round(f.n_td_before60 * 30.0 / 365, 1)"},
        _("No trade for {days} days; usually {per_month} trading days a month"),
    ),
    Reason(
        "less_often",
        "activity",
        f"f.n_td_before60 >= 6 AND f.n_td_60 / 60 < 0.5 * f.n_td_before60 / 365 AND NOT {_OVERDUE}",
        {"count": "f.n_td_60", "usual": "round(f.n_td_before60 * 60.0 / 365, 1)"},
        ngettext_lazy(
            "{count} trading day in 60 days; usually {usual}",
            "{count} trading days in 60 days; usually {usual}",
            "number",
        ),
    ),
    Reason(
        "commission_down",
        "activity",
        f"f.commission_90_fen < 0.5 * {_USUAL_COMMISSION} AND {_USUAL_COMMISSION} >= 10000",
        {"amount": "f.commission_90_fen", "usual_fen": f"round({_USUAL_COMMISSION})::BIGINT"},
        _("Net commission of {amount} in 90 days; usually {usual_fen}"),
    ),
    Reason(
        "assets_down",
        "performance",
        "f.peak_ratio <= 0.5 AND f.peak_assets_fen >= 1000000",
        {"amount": "f.assets_fen", "percent": f"100 - {_percent('f.assets_fen', 'f.peak_assets_fen')}"},
        _("Net assets of {amount}, {percent} below the highest of a year"),
    ),
    Reason(
        "trapped",
        "performance",
        "f.trapped >= 0.5",
        {"percent": "round(100 * f.trapped)::INT"},
        _("{percent} of the positions are more than a fifth under cost"),
    ),
    Reason(
        "fee",
        "fee",
        "f.fee_gap >= 1",
        {"gap": "round(f.fee_gap, 1)"},
        _("Commission rate {gap} basis points above clients of like value"),
    ),
    Reason(
        "inflow",
        "relationship",
        "f.flow_30_fen > 0 AND f.assets_fen > 0 AND f.flow_30_fen * 10 >= f.assets_fen",
        {"amount": "f.flow_30_fen", "percent": f"least({_percent('f.flow_30_fen', 'f.assets_fen')}, 100)"},
        _("Net inflow of {amount} in 30 days, {percent} of assets"),
        protective=True,
    ),
    Reason(
        "recent",
        "relationship",
        "f.silent_days <= 14 AND f.n_td_30 >= 2 AND NOT coalesce(f.gap_p90_exceeded, false)",
        {"days": "f.silent_days", "count": "f.n_td_30"},
        ngettext_lazy(
            "Last trade {days} day ago, {count} trading days in 30 days",
            "Last trade {days} days ago, {count} trading days in 30 days",
            "number",
        ),
        protective=True,
    ),
)  # fmt: skip
GROUPS = {
    "activity": _("activity"),
    "overdue": _("overdue"),
    "outflow": _("outflow"),
    "transfer_out": _("transfer out"),
    "fee": _("fee"),
    "performance": _("performance"),
    "login": _("log-in"),
    "complaint": _("complaint"),
    "relationship": _("relationship"),
}
BY_CODE = {reason.code: reason for reason in REASONS}


def reasons_sql() -> str:
    """The DuckDB expression of a client's reasons as JSON text, over `features` f: one of a group, at most three, and at
    most one protective at the end."""
    groups = list(dict.fromkeys(r.group for r in REASONS if not r.protective))
    said = ", ".join(_first_sql([r for r in REASONS if r.group == group]) for group in groups)
    kept = f"list_filter([{said}], lambda said: said IS NOT NULL)[1:{MOST}]"
    soothing = _first_sql([r for r in REASONS if r.protective])
    every = f"list_filter(list_append({kept}, {soothing}), lambda said: said IS NOT NULL)"
    return f"'[' || array_to_string({every}, ', ') || ']'"


def _first_sql(reasons: list[Reason]) -> str:
    cases = []
    for reason in reasons:
        slots = ", ".join(f"'{name}', {sql}" for name, sql in reason.slots.items())
        cases.append(
            f"WHEN {reason.when} THEN json_object('code', '{reason.code}', 'slots', json_object({slots}))::VARCHAR"
        )
    return f"CASE {' '.join(cases)} END"


def sentence(reason: Mapping[str, Any]) -> str:
    """A stored reason as a sentence in the active language; raises KeyError for an unknown code or a missing number."""
    known, slots = BY_CODE[reason["code"]], reason["slots"]
    shown = {name: _shown(name, value) for name, value in slots.items()}
    told: str = cast("str", known.sentence).format(number=slots.get("days", slots.get("count", 0)), **shown)
    return told


def group(reason: Mapping[str, Any]) -> str:
    """The group of a stored reason, for people."""
    return str(GROUPS[BY_CODE[reason["code"]].group])


def _shown(name: str, value: float) -> str:
    if name in {"amount", "usual_fen"}:
        return formats.stake(int(value)) if abs(value) >= 100_000 else formats.exact(int(value))
    if name == "percent":
        return f"{value:g}%"
    return formats.decimal(value) if isinstance(value, float) else formats.count(value)
