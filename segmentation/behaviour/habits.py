"""What is traded and how (B5, B6): kinds and channels of twelve months against what is usual in the branch.

A share is *surely* above the branch's when a client who picked each trade by the branch's shares would have so many with a
chance below `preference_p` (one-sided binomial, 1 %), and the client has at least `preference_trades` trades. Each kind is
judged by itself, without a correction for their number: a reader looks at one client's dozen of shares, and the trades and
the base stand beside each. What is only known as "other" is nobody's preference. Programme traders are judged against
programme traders: a machine's thousand trades would else be what is usual for everybody."""

from datetime import date

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection
from scipy import special

from segmentation.behaviour.numbers import Numbers
from segmentation.behaviour.points import MONTHS
from segmentation.tiers.period import period_start
from segmentation.tiers.rates import fen_sql

WHATS = ("kind", "channel")


def make_habits(con: DuckDBPyConnection, as_of: date, numbers: Numbers) -> None:
    """Make `habit_bases`(branch_id, is_programme, what, name, n, fen) over the open clients, and `habits`: per client the
    count of trades, and kinds and channels as texts of [[name, trades, fen, 1 where surely above the branch], …], most
    first. Reverse repos are no trades (F2)."""
    after = f"DATE '{period_start(as_of, MONTHS)}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE habit_counts AS
        WITH cells AS (
            SELECT t.client_id, CASE WHEN t.instrument_class = '' THEN 'other' ELSE t.instrument_class END AS kind,
                t.channel, count(*) AS n, sum({fen_sql("t.amount_minor", "t", "t.traded_on")})::BIGINT AS fen
            FROM trades t LEFT JOIN tier_rates rate ON rate.currency = t.currency AND rate.day = t.traded_on
            WHERE t.traded_on > {after} AND t.traded_on <= DATE '{as_of}' AND t.instrument_class <> 'reverse_repo'
            GROUP BY ALL)
        SELECT c.branch_id, h.client_id, coalesce(w.is_programme, false) AS is_programme, h.what, h.name, h.n, h.fen,
            sum(h.n) OVER (PARTITION BY h.client_id, h.what)::BIGINT AS total
        FROM (
            SELECT client_id, 'kind' AS what, kind AS name, sum(n)::BIGINT AS n, sum(fen)::BIGINT AS fen
            FROM cells GROUP BY ALL
            UNION ALL
            SELECT client_id, 'channel', channel, sum(n)::BIGINT, sum(fen)::BIGINT FROM cells GROUP BY ALL) h
        JOIN features c USING (client_id) LEFT JOIN turnover w USING (client_id)""")
    con.execute("""CREATE OR REPLACE TEMP TABLE habit_bases AS
        SELECT branch_id, is_programme, what, name, sum(n)::BIGINT AS n, sum(fen)::BIGINT AS fen
        FROM habit_counts GROUP BY ALL""")
    _judge(con, numbers)
    con.execute("""CREATE OR REPLACE TEMP TABLE habits AS
        SELECT client_id, max(total) AS n,
            coalesce('[' || string_agg(cell, ',' ORDER BY n DESC, name) FILTER (WHERE what = 'kind') || ']', '[]') AS kinds,
            coalesce('[' || string_agg(cell, ',' ORDER BY n DESC, name) FILTER (WHERE what = 'channel') || ']', '[]')
                AS channels
        FROM (
            SELECT h.*, '["' || h.name || '",' || h.n || ',' || h.fen || ',' || coalesce(s.sure, 0) || ']' AS cell
            FROM habit_counts h LEFT JOIN habit_sure s USING (client_id, what, name))
        GROUP BY client_id""")


def _judge(con: DuckDBPyConnection, numbers: Numbers) -> None:
    """Make `habit_sure`(client_id, what, name, sure) of the shares that are surely above the branch's."""
    found = con.execute(f"""SELECT h.client_id, h.what, h.name, h.n, h.total, b.n / b.total AS base
        FROM habit_counts h JOIN (
            SELECT *, sum(n) OVER (PARTITION BY branch_id, is_programme, what)::DOUBLE AS total FROM habit_bases) b
        USING (branch_id, is_programme, what, name)
        WHERE h.total >= {numbers.preference_trades} AND h.name NOT IN ('', 'other') AND h.n * b.total > b.n * h.total
        ORDER BY h.client_id, h.what, h.name""").fetchnumpy()
    chance = np.asarray(special.bdtrc(np.asarray(found["n"]) - 1.0, found["total"], found["base"]))
    sure = chance * 10_000 < numbers.preference_p
    frame = pd.DataFrame({name: found[name][sure] for name in ("client_id", "what", "name")})
    con.register("habit_sure_frame", frame)
    try:
        con.execute("""CREATE OR REPLACE TEMP TABLE habit_sure AS SELECT client_id::BIGINT AS client_id,
            what::VARCHAR AS what, name::VARCHAR AS name, 1 AS sure FROM habit_sure_frame""")
    finally:
        con.unregister("habit_sure_frame")
