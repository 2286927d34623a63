"""The first pass of staging: the file in parts of bounded size, each read into typed columns by one DuckDB query."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from clients.export_files import parsing, texts, workbooks
from clients.export_files.cells import quoted
from clients.export_files.detection import shape_of
from clients.export_files.inspection import Inspection
from clients.export_files.limits import Limits
from clients.export_files.parsing import Layout, Part

_PARQUET = "PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1000"  # a fifth quicker to write than what DuckDB would choose
_SHEET_ROWS = 50_000
_SAMPLE = 100  # lines of a part that show how its cells are written


@dataclass
class Lines:
    """The lines of a file on disk and what the first pass counted; the view `parsed` holds the typed rows."""

    con: duckdb.DuckDBPyConnection
    scratch: Path
    layout: Layout
    parts: list[Part] = field(default_factory=list)
    last_line: int = 0
    no_final_newline: bool = False
    rows: int = 0


def copy(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    """Write a query's rows to a Parquet file; how many they are."""
    row = con.execute(f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, {_PARQUET})").fetchone()
    return int(row[0]) if row else 0


def parse(
    lines: Lines,
    path: Path,
    inspection: Inspection,
    progress: Callable[[int], None] | None,
    limits: Limits,
    *,
    threads: int,
) -> None:
    """Read the whole file, part by part; `progress` is told the last line read. With more threads, parts are read while
    the next ones are cut.
    """
    header: str | None = None
    reading: deque[tuple[Part, Future[int]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for part in _parts(lines, path, inspection, limits):
            if not lines.parts:
                header = parsing.header_line(lines.con, part, inspection.header_line)
            lines.parts.append(part)
            query = parsing.parse_sql(part, lines.layout, header)
            target = lines.scratch / f"parsed-{len(lines.parts):05}.parquet"
            reading.append((part, pool.submit(copy, lines.con.cursor(), query, target)))
            if len(reading) >= threads:
                _finish(lines, reading, progress)
        while reading:
            _finish(lines, reading, progress)
    files = quoted(str(lines.scratch / "parsed-*.parquet"))
    lines.con.execute(f"CREATE TEMP VIEW parsed AS SELECT * FROM read_parquet({files})")


def _finish(lines: Lines, reading: deque[tuple[Part, Future[int]]], progress: Callable[[int], None] | None) -> None:
    part, future = reading.popleft()
    lines.rows += future.result()
    lines.last_line = part.first_line + part.lines - 1
    if progress:
        progress(lines.last_line)


def _parts(lines: Lines, path: Path, inspection: Inspection, limits: Limits) -> Iterator[Part]:
    """The file as parts on disk."""
    pending: list[texts.Block] = []
    number = 0
    for block in blocks(path, inspection, limits):
        pending.append(block)
        lines.no_final_newline = block.torn
        if sum(len(each.data) for each in pending) >= limits.part_bytes:
            yield _part(lines.scratch / f"lines-{number:05}.txt", pending, lines.layout)
            number, pending = number + 1, []
    if pending:
        yield _part(lines.scratch / f"lines-{number:05}.txt", pending, lines.layout)


def _part(path: Path, pending: list[texts.Block], layout: Layout) -> Part:
    with path.open("wb") as out:
        out.writelines(block.data for block in pending)
    first = pending[0]
    above = max(layout.header_line - first.first_line + 1, 0)
    sample = [line.decode().split("\x1f") for line in first.data.split(b"\n", above + _SAMPLE)[above:-1]]
    return Part(
        path,
        first.first_line,
        sum(block.lines for block in pending),
        commas=any(b"," in block.data for block in pending),
        padded=frozenset(at for line in sample for at, cell in enumerate(line) if cell != cell.strip()),
        wrapped=frozenset(at for line in sample for at, cell in enumerate(line) if cell.lstrip().startswith('="')),
    )


def blocks(path: Path, inspection: Inspection, limits: Limits) -> Iterator[texts.Block]:
    """The lines of a file in normal form, text or workbook, a few megabytes at a time."""
    if inspection.container == "text":
        yield from texts.read_blocks(path, inspection.encoding, shape_of(path, inspection, limits), limits)
        return
    workbooks.check_workbook(path, limits)
    rows = workbooks.sheet_rows(workbooks.open_workbook(path), inspection.sheet, limits)
    first, lines = 1, []
    for row in rows:
        lines.append("\x1f".join(cell.replace("\x1f", " ").replace("\n", " ") for cell in row))
        if len(lines) == _SHEET_ROWS:
            yield _sheet_block(lines, first)
            first, lines = first + len(lines), []
    if lines:
        yield _sheet_block(lines, first)


def _sheet_block(lines: list[str], first: int) -> texts.Block:
    return texts.Block(("\n".join(lines) + "\n").encode("utf-8", "replace"), first, len(lines), torn=False)
