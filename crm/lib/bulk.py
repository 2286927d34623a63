"""The seam between the two databases for set-based work: rows travel as CSV files in both directions, so that memory
stays flat. PostgreSQL speaks COPY; SQLite gets large `executemany` calls and stays correct, only slower."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from django.db import connection

T = TypeVar("T")
NULL = "\\N"  # in both directions; an empty cell is an empty string
_BATCH = 20_000
_SENT = 1 << 18  # bytes that the driver asks for at a time


def is_postgresql() -> bool:
    """Whether the default connection is PostgreSQL."""
    return connection.vendor == "postgresql"


def plain_sql(column: str, duck_type: str) -> str:
    """A column as it travels in a file: moments in UTC without a zone, the rest as it is stored."""
    if duck_type == "TIMESTAMP" and is_postgresql():
        return f"to_char(\"{column}\" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f'"{column}"'


@contextmanager
def whole_sets() -> Iterator[None]:
    """Within a transaction: let PostgreSQL join whole sets only. Rows that were just written stand in no statistics yet; it
    takes them for a handful and goes through them in nested loops, a minute where a tenth of a second is enough."""
    if not is_postgresql():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def bytewise_sql(column: str) -> str:
    """A text column that is compared byte by byte, as DuckDB compares, whatever the database's collation is."""
    return f'"{column}" COLLATE "C"' if is_postgresql() else f'"{column}" COLLATE BINARY'


def moment(at: datetime) -> str:
    """A moment as the ORM stores it, in UTC: SQLite compares moments as text, so every writer has to write them alike."""
    return str(at.astimezone(UTC).replace(tzinfo=None))


def copy_out(sql: str, params: Sequence[Any], path: Path) -> int:
    """Write the rows of a query to a CSV file without header (NULL as `bulk.NULL`); returns the count of rows."""
    with connection.cursor() as cursor, path.open("w", newline="", encoding="utf-8") as file:
        if is_postgresql():
            text = cursor.mogrify(sql, params)
            text = text.decode() if isinstance(text, bytes) else text
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT csv, NULL '{NULL}')", file)
            return int(cursor.rowcount)
        cursor.execute(sql, params)
        writer = csv.writer(file)
        count = 0
        while rows := cursor.fetchmany(_BATCH):
            writer.writerows([[NULL if v is None else v for v in row] for row in rows])
            count += len(rows)
        return count


def update_from(table: str, columns: Sequence[str], path: Path, *, guard: str) -> int:
    """Update rows by id from a CSV file of id, guard value and the columns; a row whose `guard` column no longer holds
    the value of the file is left alone. Returns the count of rows updated; runs in the caller's transaction."""
    with connection.cursor() as cursor:
        names = ", ".join(f'"{c}"' for c in columns)
        kept = f'"id", "{guard}" AS guard_value, {names}'
        cursor.execute(f'CREATE TEMPORARY TABLE incoming AS SELECT {kept} FROM "{table}" WHERE 1 = 0')
        try:
            copy_in("incoming", ["id", "guard_value", *columns], path)
            setting = ", ".join(f'"{c}" = incoming."{c}"' for c in columns)
            cursor.execute(
                f'UPDATE "{table}" SET {setting} FROM incoming'
                f' WHERE "{table}"."id" = incoming."id" AND "{table}"."{guard}" = incoming.guard_value'
            )
            return int(cursor.rowcount)
        finally:
            cursor.execute("DROP TABLE incoming")


def delete_from(table: str, path: Path, *, guard: str) -> int:
    """Delete the rows whose id and guard value stand in a CSV file; returns the count of rows deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE leaving AS SELECT "id", "{guard}" AS guard_value FROM "{table}" WHERE 1 = 0'
        )
        try:
            copy_in("leaving", ["id", "guard_value"], path)
            cursor.execute(
                f'DELETE FROM "{table}" WHERE EXISTS (SELECT 1 FROM leaving'
                f' WHERE leaving."id" = "{table}"."id" AND leaving.guard_value = "{table}"."{guard}")'
            )
            return int(cursor.rowcount)
        finally:
            cursor.execute("DROP TABLE leaving")


def reserve_ids(table: str, count: int) -> list[int]:
    """Ids that rows of a table will take, so that rows which point at each other go in together. On SQLite the caller's
    IMMEDIATE transaction keeps them free until it ends."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))


class _Counted:
    """A file that tells how many lines have been read of it."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        self._file, self._told, self._lines = file, told, 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._lines += data.count(b"\n")
        self._told(self._lines)
        return data

    readline = read


def copy_in(table: str, columns: Sequence[str], path: Path, *, told: Callable[[int], None] = lambda count: None) -> int:
    """Insert the rows of a CSV file (no header, NULL as `bulk.NULL`) into a table; returns the count of rows.
    Runs in the caller's transaction; a broken constraint raises IntegrityError and nothing of the file stays. `told` is
    called now and then with the rows so far."""
    names = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            sql = f"COPY \"{table}\" ({names}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
            # COPY is the driver's own call, its errors would pass the ORM's names by
            with connection.wrap_database_errors, path.open("rb") as sent:
                cursor.copy_expert(sql, _Counted(sent, told), _SENT)
            return int(cursor.rowcount)
        marks = ", ".join(["%s"] * len(columns))
        count = 0
        with path.open(newline="", encoding="utf-8") as file:
            for rows in _chunks(csv.reader(file)):
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
                count += len(rows)
                told(count)
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


def local_day_sql(column: str) -> str:
    """The Shanghai day of a moment: a date from PostgreSQL, its text from SQLite."""
    return f"CAST({column} AT TIME ZONE 'Asia/Shanghai' AS date)" if is_postgresql() else f"date({column}, '+8 hours')"


def in_parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Values in runs of at most so many, in order: no statement names more than a database takes."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
