"""What an undo leaves as it is, and why: a person or a later file spoke since, or other records lean on it."""

from dataclasses import dataclass

import duckdb
from django.db import connection
from django.db.models import ForeignObjectRel, Model

from clients.fact_tables import ACCOUNTS, BY_DB_TABLE, CLIENTS, FactTable
from clients.models import Account, FactChange, ImportBatch
from crm.lib.bulk import in_parts

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
    by_hand = dict(since.filter(staff__isnull=False).order_by("pk").values_list("key", "staff__name"))
    for key in sorted(by_hand.keys() & mine):
        refused.append(Refusal(table.name, key, "by_hand", by_hand[key]))
        con.execute(f"INSERT INTO kept_{table.name} VALUES (?)", [key])
    later = FactChange.objects.filter(table=table.db_table, before_batch=batch, is_undo=False, batch__isnull=False)
    later = later.exclude(batch=batch).order_by("pk")
    # Keys and names only: a later file may have changed every row, and its history is not read for that.
    gone = later.filter(after__isnull=True, batch__state=State.COMMITTED).values_list("key", "batch__file_name")
    removed_by = dict(gone.iterator())
    changed = {*later.values_list("key", flat=True).iterator()} - mine
    there = table.model._default_manager.filter(pk__in=later.values("key"))
    speaking = dict(there.values_list("pk", "batch__file_name").iterator())
    since_by = {key: speaking.get(key) or removed_by.get(key) for key in sorted(changed)}
    return refused + [Refusal(table.name, key, "later_file", by) for key, by in since_by.items() if by]


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
    for part in in_parts(ids, _PART):
        others = Account.objects.filter(client__in=part).values_list("pk", "client_id")
        blocked |= {client: str(Account._meta.verbose_name) for pk, client in others if pk not in own}
    refused = [Refusal(CLIENTS.name, pk, "leaned_on", where) for pk, where in sorted(blocked.items())]
    if refused:
        con.executemany("INSERT INTO kept_clients VALUES (?)", [[r.key] for r in refused])
    if own:
        con.execute(
            "INSERT INTO kept_accounts SELECT id FROM mine_accounts WHERE client_id IN (SELECT id FROM kept_clients)"
        )
    return refused


def leaned_on(
    table: FactTable, ids: list[int], *, but: type[Model] | None = None, besides: ImportBatch | None = None
) -> dict[int, str]:
    """Clients or accounts that rows of other tables still point at, with the name of one such table; facts of the batch
    `besides` do not count."""
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
            is_own = besides and model._meta.db_table in BY_DB_TABLE
            other, own = (" AND batch_id <> %s", [besides.pk]) if besides and is_own else ("", [])
            for part in in_parts(ids, _PART):
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(
                    f'SELECT DISTINCT "{column}" FROM {model._meta.db_table} WHERE "{column}" IN ({marks}){other}',
                    [*part, *own],
                )
                found |= dict.fromkeys((pk for (pk,) in cursor.fetchall()), str(model._meta.verbose_name))
    return found


def named(batch: ImportBatch) -> list[Refusal]:
    """What the undo of a batch refused, as stored with it."""
    return [Refusal(*row) for row in batch.notes.get("undo", {}).get("named", [])]
