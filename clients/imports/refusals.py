"""What an undo leaves as it is, and why: a person or a later file spoke since, or other records lean on it."""

from dataclasses import dataclass

import duckdb
from django.db import connection
from django.db.models import ForeignObjectRel, Model

from clients.fact_tables import ACCOUNTS, CLIENTS, FactTable
from clients.models import Account, FactChange, ImportBatch

State = ImportBatch.State
_PART = 5000  # values per IN (…)


@dataclass(frozen=True)
class Refusal:
    """A row that stays as it is, and why: changed by a person, by a later file, or leaned on by other records."""

    table: str
    key: int
    why: str
    by: str


def refuse(con: duckdb.DuckDBPyConnection, table: FactTable, batch: ImportBatch) -> list[Refusal]:
    """What this batch said and is no longer what the row says. Rows that a person changed since go to `kept_<table>`."""
    refused: list[Refusal] = []
    mine = {pk for (pk,) in con.execute(f"SELECT id FROM mine_{table.name}").fetchall()}
    since = FactChange.objects.filter(table=table.db_table, at__gt=batch.committed_at or batch.created_at)
    by_hand = {c.key: c for c in since.filter(staff__isnull=False).select_related("staff") if c.key in mine}
    for key, change in sorted(by_hand.items()):
        refused.append(Refusal(table.name, key, "by_hand", change.staff.name if change.staff else ""))
        con.execute(f"INSERT INTO kept_{table.name} VALUES (?)", [key])
    later = FactChange.objects.filter(table=table.db_table, before_batch=batch, is_undo=False, batch__isnull=False)
    changes = {c.key: c for c in later.exclude(batch=batch).select_related("batch") if c.key not in mine}
    speaking = batches_of(table, sorted(changes))
    for key, change in sorted(changes.items()):
        if key in speaking:
            refused.append(Refusal(table.name, key, "later_file", speaking[key]))
        elif change.after is None and change.batch and change.batch.state == State.COMMITTED:
            refused.append(Refusal(table.name, key, "later_file", change.batch.file_name))
    return refused


def batches_of(table: FactTable, ids: list[int]) -> dict[int, str]:
    """Rows that exist → the name of the file that they say the words of."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), _PART):
        rows = table.model._default_manager.filter(pk__in=ids[start : start + _PART])
        found |= dict(rows.values_list("pk", "batch__file_name"))
    return found


def hold_clients(con: duckdb.DuckDBPyConnection, *, with_accounts: bool) -> list[Refusal]:
    """Clients that something besides their own number's account leans on stay, and that account with them."""
    own = {}
    if with_accounts:
        own = dict(con.execute("SELECT id, client_id FROM mine_accounts").fetchall())
    ids = [
        pk
        for (pk,) in con.execute(
            "SELECT id FROM mine_clients WHERE id NOT IN (SELECT key FROM done_clients)"
            " AND id NOT IN (SELECT id FROM kept_clients)"
        ).fetchall()
    ]
    blocked = leaned_on(CLIENTS, ids, but=Account)
    blocked |= {own[pk]: where for pk, where in leaned_on(ACCOUNTS, list(own)).items()}
    for start in range(0, len(ids), _PART):
        others = Account.objects.filter(client__in=ids[start : start + _PART]).values_list("pk", "client_id")
        blocked |= {client: str(Account._meta.verbose_name) for pk, client in others if pk not in own}
    refused = [Refusal(CLIENTS.name, pk, "leaned_on", where) for pk, where in sorted(blocked.items())]
    if refused:
        con.executemany("INSERT INTO kept_clients VALUES (?)", [[r.key] for r in refused])
    if own:
        con.execute(
            "INSERT INTO kept_accounts SELECT id FROM mine_accounts WHERE client_id IN (SELECT id FROM kept_clients)"
        )
    return refused


def leaned_on(table: FactTable, ids: list[int], *, but: type[Model] | None = None) -> dict[int, str]:
    """Clients or accounts that rows of other tables still point at, with the name of one such table."""
    found: dict[int, str] = {}
    pointing = [
        (relation.related_model, relation.field.column)
        for relation in table.model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and isinstance(relation.related_model, type)
        and relation.related_model is not but
        # A fact leans on a client through an account of the client's, and by the account there is an index.
        and not (table is CLIENTS and hasattr(relation.related_model, "account_id"))
    ]
    with connection.cursor() as cursor:
        for model, column in pointing:
            for start in range(0, len(ids), _PART):
                part = ids[start : start + _PART]
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(
                    f'SELECT DISTINCT "{column}" FROM {model._meta.db_table} WHERE "{column}" IN ({marks})', part
                )
                found |= dict.fromkeys((pk for (pk,) in cursor.fetchall()), str(model._meta.verbose_name))
    return found


def named(batch: ImportBatch) -> list[Refusal]:
    """What the undo of a batch refused, as stored with it."""
    return [Refusal(*row) for row in batch.notes.get("undo", {}).get("named", [])]
