"""Undo of a batch: what it inserted goes, what it changed or removed comes back, and what a person or a later batch
changed since stays and is named. Everything that leaves remains readable in the history (L3)."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import connection, transaction
from django.db.models import ForeignObjectRel, Model

from clients import generations
from clients.fact_tables import ACCOUNTS, ALL, CLIENTS, FactTable
from clients.imports.rate_rows import undo_rates
from clients.imports.writing import MOMENT, Writer
from clients.mirror import csv_sql
from clients.models import Account, FactChange, IdentityConflict, ImportBatch
from crm import audit
from crm.lib import bulk, columnar
from crm.models import Staff

State = ImportBatch.State
_CHANGES = "{'id': 'BIGINT', 'key': 'BIGINT', 'before_batch': 'BIGINT', 'before': 'VARCHAR', 'is_removal': 'BOOLEAN'}"


@dataclass(frozen=True)
class Refusal:
    """A row that stays as it is, and why: changed by a person, by a later file, or leaned on by other records."""

    table: str
    key: int
    why: str
    by: str


class _Preview(Exception):
    """Ends the transaction of a preview."""


def preview_undo(batch: ImportBatch, *, at: datetime) -> tuple[dict[str, int], list[Refusal]]:
    """What an undo would do now: counts and refusals. It is done and rolled back, so it is exact; it holds the write lock
    for as long as an undo does."""
    outcome: tuple[dict[str, int], list[Refusal]] = ({}, [])
    try:
        with transaction.atomic():
            outcome = _reverse(batch, at=at)
            raise _Preview
    except _Preview:
        return outcome


def undo(
    batch: ImportBatch, *, by: Staff | None, at: datetime, fence: Callable[[], None] = lambda: None
) -> tuple[dict[str, int], list[Refusal]]:
    """Undo a committed batch in one transaction; a batch that is undone already is left alone. Returns how many rows went
    and came back, and what was refused, by name."""
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
        counts["deleted"], counts["restored"] = undo_rates(batch, at=at)
        return counts, refused
    by_code = {t.db_table: t for t in ALL}
    branches = {b for _, b, _ in slots}
    written = {by_code[t] for t, _, _ in slots}
    generations.raise_generations(generations.current(slots), at)
    with columnar.connect(database=None) as con:
        con.execute("CREATE TABLE ids (kind VARCHAR, provisional BIGINT, actual BIGINT)")
        writer = Writer(con, batch, at, is_undo=True)
        for table in written:
            _load(con, table, batch, sorted(branches))
            _refuse(con, table, batch, refused)
        if CLIENTS in written:
            _hold_clients(con, refused)
        # Facts before accounts before clients, because they point at them; what comes back takes the other way round.
        for table in [t for t in reversed(ALL) if t in written]:
            counts["deleted"] += _delete(writer, table, refused)
        for table in [t for t in ALL if t in written]:
            counts["restored"] += _restore(writer, table) + _bring_back(writer, table)
    return counts, refused


def _load(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch, branches: list[int]) -> None:
    """Tables `mine_`: rows that say what this batch said last; `done_`: what the batch changed or removed."""
    with tempfile.TemporaryDirectory() as scratch:
        mine, done = Path(scratch) / "mine.csv", Path(scratch) / "done.csv"
        mine.touch()
        columns = ", ".join(bulk.plain_sql(c, t) for c, t in table.types.items())
        if branches:
            marks = ", ".join(["%s"] * len(branches))
            sql = f"SELECT {columns} FROM {table.db_table} WHERE branch_id IN ({marks}) AND batch_id = %s"
            bulk.copy_out(sql, [*branches, batch.pk], mine)
        removal = "CASE WHEN after IS NULL THEN 1 ELSE 0 END"
        bulk.copy_out(
            f"SELECT id, key, before_batch_id, before, {removal} FROM {FactChange._meta.db_table}"
            ' WHERE batch_id = %s AND "table" = %s AND is_undo = %s',
            [batch.pk, table.db_table, False],
            done,
        )
        types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.types.items()) + "}"
        con.execute(f"CREATE TABLE mine_{table.name} AS SELECT * FROM {csv_sql(mine, types)}")
        con.execute(f"CREATE TABLE done_{table.name} AS SELECT * FROM {csv_sql(done, _CHANGES)}")
    con.execute(f"CREATE TABLE kept_{table.name} (id BIGINT)")


def _refuse(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch, refused: list[Refusal]) -> None:
    """What this batch said and is no longer what the row says: a person or a later file spoke since."""
    for change in FactChange.objects.filter(
        table=table.db_table, staff__isnull=False, at__gt=batch.committed_at or batch.created_at
    ).select_related("staff"):
        if con.execute(f"SELECT 1 FROM mine_{table.name} WHERE id = ?", [change.key]).fetchone():
            refused.append(Refusal(table.name, change.key, "by_hand", change.staff.name if change.staff else ""))
            con.execute(f"INSERT INTO kept_{table.name} VALUES (?)", [change.key])
    later = FactChange.objects.filter(table=table.db_table, before_batch=batch, is_undo=False, batch__isnull=False)
    lost = {c.key: c for c in later.exclude(batch=batch).filter(batch__state=State.COMMITTED).select_related("batch")}
    for key, change in sorted(lost.items()):
        if not con.execute(f"SELECT 1 FROM mine_{table.name} WHERE id = ?", [key]).fetchone():
            refused.append(Refusal(table.name, key, "later_file", change.batch.file_name if change.batch else ""))


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
        for pk, where in sorted(_leaned_on(table, ids).items()):
            refused.append(Refusal(name, pk, "leaned_on", where))
            con.execute(f"INSERT INTO kept_{name} VALUES (?)", [pk])
        con.execute(f"DELETE FROM leaving_{name} WHERE id IN (SELECT id FROM kept_{name})")
    return writer.remove(table, f"leaving_{name}")


def _hold_clients(con: duckdb.DuckDBPyConnection, refused: list[Refusal]) -> None:
    """Clients that something besides their own number's account leans on stay, and that account with them."""
    own = {}
    if ACCOUNTS.name in {name.removeprefix("mine_") for (name,) in con.execute("SHOW TABLES").fetchall()}:
        own = dict(con.execute("SELECT id, client_id FROM mine_accounts").fetchall())
    ids = [
        pk
        for (pk,) in con.execute(
            "SELECT id FROM mine_clients WHERE id NOT IN (SELECT key FROM done_clients)"
            " AND id NOT IN (SELECT id FROM kept_clients)"
        ).fetchall()
    ]
    blocked = _leaned_on(CLIENTS, ids, but=Account)
    blocked |= {own[pk]: where for pk, where in _leaned_on(ACCOUNTS, list(own)).items()}
    for start in range(0, len(ids), 5000):
        others = Account.objects.filter(client__in=ids[start : start + 5000]).values_list("pk", "client_id")
        blocked |= {client: str(Account._meta.verbose_name) for pk, client in others if pk not in own}
    for pk, where in sorted(blocked.items()):
        refused.append(Refusal(CLIENTS.name, pk, "leaned_on", where))
        con.execute("INSERT INTO kept_clients VALUES (?)", [pk])
    if own:
        con.execute(
            "INSERT INTO kept_accounts SELECT id FROM mine_accounts WHERE client_id IN (SELECT id FROM kept_clients)"
        )


def _leaned_on(table: FactTable, ids: list[int], *, but: type[Model] | None = None) -> dict[int, str]:
    """Clients or accounts that rows of other tables still point at, with the name of one such table."""
    found: dict[int, str] = {}
    pointing = [
        (relation.related_model, relation.field.column)
        for relation in table.model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and isinstance(relation.related_model, type)
        and relation.related_model is not but
    ]
    with connection.cursor() as cursor:
        for model, column in pointing:
            for start in range(0, len(ids), 5000):
                part = ids[start : start + 5000]
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(
                    f'SELECT DISTINCT "{column}" FROM {model._meta.db_table} WHERE "{column}" IN ({marks})', part
                )
                found |= dict.fromkeys((pk for (pk,) in cursor.fetchall()), str(model._meta.verbose_name))
    return found


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


def _bring_back(writer: Writer, table: FactTable) -> int:
    """Rows that the batch removed come back as they were, with their ids."""
    con, name = writer.con, table.name
    con.execute(f"CREATE TABLE back_{name} AS {_restored_sql(table, 'd.is_removal')}")
    columns = tuple(table.types)
    plain = [f"CAST({c} AS INTEGER)" if t == "BOOLEAN" else c for c, t in table.types.items()]
    plain[columns.index("recorded_at")] = f"'{writer.at.strftime(MOMENT)}'"
    return writer.copy_in(table.db_table, columns, f"SELECT {', '.join(plain)} FROM back_{name}")


def named(batch: ImportBatch) -> list[Refusal]:
    """What the undo of a batch refused, as stored with it."""
    return [Refusal(*row) for row in batch.notes.get("undo", {}).get("named", [])]
