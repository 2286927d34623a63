"""What comes and goes: money and securities moved in and out by the client. Transfers between own accounts and collateral
are no flow, a reversal cancels what it reverses (F4), and out and back is no loss: sums are net."""

from datetime import date

from duckdb import DuckDBPyConnection

from segmentation.features.balances import rate_join_sql
from segmentation.tiers.rates import fen_sql


def flow_rows_sql(as_of: date, after: str, until: str) -> str:
    """Every external flow in (after, until] as a query: client_id, account_id, day, fen (+ in, − out), what, kind."""
    day = f"DATE '{as_of}'"
    span = f"x.moved_on > {after} AND x.moved_on <= {until}"
    return f"""SELECT x.client_id, x.account_id, x.moved_on AS day, {fen_sql("x.amount_minor", "x", day)} AS fen,
            'cash' AS what, x.kind FROM cash_transfers x {rate_join_sql("x", as_of)}
        WHERE x.kind IN ('bank', 'reversal') AND {span}
        UNION ALL
        SELECT x.client_id, x.account_id, x.moved_on, {fen_sql("x.value_minor", "x", day)}, 'securities', x.kind
        FROM securities_transfers x {rate_join_sql("x", as_of)} WHERE x.kind <> 'collateral' AND {span}"""


def make_flows(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `flows`: net flow of 30 and 90 days, withdrawals that were not reversed, securities gone."""
    day = f"DATE '{as_of}'"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE flow_rows AS {flow_rows_sql(as_of, f'{day} - 90', day)}",
    )
    con.execute("""CREATE OR REPLACE TEMP TABLE withdrawals AS
        SELECT o.client_id, o.day, -o.fen AS fen, a.total_fen AS before_fen
        FROM (SELECT * FROM flow_rows w WHERE what = 'cash' AND kind = 'bank' AND fen < 0 AND NOT EXISTS (
                SELECT 1 FROM flow_rows r WHERE r.kind = 'reversal' AND r.account_id = w.account_id AND r.fen = -w.fen
                    AND r.day >= w.day)) o
        ASOF LEFT JOIN (  -- only theirs: the join sorts what it is given
            SELECT * FROM asset_totals WHERE client_id IN (SELECT client_id FROM flow_rows WHERE fen < 0)
        ) a ON a.client_id = o.client_id AND a.day < o.day""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE flows AS
        SELECT f.*, w.out_cnt30, w.largest.fen AS max_out_fen, w.largest.before_fen AS before_out_fen,
            {day} - w.largest.day AS max_out_days
        FROM (
            SELECT client_id, sum(fen)::BIGINT AS flow_90_fen,
                coalesce(sum(fen) FILTER (WHERE day > {day} - 30), 0)::BIGINT AS flow_30_fen,
                sum(fen * ({day} - day))::DOUBLE / 90 AS flow_90_weighted,
                greatest(-coalesce(sum(fen) FILTER (WHERE what = 'securities'), 0), 0)::BIGINT AS securities_out_90_fen
            FROM flow_rows GROUP BY client_id) f
        LEFT JOIN (
            SELECT client_id, count(*) FILTER (WHERE day > {day} - 30) AS out_cnt30,
                max({{'fen': fen, 'day': day, 'before_fen': before_fen}}) AS largest
            FROM withdrawals GROUP BY client_id) w USING (client_id)""")
