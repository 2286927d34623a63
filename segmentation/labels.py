"""Who left: the label of the scoring note, section 1, for clients as they stood at an origin.

E1 hard exit: the account is closed, or securities worth 95 % of the market value move away. E2 assets leave: net outflow of
at least half of the net assets, in transfers alone, so that a falling market is no outflow. E3 trading stops: commission
falls to a tenth of what the year before made usual. All within (outcome_from, outcome_from + horizon]."""

from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from segmentation.features.flows import flow_rows_sql
from segmentation.tiers.measures import commission_sql
from segmentation.tiers.rates import prepare_rates

LABEL_VERSION = "e123-1"
REGULAR_SQL = "f.commission_365_fen > 0 AND f.active_m12 >= 3"  # whose trading can collapse (E3)


def eligible_sql(as_of: date, floor_fen: int) -> str:
    """The condition under which a client is scored, over `clients` c and `features` f: normal, known for 180 days, and a
    trade in 180 days or net assets of the floor; not restricted (L3), not switched off (L4). A client who has closed since
    was normal then."""
    day = f"DATE '{as_of}'"
    return f"""(coalesce(c.state, 'normal') IN ('normal', '')
            OR (c.state IN ('closed', 'transferred_out') AND c.closed_on > {day}))
        AND NOT coalesce(c.restricted, false) AND NOT coalesce(c.scoring_off, false) AND coalesce(f.tenure, 0) >= 180
        AND (f.n_td_180 > 0 OR coalesce(f.assets_fen, 0) >= {floor_fen})"""


def label_clients(
    con: DuckDBPyConnection, origin: date, *, outcome_from: date, floor_fen: int, horizon_days: int = 90
) -> None:
    """Make the table `labels`(client_id, eligible, regular, e1, e2, e3, y) beside the table `features` of the origin.
    `outcome_from` is the trading day that ends the lead time; nothing on or before it is read for the outcome."""
    if outcome_from < origin:
        raise ValueError("the outcome begins before the origin")
    last = outcome_from + timedelta(days=horizon_days)
    start, end = f"DATE '{outcome_from}'", f"DATE '{last}'"
    prepare_rates(con, origin, last)
    con.execute(f"""CREATE OR REPLACE TABLE labels AS
        WITH gone AS (
            SELECT client_id, sum(fen) AS net_fen,
                -sum(fen) FILTER (WHERE what = 'securities') AS securities_fen
            FROM ({flow_rows_sql(origin, start, end)}) GROUP BY client_id),
        earned AS (
            {commission_sql(outcome_from, last)})
        SELECT f.client_id, {eligible_sql(origin, floor_fen)} AS eligible, ({REGULAR_SQL}) AS regular,
            coalesce(c.closed_on > {start} AND c.closed_on <= {end}, false)
                OR coalesce(f.market_value_fen > 0 AND g.securities_fen * 100 >= f.market_value_fen * 95, false) AS e1,
            coalesce(f.assets_fen >= {floor_fen} AND f.assets_fen > 0 AND g.net_fen * 2 <= -f.assets_fen, false) AS e2,
            ({REGULAR_SQL}) AND coalesce(e.commission_fen, 0) * 10 * 365 <= f.commission_365_fen::HUGEINT * {horizon_days} AS e3,
            e1 OR e2 OR e3 AS y
        FROM features f JOIN clients c USING (client_id)
        LEFT JOIN gone g USING (client_id) LEFT JOIN earned e USING (client_id)""")
