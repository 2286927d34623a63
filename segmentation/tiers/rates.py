"""Foreign money in fen: the latest rate on or before the day, and a night that stops where there is none (T2)."""

from datetime import date

from duckdb import DuckDBPyConnection
from duckdb import InvalidInputException as DuckDBInvalidInput

from crm.lib.money import to_fen_sql

_MARK = "missing rate:"


class MissingRate(Exception):
    """No rate on or before a day for a currency that has money on it: the night stops rather than guess."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(f"No exchange rate for {currency} on or before {day.isoformat()}")
        self.currency, self.day = currency, day


def prepare_rates(con: DuckDBPyConnection, start: date, as_of: date) -> None:
    """Make `tier_rates`: the rate that holds on each day of (start, as_of], one row per currency and day, so that millions
    of trades meet a few hundred rows in one hash join."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE tier_rates AS
        SELECT currency, rate_e6, unnest(generate_series(
            greatest(day, $start::DATE),
            least(lead(day, 1, $as_of::DATE + 1) OVER (PARTITION BY currency ORDER BY day) - 1, $as_of::DATE),
            INTERVAL 1 DAY))::DATE AS day
        FROM rates WHERE day <= $as_of::DATE""",
        {"start": start, "as_of": as_of},
    )


def fen_sql(minor: str, fact: str, day: str) -> str:
    """The DuckDB expression of an amount in fen, for a fact row joined to `tier_rates` as `rate`. Zero needs no rate."""
    needed = f"coalesce(rate.rate_e6, error('{_MARK}' || {fact}.currency || '|' || {day}))"
    return f"CASE WHEN {fact}.currency = 'CNY' OR {minor} = 0 THEN {minor} ELSE {to_fen_sql(minor, needed)} END"


def missing_rate_in(error: DuckDBInvalidInput) -> MissingRate | None:
    """The currency and day that a stopped query named, or None where it stopped for another reason."""
    _, marked, rest = str(error).partition(_MARK)
    if not marked:
        return None
    currency, _, day = rest.strip().partition("|")
    return MissingRate(currency, date.fromisoformat(day[:10]))
