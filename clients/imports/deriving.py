"""Columns that only Python can make (blind indexes, seals, pinyin), joined back by line."""

import csv
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

import duckdb

from clients.fact_tables import FactTable
from clients.imports import person_values
from clients.mirror_files import csv_sql
from crm.lib import bulk

Row = tuple[str | None, ...]


def derive(
    con: duckdb.DuckDBPyConnection, sql: str, into: str, columns: tuple[str, ...], make: Callable[..., Row]
) -> None:
    """Make table `into`(line, columns) from a query whose first column is the line, a row at a time, memory flat."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "derived.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            reader = con.execute(sql)
            while rows := reader.fetchmany(20_000):
                for line, *values in rows:
                    writer.writerow([line, *(bulk.NULL if v is None else v for v in make(*values))])
        types = "{'line': 'BIGINT', " + ", ".join(f"'{c}': 'VARCHAR'" for c in columns) + "}"
        con.execute(f"CREATE TABLE {into} AS SELECT * FROM {csv_sql(path, types)}")


def load_current(con: duckdb.DuckDBPyConnection, table: FactTable, branches: list[int]) -> None:
    """Table `current_<table>`: the stored rows of these branches that `rows_<table>` may speak of, every column. The first
    and last number of the file bound them: a file of new clients need not read the old ones."""
    types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.types.items()) + "}"
    number = table.key[-1]
    bounds = con.execute(f"SELECT min({number}), max({number}) FROM rows_{table.name}").fetchone() or (None, None)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "current.csv"
        path.touch()
        if branches and bounds[0] is not None:
            columns = ", ".join(bulk.plain_sql(c, t) for c, t in table.types.items())
            marks = ", ".join(["%s"] * len(branches))
            within = f"branch_id IN ({marks}) AND {bulk.bytewise_sql(number)} BETWEEN %s AND %s"
            bulk.copy_out(f"SELECT {columns} FROM {table.db_table} WHERE {within}", [*branches, *bounds], path)
        con.execute(f"CREATE TABLE current_{table.name} AS SELECT * FROM {csv_sql(path, types)}")


def index_person(identity: str | None, phone: str | None) -> Row:
    """Blind indexes of a row's identity number and phone."""
    return person_values.indexes(identity, phone)


def seal_person(uid: str, identity: str | None, phone: str | None, name: str | None) -> Row:
    """The uid (made here for a new client), the seals of what is to be sealed (NULL: keep), and the search keys."""
    owner = uuid.UUID(uid) if uid else uuid.uuid4()
    table = "clients_client"
    pinyin, initials = person_values.search_keys(name or "")
    return (
        owner.hex,
        person_values.sealed(identity, table=table, column="identity", owner=owner) if identity is not None else None,
        person_values.sealed(phone, table=table, column="phone", owner=owner) if phone is not None else None,
        pinyin,
        initials,
    )


def seal_card(uid: str, card: str | None) -> Row:
    """The seal of a bank card, bound to the client that owns the account (NULL: keep)."""
    if card is None:
        return (None,)
    return (person_values.sealed(card, table="clients_account", column="card", owner=uuid.UUID(uid)),)
