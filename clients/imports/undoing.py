"""Undo of a batch: what it inserted goes, what it changed or removed comes back, and what a person or a later batch
changed since stays and is named. Everything that leaves remains readable in the history (L3)."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import IntegrityError, transaction

from clients import generations
from clients.fact_tables import ACCOUNTS, ALL, BY_DB_TABLE, CLIENTS, FactTable
from clients.generations import Overtaken, Slot
from clients.imports.rate_rows import undo_rates
from clients.imports.refusals import Refusal, hold_clients, leaned_on, named, refuse
from clients.imports.writing import Writer
from clients.mirror_files import csv_sql, span
from clients.models import Account, FactChange, IdentityConflict, ImportBatch
from crm import audit
from crm.lib import bulk, columnar
from crm.models import Staff

__all__ = ["Refusal", "named", "preview_undo", "undo"]

State = ImportBatch.State
_CHANGES = (
    "{'id': 'BIGINT', 'key': 'BIGINT', 'batch': 'BIGINT', 'before_batch': 'BIGINT', 'before': 'VARCHAR',"
    " 'is_removal': 'BOOLEAN'}"
)
_TRIES = 8


class _Preview(Exception):
    """Ends the transaction of a preview."""


def preview_undo(batch: ImportBatch, *, at: datetime) -> tuple[dict[str, int], list[Refusal]]:
    """What an undo would do now: counts and refusals. It is done and rolled back, so it is exact; it holds the write lock
    for as long as an undo does."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                outcome = _reverse(batch, at=at)
                raise _Preview
        except _Preview:
            return outcome
        except Overtaken as error:
            last = error
    raise last


def undo(
    batch: ImportBatch, *, by: Staff | None, at: datetime, fence: Callable[[], None] = lambda: None
) -> tuple[dict[str, int], list[Refusal]]:
    """Undo a committed batch in one transaction; a batch that is undone already is left alone. Returns how many rows went
    and came back, and what was refused, by name. Whoever is overtaken by an import of the same months begins anew."""
    for _ in range(_TRIES):
        try:
            return _undo(batch, by=by, at=at, fence=fence)
        except (Overtaken, IntegrityError) as error:
            last = error
            batch.refresh_from_db()
    raise last


def _undo(
    batch: ImportBatch, *, by: Staff | None, at: datetime, fence: Callable[[], None]
) -> tuple[dict[str, int], list[Refusal]]:
    with transaction.atomic():
        taken = ImportBatch.objects.filter(pk=batch.pk, state__in=[State.COMMITTED, State.UNDOING])
        if not taken.update(state=State.UNDONE, undone_at=at):
            return {}, []
        fence()
        counts, refused = _reverse(batch, at=at)
        IdentityConflict.objects.filter(batch=batch, decision="open").update(decision="refused", decided_at=at)
        named = [[r.table, r.key, r.why, r.by] for r in refused]
        batch.notes = {**batch.notes, "undo": {**counts, "refused": len(refused), "named": named[:200]}}
        ImportBatch.objects.filter(pk=batch.pk).update(notes=batch.notes)
        audit.record(
            "undo",
            actor=by,
            table="clients_importbatch",
            key=batch.pk,
            detail={**counts, "refused": len(refused), "checksum": audit.checksum(named)},
        )
    batch.refresh_from_db()
    return counts, refused


def _reverse(batch: ImportBatch, *, at: datetime) -> tuple[dict[str, int], list[Refusal]]:
    slots = {(t, b, m) for t, b, m in batch.scope.get("slots", [])}
    counts = {"deleted": 0, "restored": 0}
    refused: list[Refusal] = []
    if batch.kind == "rates":
        counts["deleted"], counts["restored"], changed_since = undo_rates(batch, at=at)
        return counts, [Refusal("rates", pk, "later_file", name) for pk, name in changed_since.items()]
    written = {BY_DB_TABLE[t] for t, _, _ in slots}
    generations.raise_generations(generations.current(slots), at)
    with columnar.connect(database=None) as con:
        con.execute("CREATE TABLE ids (kind VARCHAR, provisional BIGINT, actual BIGINT)")
        writer = Writer(con, batch, at, is_undo=True)
        for table in written:
            _load(con, table, batch, slots)
            refused += refuse(con, table, batch)
        if CLIENTS in written:
            refused += hold_clients(con, with_accounts=ACCOUNTS in written)
        # Facts before accounts before clients, because they point at them; what comes back takes the other way round.
        for table in [t for t in reversed(ALL) if t in written]:
            counts["deleted"] += _delete(writer, table, refused)
        for table in [t for t in ALL if t in written]:
            counts["restored"] += _restore(writer, table) + _bring_back(writer, table, refused)
    return counts, refused


def _load(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch, slots: set[Slot]) -> None:
    """Tables `mine_`: rows that say what this batch said last; `done_`: what the batch changed or removed."""
    mine_here = [slot for slot in slots if slot[0] == table.db_table]
    branches = sorted({branch for _, branch, _ in mine_here})
    where = f"branch_id IN ({', '.join(['%s'] * len(branches))}) AND batch_id = %s"
    params: list[object] = [*branches, batch.pk]
    if table.day:
        months = [month for _, _, month in mine_here]
        where += f" AND {table.day} >= %s AND {table.day} < %s"
        params += [span(min(months))[0], span(max(months))[1]]
    with tempfile.TemporaryDirectory() as scratch:
        mine = Path(scratch) / "mine.csv"
        columns = ", ".join(bulk.plain_sql(c, t) for c, t in table.types.items())
        bulk.copy_out(f"SELECT {columns} FROM {table.db_table} WHERE {where}", params, mine)
        types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.types.items()) + "}"
        con.execute(f"CREATE TABLE mine_{table.name} AS SELECT * FROM {csv_sql(mine, types)}")
    _load_changes(con, table, [batch.pk], f"done_{table.name}")
    con.execute(f"CREATE TABLE kept_{table.name} (id BIGINT)")
    if table.day:
        _pass_over_undone(con, table)


def _load_changes(con: duckdb.DuckDBPyConnection, table: FactTable, batches: list[int], into: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "changes.csv"
        removal = "CASE WHEN after IS NULL THEN 1 ELSE 0 END"
        marks = ", ".join(["%s"] * len(batches))
        bulk.copy_out(
            f"SELECT id, key, batch_id, before_batch_id, before, {removal} FROM {FactChange._meta.db_table}"
            f' WHERE batch_id IN ({marks}) AND "table" = %s AND is_undo = %s',
            [*batches, table.db_table, False],
            path,
        )
        con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT * FROM {csv_sql(path, _CHANGES)}")


def _pass_over_undone(con: duckdb.DuckDBPyConnection, table: FactTable) -> None:
    """A reading that a batch had said which is undone by now does not come back: what was before that does, or nothing.
    (The undo of the earlier batch had to leave the row, because this one had changed it.)"""
    done = f"done_{table.name}"
    while True:
        former = [b for (b,) in con.execute(f"SELECT DISTINCT before_batch FROM {done}").fetchall() if b is not None]
        undone = list(
            ImportBatch.objects.filter(pk__in=former, state=State.UNDONE).order_by("pk").values_list("pk", flat=True)
        )
        if not undone:
            return
        _load_changes(con, table, undone, "earlier")
        ids = ", ".join(map(str, undone))
        con.execute(
            f"DELETE FROM {done} d WHERE d.before_batch IN ({ids}) AND NOT EXISTS"
            " (SELECT 1 FROM earlier e WHERE e.key = d.key AND e.batch = d.before_batch)"
        )
        con.execute(
            f"UPDATE {done} SET before_batch = e.before_batch, before = e.before FROM earlier e"
            f" WHERE e.key = {done}.key AND e.batch = {done}.before_batch"
        )


def _delete(writer: Writer, table: FactTable, refused: list[Refusal]) -> int:
    """Delete what the batch inserted and nothing else leans on."""
    con, name = writer.con, table.name
    before = ", ".join(f"{c} := m.{c}" for c in table.types)
    con.execute(
        f"CREATE TABLE leaving_{name} AS SELECT m.id, m.branch_id, m.batch_id{f', m.{table.day}' if table.day else ''},"
        f" to_json(struct_pack({before}))::VARCHAR AS before FROM mine_{name} m"
        f" WHERE m.id NOT IN (SELECT key FROM done_{name}) AND m.id NOT IN (SELECT id FROM kept_{name})"
    )
    if table is ACCOUNTS:
        ids = [pk for (pk,) in con.execute(f"SELECT id FROM leaving_{name}").fetchall()]
        for pk, where in sorted(leaned_on(table, ids).items()):
            refused.append(Refusal(name, pk, "leaned_on", where))
            con.execute(f"INSERT INTO kept_{name} VALUES (?)", [pk])
        con.execute(f"DELETE FROM leaving_{name} WHERE id IN (SELECT id FROM kept_{name})")
    return writer.remove(table, f"leaving_{name}")


def _restored_sql(table: FactTable, where: str) -> str:
    columns = ", ".join(f"json_extract_string(d.before, '$.{c}')::{t} AS {c}" for c, t in table.types.items())
    return f"SELECT {columns} FROM done_{table.name} d WHERE {where}"


def _restore(writer: Writer, table: FactTable) -> int:
    """Rows that the batch changed get their former values back, with the batch that had said them."""
    con, name = writer.con, table.name
    con.execute(
        f"CREATE TABLE former_{name} AS {_restored_sql(table, 'NOT d.is_removal')}"
        f" AND d.key IN (SELECT id FROM mine_{name}) AND d.key NOT IN (SELECT id FROM kept_{name})"
    )
    before = ", ".join(f"{c} := m.{c}" for c in table.types)
    day = f", m.{table.day}" if table.day else ""
    con.execute(
        f"CREATE TABLE present_{name} AS SELECT m.id, m.branch_id, m.batch_id{day},"
        f" to_json(struct_pack({before}))::VARCHAR AS before FROM mine_{name} m JOIN former_{name} f USING (id)"
    )
    return writer.put_back(table, f"former_{name}", f"present_{name}")


def _bring_back(writer: Writer, table: FactTable, refused: list[Refusal]) -> int:
    """Rows that the batch removed come back as they were, with their ids, unless a later file has put another row in
    their place or their account is gone."""
    con, name = writer.con, table.name
    con.execute(f"CREATE TABLE back_{name} AS {_restored_sql(table, 'd.is_removal')}")
    if not writer.count(f"back_{name}"):
        return 0
    for pk, why, who in _unwelcome(con, table):
        refused.append(Refusal(name, pk, why, who))
        con.execute(f"DELETE FROM back_{name} WHERE id = ?", [pk])
    columns = tuple(table.types)
    plain = [f"CAST({c} AS INTEGER)" if t == "BOOLEAN" else c for c, t in table.types.items()]
    plain[columns.index("recorded_at")] = f"'{bulk.moment(writer.at)}'"
    return writer.copy_in(table.db_table, columns, f"SELECT {', '.join(plain)} FROM back_{name}")


def _unwelcome(con: duckdb.DuckDBPyConnection, table: FactTable) -> list[tuple[int, str, str]]:
    """Rows of `back_` whose place is taken: id, why, and the file or table that is to be named."""
    rows = con.execute(f"SELECT id, account_id, {', '.join(table.key)} FROM back_{table.name} ORDER BY id").fetchall()
    accounts = sorted({row[1] for row in rows})
    there: set[int] = set()
    taken: dict[tuple[object, ...], str] = {}
    for start in range(0, len(accounts), 5000):
        part = accounts[start : start + 5000]
        there |= set(Account.objects.filter(pk__in=part).values_list("pk", flat=True))
        facts = table.model._default_manager.filter(account__in=part, **{f"{table.day}__in": {row[3] for row in rows}})
        taken |= {tuple(key): file for *key, file in facts.values_list(*table.key, "batch__file_name").iterator()}
    found: list[tuple[int, str, str]] = []
    for pk, account, *key in rows:
        if account not in there:
            found.append((pk, "account_gone", str(Account._meta.verbose_name)))
        elif tuple(key) in taken:
            found.append((pk, "later_file", taken[tuple(key)]))
    return found
