"""DuckDB connections: bounded memory, spilling beside the data, one thread unless asked for more."""

from pathlib import Path

import duckdb
from django.conf import settings


def connect(
    *, memory: str = "400MB", threads: int = 1, database: Path | None = None, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB database (in memory unless a file is named) that reads no clock zone and installs no extension."""
    scratch = settings.VAR_DIR / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        str(database) if database else ":memory:",
        read_only=read_only,
        config={
            "threads": threads,
            "memory_limit": memory,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
            "disabled_optimizers": "in_clause",  # a list of words is no join: planning it cost more than the rows
        },
    )
    con.execute("SET TimeZone = 'UTC'")
    return con


def count_rows(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """How many rows a table, view or `table WHERE …` has."""
    found = con.execute(f"SELECT count(*) FROM {rows}").fetchone()
    return int(found[0]) if found else 0


def literal(value: object) -> str:
    """A value as a SQL string literal, for places that take no parameters (file names, views)."""
    return "'" + str(value).replace("'", "''") + "'"
