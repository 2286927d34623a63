"""From lines in normal form to typed columns: the first of the two passes of staging, one DuckDB query per part of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clients.export_files import cells
from clients.export_files.inspection import ColumnMatch
from clients.export_files.kinds import Field, Kind
from clients.export_files.quoting import MARK

TOO_FEW, TOO_MANY, MARKED = -1, -2, -3
# Lines that belong to the layout: blank ones, totals, rules and counts below the table.
_NO_ROW = r"^[\x1f\s]*$|^[\x1f ]*(合计|总计|小计|本页|累计|共\s*\d+\s*[条笔行]|-{5,}|={3,}|[Tt]otal\b)"


@dataclass(frozen=True)
class Part:
    """A piece of the file in normal form, with the number of its first line."""

    path: Path
    first_line: int
    lines: int
    commas: bool = True  # there may be commas inside cells
    padded: frozenset[int] = frozenset()  # columns that begin with blanks around the cells
    wrapped: frozenset[int] = frozenset()  # columns that begin with cells written ="…"


@dataclass(frozen=True)
class Layout:
    """Columns of the file that are read, in the file's order, and what the header looks like in normal form."""

    kind: Kind
    columns: tuple[tuple[ColumnMatch, Field], ...]
    width: int
    header_line: int

    @classmethod
    def of(cls, kind: Kind, columns: Sequence[ColumnMatch], header_line: int) -> Layout:
        """The columns whose field the kind knows and uses."""
        used = tuple((column, kind.field(column.field)) for column in columns if column.field)
        return cls(kind, tuple(pair for pair in used if pair[1].type != "unused"), len(columns), header_line)

    @property
    def fields(self) -> set[str]:
        """Names of the fields that the file has."""
        return {field.name for _, field in self.columns}


def lines_sql(part: Part) -> str:
    """Rows (line, l) of a part. One scan by one thread keeps the order, so the row number is the line number."""
    return (
        f"SELECT row_number() OVER () + {part.first_line - 1} AS line, l FROM read_csv({cells.quoted(str(part.path))}, "
        "columns = {'l': 'VARCHAR'}, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', "
        "comment = '', new_line = '\\n', max_line_size = 1000000, strict_mode = false, null_padding = false)"
    )


def parse_sql(part: Part, layout: Layout, header: str | None) -> str:
    """Rows (line, problem, one typed column per field). problem is NULL, a constant of this module or the place of the
    first column that is not accepted; the values of a row with a problem mean nothing.
    """
    again = f" AND l IS DISTINCT FROM {cells.quoted(header)}" if header else ""
    numbered = list(enumerate(layout.columns))
    # a layer for each step: within one expression DuckDB would trim a cell again for every use of it
    layers = [", ".join(f"c[{column.index + 1}] AS x{at}" for at, (column, _) in numbered)]
    # a line that fits is spared what its part does not need; a CASE that is true of all rows costs nothing
    for read, usual in ((cells.trimmed, part.padded), (cells.unwrapped, part.wrapped)):
        each = [
            read(f"x{at}") if column.index in usual else f"CASE WHEN fits THEN x{at} ELSE {read(f'x{at}')} END"
            for at, (column, _) in numbered
        ]
        layers.append(", ".join(f"{expression} AS x{at}" for at, expression in enumerate(each)))
    layers.append(
        ", ".join(f"{cells.optional_zero(field.type, cells.filled(f'x{at}'))} AS x{at}" for at, (_, field) in numbered)
    )
    texts = f"SELECT line, p, fits, {layers[0]} FROM judged"
    for layer in layers[1:]:
        texts = f"SELECT line, p, fits, {layer} FROM ({texts})"
    values = ", ".join(
        f"{cells.value(field.type, f'x{at}', commas=part.commas)} AS v{at}" for at, (_, field) in numbered
    )
    checks = " ".join(
        f"WHEN x{at} IS NOT NULL AND (v{at} IS NULL OR NOT {cells.matches(field.type, f'x{at}')}) THEN {at}"
        for at, (_, field) in numbered
    )
    doubts = [cells.doubtful(field.type, f"x{at}", f"v{at}") for at, (_, field) in numbered]
    doubtful = " OR ".join(doubt for doubt in doubts if doubt) or "false"
    # a delimiter at the end of the line makes empty cells, which are no reason; a lambda here would cost as much as all else
    extra = f"NOT regexp_full_match(l, '([^\x1f]*\x1f){{{layout.width - 1}}}[^\x1f]*[\x1f ]*')"
    fields = ", ".join(f"v{at} AS {field.name}" for at, (_, field) in numbered)
    return f"""
        WITH lines AS ({lines_sql(part)}),
        cut AS (
            SELECT line, l, string_split(l, '\x1f') AS c, starts_with(l, {cells.quoted(MARK.decode())}) AS marked
            FROM lines WHERE line > {layout.header_line} AND l IS NOT NULL{again} AND NOT regexp_matches(l, '{_NO_ROW}')
        ),
        judged AS (SELECT line, c, CASE WHEN marked THEN {MARKED} WHEN len(c) < {layout.width} THEN {TOO_FEW}
            WHEN len(c) > {layout.width} THEN CASE WHEN {extra} THEN {TOO_MANY} END END AS p,
            regexp_full_match(l, {cells.quoted(_line_pattern(part, layout))}) AS fits FROM cut),
        texts AS ({texts}),
        typed AS (SELECT *, {values} FROM texts)
        SELECT line, CASE WHEN p IS NOT NULL THEN p WHEN fits AND NOT ({doubtful}) THEN NULL {checks} END AS problem, {fields}
        FROM typed
    """


def _line_pattern(part: Part, layout: Layout) -> str:
    """The patterns of all columns in one, as the part begins: the cells of lines that match are trimmed and unwrapped only
    where this is usual, and are not looked at one by one. How a part begins decides what is quick, never what is right.
    """
    types: dict[int, str] = {column.index: field.type for column, field in layout.columns}
    return "\x1f".join(
        cells.cell_pattern(types.get(index), padded=index in part.padded, wrapped=index in part.wrapped)
        for index in range(layout.width)
    )


def rejected_sql(part: Part, layout: Layout, found: Sequence[tuple[int | None, str | None]]) -> str:
    """For lines in the table `bad` (line, problem, field, code, params): the whole row with its reason as it is reported.

    `found` are the pairs of problem and field that occur: only their columns are looked at.
    """
    problems = {problem for problem, _ in found}
    wanted = {field for problem, field in found if problem is None}
    shown = [
        (at, column, field)
        for at, (column, field) in enumerate(layout.columns)
        if at in problems or field.name in wanted
    ]
    texts = "".join(f", {cells.cell(f'c[{column.index + 1}]')} AS x{at}" for at, column, _ in shown)
    values = "".join(f", {cells.value(field.type, f'x{at}')} AS v{at}" for at, _, field in shown)

    def case(what: str, last: str) -> str:
        tests = [
            f"WHEN problem = {at} OR (problem IS NULL AND field = {cells.quoted(field.name)}) THEN "
            + what.format(at=at, source=cells.quoted(column.source), name=cells.quoted(field.name))
            for at, column, field in shown
        ]
        return f"CASE {' '.join(tests)} ELSE {last} END" if tests else last

    reasons = "".join(
        f" WHEN problem = {at} THEN {cells.reason(field.type, f'x{at}', f'v{at}')}"
        for at, _, field in shown
        if at in problems
    )
    mark = cells.quoted(MARK.decode())
    return f"""
        WITH cut AS (
            SELECT bad.*, lines.l, string_split(lines.l, '\x1f') AS c FROM ({lines_sql(part)}) AS lines JOIN bad USING (line)
            WHERE line BETWEEN {part.first_line} AND {part.first_line + part.lines - 1}
        ),
        texts AS (SELECT *{texts} FROM cut), typed AS (SELECT *{values} FROM texts)
        SELECT line, {case("{source}", "''")} AS "column", {case("{name}", "coalesce(field, '')")} AS field,
            left(coalesce({case("x{at}", "''")}, ''), 200) AS value,
            CASE WHEN problem = {TOO_FEW} THEN 'too_few_cells' WHEN problem = {TOO_MANY} THEN 'too_many_cells'
                WHEN problem = {MARKED} THEN split_part(l, {mark}, 2){reasons} ELSE code END AS code,
            CASE WHEN problem = {TOO_FEW} OR problem = {TOO_MANY}
                THEN '{{"cells": ' || len(c) || ', "columns": {layout.width}}}' ELSE coalesce(params, '{{}}') END AS params,
            CASE WHEN problem = {MARKED} THEN [split_part(l, {mark}, 3)]
                ELSE list_transform(c, lambda y: replace(y, '{cells.LOST_DIGITS}', '')) END AS cells
        FROM typed
    """


def header_line(con: duckdb.DuckDBPyConnection, part: Part, number: int) -> str | None:
    """The header in normal form, so that it is recognised when it comes again inside a file put together from several."""
    row = con.execute(f"SELECT l FROM ({lines_sql(part)}) WHERE line = ?", [number]).fetchone()
    return row[0] if row else None
