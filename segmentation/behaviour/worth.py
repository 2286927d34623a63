"""How long a client has traded and what a year of it brought: the inputs of lifetime value (C6)."""

from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from crm.lib.money import to_fen_sql
from segmentation.behaviour.measures import ratio_sql
from segmentation.features.activity import YEAR
from segmentation.features.balances import rate_join_sql
from segmentation.value import DAYS_IN_YEAR, SHORTEST_DAYS


def make_worth(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `worth`(client_id, days, yearly_fen) of the clients who ever traded: days from the first trade to the last, and
    net commission of all of it as a year's (at least half a year is taken), in fen. Foreign commission older than a year
    counts at the rate of the day, or not at all where none is known: a rate of long ago must not stop a night."""
    old = f"day <= DATE '{as_of - timedelta(days=YEAR)}'"
    fen = f"coalesce({to_fen_sql('x.minor', 'rate.rate_e6')}, 0)"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE worth AS
        WITH foreign_old AS (
            SELECT client_id, currency, traded_on AS day, commission_minor AS minor FROM trades WHERE currency <> 'CNY'
            UNION ALL
            SELECT client_id, currency, moved_on, commission_minor FROM movements
            WHERE currency <> 'CNY' AND kind = 'reverse_repo'),
        paid AS (
            SELECT client_id, sum(fen)::BIGINT AS fen FROM (
                SELECT client_id, commission_fen AS fen FROM trade_days
                UNION ALL
                SELECT x.client_id, {fen} FROM foreign_old x {rate_join_sql("x", as_of)} WHERE x.{old})
            GROUP BY client_id)
        SELECT client_id, days, {ratio_sql("fen", f"greatest(days, {SHORTEST_DAYS})", DAYS_IN_YEAR)}::BIGINT AS yearly_fen
        FROM (SELECT f.client_id, (f.last_active_on - f.first_active_on + 1)::BIGINT AS days, coalesce(p.fen, 0) AS fen
              FROM features f LEFT JOIN paid p USING (client_id) WHERE f.first_active_on IS NOT NULL)""")
