"""Fact views from plain rows: what is not said about a row gets an unremarkable value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import duckdb

Row = Mapping[str, Any]
ACCOUNT = "branch_id BIGINT DEFAULT 1, client_id BIGINT, account_id BIGINT"
COLUMNS = {
    "clients": (
        "branch_id BIGINT DEFAULT 1, client_id BIGINT, client_number VARCHAR, kind VARCHAR DEFAULT 'individual',"
        " opened_on DATE DEFAULT '2015-01-05', closed_on DATE, state VARCHAR DEFAULT 'normal', advisor_id BIGINT,"
        " restricted BOOLEAN DEFAULT false, scoring_off BOOLEAN DEFAULT false"
    ),
    "accounts": (
        f"{ACCOUNT}, kind VARCHAR DEFAULT 'fund', state VARCHAR DEFAULT 'normal', opened_on DATE, closed_on DATE,"
        " currency VARCHAR DEFAULT 'CNY'"
    ),
    "trades": (
        f"{ACCOUNT}, traded_on DATE, side VARCHAR DEFAULT 'buy', market VARCHAR DEFAULT 'sh', security_code VARCHAR"
        " DEFAULT '600000', instrument_class VARCHAR DEFAULT 'main', quantity_e2 BIGINT DEFAULT 10000, price_e4 BIGINT"
        " DEFAULT 100000, amount_minor BIGINT DEFAULT 100000, commission_minor BIGINT DEFAULT 500, net_minor BIGINT,"
        " currency VARCHAR DEFAULT 'CNY', channel VARCHAR DEFAULT 'mobile'"
    ),
    "movements": (
        f"{ACCOUNT}, moved_on DATE, kind VARCHAR DEFAULT 'reverse_repo', security_code VARCHAR, amount_minor BIGINT"
        " DEFAULT 0, commission_minor BIGINT DEFAULT 0, net_minor BIGINT, currency VARCHAR DEFAULT 'CNY'"
    ),
    "cash_transfers": (
        f"{ACCOUNT}, moved_on DATE, amount_minor BIGINT, currency VARCHAR DEFAULT 'CNY', kind VARCHAR DEFAULT 'bank'"
    ),
    "securities_transfers": (
        f"{ACCOUNT}, moved_on DATE, security_code VARCHAR DEFAULT '600000', quantity_e2 BIGINT DEFAULT 0, value_minor"
        " BIGINT, currency VARCHAR DEFAULT 'CNY', kind VARCHAR DEFAULT 'custody'"
    ),
    "assets": (
        f"{ACCOUNT}, day DATE, cash_minor BIGINT DEFAULT 0, market_value_minor BIGINT DEFAULT 0, products_minor BIGINT"
        " DEFAULT 0, debt_minor BIGINT DEFAULT 0, net_minor BIGINT, currency VARCHAR DEFAULT 'CNY'"
    ),
    "holdings": (
        f"{ACCOUNT}, day DATE, security_code VARCHAR DEFAULT '600000', instrument_class VARCHAR DEFAULT 'main',"
        " quantity_e2 BIGINT DEFAULT 0, cost_minor BIGINT, value_minor BIGINT, currency VARCHAR DEFAULT 'CNY'"
    ),
    "rates": "currency VARCHAR, day DATE, rate_e6 BIGINT",
}


def facts_of(**tables: Iterable[Row]) -> duckdb.DuckDBPyConnection:
    """A connection with a table per fact view. Clients that only appear in facts are made, open since 2015; an account
    that is not named is the client's own number."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    for name, columns in COLUMNS.items():
        con.execute(f"CREATE TABLE {name} ({columns})")
    rows = {name: [dict(row) for row in tables.get(name, ())] for name in COLUMNS}
    named = {row["client_id"] for row in rows["clients"]}
    seen = {row["client_id"] for name in COLUMNS if name != "rates" for row in rows[name]}
    rows["clients"] += [{"client_id": number} for number in sorted(seen - named)]
    for name, facts in rows.items():
        alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)  # rows that say the same columns go in together
        for row in facts:
            if name == "clients":
                row.setdefault("client_number", f"{row['client_id']:08d}")
            elif name != "rates":
                row.setdefault("account_id", row["client_id"])
            alike[tuple(row)].append(row)
        for columns, some in alike.items():
            for start in range(0, len(some), 500):
                part = some[start : start + 500]
                marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(part))
                cells = [row[column] for row in part for column in columns]
                con.execute(f"INSERT INTO {name} ({', '.join(columns)}) VALUES {marks}", cells)
    return con


def weekdays(start: date, end: date) -> list[date]:
    """Monday to Friday from start to end: an exchange without holidays."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if day.weekday() < 5]


def trades_on(client_id: int, *days: date, **more: Any) -> list[dict[str, Any]]:
    """One trade of a client on each of the days."""
    return [{"client_id": client_id, "traded_on": day, **more} for day in days]
