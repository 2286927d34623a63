"""A firm whose clients trade in rhythms and leave, for the tests of the churn score."""

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from segmentation import churn
from segmentation.churn import registry
from segmentation.features import compute_features
from segmentation.models import ScoreModel
from tests.segmentation.facts import facts_of

TONIGHT = date(2026, 6, 12)
CUTOFF = datetime(2026, 6, 13, 1, tzinfo=UTC)
FIRST = date(2024, 6, 3)


_fit = registry._fitted
FITS: dict[tuple[int, date], tuple[duckdb.DuckDBPyConnection, dict[str, Any]]] = {}


def fitted_once(con: duckdb.DuckDBPyConnection, day: date) -> dict[str, Any]:
    """The fit of a connection and day, which depends on the facts alone and need not be made for every test again."""
    if (id(con), day) not in FITS:
        FITS[id(con), day] = con, _fit(con, day)  # keeps the connection, so that its id stays its own
    return FITS[id(con), day][1]


def firm(clients: int = 2400, *, until: date = date(2026, 6, 30), leavers: bool = True) -> duckdb.DuckDBPyConnection:
    """A firm in which everybody trades in a rhythm of 3 to 42 days, and most stop for good at some time. A few withdraw
    their money when they stop. Everything by arithmetic on the client's number: no chance, no order."""
    con = facts_of()
    con.execute(f"""INSERT INTO clients (client_id, client_number)
        SELECT n, lpad(n::VARCHAR, 8, '0') FROM range(1, {clients + 1}) t(n)""")
    stop = "DATE '2024-09-01' + ((hash(n * 7919 + 1) % 1400)::INT)" if leavers else "DATE '2030-01-01'"
    con.execute(f"""CREATE TABLE people AS
        SELECT n, 3 + (hash(n * 31 + 7) % 40)::INT AS rhythm, {stop} AS stop FROM range(1, {clients + 1}) t(n)""")
    con.execute(f"""INSERT INTO trades (client_id, account_id, traded_on, commission_minor, amount_minor)
        SELECT n, n, day, 500 + n % 700, 100000 FROM (
            SELECT n, stop, DATE '{FIRST}' + (k * rhythm + (hash(n * 1000 + k) % rhythm)::INT)::INT AS day
            FROM people, range(0, 300) t(k))
        WHERE day < stop AND day <= DATE '{until}'""")
    con.execute(f"""INSERT INTO assets (client_id, account_id, day, net_minor, market_value_minor)
        SELECT n, n, DATE '{FIRST}', 5000000, 3000000 FROM people""")
    con.execute(f"""INSERT INTO cash_transfers (client_id, account_id, moved_on, amount_minor)
        SELECT n, n, stop, -4000000 FROM people WHERE n % 5 = 0 AND stop <= DATE '{until}'""")
    return con


def fitted(con: duckdb.DuckDBPyConnection, as_of: date = TONIGHT, cutoff: datetime = CUTOFF) -> ScoreModel:
    return churn.ensure_model(con, as_of=as_of, cutoff=cutoff)


def scored(con: duckdb.DuckDBPyConnection, model: ScoreModel, as_of: date = TONIGHT) -> dict[int, dict[str, Any]]:
    compute_features(con, as_of)
    churn.score_clients(con, model, as_of)
    found = con.execute("SELECT * FROM scores ORDER BY client_id")
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
