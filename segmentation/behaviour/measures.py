"""Position (B1), result (B2) and turnover (B7) of each client, from `asset_points`; whole numbers, halves up."""

from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from segmentation.behaviour.numbers import Numbers
from segmentation.behaviour.points import MONTHS
from segmentation.features.flows import flow_rows_sql
from segmentation.tiers.period import period_start
from segmentation.tiers.rates import fen_sql

HALF = 6  # months of the turnover rate
MOST_POSITION = 100_000  # 1,000 %: above it nothing but a debt as large as the assets is said
MOST_TURNOVER = 10_000_000
MOST_RESULT = 1_000_000


def ratio_sql(part: str, whole: str, times: int) -> str:
    """Part × times ÷ whole, half away from zero, for a whole above zero; exact in integers of any size."""
    doubled = f"(2 * abs({part})::HUGEINT * {times} + {whole}) // (2 * {whole}::HUGEINT)"
    return f"(CASE WHEN {part} < 0 THEN -1 ELSE 1 END * ({doubled}))"


def make_positions_held(con: DuckDBPyConnection) -> None:
    """Make `positions_held`: market value ÷ net assets now, its mean and spread (standard deviation) over the points at
    which there were net assets, in basis points; and mean net assets in fen of twelve and of the last six points."""
    held = f"least({ratio_sql('market_fen', 'net_fen', 10_000)}, {MOST_POSITION})"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE positions_held AS
        WITH shares AS (
            SELECT *, CASE WHEN net_fen > 0 THEN ({held})::BIGINT END AS e4 FROM asset_points WHERE point > 0),
        sums AS (
            SELECT client_id, count(e4) AS n, sum(e4)::HUGEINT AS total, sum(e4 * e4)::HUGEINT AS squares,
                max(e4) FILTER (WHERE point = {MONTHS}) AS e4, max(net_fen) FILTER (WHERE point = {MONTHS}) AS net_fen,
                max(market_fen) FILTER (WHERE point = {MONTHS}) AS market_fen,
                greatest(sum(net_fen), 0)::HUGEINT AS year_fen, count(*) AS year_n,
                greatest(coalesce(sum(net_fen) FILTER (WHERE point > {MONTHS - HALF}), 0), 0)::HUGEINT AS half_fen,
                count(*) FILTER (WHERE point > {MONTHS - HALF}) AS half_n
            FROM shares GROUP BY client_id)
        SELECT client_id, n, e4::INT AS position_e4, coalesce(net_fen, 0) AS net_fen,
            coalesce(market_fen, 0) AS market_fen,
            CASE WHEN n > 0 THEN ((2 * total + n) // (2 * n))::INT END AS mean_e4,
            CASE WHEN n > 0 THEN round(sqrt((n * squares - total * total)::DOUBLE) / n)::INT END AS spread_e4,
            ((2 * year_fen + year_n) // (2 * year_n))::BIGINT AS mean_year_fen,
            CASE WHEN half_n > 0 THEN ((2 * half_fen + half_n) // (2 * half_n))::BIGINT ELSE 0 END AS mean_half_fen
        FROM sums""")


def make_results(con: DuckDBPyConnection, as_of: date, numbers: Numbers) -> None:
    """Make `results`: what became of the assets since `from_day`, less what was brought in and taken out (F4), in fen and in
    basis points of mean assets. Nothing for who has known assets for too short a time or too few of them (B2)."""
    start, day = period_start(as_of, MONTHS), f"DATE '{as_of}'"
    enough = f"p.mean_year_fen >= {max(numbers.behaviour_floor, 1)}"
    long_enough = f"s.from_day <= DATE '{as_of - timedelta(days=numbers.result_days)}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE results AS
        WITH moved AS (
            SELECT f.client_id, sum(f.fen)::BIGINT AS fen
            FROM ({flow_rows_sql(as_of, f"DATE '{start}'", day)}) f JOIN asset_starts s USING (client_id)
            WHERE f.day > s.from_day GROUP BY f.client_id),
        brought AS (
            SELECT s.client_id, s.from_day, p.mean_year_fen,
                p.net_fen - s.opening_fen - coalesce(m.fen, 0) AS fen
            FROM asset_starts s JOIN positions_held p USING (client_id) LEFT JOIN moved m USING (client_id)
            WHERE {enough} AND {long_enough}),
        rated AS (
            SELECT *, greatest(least({ratio_sql("fen", "mean_year_fen", 10_000)}, {MOST_RESULT}), -{MOST_RESULT})::INT
                AS e4
            FROM brought)
        SELECT client_id, from_day, fen, e4,
            CASE WHEN e4 >= {numbers.result_flat} THEN 'profit' WHEN e4 <= -{numbers.result_flat} THEN 'loss'
                ELSE 'flat' END AS result,
            e4 <= -{numbers.deep_loss} AS is_deep
        FROM rated""")


def make_turnover(con: DuckDBPyConnection, as_of: date, numbers: Numbers) -> None:
    """Make `turnover`: traded amount of six months ÷ mean assets of its ends of months, as a yearly rate in hundredths (B7),
    reverse repos left out (F2); and whether so many trades on so many days are a machine's (B4)."""
    after = f"DATE '{period_start(as_of, HALF)}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE turnover AS
        WITH days AS (
            SELECT t.client_id, t.traded_on, count(*) AS n,
                sum({fen_sql("t.amount_minor", "t", "t.traded_on")})::HUGEINT AS fen
            FROM trades t LEFT JOIN tier_rates rate ON rate.currency = t.currency AND rate.day = t.traded_on
            WHERE t.traded_on > {after} AND t.traded_on <= DATE '{as_of}' AND t.instrument_class <> 'reverse_repo'
            GROUP BY t.client_id, t.traded_on),
        sums AS (
            SELECT client_id, sum(fen)::HUGEINT AS fen,
                count(*) FILTER (WHERE n >= {numbers.programme_trades}) AS busy FROM days GROUP BY client_id)
        SELECT p.client_id, coalesce(s.fen, 0) AS traded_fen,
            coalesce(s.busy >= {numbers.programme_days}, false) AS is_programme,
            CASE WHEN p.mean_half_fen >= {max(numbers.behaviour_floor, 1)} THEN
                least({ratio_sql("coalesce(s.fen, 0)", "p.mean_half_fen", 100 * 12 // HALF)}, {MOST_TURNOVER})::INT END
                AS e2
        FROM (SELECT client_id, max(mean_half_fen) AS mean_half_fen FROM (
                SELECT client_id, mean_half_fen FROM positions_held UNION ALL SELECT client_id, 0 FROM sums)
              GROUP BY client_id) p
        LEFT JOIN sums s USING (client_id)""")
