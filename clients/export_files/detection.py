"""Find out what a file is from its beginning: container, encoding, delimiter, header row, kind, preset, columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clients.export_files import matching, texts, workbooks
from clients.export_files.aligned import find_gutters, split_line
from clients.export_files.commission import candidates
from clients.export_files.fields_trades import FEE_NAMES, LEVIES
from clients.export_files.inspection import Inspection, Overrides, Problem, RememberedMapping
from clients.export_files.limits import LIMITS, Limits, Refused
from clients.export_files.presets import rule_of
from clients.export_files.quoting import MARK, unwrapped
from clients.export_files.unpacking import is_archive

DELIMITERS = ("\t", ",", "|", ";", texts.ALIGNED)
_SAMPLE = 12


@dataclass(frozen=True)
class _Grid:
    """The beginning of a file, read one way."""

    rows: list[list[str]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    count: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Header:
    grid: _Grid
    at: int  # index of the header row
    found: matching.Match | None


def inspect(
    path: Path,
    *,
    remembered: Mapping[str, RememberedMapping] | None = None,
    overrides: Overrides | None = None,
    limits: Limits = LIMITS,
) -> Inspection:
    """Read the beginning of a file and say what it is; nothing in a file makes this raise, it becomes a problem."""
    overrides = overrides or Overrides()
    container = container_of(path)
    base = Inspection(path.name, path.stat().st_size, _sha256(path), container)
    problem = _not_a_table(path, base.size_bytes, container)
    if problem:
        return replace(base, problems=(problem,))
    try:
        if container == "text":
            header = _best(_text_grids(path, overrides, limits), path.name, remembered or {}, overrides, limits)
        else:
            header = _best(_sheet_grids(path, overrides, limits), path.name, remembered or {}, overrides, limits)
    except Refused as refused:
        return replace(base, problems=((refused.code, refused.params),))
    inspection = _described(base, header, limits)
    return _aligned_sample(path, inspection, limits) if inspection.delimiter == texts.ALIGNED else inspection


def container_of(path: Path) -> str:
    """text, xls, xlsx or zip by the first bytes; the name of a broker's .xls says nothing."""
    with path.open("rb") as source:
        magic = source.read(8)
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    return "xlsx" if magic.startswith(b"PK\x03\x04") else "text"


def _not_a_table(path: Path, size: int, container: str) -> Problem | None:
    if size == 0:
        return "empty_file", {}
    if container == "xlsx":
        return ("archive_not_unpacked", {}) if is_archive(path) else None
    with path.open("rb") as source:
        start = source.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return ("web_page", {}) if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _text_grids(path: Path, overrides: Overrides, limits: Limits) -> list[_Grid]:
    prefix, whole = texts.read_prefix(path, limits)
    first = overrides.encoding or texts.detect_encoding(prefix)
    encodings = [first] if overrides.encoding or first == "utf-16" else [first, "gb18030"]
    size = path.stat().st_size
    grids = []
    for encoding in dict.fromkeys(encodings):
        data = texts.prefix_lines(prefix, encoding, whole=whole)
        for delimiter in [overrides.delimiter] if overrides.delimiter else DELIMITERS:
            form = texts.normal_form(data, texts.Shape(delimiter), limits)
            lines = form.decode("utf-8", "replace").split("\n")
            wanted = len(lines) if overrides.header_line else limits.header_lines + 200
            rows = [_cells(line, delimiter) for line in lines[:wanted]]
            count = int(size * len(lines) / max(len(prefix), 1))
            grids.append(_Grid(rows, encoding, delimiter, count=count))
    return grids


def _cells(line: str, delimiter: str) -> list[str]:
    if line.startswith(MARK.decode()):
        return []
    cells = line.split() if delimiter == texts.ALIGNED else line.split("\x1f")
    return [unwrapped(cell) for cell in cells]


def _sheet_grids(path: Path, overrides: Overrides, limits: Limits) -> list[_Grid]:
    workbooks.check_workbook(path, limits)
    book = workbooks.open_workbook(path)
    names = [overrides.sheet] if overrides.sheet else book.sheet_names
    grids = []
    for name in names:
        rows = list(workbooks.sheet_rows(book, name, limits))
        if any(rows):
            grids.append(_Grid(rows[: limits.header_lines + 200], sheet=name, count=len(rows)))
    others = [grid.sheet for grid in grids]
    return [replace(grid, problems=_other_sheets(grid.sheet, others)) for grid in grids]


def _other_sheets(name: str, names: Sequence[str]) -> tuple[Problem, ...]:
    rest = [other for other in names if other != name]
    return (("other_sheets", {"sheets": rest}),) if rest else ()


def _best(
    grids: list[_Grid], name: str, remembered: Mapping[str, RememberedMapping], overrides: Overrides, limits: Limits
) -> _Header | None:
    """The reading under which most columns of a header are understood; earlier encodings and delimiters win ties."""
    best: _Header | None = None
    for grid in grids:
        lines = range(len(grid.rows)) if overrides.header_line is None else [overrides.header_line - 1]
        for at in lines[: limits.header_lines]:
            if not 0 <= at < len(grid.rows) or not 2 <= len(matching.trimmed(grid.rows[at])) <= limits.columns:
                continue
            header = _read_header(grid, at, name, remembered, overrides)
            if header and (best is None or _score(header) > _score(best)):
                best = header
    if best is None:
        best = _unknown(grids, overrides, limits)
    return best


def _score(header: _Header) -> int:
    return header.found.score if header.found else 0


def _read_header(
    grid: _Grid, at: int, name: str, remembered: Mapping[str, RememberedMapping], overrides: Overrides
) -> _Header | None:
    cells = grid.rows[at]
    known = remembered.get(matching.signature(matching.trimmed(cells)))
    hint = name + " ".join(" ".join(row) for row in grid.rows[:at])
    below = grid.rows[at + 1 : at + 1 + 200]
    found = (matching.remember(cells, known) if known else None) or matching.match(cells, hint=hint, rows=below)
    if overrides.header_line is not None or found is not None:
        found = matching.corrected(found, cells, overrides)
    return _Header(grid, at, found) if found else None


def _unknown(grids: list[_Grid], overrides: Overrides, limits: Limits) -> _Header | None:
    """No header is known: show the widest row as a header, so that a person can say what the columns are."""
    grids = [grid for grid in grids if any(grid.rows)]
    if not grids:
        return None
    widest = max(
        grids,
        key=lambda grid: (
            max(len(row) for row in grid.rows[: limits.header_lines]) if grid.delimiter != texts.ALIGNED else 2
        ),
    )
    rows = widest.rows[: limits.header_lines]
    at = (overrides.header_line or 0) - 1
    if not 0 <= at < len(widest.rows):
        at = max(range(len(rows)), key=lambda index: (len(matching.trimmed(rows[index])), -index))
    cells = widest.rows[at]
    return _Header(widest, at, matching.corrected(None, cells, overrides))


def _described(base: Inspection, header: _Header | None, limits: Limits) -> Inspection:
    if header is None:
        return replace(base, problems=(("unknown_kind", {}),))
    grid, found = header.grid, header.found
    cells = matching.trimmed(grid.rows[header.at])
    inspection = replace(
        base,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        sheet=grid.sheet,
        header_line=header.at + 1,
        signature=matching.signature(cells),
        sample=tuple(
            tuple(cell[:120] for cell in row[:64])
            for row in grid.rows[header.at + 1 : header.at + 1 + _SAMPLE]
            if any(row)
        ),
        row_count=max(grid.count - header.at - 1, 0),
    )
    if len(cells) > limits.columns:
        return replace(inspection, problems=(("too_many_columns", {"count": len(cells), "most": limits.columns}),))
    if found is None:
        columns = matching.corrected(None, cells, Overrides(kind="trades"))
        unknown = tuple(replace(column, field="", confidence="none") for column in columns.columns) if columns else ()
        return replace(inspection, columns=unknown, problems=(("unknown_kind", {}), *grid.problems))
    present = {column.field for column in found.columns}
    rules = candidates(present & set(FEE_NAMES), LEVIES, rule_of(found.preset)) if found.kind == "trades" else []
    return replace(
        inspection,
        kind=found.kind,
        preset=found.preset,
        columns=found.columns,
        problems=(*matching.problems_of(found), *grid.problems),
        commission_rule=rules[0].name if rules else "",
    )


def _aligned_sample(path: Path, inspection: Inspection, limits: Limits) -> Inspection:
    lines = _prefix_text(path, inspection, limits)[inspection.header_line : inspection.header_line + _SAMPLE]
    gutters = shape_of(path, inspection, limits).gutters
    sample = tuple(tuple(split_line(line, gutters)) for line in lines if line.strip()) if gutters else ()
    return replace(inspection, sample=sample)


def _prefix_text(path: Path, inspection: Inspection, limits: Limits) -> list[str]:
    prefix, whole = texts.read_prefix(path, limits)
    data = texts.prefix_lines(prefix, inspection.encoding, whole=whole)
    return texts.line_ends(data).decode("utf-8", "replace").split("\n")


def shape_of(path: Path, inspection: Inspection, limits: Limits = LIMITS) -> texts.Shape:
    """How the lines of an inspected text file are cut; for aligned text the columns are measured again on the same prefix."""
    if inspection.delimiter != texts.ALIGNED:
        return texts.Shape(inspection.delimiter)
    lines = _prefix_text(path, inspection, limits)
    at = inspection.header_line - 1
    return texts.Shape(texts.ALIGNED, find_gutters(lines[at], lines[at + 1 : at + 501]))
