"""What a client had at the ends of the last months: what position, result and turnover are measured on. Foreign money counts
at the rate of the day that the night is made for, so that a move of the exchange rate is no result."""

from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from segmentation.features.balances import rate_join_sql
from segmentation.tiers.period import period_start
from segmentation.tiers.rates import fen_sql

MONTHS = 12


def points_until(as_of: date) -> list[date]:
    """Twelve days, oldest first: the last eleven ends of months before a day, and the day itself."""
    ends, day = [as_of], as_of
    for _month in range(MONTHS - 1):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends[::-1]


def make_points(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `asset_points`(client_id, point, net_fen, market_fen): point 1 … 12 as `points_until` names them, and 0 a year
    before the day. An account counts with its latest report on or before the point, until it is closed. And
    `asset_starts`(client_id, from_day, opening_fen): the first report of the year, or the beginning of the year."""
    start = period_start(as_of, MONTHS)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE point_days AS SELECT unnest($points::INT[]) AS point, unnest($days::DATE[]) AS day",
        {"points": list(range(MONTHS + 1)), "days": [start, *points_until(as_of)]},
    )
    # One pass over the reports; the rest is a dozen rows per account.
    point = f"greatest(1, {MONTHS} - date_diff('month', day, DATE '{as_of}'))"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE reports AS
        SELECT account_id, client_id, currency, CASE WHEN day <= DATE '{start}' THEN 0 ELSE {point} END AS point,
            arg_max(net_minor, day) AS net, arg_max(market_value_minor, day) AS market,
            min(day) AS first_day, arg_min(net_minor, day) AS first_net
        FROM assets WHERE day <= DATE '{as_of}' GROUP BY ALL""")
    day = f"DATE '{as_of}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE asset_points AS
        WITH spans AS (  -- a report holds until the account's next one
            SELECT account_id, client_id, point, {fen_sql("r.net", "r", day)} AS net_fen,
                greatest({fen_sql("r.market", "r", day)}, 0) AS market_fen,
                lead(point, 1, {MONTHS + 1}) OVER (PARTITION BY account_id, r.currency ORDER BY point) AS until
            FROM reports r {rate_join_sql("r", as_of)}),
        held AS (
            SELECT account_id, client_id, unnest(generate_series(point, until - 1))::INT AS point, net_fen, market_fen
            FROM spans)
        SELECT h.client_id, h.point, sum(h.net_fen)::BIGINT AS net_fen, sum(h.market_fen)::BIGINT AS market_fen
        FROM held h JOIN point_days p USING (point) LEFT JOIN accounts a ON a.account_id = h.account_id
        WHERE a.closed_on IS NULL OR a.closed_on > p.day
        GROUP BY h.client_id, h.point""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE asset_starts AS
        WITH firsts AS (SELECT client_id, min(first_day) AS first_day FROM reports GROUP BY client_id),
        opened AS (
            SELECT r.client_id, sum({fen_sql("r.first_net", "r", day)})::BIGINT AS fen
            FROM reports r JOIN firsts f ON f.client_id = r.client_id AND f.first_day = r.first_day
            {rate_join_sql("r", as_of)} GROUP BY r.client_id)
        SELECT f.client_id, greatest(f.first_day, DATE '{start}') AS from_day,
            CASE WHEN f.first_day > DATE '{start}' THEN o.fen ELSE coalesce(p.net_fen, 0) END AS opening_fen
        FROM firsts f JOIN opened o USING (client_id)
        LEFT JOIN asset_points p ON p.client_id = f.client_id AND p.point = 0""")
