"""Point-in-time features of every open client, computed as a set from the fact views."""

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
from duckdb import DuckDBPyConnection

from crm import calendar
from segmentation.features.activity import (
    YEAR,
    first_day,
    make_activity,
    make_open_days,
    make_peers,
    make_trade_days,
)
from segmentation.features.balances import make_balances, make_positions
from segmentation.features.flows import make_flows
from segmentation.features.registry import FEATURE_SCHEMA, FEATURES, SECTIONS, Feature
from segmentation.tiers.measures import open_clients_sql
from segmentation.tiers.rates import missing_rate_in, prepare_rates

__all__ = ["FEATURES", "FEATURE_SCHEMA", "SECTIONS", "Feature", "compute_features"]

# What sentences and rules need beside the features: plain amounts, counts and days.
_FACTS = {
    "activity": (
        "d.first_active_on, d.last_active_on, coalesce(d.active_days, 0) AS active_days, d.silent_days, g.silence,"
        " coalesce(g.gap_count, 0) AS gap_count, coalesce(g.gaps_shorter, 0) AS gaps_shorter, g.gap_p90,"
        " coalesce(d.n_60, 0) AS n_td_60, coalesce(d.n_180, 0) AS n_td_180,"
        " coalesce(d.n_before60, 0) AS n_td_before60, coalesce(d.commission_365_fen, 0) AS commission_365_fen,"
        " coalesce(d.commission_90_fen, 0) AS commission_90_fen"
    ),
    "peers": "q.peers, q.peer_bps",
    "balances": "b.assets_fen, b.market_value_fen, greatest(b.peak_fen, b.assets_fen) AS peak_assets_fen",
    "flows": (
        "coalesce(f.flow_30_fen, 0) AS flow_30_fen, coalesce(f.flow_90_fen, 0) AS flow_90_fen,"
        " coalesce(f.securities_out_90_fen, 0) AS securities_out_90_fen, f.max_out_fen, f.before_out_fen, f.max_out_days"
    ),
    "positions": "",
}
_JOINS = {
    "activity": "LEFT JOIN day_sums d USING (client_id) LEFT JOIN rhythm g USING (client_id)"
    " LEFT JOIN breadth p USING (client_id)",
    "peers": "LEFT JOIN peers q USING (client_id)",
    "balances": "LEFT JOIN balances b USING (client_id)",
    "flows": "LEFT JOIN flows f USING (client_id)",
    "positions": "LEFT JOIN positions h USING (client_id)",
}


def compute_features(
    con: DuckDBPyConnection,
    as_of: date,
    *,
    sections: Sequence[str] = SECTIONS,
    trading_days: Sequence[date] | None = None,
) -> None:
    """Make the table `features`: one row per client open on the day (T3), from facts dated on or before it. `sections`
    leaves parts out (each needs those before it, except positions); `trading_days` are the exchange's (the house's
    calendar where not given). Raises MissingRate naming currency and day (T2)."""
    start = first_day(con, as_of)
    make_open_days(con, start, as_of, calendar.trading_days(start, as_of) if trading_days is None else trading_days)
    try:
        prepare_rates(con, as_of - timedelta(days=YEAR), as_of)
        _make_sections(con, as_of, sections)
    except duckdb.InvalidInputException as error:
        if missing := missing_rate_in(error):
            raise missing from error
        raise
    columns = [f"{f.sql} AS {f.name}" for f in FEATURES if f.section in sections]
    facts = [_FACTS[s] for s in sections if _FACTS[s]]
    con.execute(f"""CREATE OR REPLACE TABLE features AS
        SELECT c.branch_id, c.client_id, DATE '{as_of}' AS as_of, {", ".join([*columns, *facts])}
        FROM (SELECT o.branch_id, o.client_id, DATE '{as_of}' - coalesce(k.opened_on, s.first_active_on) AS tenure
              FROM open_clients o JOIN clients k USING (client_id) LEFT JOIN day_sums s USING (client_id)) c
        {" ".join(_JOINS[s] for s in sections)}""")


def _make_sections(con: DuckDBPyConnection, as_of: date, sections: Sequence[str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE open_clients AS {open_clients_sql(as_of)}")
    make_trade_days(con, as_of)
    make_activity(con, as_of)
    if "peers" in sections:
        make_peers(con)
    if "balances" in sections:
        make_balances(con, as_of)
    if "flows" in sections:
        make_flows(con, as_of)
    if "positions" in sections:
        make_positions(con, as_of)
