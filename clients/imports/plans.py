"""The plan of a batch: what it would change, worked out outside the database and kept beside the upload."""

import json
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from clients.fact_tables import ACCOUNTS, ALL, CLIENTS, FactTable
from clients.generations import Slot
from clients.imports import differences, rejects
from clients.imports.account_rows import plan_accounts
from clients.imports.batches import folder
from clients.imports.client_rows import plan_clients
from clients.imports.comparing import compare
from clients.imports.rate_rows import plan_rates
from clients.imports.resolving import resolve_owners, unknown_of
from clients.imports.row_sources import SOURCES
from clients.models import ImportBatch
from crm.lib import columnar

_MEMORY = "280MB"  # of DuckDB, which then spills; Python and the driver take as much again of a worker's 600 MB


@dataclass(frozen=True)
class Plan:
    """Where the plan lies, what it counts, which generations it saw (a commit writes only while they hold) and which of
    them it will raise because it changes something there."""

    path: Path
    seen: dict[Slot, int]
    touched: frozenset[Slot]
    tables: tuple[FactTable, ...]
    counts: dict[str, int]
    unknown: dict[str, list[dict[str, str]]]

    def open(self) -> duckdb.DuckDBPyConnection:
        """Open the plan's tables, to read: so a worker that has been given up for dead cannot keep the next one out."""
        return columnar.connect(database=self.path, memory=_MEMORY, read_only=True)


def make_plan(batch: ImportBatch, *, accepted: Path, file_day: date) -> Plan:
    """Compare the staged rows of a batch with the facts as they are now, and report what is rejected and what would
    change. Rejects by comparison (unknown client, key twice …) are in the table `rejected`(line, field, value, code,
    params)."""
    path = folder(batch) / f"plan-{uuid.uuid4().hex[:12]}.duckdb"
    con = columnar.connect(database=path, memory=_MEMORY)
    # The plan is written once and read once: packing it took half of the comparing, and saves a file that soon goes.
    con.execute("PRAGMA force_compression='uncompressed'")
    try:
        con.execute(f"CREATE TEMP VIEW staged AS SELECT * FROM read_parquet({columnar.literal(accepted)})")
        con.execute("CREATE TABLE rejected (line BIGINT, field VARCHAR, value VARCHAR, code VARCHAR, params VARCHAR)")
        seen, touched, tables = _plan_kind(con, batch, file_day)
        names = ["rates"] if batch.kind == "rates" else [t.name for t in tables]
        if _was_in_before(batch):
            # The same content was committed before, so what differs now was corrected since: the correction stays.
            for name in names:
                con.execute(f"DELETE FROM changed_{name}")
        counts = _count(con, batch.kind, names)
        unknown = unknown_of(con, batch.kind)
        rejects.save(batch, con)
        differences.save(batch, names, con)
        con.execute("CHECKPOINT")
    finally:
        con.close()
    return Plan(path, seen, frozenset(touched), tables, counts, unknown)


def _plan_kind(
    con: duckdb.DuckDBPyConnection, batch: ImportBatch, file_day: date
) -> tuple[dict[Slot, int], set[Slot], tuple[FactTable, ...]]:
    if batch.kind == "clients":
        return *plan_clients(con, batch, file_day), (CLIENTS,)
    if batch.kind == "accounts":
        return *plan_accounts(con, batch, file_day), (ACCOUNTS,)
    if batch.kind == "rates":
        return plan_rates(con), set(), ()
    seen = resolve_owners(con, batch)
    touched = {
        (ACCOUNTS.db_table, b, "") for (b,) in con.execute("SELECT DISTINCT branch_id FROM missing_accounts").fetchall()
    }
    tables: tuple[FactTable, ...] = ()
    for source in SOURCES[batch.kind]:
        if con.execute(f"SELECT 1 FROM owned WHERE code IS NULL AND ({source.where}) LIMIT 1").fetchone():
            looked_at, changing = compare(con, batch, source)
            seen |= looked_at
            touched |= changing
            tables += (source.table,)
    return seen, touched, tables


def _was_in_before(batch: ImportBatch) -> bool:
    if batch.kind in {"clients", "accounts"} or not batch.content_digest:
        return False  # snapshots of how things are: an older state may be true again
    same = ImportBatch.objects.in_force().filter(kind=batch.kind, content_digest=batch.content_digest)
    return same.filter(day=batch.day, account=batch.account).exclude(pk=batch.pk).exists()


def _count(con: duckdb.DuckDBPyConnection, kind: str, names: list[str]) -> dict[str, int]:
    def number(sql: str) -> int:
        found = con.execute(sql).fetchone()
        return int(found[0]) if found else 0

    dated = names if kind in SOURCES else []
    fresh = {name: number(f"SELECT count(*) FROM new_{name}") for name in names}
    counts = {
        "staged": number("SELECT count(*) FROM staged"),
        "rejected": number("SELECT count(DISTINCT line) FROM rejected"),
        "new": sum(fresh.values()),
        "changed": sum(number(f"SELECT count(*) FROM changed_{name}") for name in names),
        "removed": sum(number(f"SELECT count(*) FROM removed_{name}") for name in dated),
        "waiting": number("SELECT count(DISTINCT line) FROM conflicts") if kind == "clients" else 0,
        "unsaid": sum(number(f"SELECT count(*) FROM unsaid_{name}") for name in dated),
    }
    if kind in {"trades", "fills"}:
        counts["non_trades"] = number("SELECT count(*) FROM staged WHERE row_kind <> 'trade'")
    counts["unchanged"] = counts["staged"] - counts["rejected"] - counts["new"] - counts["changed"]
    return counts | {name: fresh[name] for name in names if name != "rates"}


def save(plan: Plan) -> None:
    """Keep the plan's summary beside its tables, so that a worker on the same volume can commit it."""
    data = {
        "file": plan.path.name,
        "seen": [[*slot, generation] for slot, generation in sorted(plan.seen.items())],
        "touched": sorted(plan.touched),
        "tables": [t.name for t in plan.tables],
        "counts": plan.counts,
        "unknown": plan.unknown,
    }
    # The summary points at the tables and takes its place in one step: whoever is killed leaves the old plan or the new.
    draft = plan.path.with_suffix(".json")
    draft.write_text(json.dumps(data))
    draft.replace(plan.path.with_name("plan.json"))
    for old in plan.path.parent.glob("plan-*.duckdb*"):
        if old.name != plan.path.name:
            old.unlink(missing_ok=True)


def load(batch: ImportBatch) -> Plan | None:
    """The plan of the last dry run, or None where there is none on this host."""
    try:
        data = json.loads((folder(batch) / "plan.json").read_text())
    except FileNotFoundError:
        return None
    path = folder(batch) / data["file"]
    if not path.exists():
        return None
    tables = tuple(t for t in ALL if t.name in data["tables"])
    seen = {(table, branch, month): generation for table, branch, month, generation in data["seen"]}
    touched = frozenset((table, branch, month) for table, branch, month in data["touched"])
    return Plan(path, seen, touched, tables, data["counts"], data["unknown"])


def forget(batch: ImportBatch) -> None:
    """The plan is void or carried out: its tables go, and a next commit would work it out anew."""
    (folder(batch) / "plan.json").unlink(missing_ok=True)
    for old in folder(batch).glob("plan-*.duckdb*"):
        old.unlink(missing_ok=True)
