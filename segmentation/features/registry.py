"""The features as data: name, what it means, which way it pulls, and how it is computed from the sections' tables.

Numbers and names follow the scoring note, section 2; what has no fact yet (log-ins, orders, contacts, complaints, an index)
is left out. A ratio without its denominator stays empty: nothing is filled with 0."""

import hashlib
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Feature:
    """One feature: `section` names the table it is read from, `sql` its expression there, `definition` the sentence that
    a branch manager reads, `sign` whether more of it means more risk (+1), less (−1) or neither (0)."""

    name: str
    section: str
    sql: str
    definition: str | Promise
    sign: int = 0


def _capped(days: str) -> str:  # DuckDB's least() and greatest() overlook NULL: an unknown must stay unknown
    return f"CASE WHEN {days} IS NOT NULL THEN least({days}, 730) END"


def _log_yuan(fen: str) -> str:
    return f"CASE WHEN {fen} IS NOT NULL THEN ln(1 + greatest({fen}, 0) / 100.0) END"


_FEE_BPS = "d.fee_90_fen * 10000.0 / nullif(d.turnover_90_fen, 0)"
_TURNOVER = "d.turnover_90_fen / nullif(b.mean_90_fen, 0)"
_RETURN = (
    "CASE WHEN b.then_90_fen > 0 AND b.then_90_fen + coalesce(f.flow_90_weighted, 0) > 0 THEN"
    " (b.assets_fen - b.then_90_fen - coalesce(f.flow_90_fen, 0))"
    " / (b.then_90_fen + coalesce(f.flow_90_weighted, 0)) END"
)

FEATURES: tuple[Feature, ...] = (
    Feature("rec_trade", "activity", _capped("d.silent_days"), _("days since the last trade, at most 730"), 1),
    Feature("rec_open", "activity", _capped("g.silence"), _("the same without the exchange's holidays"), 1),
    Feature("n_td_30", "activity", "coalesce(d.n_30, 0)", _("trading days of the client in the last 30 days"), -1),
    Feature("n_td_90", "activity", "coalesce(d.n_90, 0)", _("trading days of the client in the last 90 days"), -1),
    Feature("n_td_prior90", "activity", "coalesce(d.n_prior90, 0)", _("trading days in the 90 days before those")),
    Feature(
        "freq_ratio",
        "activity",
        "(coalesce(d.n_90, 0) + 1.0) / (coalesce(d.n_prior90, 0) + 1)",
        _("trading days of 90 days against the 90 days before, each plus 1"),
        -1,
    ),
    Feature("gap_med", "activity", "g.gap_med", _("median gap between trading days in a year, from 3 gaps on")),
    Feature(
        "overdue",
        "activity",
        "g.silence / CASE WHEN g.gap_med IS NOT NULL THEN greatest(g.gap_med, 3) END",
        _("silence against the median gap"),
        1,
    ),
    Feature(
        "gap_p90_exceeded",
        "activity",
        "CASE WHEN g.gap_count >= 3 THEN g.gaps_shorter * 10 >= g.gap_count * 9 END",
        _("silent longer than 90 % of the client's own gaps"),
        1,
    ),
    Feature("clumpiness", "activity", "g.clumpiness", _("how bunched the trading days of a year are, 0 even to 1")),
    Feature("active_m12", "activity", "coalesce(d.active_m12, 0)", _("twelfths of the year with a trade"), -1),
    Feature("trend_m12", "activity", "d.trend_m12", _("slope of the logarithm of trading days over the twelfths"), -1),
    Feature("product_breadth", "activity", "coalesce(p.breadth, 0)", _("kinds of product traded in 180 days"), -1),
    Feature("tenure", "activity", "c.tenure", _("days since the account was opened")),
    Feature("comm_365", "activity", _log_yuan("coalesce(d.commission_365_fen, 0)"),
            _("logarithm of the net commission of 365 days in yuan")),
    Feature(
        "comm_ratio",
        "activity",
        "CASE WHEN d.commission_365_fen > 0 THEN"
        " (greatest(d.commission_90_fen, 0) / 100.0 * 365 / 90 + 1) / (d.commission_365_fen / 100.0 + 1) END",
        _("net commission of 90 days as a yearly rate against that of 365 days, each plus 1 yuan"),
        -1,
    ),
    Feature("fee_bps", "activity", _FEE_BPS, _("net commission on traded amount of 90 days, basis points")),
    Feature(
        "fee_gap",
        "peers",
        f"CASE WHEN q.peers >= 20 THEN {_FEE_BPS} - q.peer_bps END",
        _("the same less the median of the branch's clients of like value, from 20 of them on"),
        1,
    ),
    Feature("assets", "balances", _log_yuan("b.assets_fen"), _("logarithm of net assets in yuan")),
    Feature(
        "peak_ratio",
        "balances",
        "b.assets_fen / nullif(greatest(b.peak_fen, b.assets_fen), 0)",
        _("net assets against their highest of 365 days"),
        -1,
    ),
    Feature("turnover_rate", "balances", _TURNOVER, _("traded amount of 90 days against mean net assets")),
    Feature("cash_ratio", "balances", "b.cash_fen / nullif(b.assets_fen, 0)", _("cash against net assets")),
    Feature(
        "cash_jump",
        "balances",
        "b.cash_fen / nullif(b.assets_fen, 0) - b.cash_30_fen / nullif(b.assets_30_fen, 0)",
        _("the same less what it was 30 days ago"),
    ),
    Feature(
        "flow30",
        "flows",
        "coalesce(f.flow_30_fen, 0) / nullif(b.mean_30_fen, 0)",
        _("net transfers of 30 days (money and securities, in less out) against mean net assets"),
        -1,
    ),
    Feature(
        "flow90",
        "flows",
        "coalesce(f.flow_90_fen, 0) / nullif(b.mean_90_fen, 0)",
        _("net transfers of 90 days against mean net assets"),
        -1,
    ),
    Feature("out_cnt30", "flows", "coalesce(f.out_cnt30, 0)", _("withdrawals in 30 days, without reversed ones"), 1),
    Feature(
        "max_out90",
        "flows",
        "f.max_out_fen / nullif(f.before_out_fen, 0)",
        _("largest withdrawal of 90 days against net assets before it"),
        1,
    ),
    Feature(
        "sec_out90",
        "flows",
        "coalesce(f.securities_out_90_fen, 0) / nullif(b.assets_fen + coalesce(f.securities_out_90_fen, 0), 0)",
        _("securities moved to another broker in 90 days, net, against what there would be without"),
        1,
    ),
    Feature("return90", "flows", _RETURN, _("result of 90 days against the money at work (modified Dietz)")),
    Feature("hhi", "positions", "h.hhi", _("sum of squared shares of the positions")),
    Feature("trapped", "positions", "h.trapped", _("share of positions more than 20 % under cost")),
)  # fmt: skip

SECTIONS = ("activity", "peers", "balances", "flows", "positions")
FEATURE_SCHEMA = hashlib.sha256("\n".join(f"{f.name}|{f.sql}|{f.sign}" for f in FEATURES).encode()).hexdigest()
