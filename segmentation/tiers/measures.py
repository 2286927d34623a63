"""What clients are ranked by (T2, T5), as DuckDB query texts over the fact views; all amounts in fen."""

from datetime import date

from segmentation.models import TierScheme
from segmentation.tiers.rates import fen_sql

BY_COMMISSION = {TierScheme.Measure.COMMISSION, TierScheme.Measure.REVENUE}


def day_sql(day: date) -> str:
    """A day as a SQL literal."""
    return f"DATE '{day.isoformat()}'"


def open_clients_sql(as_of: date) -> str:
    """The clients that T3 counts: opened on or before the day (unknown counts as opened) and not closed on or before it."""
    day = day_sql(as_of)
    return f"""SELECT branch_id, client_id, client_number FROM clients
        WHERE (opened_on IS NULL OR opened_on <= {day}) AND (closed_on IS NULL OR closed_on > {day})"""


def commission_sql(start: date, as_of: date) -> str:
    """Net commission per client of trades and client-initiated reverse repos dated in (start, as_of]: each converted and
    rounded by itself, then summed (T2, F2). Revenue is the same until other revenue facts are imported."""
    after, until = day_sql(start), day_sql(as_of)
    return f"""SELECT client_id, sum(fen)::BIGINT AS commission_fen FROM (
            SELECT t.client_id, {fen_sql("t.commission_minor", "t", "t.traded_on")} AS fen FROM trades t
            LEFT JOIN tier_rates rate ON rate.currency = t.currency AND rate.day = t.traded_on
            WHERE t.traded_on > {after} AND t.traded_on <= {until}
            UNION ALL
            SELECT m.client_id, {fen_sql("m.commission_minor", "m", "m.moved_on")} FROM movements m
            LEFT JOIN tier_rates rate ON rate.currency = m.currency AND rate.day = m.moved_on
            WHERE m.kind = 'reverse_repo' AND m.moved_on > {after} AND m.moved_on <= {until}
        ) GROUP BY client_id"""


def worth_sql(as_of: date) -> str:
    """Net assets and custody value per client on a day: the latest row on or before it of every account (and currency)
    that is not closed on it, at the day's rate."""
    day = day_sql(as_of)
    return f"""SELECT a.client_id, sum({fen_sql("a.net_minor", "a", day)})::BIGINT AS net_fen,
            sum({fen_sql("a.market_value_minor", "a", day)})::BIGINT AS custody_fen
        FROM (
            SELECT account_id, client_id, currency, arg_max(net_minor, day) AS net_minor,
                arg_max(market_value_minor, day) AS market_value_minor
            FROM assets WHERE day <= {day} GROUP BY ALL
        ) a
        LEFT JOIN tier_rates rate ON rate.currency = a.currency AND rate.day = {day}
        ANTI JOIN (SELECT account_id FROM accounts WHERE closed_on <= {day}) closed ON closed.account_id = a.account_id
        GROUP BY a.client_id"""


def traded_sql(start: date, as_of: date) -> str:
    """Traded amount per client in (start, as_of]: the numerator of T4's turnover."""
    return f"""SELECT t.client_id, sum({fen_sql("t.amount_minor", "t", "t.traded_on")})::BIGINT AS traded_fen FROM trades t
        LEFT JOIN tier_rates rate ON rate.currency = t.currency AND rate.day = t.traded_on
        WHERE t.traded_on > {day_sql(start)} AND t.traded_on <= {day_sql(as_of)} GROUP BY t.client_id"""
