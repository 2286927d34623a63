"""Undo of a batch: what it inserted goes, what it changed or removed comes back, and what a person or a later batch
changed since stays and is named. Everything that leaves remains readable in the history (L3)."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from clients import generations
from clients.fact_tables import FactTable
from clients.generations import Overtaken
from clients.imports.rate_rows import undo_rates
from clients.imports.refusals import Refusal, named
from clients.imports.undo_plans import plan_undo, slots_of, written_by
from clients.imports.writing import Writer
from clients.models import IdentityConflict, ImportBatch
from crm import audit
from crm.lib import bulk, columnar
from crm.models import Staff

__all__ = ["Refusal", "named", "preview_undo", "undo"]

State = ImportBatch.State
_TRIES = 8


def preview_undo(batch: ImportBatch, *, at: datetime) -> tuple[dict[str, int], list[Refusal]]:
    """What an undo would do now: counts and refusals, by the plan that an undo makes. It reads only the keys of the rows
    and holds no lock (of exchange rates, which are few, the undo is done and rolled back)."""
    if batch.kind == "rates":
        with transaction.atomic():
            outcome = _undo_rates(batch, at=at)
            transaction.set_rollback(True)
            return outcome
    with columnar.connect(database=None) as con:
        return plan_undo(con, batch, keys_only=True)


def undo(
    batch: ImportBatch,
    *,
    by: Staff | None,
    at: datetime,
    fence: Callable[[], None] = lambda: None,
    told: Callable[[int], None] = lambda count: None,
) -> tuple[dict[str, int], list[Refusal]]:
    """Undo a committed batch in one transaction; a batch that is undone already is left alone. Returns how many rows went
    and came back, and what was refused, by name. Whoever is overtaken by an import of the same months begins anew.
    `told` hears now and then how many rows went or came back."""
    for _ in range(_TRIES):
        try:
            return _undo(batch, by=by, at=at, fence=fence, told=told)
        except (Overtaken, IntegrityError) as error:
            last = error
            batch.refresh_from_db()
    raise last


def _undo(
    batch: ImportBatch,
    *,
    by: Staff | None,
    at: datetime,
    fence: Callable[[], None],
    told: Callable[[int], None],
) -> tuple[dict[str, int], list[Refusal]]:
    with transaction.atomic():
        taken = ImportBatch.objects.filter(pk=batch.pk, state__in=[State.COMMITTED, State.UNDOING])
        if not taken.update(state=State.UNDONE, undone_at=at):
            return {}, []
        fence()
        counts, refused = _undo_rates(batch, at=at) if batch.kind == "rates" else _reverse(batch, at=at, told=told)
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


def _undo_rates(batch: ImportBatch, *, at: datetime) -> tuple[dict[str, int], list[Refusal]]:
    deleted, restored, changed_since = undo_rates(batch, at=at)
    refused = [Refusal("rates", pk, "later_file", name) for pk, name in changed_since.items()]
    return {"deleted": deleted, "restored": restored}, refused


def _reverse(batch: ImportBatch, *, at: datetime, told: Callable[[int], None]) -> tuple[dict[str, int], list[Refusal]]:
    generations.raise_generations(generations.current(slots_of(batch)), at)
    with columnar.connect(database=None) as con:
        counts, refused = plan_undo(con, batch)
        con.execute("CREATE TABLE ids (kind VARCHAR, provisional BIGINT, actual BIGINT)")
        writer = Writer(con, batch, at, is_undo=True, told=told)
        # Facts before accounts before clients, because they point at them; what comes back takes the other way round.
        for table in reversed(written_by(batch)):
            _remove(writer, table)
        for table in written_by(batch):
            _restore(writer, table)
            _bring_back(writer, table)
    return counts, refused


def _present(writer: Writer, table: FactTable, chosen: str) -> str:
    """A view of chosen rows as they are now: what the history keeps of them."""
    before = ", ".join(f"{c} := m.{c}" for c in table.types)
    writer.con.execute(
        f"CREATE VIEW present_{chosen} AS SELECT m.id, m.branch_id, m.batch_id{f', m.{table.day}' if table.day else ''},"
        f" to_json(struct_pack({before}))::VARCHAR AS before FROM mine_{table.name} m JOIN {chosen} USING (id)"
    )
    return f"present_{chosen}"


def _past(writer: Writer, table: FactTable, chosen: str) -> str:
    """A view of chosen rows as they were before the batch."""
    said = {c: f"json_extract_string(d.before, '$.{c}')::{t}" for c, t in table.types.items()} | {"id": "d.key"}
    columns = ", ".join(f"{sql} AS {c}" for c, sql in said.items())
    writer.con.execute(
        f"CREATE VIEW past_{chosen} AS SELECT {columns} FROM done_{table.name} d WHERE d.key IN (SELECT id FROM {chosen})"
    )
    return f"past_{chosen}"


def _remove(writer: Writer, table: FactTable) -> None:
    """What the batch inserted and nothing else leans on goes."""
    writer.remove(table, _present(writer, table, f"leaving_{table.name}"))


def _restore(writer: Writer, table: FactTable) -> None:
    """Rows that the batch changed get their former values back, with the batch that had said them."""
    chosen = f"former_{table.name}"
    writer.put_back(table, _past(writer, table, chosen), _present(writer, table, chosen))


def _bring_back(writer: Writer, table: FactTable) -> None:
    """Rows that the batch removed come back as they were, with their ids."""
    chosen = f"back_{table.name}"
    if not columnar.count_rows(writer.con, chosen):
        return
    columns = tuple(table.types)
    plain = [f"CAST({c} AS INTEGER)" if t == "BOOLEAN" else c for c, t in table.types.items()]
    plain[columns.index("recorded_at")] = f"'{bulk.moment(writer.at)}'"
    writer.copy_in(table.db_table, columns, f"SELECT {', '.join(plain)} FROM {_past(writer, table, chosen)}")
