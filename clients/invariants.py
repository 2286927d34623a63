"""What must always hold of the facts; each check yields a sentence for everything that does not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.models import Count, Q

from clients import mirror, mirror_files
from clients.fact_tables import ACCOUNTS, ALL, DATED, MOVEMENTS, TRADES, FactTable
from clients.models import Account, Client, FactChange, ImportBatch
from clients.profile.invariants import broken_cards
from crm.lib import bulk, columnar
from crm.models import AuditEvent, Branch

_SUMS = {
    "trades": "commission_minor",
    "movements": "commission_minor",
    "cash_transfers": "amount_minor",
    "securities_transfers": "value_minor",
    "assets": "net_minor",
    "holdings": "value_minor",
}


def broken(branch: Branch) -> Iterator[str]:
    """Everything about the facts of one branch that does not hold."""
    yield from copy_differs(branch)
    yield from broken_facts(branch)


def copy_differs(branch: Branch) -> Iterator[str]:
    """Where the columnar copy of a branch is not what the database says."""
    for table in ALL:
        yield from _mirror_differs(table, branch)
    for table in (TRADES, MOVEMENTS):
        yield from _commission_differs(table, branch)


def broken_facts(branch: Branch) -> Iterator[str]:
    """What does not hold in the database itself: whose the facts are, and who owns the clients."""
    for table in DATED:
        yield from _owner_differs(table, branch)
    if count := Account.objects.filter(branch=branch).exclude(client__branch=branch).count():
        yield f"{branch.code}: {count} accounts of clients of another branch"
    ownerless = Client.objects.filter(branch=branch, advisor=None).exclude(state__in=["closed", "transferred_out"])
    if count := ownerless.count():
        yield f"{branch.code}: {count} open clients have no advisor"
    numberless = Client.objects.filter(branch=branch).annotate(n=Count("accounts", filter=Q(accounts__family="client")))
    if count := numberless.exclude(n=1).count():
        yield f"{branch.code}: {count} clients without exactly one account of their number"
    yield from broken_cards(branch)


def _mirror_differs(table: FactTable, branch: Branch) -> Iterator[str]:
    """Rows and sums per month, in the database and in the columnar copy."""
    summed = _SUMS.get(table.name)
    stored_sum = f"coalesce(sum({summed}), 0)" if summed else "0"
    month = table.month_sql()
    with tempfile.TemporaryDirectory() as scratch, columnar.connect() as con:
        path = Path(scratch) / "stored.csv"
        bulk.copy_out(
            f"SELECT {month} AS m, count(*), {stored_sum} FROM {table.db_table} WHERE branch_id = %s GROUP BY 1",
            [branch.pk],
            path,
        )
        types = "{'m': 'VARCHAR', 'n': 'BIGINT', 's': 'HUGEINT'}"
        stored = set(con.execute(f"SELECT m, n, s FROM {mirror_files.csv_sql(path, types)}").fetchall())
        con.execute(f"CREATE VIEW copy AS {mirror.current_sql(table, mirror.refresh(table, branch))}")
        copied = set(
            con.execute(f"SELECT {month} AS m, count(*), {stored_sum}::HUGEINT FROM copy GROUP BY 1").fetchall()
        )
    for row in sorted(stored ^ copied):
        side = "database" if row in stored else "columnar copy"
        yield f"{branch.code}: {table.name} {row[0]}: {row[1]} rows, sum {row[2]} in the {side} only"


def _commission_differs(table: FactTable, branch: Branch) -> Iterator[str]:
    """Commission per client and currency, to the fen."""
    grouped = "SELECT client_id, currency, sum(commission_minor)"
    with tempfile.TemporaryDirectory() as scratch, columnar.connect() as con:
        path = Path(scratch) / "stored.csv"
        bulk.copy_out(
            f"{grouped} FROM {table.db_table} WHERE branch_id = %s GROUP BY client_id, currency", [branch.pk], path
        )
        types = "{'client_id': 'BIGINT', 'currency': 'VARCHAR', 's': 'HUGEINT'}"
        con.execute(f"CREATE VIEW copy AS {mirror.current_sql(table, mirror.refresh(table, branch))}")
        copied = f"{grouped}::HUGEINT AS s FROM copy GROUP BY 1, 2"
        stored = f"SELECT * FROM {mirror_files.csv_sql(path, types)}"
        rows = con.execute(f"(({stored}) EXCEPT ({copied})) UNION (({copied}) EXCEPT ({stored}))").fetchall()
    for client in sorted({row[0] for row in rows}):
        yield f"{branch.code}: {table.name} of client {client}: commission differs between database and columnar copy"


def _owner_differs(table: FactTable, branch: Branch) -> Iterator[str]:
    """Facts that point at no account, at one of another branch, or past its client. The database checks none of this on
    every row (it took half of an import), so it is counted here, in the database itself."""
    with tempfile.TemporaryDirectory() as scratch, columnar.connect() as con:
        grouped = f"SELECT account_id, client_id, count(*) FROM {table.db_table} WHERE branch_id = %s GROUP BY 1, 2"
        bulk.copy_out(grouped, [branch.pk], Path(scratch) / "facts.csv")
        bulk.copy_out(f"SELECT id, branch_id, client_id FROM {ACCOUNTS.db_table}", [], Path(scratch) / "accounts.csv")
        facts = mirror_files.csv_sql(
            Path(scratch) / "facts.csv", "{'account': 'BIGINT', 'client': 'BIGINT', 'n': 'BIGINT'}"
        )
        owners = mirror_files.csv_sql(
            Path(scratch) / "accounts.csv", "{'id': 'BIGINT', 'branch': 'BIGINT', 'owner': 'BIGINT'}"
        )
        found = con.execute(
            f"SELECT CASE WHEN o.id IS NULL THEN 'of accounts that do not exist'"
            f" WHEN o.branch <> {branch.pk} THEN 'of accounts of another branch'"
            " WHEN f.client <> o.owner THEN 'whose client is not the client of their account' END AS what, sum(n)::BIGINT"
            f" FROM {facts} f LEFT JOIN {owners} o ON o.id = f.account GROUP BY 1 HAVING what IS NOT NULL ORDER BY 1"
        ).fetchall()
    for what, count in found:
        yield f"{branch.code}: {table.name}: {count} rows {what}"


def _source_differs() -> Iterator[str]:
    """Rows of no branch, and rows of a batch that is none, was never committed or is undone. A client or account of an
    undone batch may have stayed, because a person or other records hold it."""
    branches = set(Branch.objects.values_list("pk", flat=True))
    states = dict(ImportBatch.objects.values_list("pk", "state"))
    state = ImportBatch.State
    for table in ALL:
        allowed = {state.COMMITTED, state.UNDOING} | (set() if table.day else {state.UNDONE})
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT branch_id, batch_id, count(*) FROM {table.db_table} GROUP BY 1, 2 ORDER BY 1, 2")
            for branch, batch, count in cursor.fetchall():
                if branch not in branches:
                    yield f"{table.name}: {count} rows of branch {branch}, which does not exist"
                if states.get(batch) not in allowed:
                    yield f"{table.name}: {count} rows of batch {batch}, which is {states.get(batch, 'none')}"


def broken_batches() -> Iterator[str]:
    """Every row is of a batch in force, rows per batch = declared − rejected, and every batch that wrote has its audit
    row."""
    yield from _source_differs()
    for batch in ImportBatch.objects.in_force():
        declared = batch.total_count - batch.rejected_count
        counted = batch.new_count + batch.changed_count + batch.unchanged_count
        if declared != counted:
            yield f"batch {batch.pk} {batch.file_name}: {declared} rows taken, {counted} accounted for"
        stored = sum(_said_by(batch, table) for table in ALL if _counts(batch, table))
        if batch.kind != "rates" and stored != batch.new_count + batch.changed_count:
            yield f"batch {batch.pk} {batch.file_name}: wrote {batch.new_count + batch.changed_count} rows, {stored} are there"
    events = AuditEvent.objects.filter(table="clients_importbatch")
    for state, action in (("committed", "import"), ("undone", "undo")):
        audited = set(events.filter(action=action).values_list("key", flat=True))
        for batch in ImportBatch.objects.filter(state=state, committed_at__isnull=False):
            if str(batch.pk) not in audited:
                yield f"batch {batch.pk} {batch.file_name}: no audit row of its {action}"


def _counts(batch: ImportBatch, table: FactTable) -> bool:
    # Accounts that came with clients or trades are no rows of the file.
    return table.name in batch.scope.get("tables", {}) and (table is not ACCOUNTS or batch.kind == "accounts")


def _said_by(batch: ImportBatch, table: FactTable) -> int:
    """Rows that say what the batch said, and rows that said so until another batch or a person changed them."""
    live = table.model._default_manager.filter(batch=batch)
    later = FactChange.objects.filter(table=table.db_table, before_batch=batch).exclude(batch=batch, is_undo=False)
    gone = later.exclude(key__in=live.values("pk")).values("key").distinct().count()
    return live.count() + gone
