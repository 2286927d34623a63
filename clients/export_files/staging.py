"""Read all rows of an inspected file into typed columns or rejects, outside the database, in bounded memory."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from clients.export_files import (
    parsing,
    resolving_people,
    resolving_positions,
    resolving_trades,
    texts,
    torn,
    workbooks,
)
from clients.export_files.cells import quoted
from clients.export_files.detection import shape_of
from clients.export_files.inspection import Inspection, Problem, Staged
from clients.export_files.limits import LIMITS, Limits, Refused
from clients.export_files.parsing import Layout, Part
from clients.export_files.registry import KINDS
from clients.export_files.resolving import Context, Resolved

MEMORY = "400MB"  # of DuckDB; the rest of a worker's 600 MB is Python and the piece of text in hand
_REJECTS = 'line BIGINT, "column" VARCHAR, field VARCHAR, value VARCHAR, code VARCHAR, params VARCHAR, cells VARCHAR[]'
_SIMPLE: Mapping[str, Callable[[Context], Resolved]] = {
    "clients": resolving_people.clients,
    "accounts": resolving_people.accounts,
    "rates": resolving_people.rates,
    "cash_transfers": resolving_positions.cash_transfers,
    "securities_transfers": resolving_positions.securities_transfers,
    "assets": resolving_positions.assets,
    "holdings": resolving_positions.holdings,
    "fills": resolving_trades.fills,
}


@dataclass
class _Work:
    """One staging under way."""

    con: duckdb.DuckDBPyConnection
    scratch: Path
    layout: Layout
    parts: list[Part] = field(default_factory=list)
    last_line: int = 0
    no_final_newline: bool = False
    rows: int = 0


def stage(
    path: Path,
    inspection: Inspection,
    *,
    into: Path,
    day: date | None = None,
    account: str | None = None,
    progress: Callable[[int], None] | None = None,
    known_names: Mapping[str, str] | None = None,
    threads: int = 1,
    limits: Limits = LIMITS,
) -> Staged:
    """Write accepted.parquet and rejects.parquet under `into`; a file that cannot be taken as a whole is `held` instead.

    `day` and `account` stand in for columns that the file lacks. `known_names` (security name → code) lets a name confirm
    a code that has lost its zeros. `progress` is told the number of lines read so far.
    """
    into.mkdir(parents=True, exist_ok=True)
    held = _held(inspection, day, account)
    if held:
        return _nothing(into, held)
    scratch = into / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    layout = Layout.of(KINDS[inspection.kind], inspection.columns, inspection.header_line)
    con = duckdb.connect(config={"threads": threads, "memory_limit": MEMORY, "temp_directory": str(scratch / "spill")})
    try:
        work = _Work(con, scratch, layout)
        _parse(work, path, inspection, progress, limits)
        return _resolve(work, inspection, into, day, account, known_names or {})
    except Refused as refused:
        return _nothing(into, (refused.code, refused.params))
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _held(inspection: Inspection, day: date | None, account: str | None) -> Problem | None:
    given = {"needs_day": day, "needs_account": account}
    problem = next((each for each in inspection.blocking if not given.get(each[0])), None)
    if problem is None and inspection.kind not in KINDS:
        return "unknown_kind", {}
    return problem or (("orders_are_not_facts", {}) if inspection.kind == "orders" else None)


def _nothing(into: Path, held: Problem) -> Staged:
    with duckdb.connect() as con:
        _copy(con, "SELECT CAST(NULL AS BIGINT) AS line WHERE false", into / "accepted.parquet")
        con.execute(f"CREATE TEMP TABLE rejects ({_REJECTS})")
        _copy(con, "SELECT * FROM rejects", into / "rejects.parquet")
    return Staged(into / "accepted.parquet", into / "rejects.parquet", 0, 0, 0, 0, {}, held, "")


def _copy(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    row = con.execute(
        f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    ).fetchone()
    return int(row[0]) if row else 0


def _blocks(path: Path, inspection: Inspection, limits: Limits) -> Iterator[texts.Block]:
    if inspection.container == "text":
        yield from texts.read_blocks(path, inspection.encoding, shape_of(path, inspection, limits), limits)
        return
    workbooks.check_workbook(path, limits)
    rows = workbooks.sheet_rows(workbooks.open_workbook(path), inspection.sheet, limits)
    lines: list[str] = []
    first = 1
    for row in rows:
        lines.append("\x1f".join(cell.replace("\x1f", " ").replace("\n", " ") for cell in row))
        if len(lines) == 50_000:
            yield texts.Block(("\n".join(lines) + "\n").encode("utf-8", "replace"), first, len(lines), torn=False)
            first, lines = first + len(lines), []
    if lines:
        yield texts.Block(("\n".join(lines) + "\n").encode("utf-8", "replace"), first, len(lines), torn=False)


def _parse(
    work: _Work, path: Path, inspection: Inspection, progress: Callable[[int], None] | None, limits: Limits
) -> None:
    """First pass: cut the file into parts of bounded size and read each into typed columns."""
    pending: list[texts.Block] = []
    header: str | None = None
    size = 0

    def flush() -> None:
        nonlocal header, size
        part = Part(
            work.scratch / f"lines-{len(work.parts):05}.txt",
            pending[0].first_line,
            sum(block.lines for block in pending),
        )
        with part.path.open("wb") as out:
            out.writelines(block.data for block in pending)
        commas = any(b"," in block.data for block in pending)
        pending.clear()
        size = 0
        if not work.parts:
            header = parsing.header_line(work.con, part, inspection.header_line)
        work.parts.append(part)
        target = work.scratch / f"parsed-{len(work.parts):05}.parquet"
        work.rows += _copy(work.con, parsing.parse_sql(part, work.layout, header, commas=commas), target)
        work.last_line = part.first_line + part.lines - 1
        if progress:
            progress(work.last_line)

    for block in _blocks(path, inspection, limits):
        pending.append(block)
        size += len(block.data)
        work.no_final_newline = block.torn
        if size >= limits.part_bytes:
            flush()
    if pending:
        flush()


def _resolve(
    work: _Work,
    inspection: Inspection,
    into: Path,
    day: date | None,
    account: str | None,
    known_names: Mapping[str, str],
) -> Staged:
    """Second pass: what the rows mean. Held files keep their counts and write no rows."""
    con = work.con
    con.execute(
        f"CREATE TEMP VIEW parsed AS SELECT * FROM read_parquet({quoted(str(work.scratch / 'parsed-*.parquet'))})"
    )
    is_securities = bool(account and re.fullmatch(r"[A-F]\d{9}|0\d{9}", account))
    context = Context(
        con,
        work.layout,
        day.isoformat() if day else None,
        account if account and not is_securities else None,
        account if is_securities else None,
        known_names,
    )
    notes: dict[str, int] = {}
    held: Problem | None = None
    rule = ""
    if inspection.kind == "trades":
        found = resolving_trades.settlement(context, inspection.preset)
        resolved, held, notes, rule = found.resolved, found.held, found.notes, found.rule.name if found.rule else ""
    else:
        resolved = _SIMPLE[inspection.kind](context)
    if held:
        return _nothing_but_counts(_nothing(into, held), work, notes, rule)
    torn_line = (
        torn.last_line(con, work.parts[-1], work.layout, rule, work.last_line)
        if work.no_final_newline and work.parts
        else None
    )
    con.execute("CREATE TEMP TABLE bad (line BIGINT, problem INTEGER, field VARCHAR, code VARCHAR, params VARCHAR)")
    con.execute("INSERT INTO bad SELECT line, problem, NULL, NULL, NULL FROM parsed WHERE problem IS NOT NULL")
    if torn_line:
        con.execute(
            "INSERT INTO bad SELECT ?, NULL, ?, 'torn_last_line', NULL WHERE NOT EXISTS (FROM bad WHERE line = ?)",
            [work.last_line, torn_line, work.last_line],
        )
        resolved.checks = [*resolved.checks]
        resolved.source = f"SELECT * FROM ({resolved.source}) WHERE line <> {work.last_line}"
    return _write(work, resolved, into, notes, rule)


def _write(work: _Work, resolved: Resolved, into: Path, notes: dict[str, int], rule: str) -> Staged:
    con = work.con
    accepted = _copy(con, resolved.accepted_sql(), into / "accepted.parquet")
    counts = con.execute(resolved.counts_sql()).fetchone() or (0,)
    skipped = int(counts[0])
    notes |= {name: int(count) for name, count in zip(resolved.notes, counts[1:], strict=True) if count}
    rejected = con.execute("SELECT count(*) FROM bad").fetchone()
    if accepted + skipped + int(rejected[0] if rejected else 0) != work.rows:
        con.execute(f"INSERT INTO bad {resolved.bad_sql()}")
    con.execute(f"CREATE TEMP TABLE rejects ({_REJECTS})")
    lines = con.execute("SELECT line FROM bad ORDER BY line").fetchall() if _has_rows(con, "bad") else []
    if lines:
        for part in work.parts:
            con.execute(f"INSERT INTO rejects {parsing.rejected_sql(part, work.layout)}")
    rejects = _copy(con, "SELECT * FROM rejects ORDER BY line", into / "rejects.parquet")
    if skipped:
        notes["empty_fills"] = skipped
    if work.no_final_newline:
        notes["no_final_newline"] = 1
    layout_lines = max(work.last_line - work.layout.header_line - work.rows, 0)
    return Staged(
        into / "accepted.parquet",
        into / "rejects.parquet",
        accepted + rejects,
        accepted,
        rejects,
        skipped + layout_lines,
        notes,
        None,
        _digest(con, into / "accepted.parquet", work.layout.kind.name),
        rule,
    )


def _has_rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def _nothing_but_counts(staged: Staged, work: _Work, notes: dict[str, int], rule: str) -> Staged:
    return Staged(staged.accepted, staged.rejects, work.rows, 0, 0, 0, notes, staged.held, "", rule)


def _digest(con: duckdb.DuckDBPyConnection, accepted: Path, kind: str) -> str:
    """The same for the same rows in any order, encoding or dialect. Comparable under one version of DuckDB."""
    row = con.execute(
        f"SELECT count(*), sum(h), bit_xor(h) FROM (SELECT hash(t) AS h FROM (SELECT * EXCLUDE (line) FROM read_parquet({quoted(str(accepted))})) AS t)"
    ).fetchone()
    return hashlib.sha256(json.dumps([kind, *map(str, row or ())]).encode()).hexdigest()
