"""What a client has: net assets on a day and through a year, and positions. Foreign money counts at the rate of the day
that the features are made for, so that a move of the exchange rate looks like no transfer and no peak."""

from datetime import date

from duckdb import DuckDBPyConnection

from segmentation.tiers.rates import fen_sql


def rate_join_sql(fact: str, as_of: date) -> str:
    """The join of a fact to the rate of the day, as `fen_sql` expects it."""
    return f"LEFT JOIN tier_rates rate ON rate.currency = {fact}.currency AND rate.day = DATE '{as_of}'"


def make_balances(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `balances` (one row per client with assets on record) and `asset_totals` (net assets of a client on every day
    of the last year on which one of the accounts reported; the others count with what they reported last)."""
    day = f"DATE '{as_of}'"
    in_fen = {c: fen_sql(f"a.{c}", "a", day) for c in ("net", "cash", "market", "net_30", "cash_30")}
    con.execute(f"""CREATE OR REPLACE TEMP TABLE series AS
        SELECT account_id, client_id, currency, arg_max(net_minor, day) AS net, arg_max(cash_minor, day) AS cash,
            arg_max(market_value_minor, day) AS market,
            arg_max(net_minor, day) FILTER (WHERE day <= {day} - 30) AS net_30,
            arg_max(cash_minor, day) FILTER (WHERE day <= {day} - 30) AS cash_30,
            arg_max(net_minor, day) FILTER (WHERE day <= {day} - 365) AS net_365
        FROM assets WHERE day <= {day} GROUP BY ALL""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE latest_assets AS
        SELECT a.client_id, sum({in_fen["net"]})::BIGINT AS assets_fen, sum({in_fen["cash"]})::BIGINT AS cash_fen,
            sum({in_fen["market"]})::BIGINT AS market_value_fen, sum({in_fen["net_30"]})::BIGINT AS assets_30_fen,
            sum({in_fen["cash_30"]})::BIGINT AS cash_30_fen
        FROM series a {rate_join_sql("a", as_of)}
        ANTI JOIN (SELECT account_id FROM accounts WHERE closed_on <= {day}) closed ON closed.account_id = a.account_id
        GROUP BY a.client_id""")
    _make_totals(con, as_of)
    con.execute(f"""CREATE OR REPLACE TEMP TABLE balances AS
        SELECT l.*, t.peak_fen, t.then_90_fen, coalesce(t.mean_30_fen, l.assets_fen) AS mean_30_fen,
            coalesce(t.mean_90_fen, l.assets_fen) AS mean_90_fen
        FROM latest_assets l LEFT JOIN (
            SELECT client_id, max(total_fen) AS peak_fen,
                arg_max(total_fen, day) FILTER (WHERE day <= {day} - 90) AS then_90_fen,
                avg(total_fen) FILTER (WHERE day > {day} - 30) AS mean_30_fen,
                avg(total_fen) FILTER (WHERE day > {day} - 90) AS mean_90_fen
            FROM asset_totals GROUP BY client_id) t USING (client_id)""")


def _make_totals(con: DuckDBPyConnection, as_of: date) -> None:
    # What a client with one open account reports is the total. Of several, each report is its difference to the account's
    # one before, and the total is the running sum of differences: dearer, so only where it is needed.
    day = f"DATE '{as_of}'"
    con.execute("""CREATE OR REPLACE TEMP TABLE one_account AS
        SELECT s.client_id FROM series s LEFT JOIN accounts a USING (account_id)
        GROUP BY s.client_id HAVING count(*) = 1 AND count(a.closed_on) = 0""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE asset_totals AS
        WITH reports AS (
            SELECT account_id, client_id, currency, day, net_minor FROM assets WHERE day <= {day} AND day > {day} - 365
            UNION ALL
            SELECT account_id, client_id, currency, {day} - 365, net_365 FROM series WHERE net_365 IS NOT NULL),
        alive AS (
            SELECT r.* FROM reports r ANTI JOIN one_account USING (client_id) LEFT JOIN accounts a USING (account_id)
            WHERE a.closed_on IS NULL OR r.day < a.closed_on
            UNION ALL
            SELECT s.account_id, s.client_id, s.currency, a.closed_on, 0 FROM series s
            JOIN accounts a USING (account_id) WHERE a.closed_on <= {day} AND a.closed_on > {day} - 365),
        steps AS (
            SELECT client_id, a.day, ({fen_sql("a.net_minor", "a", day)})
                - lag({fen_sql("a.net_minor", "a", day)}, 1, 0) OVER (PARTITION BY account_id, a.currency ORDER BY a.day)
                AS step
            FROM alive a {rate_join_sql("a", as_of)})
        SELECT client_id, day, (sum(sum(step)) OVER (PARTITION BY client_id ORDER BY day))::BIGINT AS total_fen
        FROM steps GROUP BY client_id, day
        UNION ALL
        SELECT client_id, r.day, {fen_sql("r.net_minor", "r", day)} FROM reports r {rate_join_sql("r", as_of)}
        SEMI JOIN one_account o ON o.client_id = r.client_id""")


def make_positions(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `positions`: concentration and the share far under cost, from each account's latest holdings of the last
    45 days."""
    day = f"DATE '{as_of}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE positions AS
        WITH newest AS (
            SELECT account_id, max(day) AS day FROM holdings WHERE day <= {day} AND day > {day} - 45 GROUP BY account_id),
        held AS (
            SELECT h.client_id, h.security_code, greatest({fen_sql("h.value_minor", "h", day)}, 0) AS fen,
                h.cost_minor > 0 AND h.value_minor * 10 < h.cost_minor * 8 AS under
            FROM holdings h JOIN newest n ON n.account_id = h.account_id AND n.day = h.day
            {rate_join_sql("h", as_of)}
            ANTI JOIN (SELECT account_id FROM accounts WHERE closed_on <= {day}) closed
                ON closed.account_id = h.account_id),
        by_security AS (
            SELECT client_id, security_code, sum(fen)::HUGEINT AS fen,
                coalesce(sum(fen) FILTER (WHERE under), 0)::HUGEINT AS under_fen
            FROM held GROUP BY client_id, security_code)
        SELECT client_id, (sum(fen // 100 * (fen // 100)))::DOUBLE / nullif((sum(fen // 100))::DOUBLE ** 2, 0) AS hhi,
            sum(under_fen)::DOUBLE / nullif(sum(fen)::DOUBLE, 0) AS trapped
        FROM by_security GROUP BY client_id""")
