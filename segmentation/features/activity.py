"""What a client's trading days say: how many, how regular, how long ago, and what they brought."""

from collections.abc import Sequence
from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from segmentation.tiers.rates import fen_sql

YEAR = 365


def first_day(con: DuckDBPyConnection, as_of: date) -> date:
    """The first day on which anybody traded, or the day itself where nobody has."""
    row = con.execute(
        """SELECT least((SELECT min(traded_on) FROM trades WHERE traded_on <= $day),
            (SELECT min(moved_on) FROM movements WHERE kind = 'reverse_repo' AND moved_on <= $day))""",
        {"day": as_of},
    ).fetchone()
    return row[0] if row and row[0] else as_of


def make_open_days(con: DuckDBPyConnection, start: date, as_of: date, trading_days: Sequence[date]) -> None:
    """Make `open_days`(day, ordinal): calendar days counted without the weekdays on which the exchange was closed, so
    that a long holiday makes nobody look silent."""
    span = (as_of - start).days + 1
    days = [start + timedelta(days=n) for n in range(span)]
    traded = set(trading_days)
    closed = [day for day in days if day.weekday() < 5 and day not in traded]
    con.execute(
        """CREATE OR REPLACE TEMP TABLE open_days AS
        SELECT day, (day - $start::DATE) - sum((day IN (SELECT unnest($closed::DATE[])))::INT) OVER (ORDER BY day)
            ::BIGINT AS ordinal
        FROM (SELECT unnest(generate_series($start::DATE, $as_of::DATE, INTERVAL 1 DAY))::DATE AS day)""",
        {"start": start, "as_of": as_of, "closed": closed},
    )


def make_trade_days(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `trade_days`: one row per client and day with a trade or a reverse repo (client-initiated, F2), with the net
    commission of that day in fen (T2, last 365 days only), the part of it from trades, and the traded amount."""
    recent = f"DATE '{as_of - timedelta(days=YEAR)}'"
    until = f"DATE '{as_of}'"

    def in_window(minor: str, fact: str, day: str) -> str:
        return f"CASE WHEN {day} > {recent} THEN {fen_sql(minor, fact, day)} ELSE 0 END"

    # Yuan, nearly all rows, are spared the join to the rates.
    con.execute(f"""CREATE OR REPLACE TEMP TABLE trade_days AS
        SELECT client_id, day, sum(commission)::BIGINT AS commission_fen, sum(fee)::BIGINT AS fee_fen,
            sum(turnover)::BIGINT AS turnover_fen
        FROM (
            SELECT client_id, traded_on AS day, commission_minor AS commission, commission_minor AS fee,
                amount_minor AS turnover
            FROM trades WHERE currency = 'CNY' AND traded_on <= {until}
            UNION ALL
            SELECT t.client_id, t.traded_on, {in_window("t.commission_minor", "t", "t.traded_on")},
                {in_window("t.commission_minor", "t", "t.traded_on")}, {in_window("t.amount_minor", "t", "t.traded_on")}
            FROM trades t LEFT JOIN tier_rates rate ON rate.currency = t.currency AND rate.day = t.traded_on
            WHERE t.currency <> 'CNY' AND t.traded_on <= {until}
            UNION ALL
            SELECT m.client_id, m.moved_on, {in_window("m.commission_minor", "m", "m.moved_on")}, 0, 0
            FROM movements m LEFT JOIN tier_rates rate ON rate.currency = m.currency AND rate.day = m.moved_on
            WHERE m.kind = 'reverse_repo' AND m.moved_on <= {until}
        ) GROUP BY client_id, day""")


def clumpiness_sql(spacing: str, days: str, window: int) -> str:
    """1 + Σ x ln x / ln(n + 1) over the spacings of n days in a window, both ends included: 0 where they are even.
    `spacing` is summed with its logarithm per row, `days` is n. Rounded, because sums of floats know an order."""
    part = f"({spacing}) / {window + 1}.0"
    return f"round(1 + sum(CASE WHEN {spacing} > 0 THEN {part} * ln({part}) ELSE 0 END) / ln({days} + 1), 9)"


def make_activity(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `day_sums` (counts and sums of trading days), `rhythm` (gaps and silence) and `breadth` (kinds traded)."""
    day = f"DATE '{as_of}'"
    twelfth = f"(({day} - day) * 12) // {YEAR}"  # 0 is the newest
    counts = ", ".join(f"count(*) FILTER (WHERE twelfth = {n}) AS m{n}" for n in range(12))
    # Least squares over the positions 0…11 in time: Σ (i − 5.5)² = 143.
    trend = " + ".join(f"{5.5 - n} * ln(1 + m{n})" for n in range(12))
    con.execute(f"""CREATE OR REPLACE TEMP TABLE day_sums AS
        SELECT * EXCLUDE (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11),
            {" + ".join(f"(m{n} > 0)::INT" for n in range(12))} AS active_m12,
            ({trend}) / 143 AS trend_m12
        FROM (
            SELECT client_id, min(day) AS first_active_on, max(day) AS last_active_on, count(*) AS active_days,
                {day} - max(day) AS silent_days,
                count(*) FILTER (WHERE age < 30) AS n_30, count(*) FILTER (WHERE age < 60) AS n_60,
                count(*) FILTER (WHERE age < 90) AS n_90,
                count(*) FILTER (WHERE age >= 90 AND age < 180) AS n_prior90,
                count(*) FILTER (WHERE age < 180) AS n_180,
                count(*) FILTER (WHERE age >= 60 AND age < 425) AS n_before60,
                coalesce(sum(commission_fen) FILTER (WHERE age < 365), 0)::BIGINT AS commission_365_fen,
                coalesce(sum(commission_fen) FILTER (WHERE age < 90), 0)::BIGINT AS commission_90_fen,
                coalesce(sum(fee_fen) FILTER (WHERE age < 90), 0)::BIGINT AS fee_90_fen,
                coalesce(sum(turnover_fen) FILTER (WHERE age < 90), 0)::BIGINT AS turnover_90_fen,
                {counts}
            FROM (SELECT *, {day} - day AS age, CASE WHEN {day} - day < {YEAR} THEN {twelfth} END AS twelfth
                  FROM trade_days)
            GROUP BY client_id)""")
    in_year = f"(age < {YEAR})"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE rhythm AS
        WITH silences AS (
            SELECT client_id, (SELECT ordinal FROM open_days WHERE day = {day}) - o.ordinal AS silence
            FROM day_sums s JOIN open_days o ON o.day = s.last_active_on),
        days AS (
            SELECT t.client_id, {day} - t.day AS age, s.silence, o.ordinal - lag(o.ordinal) OVER own AS gap,
                {day} - lag(t.day) OVER own AS age_before
            FROM trade_days t JOIN open_days o ON o.day = t.day JOIN silences s ON s.client_id = t.client_id
            WINDOW own AS (PARTITION BY t.client_id ORDER BY t.day)),
        spread AS (
            SELECT client_id, age, silence, gap, age_before,
                least(coalesce(age_before, {YEAR}), {YEAR}) - age AS spacing
            FROM days
            UNION ALL  -- from the newest day to the end of the window
            SELECT client_id, NULL, NULL, NULL, NULL, min(age) + 1 FROM days WHERE {in_year} GROUP BY client_id)
        SELECT client_id, max(silence) AS silence, count(gap) AS gap_count, count(*) FILTER (WHERE gap < silence)
                AS gaps_shorter,
            quantile_disc(gap, 0.9) AS gap_p90,
            CASE WHEN count(gap) FILTER (WHERE age_before < {YEAR}) >= 3
                THEN median(gap) FILTER (WHERE age_before < {YEAR}) END AS gap_med,
            CASE WHEN count(*) FILTER (WHERE {in_year}) > 0 THEN
                {
        clumpiness_sql(
            "CASE WHEN age IS NULL OR age < 365 THEN spacing ELSE 0 END", f"count(*) FILTER (WHERE {in_year})", YEAR
        )
    } END AS clumpiness
        FROM spread GROUP BY client_id""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE breadth AS
        SELECT client_id, count(DISTINCT instrument_class) AS breadth FROM trades
        WHERE traded_on <= {day} AND traded_on > {day} - 180 AND instrument_class <> '' GROUP BY client_id""")


def make_peers(con: DuckDBPyConnection) -> None:
    """Make `peers`: the median commission rate of each branch and value band (the shares of T2 by commission)."""
    con.execute("""CREATE OR REPLACE TEMP TABLE peers AS
        WITH placed AS (
            SELECT c.branch_id, d.client_id, d.fee_90_fen * 10000.0 / nullif(d.turnover_90_fen, 0) AS bps,
                cume_dist() OVER (PARTITION BY c.branch_id ORDER BY d.commission_365_fen DESC) AS place
            FROM day_sums d JOIN open_clients c USING (client_id)),
        banded AS (
            SELECT *, CASE WHEN place <= 0.03 THEN 1 WHEN place <= 0.1 THEN 2 WHEN place <= 0.2 THEN 3 ELSE 4 END AS band
            FROM placed WHERE bps IS NOT NULL)
        SELECT b.client_id, m.peers, m.peer_bps FROM banded b JOIN (
            SELECT branch_id, band, count(*) AS peers, median(bps) AS peer_bps FROM banded GROUP BY ALL) m
        USING (branch_id, band)""")
