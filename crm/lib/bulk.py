"""The seam between the two databases for set-based work: rows travel as CSV files in both directions, so that memory
stays flat. PostgreSQL speaks COPY; SQLite gets large `executemany` calls and stays correct, only slower."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

NULL = "\\N"  # in both directions; an empty cell is an empty string
_BATCH = 20_000


def is_postgresql() -> bool:
    """Whether the default connection is PostgreSQL."""
    return connection.vendor == "postgresql"


def copy_out(sql: str, params: Sequence[Any], path: Path) -> int:
    """Write the rows of a query to a CSV file without header (NULL as \\N); returns the count of rows."""
    with connection.cursor() as cursor, path.open("w", newline="", encoding="utf-8") as file:
        if is_postgresql():
            text = cursor.mogrify(sql, params)
            text = text.decode() if isinstance(text, bytes) else text
            cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT csv, NULL '{NULL}')", file)
            return int(cursor.rowcount)
        cursor.execute(sql, params)
        writer = csv.writer(file)
        count = 0
        while rows := cursor.fetchmany(_BATCH):
            writer.writerows([[NULL if v is None else v for v in row] for row in rows])
            count += len(rows)
        return count


def copy_in(table: str, columns: Sequence[str], path: Path) -> int:
    """Insert the rows of a CSV file (no header, NULL as \\N) into a table; returns the count of rows.
    Runs in the caller's transaction; a broken constraint raises IntegrityError and nothing of the file stays."""
    names = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as cursor, path.open(newline="", encoding="utf-8") as file:
        if is_postgresql():
            cursor.copy_expert(f"COPY \"{table}\" ({names}) FROM STDIN (FORMAT csv, NULL '{NULL}')", file)
            return int(cursor.rowcount)
        marks = ", ".join(["%s"] * len(columns))
        count = 0
        for rows in _chunks(csv.reader(file)):
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
            count += len(rows)
        return count


def _chunks(reader: Iterator[list[str]]) -> Iterator[list[list[str | None]]]:
    rows: list[list[str | None]] = []
    for row in reader:
        rows.append([None if v == NULL else v for v in row])
        if len(rows) >= _BATCH:
            yield rows
            rows = []
    if rows:
        yield rows
