"""What an undo of a batch would do, worked out in DuckDB without writing anything: an undo carries it out, a preview counts."""

import tempfile
from pathlib import Path

import duckdb

from clients.fact_tables import ACCOUNTS, ALL, CLIENTS, FactTable
from clients.generations import Slot
from clients.imports.refusals import Refusal, hold_clients, leaned_on, refuse
from clients.mirror_files import csv_sql, span
from clients.models import Account, FactChange, ImportBatch
from crm.lib import bulk, columnar
from crm.lib.bulk import in_parts

_CHANGES = (
    "{'id': 'BIGINT', 'key': 'BIGINT', 'batch': 'BIGINT', 'before_batch': 'BIGINT', 'before': 'VARCHAR',"
    " 'is_removal': 'BOOLEAN'}"
)


def slots_of(batch: ImportBatch) -> set[Slot]:
    """The tables, branches and months that a batch wrote to."""
    return {(t, b, m) for t, b, m in batch.scope.get("slots", [])}


def written_by(batch: ImportBatch) -> list[FactTable]:
    """The tables that a batch wrote to; what others point at comes first."""
    return [t for t in ALL if t.db_table in {name for name, *_ in slots_of(batch)}]


def plan_undo(
    con: duckdb.DuckDBPyConnection, batch: ImportBatch, *, keys_only: bool = False
) -> tuple[dict[str, int], list[Refusal]]:
    """Make tables `leaving_` (rows that go), `former_` (that get their former values back) and `back_` (that come back);
    returns their counts and what stays as it is. With `keys_only` nothing but the keys of rows is read, which is enough to
    say what would happen and not enough to do it."""
    refused: list[Refusal] = []
    written = written_by(batch)
    for table in written:
        _load(con, table, batch, keys_only=keys_only)
        refused += refuse(con, table, batch)
    if CLIENTS in written:
        refused += hold_clients(con, with_accounts=ACCOUNTS in written)
    for table in reversed(written):
        con.execute(
            f"CREATE TABLE leaving_{table.name} AS SELECT id FROM mine_{table.name}"
            f" WHERE id NOT IN (SELECT key FROM done_{table.name}) AND id NOT IN (SELECT id FROM kept_{table.name})"
        )
        if table is ACCOUNTS:
            refused += _keep_accounts(con, batch, [t for t in written if t.day])
        con.execute(
            f"CREATE TABLE former_{table.name} AS SELECT key AS id FROM done_{table.name} WHERE NOT is_removal"
            f" AND key IN (SELECT id FROM mine_{table.name}) AND key NOT IN (SELECT id FROM kept_{table.name})"
        )
    for table in written:
        refused += _choose_back(con, table, batch)
    counted = {
        kind: sum(columnar.count_rows(con, f"{kind}_{t.name}") for t in written)
        for kind in ("leaving", "former", "back")
    }
    return {"deleted": counted["leaving"], "restored": counted["former"] + counted["back"]}, refused


def _load(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch, *, keys_only: bool) -> None:
    """Tables `mine_`: rows that say what this batch said last; `done_`: what the batch changed or removed."""
    mine_here = [slot for slot in slots_of(batch) if slot[0] == table.db_table]
    branches = sorted({branch for _, branch, _ in mine_here})
    where = f"branch_id IN ({', '.join(['%s'] * len(branches))}) AND batch_id = %s"
    params: list[object] = [*branches, batch.pk]
    if table.day:
        months = [month for _, _, month in mine_here]
        where += f" AND {table.day} >= %s AND {table.day} < %s"
        params += [span(min(months))[0], span(max(months))[1]]
    keys = {"id", "client_id", *(table.key if table.day else ())}
    read = {c: t for c, t in table.types.items() if not keys_only or c in keys}
    with tempfile.TemporaryDirectory() as scratch:
        mine = Path(scratch) / "mine.csv"
        columns = ", ".join(bulk.plain_sql(c, t) for c, t in read.items())
        bulk.copy_out(f"SELECT {columns} FROM {table.db_table} WHERE {where}", params, mine)
        types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in read.items()) + "}"
        con.execute(f"CREATE TABLE mine_{table.name} AS SELECT * FROM {csv_sql(mine, types)}")
    _load_changes(con, table, [batch.pk], f"done_{table.name}", keys_only=keys_only)
    con.execute(f"CREATE TABLE kept_{table.name} (id BIGINT)")
    if table.day:
        _pass_over_undone(con, table, keys_only=keys_only)


def _load_changes(
    con: duckdb.DuckDBPyConnection, table: FactTable, batches: list[int], into: str, *, keys_only: bool
) -> None:
    """What batches changed or removed; for the keys alone, what a row was before is read of removed rows only."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "changes.csv"
        removal = "CASE WHEN after IS NULL THEN 1 ELSE 0 END"
        before = "CASE WHEN after IS NULL THEN before END" if keys_only else "before"
        marks = ", ".join(["%s"] * len(batches))
        bulk.copy_out(
            f"SELECT id, key, batch_id, before_batch_id, {before}, {removal} FROM {FactChange._meta.db_table}"
            f' WHERE batch_id IN ({marks}) AND "table" = %s AND is_undo = %s',
            [*batches, table.db_table, False],
            path,
        )
        con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT * FROM {csv_sql(path, _CHANGES)}")


def _pass_over_undone(con: duckdb.DuckDBPyConnection, table: FactTable, *, keys_only: bool) -> None:
    """A reading that a batch had said which is undone by now does not come back: what was before that does, or nothing.
    (The undo of the earlier batch had to leave the row, because this one had changed it.)"""
    done = f"done_{table.name}"
    while True:
        former = [b for (b,) in con.execute(f"SELECT DISTINCT before_batch FROM {done}").fetchall() if b is not None]
        undone = list(
            ImportBatch.objects.filter(pk__in=former, state=ImportBatch.State.UNDONE)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        if not undone:
            return
        _load_changes(con, table, undone, "earlier", keys_only=keys_only)
        ids = ", ".join(map(str, undone))
        con.execute(
            f"DELETE FROM {done} d WHERE d.before_batch IN ({ids}) AND NOT EXISTS"
            " (SELECT 1 FROM earlier e WHERE e.key = d.key AND e.batch = d.before_batch)"
        )
        con.execute(
            f"UPDATE {done} SET before_batch = e.before_batch, before = e.before FROM earlier e"
            f" WHERE e.key = {done}.key AND e.batch = {done}.before_batch"
        )


def _keep_accounts(con: duckdb.DuckDBPyConnection, batch: ImportBatch, facts: list[FactTable]) -> list[Refusal]:
    """Accounts that the batch made and others lean on by now stay; rows of the batch that go themselves do not count."""
    ids = [pk for (pk,) in con.execute("SELECT id FROM leaving_accounts").fetchall()]
    blocked = leaned_on(ACCOUNTS, ids, besides=batch)
    for table in facts:
        staying = con.execute(
            f"SELECT DISTINCT account_id FROM mine_{table.name} WHERE account_id IN (SELECT id FROM leaving_accounts)"
            f" AND id NOT IN (SELECT id FROM leaving_{table.name})"
        ).fetchall()
        blocked |= dict.fromkeys((pk for (pk,) in staying), str(table.model._meta.verbose_name))
    if blocked:
        con.execute(f"DELETE FROM leaving_accounts WHERE id IN ({', '.join(map(str, blocked))})")
    return [Refusal(ACCOUNTS.name, pk, "leaned_on", where) for pk, where in sorted(blocked.items())]


def _choose_back(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch) -> list[Refusal]:
    """Rows that the batch removed come back, unless a later file has put another row in their place or their account is
    gone."""
    name, key = table.name, ", ".join(table.key)
    said = ", ".join(f"json_extract_string(before, '$.{c}')::{table.types[c]} AS {c}" for c in table.key)
    con.execute(f"CREATE TABLE back_{name} AS SELECT key AS id, {said} FROM done_{name} WHERE is_removal")
    if not columnar.count_rows(con, f"back_{name}"):
        return []
    rows = con.execute(f"SELECT id, {key} FROM back_{name} ORDER BY id").fetchall()
    accounts = sorted({row[1] for row in rows})
    staying = con.execute(f"SELECT {key} FROM mine_{name} WHERE id NOT IN (SELECT id FROM leaving_{name})").fetchall()
    taken = dict.fromkeys(staying, batch.file_name)
    there: set[int] = set()
    for part in in_parts(accounts, 5000):
        there |= set(Account.objects.filter(pk__in=part).values_list("pk", flat=True))
        facts = table.model._default_manager.filter(account__in=part, **{f"{table.day}__in": {row[2] for row in rows}})
        others = facts.exclude(batch=batch).values_list(*table.key, "batch__file_name")
        taken |= {tuple(found): file for *found, file in others.iterator()}
    refused = [
        Refusal(name, pk, "later_file", taken[tuple(found)])
        if found[0] in there
        else Refusal(name, pk, "account_gone", str(Account._meta.verbose_name))
        for pk, *found in rows
        if found[0] not in there or tuple(found) in taken
    ]
    if refused:
        con.execute(f"DELETE FROM back_{name} WHERE id IN ({', '.join(str(r.key) for r in refused)})")
    return refused
