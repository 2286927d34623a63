"""Exchange rates: few rows of the firm, compared and written without branches."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from clients.generations import Slot
from clients.mirror_files import csv_sql
from clients.models import ExchangeRate, FactChange, ImportBatch
from crm.lib import bulk

_COLUMNS = {
    "id": "BIGINT",
    "currency": "VARCHAR",
    "day": "DATE",
    "rate_e6": "BIGINT",
    "batch_id": "BIGINT",
    "recorded_at": "TIMESTAMP",
}
_TYPES = "{" + ", ".join(f"'{c}': '{t}'" for c, t in _COLUMNS.items()) + "}"


def plan_rates(con: duckdb.DuckDBPyConnection) -> dict[Slot, int]:
    """Tables new_rates and changed_rates by currency and day."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "rates.csv"
        table = ExchangeRate._meta.db_table
        bulk.copy_out(
            f"SELECT id, currency, day, rate_e6, batch_id, {bulk.plain_sql('recorded_at', 'TIMESTAMP')} FROM {table}",
            [],
            path,
        )
        con.execute(f"CREATE TABLE current_rates AS SELECT * FROM {csv_sql(path, _TYPES)}")
    con.execute("""
        INSERT INTO rejected SELECT line, 'day', CAST(day AS VARCHAR), 'key_twice', '{}' FROM staged
        QUALIFY row_number() OVER (PARTITION BY currency, day ORDER BY line) > 1
    """)
    con.execute("CREATE TABLE rows_rates AS SELECT * FROM staged WHERE line NOT IN (SELECT line FROM rejected)")
    con.execute("""
        CREATE TABLE new_rates AS SELECT r.line, r.currency, r.day, r.rate_e6 FROM rows_rates r
        WHERE NOT EXISTS (SELECT 1 FROM current_rates c WHERE c.currency = r.currency AND c.day = r.day)
    """)
    before = ", ".join(f"{c} := c.{c}" for c in _COLUMNS)
    con.execute(f"""
        CREATE TABLE changed_rates AS
        SELECT r.line, c.id, c.batch_id, r.rate_e6, to_json(struct_pack({before}))::VARCHAR AS before
        FROM rows_rates r JOIN current_rates c ON c.currency = r.currency AND c.day = r.day WHERE r.rate_e6 <> c.rate_e6
    """)
    return {}


def undo_rates(batch: ImportBatch, *, at: datetime) -> tuple[int, int, dict[int, str]]:
    """Delete the rates that a batch inserted and restore those it changed; returns both counts, and the rates that a
    later file has changed since with the name of that file. A reading of a batch that is undone by now is passed over."""
    table = ExchangeRate._meta.db_table
    mine = {r.pk: r for r in ExchangeRate.objects.filter(batch=batch)}
    said = FactChange.objects.filter(table=table, is_undo=False).order_by("-id")
    deleted = restored = 0
    for pk, rate in mine.items():
        former = _former(batch, {c.batch_id: c.before or {} for c in said.filter(key=pk)})
        was = {"id": pk, "currency": rate.currency, "day": str(rate.day), "rate_e6": rate.rate_e6, "batch_id": batch.pk}
        was["recorded_at"] = bulk.moment(rate.recorded_at)
        FactChange.objects.create(
            table=table, key=pk, batch=batch, before_batch=batch, before=was, after=former, at=at, is_undo=True
        )
        if former is None:
            rate.delete()
            deleted += 1
        else:
            ExchangeRate.objects.filter(pk=pk).update(
                rate_e6=int(former["rate_e6"]), batch_id=former["batch_id"], recorded_at=at
            )
            restored += 1
    changed = said.filter(before_batch=batch).exclude(batch=batch).exclude(key__in=mine).values("key")
    since = ExchangeRate.objects.filter(pk__in=changed).values_list("pk", "batch__file_name")
    return deleted, restored, dict(since)


def _former(batch: ImportBatch, before: dict[int | None, dict[str, Any]]) -> dict[str, Any] | None:
    """What a rate was before a batch, passing over batches that are undone; `before`: what each batch had found."""
    at: int | None = batch.pk
    while at in before:
        found = before[at]
        at = found["batch_id"]
        if not ImportBatch.objects.filter(pk=at, state=ImportBatch.State.UNDONE).exists():
            return found
    return None
