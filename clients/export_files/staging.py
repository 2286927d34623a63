"""Read all rows of an inspected file into typed columns or rejects, outside the database, in bounded memory."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from clients.export_files import parsing, resolving_people, resolving_positions, resolving_trades, torn
from clients.export_files.cells import quoted
from clients.export_files.first_pass import Lines, copy, parse
from clients.export_files.inspection import Inspection, Problem, Staged
from clients.export_files.limits import LIMITS, Limits, Refused
from clients.export_files.parsing import Layout
from clients.export_files.registry import KINDS
from clients.export_files.resolving import Context, Resolved

MEMORY = "400MB"  # of DuckDB; the rest of a worker's 600 MB is Python and the piece of text in hand
_REJECTS = 'line BIGINT, "column" VARCHAR, field VARCHAR, value VARCHAR, code VARCHAR, params VARCHAR, cells VARCHAR[]'
_SECURITIES_ACCOUNT = re.compile(r"[A-F]\d{9}|0\d{9}")
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
    a code that has lost its zeros. `progress` is told the number of lines read so far. `threads`: 1 where other workers
    need the cores, else how many may be used.
    """
    into.mkdir(parents=True, exist_ok=True)
    held = _held(inspection, day, account)
    if held:
        return _nothing(into, held)
    scratch = into / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    con = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": MEMORY,
            "temp_directory": str(scratch / "spill"),
            # Joins keep the order of the lines, and lists stay comparisons: for a small file two thirds of the reading.
            "disabled_optimizers": "join_order,build_side_probe_side,in_clause",
        }
    )
    try:
        lines = Lines(con, scratch, Layout.of(KINDS[inspection.kind], inspection.columns, inspection.header_line))
        parse(lines, path, inspection, progress, limits, threads=threads)
        return _resolve(lines, inspection, into, _context(lines, day, account, known_names or {}))
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
        copy(con, "SELECT CAST(NULL AS BIGINT) AS line WHERE false", into / "accepted.parquet")
        con.execute(f"CREATE TEMP TABLE rejects ({_REJECTS})")
        copy(con, "SELECT * FROM rejects", into / "rejects.parquet")
    return Staged(into / "accepted.parquet", into / "rejects.parquet", 0, 0, 0, 0, {}, held, "")


def _context(lines: Lines, day: date | None, account: str | None, known_names: Mapping[str, str]) -> Context:
    securities = account if account and _SECURITIES_ACCOUNT.fullmatch(account) else None
    fund = account if account and not securities else None
    return Context(lines.con, lines.layout, day.isoformat() if day else None, fund, securities, known_names)


def _resolve(lines: Lines, inspection: Inspection, into: Path, context: Context) -> Staged:
    """The second pass: what the rows mean. A held file keeps its counts and writes no rows."""
    if inspection.kind == "trades":
        found = resolving_trades.settlement(context, inspection.preset)
        resolved, notes, rule = found.resolved, dict(found.notes), found.rule.name if found.rule else ""
        if found.held:
            return replace(_nothing(into, found.held), total=lines.rows, notes=notes, commission_rule=rule)
    else:
        resolved, notes, rule = _SIMPLE[inspection.kind](context), {}, ""
    con = lines.con
    con.execute("CREATE TEMP TABLE bad (line BIGINT, problem INTEGER, field VARCHAR, code VARCHAR, params VARCHAR)")
    con.execute("INSERT INTO bad SELECT line, problem, NULL, NULL, NULL FROM parsed WHERE problem IS NOT NULL")
    if lines.no_final_newline:
        notes["no_final_newline"] = 1
        resolved = _without_torn_line(lines, resolved, rule)
    return replace(_write(lines, resolved, into, notes), commission_rule=rule)


def _without_torn_line(lines: Lines, resolved: Resolved, rule: str) -> Resolved:
    field = torn.last_line(lines.con, lines.parts[-1], lines.layout, rule, lines.last_line)
    if field is None:
        return resolved
    lines.con.execute(
        "INSERT INTO bad SELECT line, NULL, ?, 'torn_last_line', NULL FROM parsed WHERE line = ? AND problem IS NULL",
        [field, lines.last_line],
    )
    return replace(resolved, source=f"SELECT * FROM ({resolved.source}) WHERE line <> {lines.last_line}")


def _write(lines: Lines, resolved: Resolved, into: Path, notes: dict[str, int]) -> Staged:
    con = lines.con
    accepted_file, rejects_file = into / "accepted.parquet", into / "rejects.parquet"
    accepted = copy(con, resolved.accepted_sql(), accepted_file)
    written = f"read_parquet({quoted(str(accepted_file))})"
    counts = con.execute(resolved.notes_sql(written)).fetchone() or ()
    notes |= {name: int(count) for name, count in zip(resolved.notes, counts, strict=False) if count}
    if accepted + _count(con, "bad") < lines.rows:
        con.execute(f"INSERT INTO bad {resolved.bad_sql()}")
    rejected = _count(con, "bad")
    con.execute(f"CREATE TEMP TABLE rejects ({_REJECTS})")
    found = con.execute("SELECT DISTINCT problem, field FROM bad").fetchall()
    for part in lines.parts if rejected else ():
        con.execute(f"INSERT INTO rejects {parsing.rejected_sql(part, lines.layout, found)}")
    rejects = copy(con, "SELECT * FROM rejects ORDER BY line", rejects_file)
    left_out = lines.rows - accepted - rejects
    if left_out:
        notes["empty_fills"] = left_out
    beside = max(lines.last_line - lines.layout.header_line - lines.rows, 0)
    digest = _digest(con, written, lines.layout.kind.name)
    return Staged(
        accepted_file, rejects_file, accepted + rejects, accepted, rejects, left_out + beside, notes, None, digest
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _digest(con: duckdb.DuckDBPyConnection, written: str, kind: str) -> str:
    """The same for the same rows in any order, encoding or dialect. Comparable under one version of DuckDB."""
    hashes = f"SELECT hash(t) AS h FROM (SELECT * EXCLUDE (line, notes) FROM {written}) AS t"
    row = con.execute(f"SELECT count(*), sum(h), bit_xor(h) FROM ({hashes})").fetchone()
    return hashlib.sha256(json.dumps([kind, *map(str, row or ())]).encode()).hexdigest()
