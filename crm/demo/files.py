"""Writing tables as files: appended text of any size, and small workbooks whose bytes do not depend on the clock."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from openpyxl import Workbook

from crm.demo.dialects.layout import Column, Table
from crm.demo.fact_rows import Fields

ROWS_AT_ONCE = 100_000
DIVISORS = {"money": 100, "price": 10_000, "rate": 1_000_000}
EPOCH = (2000, 1, 1, 0, 0, 0)
"""The time stamp of every entry in a workbook."""


def row_count(fields: Fields) -> int:
    """How many rows the fields describe."""
    return next(len(value) for value in fields.values() if not isinstance(value, str))


def _column(fields: Fields, column: Column, part: slice) -> Iterable[Any]:
    value = fields[column.field]
    if isinstance(value, str):
        return repeat(value, part.stop - part.start)
    if column.form in DIVISORS:
        # A fen amount divided by 100 prints back exactly with two decimals below 10^13.
        shown: list[Any] = (value[part].astype(np.float64) / DIVISORS[column.form]).tolist()
        return shown
    plain: list[Any] = value[part].tolist()
    return plain


def lines(table: Table, fields: Fields) -> Iterator[str]:
    """The rows as text, many lines at a time."""
    template, count = table.row, row_count(fields)
    for start in range(0, count, ROWS_AT_ONCE):
        part = slice(start, min(start + ROWS_AT_ONCE, count))
        cells = [_column(fields, column, part) for column in table.columns]
        yield "".join([template % row for row in zip(*cells, strict=True)])


class TextFiles:
    """Text files open for appending, each begun with its title and header when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: dict[Path, int] = {}
        self._open: dict[Path, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._open.values():
            handle.close()

    def append(self, path: Path, table: Table, fields: Fields, *, title: str = "") -> None:
        """Append rows to the file at `path` (relative to the root)."""
        handle = self._open.get(path)
        if handle is None:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            handle = self._open[path] = (self.root / path).open("wb")
            heading = f"{title}{table.newline}{table.newline}" if title else ""
            handle.write((heading + table.head).encode(table.encoding))
            self.rows[path] = 0
        encoding = "utf-8" if table.encoding == "utf-8-sig" else table.encoding
        for chunk in lines(table, fields):
            handle.write(chunk.encode(encoding))
        self.rows[path] += row_count(fields)


def _cell(value: Any, form: str) -> Any:
    if form != "date" or not value.isdigit():
        return value
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))


def write_workbook(path: Path, table: Table, parts: Iterable[Fields]) -> int:
    """Write one sheet and return its number of rows. Identifiers are text cells, dates are date cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append([column.header for column in table.columns])
    count = 0
    forms = [column.form for column in table.columns]
    for fields in parts:
        size = row_count(fields)
        cells = [_column(fields, column, slice(0, size)) for column in table.columns]
        for row in zip(*cells, strict=True):
            sheet.append([_cell(value, form) if value != "" else None for value, form in zip(row, forms, strict=True)])
        count += size
    raw = io.BytesIO()
    book.save(raw)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_timeless(raw.getvalue()))
    return count


def _timeless(workbook: bytes) -> bytes:
    """The same workbook without the moment of writing, so that the same firm gives the same bytes."""
    out = io.BytesIO()
    stamp = "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*EPOCH)
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _without_times(content.decode(), stamp).encode()
            target.writestr(zipfile.ZipInfo(entry.filename, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_times(core: str, stamp: str) -> str:
    for tag in ("created", "modified"):
        start = core.find(f"<dcterms:{tag}")
        if start >= 0:
            begin = core.index(">", start) + 1
            core = core[:begin] + stamp + core[core.index("<", begin) :]
    return core
