"""Facts for tests of tiers without a database: the views of a night as small DuckDB tables."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from tests.oracle.oracle import facts_of
from tests.oracle.worlds import Row

VIEWS = {
    "clients": "branch_id BIGINT, client_id BIGINT, client_number VARCHAR, opened_on DATE, closed_on DATE",
    "accounts": "branch_id BIGINT, account_id BIGINT, client_id BIGINT, closed_on DATE",
    "trades": "branch_id BIGINT, client_id BIGINT, account_id BIGINT, traded_on DATE, amount_minor BIGINT,"
    " commission_minor BIGINT, currency VARCHAR",
    "movements": "branch_id BIGINT, client_id BIGINT, account_id BIGINT, moved_on DATE, kind VARCHAR,"
    " commission_minor BIGINT, currency VARCHAR",
    "assets": "branch_id BIGINT, client_id BIGINT, account_id BIGINT, day DATE, market_value_minor BIGINT,"
    " net_minor BIGINT, currency VARCHAR",
    "rates": "currency VARCHAR, day DATE, rate_e6 BIGINT",
}


def open_tables(**rows: Iterable[Sequence[Any]]) -> duckdb.DuckDBPyConnection:
    """A connection with every view of VIEWS, filled with the rows given by name."""
    con = duckdb.connect()
    for name, columns in VIEWS.items():
        con.execute(f"CREATE TABLE {name} ({columns})")
        given = [list(column) for column in zip(*rows.get(name, []), strict=True)]
        if given:  # column by column: row by row takes a thousand times longer
            con.execute(f"INSERT INTO {name} SELECT {', '.join(['unnest(?)'] * len(given))}", given)
    return con


def branch_of(
    commissions: Sequence[int], *, assets: Sequence[int] | None = None, numbers: Sequence[str] | None = None
) -> duckdb.DuckDBPyConnection:
    """One branch whose clients 1, 2, … paid these fen and own these fen on 2026-06-30."""
    ids = range(1, len(commissions) + 1)
    names = numbers or [f"{i:08d}" for i in ids]
    day = date(2026, 6, 30)
    return open_tables(
        clients=[(1, i, n, date(2020, 1, 1), None) for i, n in zip(ids, names, strict=True)],
        accounts=[(1, i, i, None) for i in ids],
        trades=[(1, i, i, day, 100_000, fen, "CNY") for i, fen in zip(ids, commissions, strict=True) if fen],
        assets=[(1, i, i, day, fen, fen, "CNY") for i, fen in zip(ids, assets or [], strict=False)],
    )


def tables_of(files: list[tuple[str, list[Row]]]) -> tuple[duckdb.DuckDBPyConnection, dict[int, tuple[str, str]]]:
    """The rows of a world that count as tables, and client id → (branch code, client number)."""
    facts = facts_of(files)
    branches = {code: i for i, code in enumerate(sorted({code for code, _ in facts["clients"]}), 1)}
    clients = {key: i for i, key in enumerate(facts["clients"], 1)}
    accounts = {key: i for i, key in enumerate(facts["accounts"], 1)}

    def owner(row: Row) -> tuple[int, int, int]:
        code = row["营业部代码"]
        return branches[code], clients[code, row["客户代码"]], accounts[code, row["资金账号"]]

    repo = {"融券回购", "融券购回"}
    trades = list(facts["trades"].values())
    con = open_tables(
        clients=[
            (branches[k[0]], i, k[1], facts["clients"][k]["开户日期"] or None, facts["clients"][k]["销户日期"] or None)
            for k, i in clients.items()
        ],
        accounts=[
            (branches[k[0]], i, clients[k[0], row["客户代码"]], row["销户日期"] or None)
            for (k, i), row in zip(accounts.items(), facts["accounts"].values(), strict=True)
        ],
        trades=[
            (*owner(r), r["成交日期"], _fen(r["成交金额"]), _fen(r["佣金"]), r["币种"])
            for r in trades
            if r["买卖标志"] not in repo
        ],
        movements=[
            (*owner(r), r["成交日期"], "reverse_repo", _fen(r["佣金"]), r["币种"])
            for r in trades
            if r["买卖标志"] in repo
        ],
        assets=[
            (*owner(r), r["日期"], _fen(r["证券市值"]), _fen(r["净资产"]), r["币种"]) for r in facts["assets"].values()
        ],
        rates=[(r["币种"], r["日期"], int(Decimal(r["汇率"]) * 1_000_000)) for r in facts["rates"].values()],
    )
    return con, {i: key for key, i in clients.items()}


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)
