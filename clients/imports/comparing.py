"""What a file would change: its rows against what is known, by natural key. Everything lands in tables of the plan
(a DuckDB file beside the upload): `new_<table>`, `changed_<table>`, `removed_<table>`."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb

from clients import generations
from clients.fact_tables import FactTable
from clients.generations import Slot
from clients.imports.row_sources import RowSource
from clients.instruments import instrument_class_sql
from clients.mirror_files import csv_sql
from clients.models import ImportBatch
from crm.lib import bulk


def compare(con: duckdb.DuckDBPyConnection, batch: ImportBatch, source: RowSource) -> tuple[dict[Slot, int], set[Slot]]:
    """Compare the owned rows of one table with the database; returns the generations that the comparison saw and the
    slots in which it would change something: the others keep their generation and their columnar file."""
    table = source.table
    _make_rows(con, source)
    _refuse_incomplete(con, table)
    slots = _slots(con, table)
    seen = generations.current(slots)
    _load_current(con, table, exists=any(seen.values()))
    _drop_repeated(con, table)
    if table.name == "trades":
        _settle_provisional(con, provisional=batch.kind == "fills")
    compare_values(con, table, [c for c in table.values if c in source.columns])
    _find_removed(con, table, batch)
    return seen, _touched(con, table)


def _make_rows(con: duckdb.DuckDBPyConnection, source: RowSource) -> None:
    """Table `rows_<table>`: the owned rows in the table's columns. Hashing and counting equal rows is dear, so only rows
    without a number of their own go that way; the class of an instrument is worked out once for each security."""
    table, number_column = source.table, source.table.key[-1]
    columns = ", ".join(f"{expression} AS {c}" for c, expression in source.columns.items())
    said = f"SELECT line, branch_id, client_id, account_id, {columns}"
    rows = f"FROM owned WHERE code IS NULL AND ({source.where})"
    if "instrument_class" in source.columns:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE classes AS SELECT *, {instrument_class_sql('c', 'm')} AS instrument_class FROM"
            f" (SELECT DISTINCT coalesce(security_code, '') AS c, coalesce(market, '') AS m FROM staged)"
        )
        rows = (
            "FROM owned JOIN classes ON classes.c = coalesce(security_code, '') AND classes.m = coalesce(market, '')"
            f" WHERE code IS NULL AND ({source.where})"
        )
    if number_column in source.columns:
        sql = f"{said} {rows}"
    elif not source.number:
        sql = f"{said}, {source.hash_sql()} AS {number_column} {rows}"
    else:
        sql = (
            f"{said}, {source.number} AS {number_column} {rows} AND {source.number} <> '' UNION ALL"
            f" {said}, {source.hash_sql()} {rows} AND coalesce({source.number}, '') = ''"
        )
    con.execute(f"CREATE TEMP TABLE rows_{table.name} AS {sql}")


def _refuse_incomplete(con: duckdb.DuckDBPyConnection, table: FactTable) -> None:
    """A row without a value that the table cannot do without is rejected and says which."""
    said = {c for (c, *_) in con.execute(f"DESCRIBE rows_{table.name}").fetchall()}
    needed = [c for c, default in table.required.items() if default is None and c in said]
    which = "CASE " + " ".join(f"WHEN {c} IS NULL THEN '{c}'" for c in needed) + " END"
    _refuse(con, table, which, "''", "missing_value")
    refuse_too_long(con, table, said)


def refuse_too_long(con: duckdb.DuckDBPyConnection, table: FactTable, said: Iterable[str]) -> None:
    """A text that the table has no room for is rejected with its line: PostgreSQL would refuse the whole file, SQLite
    would take it."""
    present = set(said)
    limits = {c: longest for c, longest in table.longest.items() if c in present}
    which = "CASE " + " ".join(f"WHEN length({c}) > {n} THEN '{c}'" for c, n in limits.items()) + " END"
    value = "CASE " + " ".join(f"WHEN length({c}) > {n} THEN {c}" for c, n in limits.items()) + " END"
    _refuse(con, table, which, f"left({value}, 200)", "too_long")


def _refuse(con: duckdb.DuckDBPyConnection, table: FactTable, which: str, value: str, code: str) -> None:
    """Reject the rows for which `which` names a column."""
    refused = con.execute(
        f"INSERT INTO rejected SELECT line, {which}, {value}, '{code}', '{{}}' FROM rows_{table.name}"
        f" WHERE ({which}) IS NOT NULL"
    ).fetchone()
    if refused != (0,):
        con.execute(f"DELETE FROM rows_{table.name} WHERE ({which}) IS NOT NULL")


def _slots(con: duckdb.DuckDBPyConnection, table: FactTable) -> set[Slot]:
    rows = con.execute(f"SELECT DISTINCT branch_id, {table.month_sql()} FROM rows_{table.name}").fetchall()
    return {(table.db_table, branch, month) for branch, month in rows}


def _load_current(con: duckdb.DuckDBPyConnection, table: FactTable, *, exists: bool) -> None:
    """Table `current_<table>`: the stored rows of the same branches and days, every column."""
    types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.types.items()) + "}"
    found = con.execute(f"SELECT min({table.day}), max({table.day}) FROM rows_{table.name}").fetchone()
    branches = [b for (b,) in con.execute(f"SELECT DISTINCT branch_id FROM rows_{table.name}").fetchall()]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "current.csv"
        path.touch()
        if exists and found and branches:
            marks = ", ".join(["%s"] * len(branches))
            columns = ", ".join(bulk.plain_sql(c, t) for c, t in table.types.items())
            bulk.copy_out(
                f"SELECT {columns} FROM {table.db_table}"
                f" WHERE branch_id IN ({marks}) AND {table.day} BETWEEN %s AND %s",
                [*branches, found[0].isoformat(), found[1].isoformat()],
                path,
            )
        con.execute(f"CREATE TEMP TABLE current_{table.name} AS SELECT * FROM {csv_sql(path, types)}")


def _drop_repeated(con: duckdb.DuckDBPyConnection, table: FactTable) -> None:
    """A key that stands twice in one file: the same row again says nothing new, a different one is rejected."""
    rows, key = f"rows_{table.name}", ", ".join(table.key)
    said = [c for (c, *_) in con.execute(f"DESCRIBE {rows}").fetchall() if c != "line"]
    if con.execute(f"SELECT count(*) - count(DISTINCT ({key})) FROM {rows}").fetchone() == (0,):
        con.execute(f"CREATE TEMP TABLE repeated_{table.name} AS SELECT line FROM {rows} WHERE false")
        return
    same = f"row({', '.join(said)})"
    con.execute(
        f"CREATE TEMP TABLE repeated_{table.name} AS SELECT line, {same} IS NOT DISTINCT FROM first({same})"
        f" OVER (PARTITION BY {key} ORDER BY line) AS is_same FROM {rows}"
        f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY line) > 1"
    )
    con.execute(f"DELETE FROM {rows} WHERE line IN (SELECT line FROM repeated_{table.name})")
    con.execute(
        f"INSERT INTO rejected SELECT line, '', '', 'key_twice', '{{}}' FROM repeated_{table.name} WHERE NOT is_same"
    )
    con.execute(f"DELETE FROM repeated_{table.name} WHERE NOT is_same")


def _settle_provisional(con: duckdb.DuckDBPyConnection, *, provisional: bool) -> None:
    """Fills are provisional: a settlement replaces those of its accounts and days, and fills that come after the
    settlement of their account and day say nothing new."""
    same_day = "f.account_id = c.account_id AND f.traded_on = c.traded_on"
    if provisional:
        con.execute(
            f"CREATE TEMP TABLE settled AS SELECT line FROM rows_trades f WHERE EXISTS"
            f" (SELECT 1 FROM current_trades c WHERE NOT c.is_provisional AND {same_day})"
        )
        con.execute("INSERT INTO repeated_trades BY NAME SELECT line FROM settled")
        con.execute("DELETE FROM rows_trades WHERE line IN (SELECT line FROM settled)")
        con.execute("CREATE TEMP TABLE replaced_trades AS SELECT * FROM current_trades WHERE false")
        return
    con.execute(
        f"CREATE TEMP TABLE replaced_trades AS SELECT c.* FROM current_trades c WHERE c.is_provisional AND EXISTS"
        f" (SELECT 1 FROM rows_trades f WHERE {same_day})"
    )
    con.execute("DELETE FROM current_trades WHERE id IN (SELECT id FROM replaced_trades)")


def compare_values(
    con: duckdb.DuckDBPyConnection, table: FactTable, columns: list[str], value_sql: dict[str, str] | None = None
) -> None:
    """Tables `new_` and `changed_` of rows_ against current_: a column that the file leaves empty keeps what is known,
    `value_sql` says otherwise for single columns (r = row of the file, c = current row)."""
    key = " AND ".join(f"r.{k} = c.{k}" for k in table.key)
    value = {c: f"coalesce(r.{c}, c.{c})" for c in columns} | (value_sql or {})
    differs = " OR ".join(f"({expression}) IS DISTINCT FROM c.{c}" for c, expression in value.items()) or "false"
    con.execute(
        f"CREATE TABLE new_{table.name} AS SELECT r.* FROM rows_{table.name} r"
        f" WHERE NOT EXISTS (SELECT 1 FROM current_{table.name} c WHERE {key})"
    )
    before = ", ".join(f"{name} := c.{name}" for name in table.types)
    con.execute(
        f"CREATE TABLE changed_{table.name} AS SELECT r.line, c.id, c.branch_id, c.batch_id,"
        f" {f'c.{table.day},' if table.day else ''} {', '.join(f'({e}) AS {c}' for c, e in value.items())},"
        f" to_json(struct_pack({before}))::VARCHAR AS before"
        f" FROM rows_{table.name} r JOIN current_{table.name} c ON {key} WHERE {differs}"
    )


def _find_removed(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch) -> None:
    """Rows that leave: fills that a settlement replaces, and with "replace this account and day" whatever the file no
    longer says about an account and day it speaks of. Without it the latter are only counted, as an offer."""
    name, day = table.name, table.day
    key = " AND ".join(f"r.{k} = c.{k}" for k in table.key)
    con.execute(
        f"CREATE TEMP TABLE unsaid_{name} AS SELECT c.* FROM current_{name} c"
        f" WHERE EXISTS (SELECT 1 FROM rows_{name} r WHERE r.account_id = c.account_id AND r.{day} = c.{day})"
        f" AND NOT EXISTS (SELECT 1 FROM rows_{name} r WHERE {key})"
    )
    wanted = f"SELECT * FROM unsaid_{name} WHERE {'true' if batch.replace_days and batch.kind != 'fills' else 'false'}"
    if name == "trades":
        wanted += " UNION ALL SELECT * FROM replaced_trades"
    before = ", ".join(f"{c} := x.{c}" for c in table.types)
    con.execute(
        f"CREATE TABLE removed_{name} AS SELECT x.id, x.branch_id, x.batch_id, x.{day},"
        f" to_json(struct_pack({before}))::VARCHAR AS before FROM ({wanted}) x"
    )


def _touched(con: duckdb.DuckDBPyConnection, table: FactTable) -> set[Slot]:
    month = table.month_sql()
    parts = [f"SELECT branch_id, {month} AS m FROM {kind}_{table.name}" for kind in ("new", "changed", "removed")]
    rows = con.execute(f"SELECT DISTINCT branch_id, m FROM ({' UNION ALL '.join(parts)})").fetchall()
    return {(table.db_table, branch, m) for branch, m in rows}
