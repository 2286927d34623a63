"""How every client behaves (section 4): position, result, turnover and horizon, kinds and channels; computed as a set from
the fact views and the features of the night, published with it."""

from datetime import date

import duckdb
from duckdb import DuckDBPyConnection

from segmentation.behaviour.habits import make_habits
from segmentation.behaviour.measures import make_positions_held, make_results, make_turnover
from segmentation.behaviour.numbers import Numbers, numbers_on
from segmentation.behaviour.points import MONTHS, make_points, points_until
from segmentation.behaviour.worth import make_worth
from segmentation.tiers.period import period_start
from segmentation.tiers.rates import missing_rate_in, prepare_rates

__all__ = ["MONTHS", "Numbers", "describe_clients", "numbers_on", "points_until"]


def describe_clients(con: DuckDBPyConnection, as_of: date, numbers: Numbers) -> None:
    """Make the table `behaviour`: one row per client in `features` (which must be of the same day, all sections), and
    `habit_bases` beside it. Raises MissingRate naming currency and day (T2)."""
    prepare_rates(con, period_start(as_of, MONTHS), as_of)
    try:
        make_points(con, as_of)
        make_positions_held(con)
        make_results(con, as_of, numbers)
        make_turnover(con, as_of, numbers)
        make_habits(con, as_of, numbers)
        make_worth(con, as_of)
    except duckdb.InvalidInputException as error:
        if missing := missing_rate_in(error):
            raise missing from error
        raise
    con.execute(_behaviour_sql(numbers))


def _behaviour_sql(numbers: Numbers) -> str:
    half_width = f"greatest(p.spread_e4, {numbers.position_band_floor})"
    habit = f"p.n >= {numbers.position_points} AND p.net_fen >= {numbers.behaviour_floor} AND p.position_e4 IS NOT NULL"
    return f"""CREATE OR REPLACE TABLE behaviour AS
        SELECT f.branch_id, f.client_id, coalesce(p.net_fen, 0) AS net_assets_fen, p.position_e4,
            p.mean_e4 AS position_mean_e4, p.spread_e4 AS position_spread_e4,
            CASE WHEN p.client_id IS NULL OR NOT ({habit}) THEN ''
                WHEN p.position_e4 < p.mean_e4 - {half_width} THEN 'low'
                WHEN p.position_e4 > p.mean_e4 + {half_width} THEN 'high' ELSE 'usual' END AS position_band,
            r.from_day AS result_from, r.fen AS result_fen, r.e4 AS result_e4, coalesce(r.result, '') AS result,
            coalesce(r.is_deep, false) AS is_deep_loss, t.e2 AS turnover_e2,
            CASE WHEN t.e2 IS NULL OR (t.traded_fen = 0 AND p.market_fen = 0) THEN ''
                WHEN t.e2 > {numbers.horizon_high} THEN 'high' WHEN t.e2 >= {numbers.horizon_short} THEN 'short'
                WHEN t.e2 >= {numbers.horizon_medium} THEN 'medium' ELSE 'long' END AS horizon,
            coalesce(t.is_programme, false) AS is_programme,
            coalesce(t.e2 >= {numbers.overtrading_turnover} AND r.result = 'loss', false) AS is_overtrading,
            coalesce(h.n, 0) AS trade_count, coalesce(h.kinds, '[]') AS kinds, coalesce(h.channels, '[]') AS channels,
            coalesce(w.days, 0) AS trading_days, coalesce(w.yearly_fen, 0) AS yearly_commission_fen
        FROM features f LEFT JOIN positions_held p USING (client_id) LEFT JOIN results r USING (client_id)
        LEFT JOIN turnover t USING (client_id) LEFT JOIN habits h USING (client_id) LEFT JOIN worth w USING (client_id)"""
