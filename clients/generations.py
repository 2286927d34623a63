"""How often the facts of a table, branch and month changed: the guard of dry runs and of the columnar copy."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from clients.models import FactCommit, FactGeneration
from crm.lib import bulk

Slot = tuple[str, int, str]  # db table, branch id, month


class Overtaken(Exception):
    """Somebody else changed the same month of the same branch since the plan was made: plan again."""


def current(slots: Iterable[Slot]) -> dict[Slot, int]:
    """The generation of each slot, 0 where nothing has been recorded."""
    wanted = set(slots)
    rows = FactGeneration.objects.filter(
        table__in={s[0] for s in wanted}, branch__in={s[1] for s in wanted}
    ).values_list("table", "branch_id", "month", "generation")
    known = {(t, b, m): g for t, b, m, g in rows}
    return {slot: known.get(slot, 0) for slot in wanted}


def raise_generations(expected: Mapping[Slot, int], at: datetime, *, batch: int | None = None) -> None:
    """Raise every slot by one inside the caller's transaction; raises Overtaken where one was not what the plan saw.
    The upsert waits for a concurrent writer of the same slot, so exactly one of two plans over the same facts wins.
    Whoever changes nothing but by the rows of one committed batch names it: the columnar copy can then follow."""
    if not expected:
        return
    moment = bulk.moment(at)
    with connection.cursor() as cursor:
        for (table, branch, month), seen in sorted(expected.items()):
            cursor.execute(
                'INSERT INTO clients_factgeneration ("table", branch_id, "month", generation, changed_at)'
                " VALUES (%s, %s, %s, 1, %s)"
                ' ON CONFLICT ("table", branch_id, "month") DO UPDATE'
                " SET generation = clients_factgeneration.generation + 1, changed_at = excluded.changed_at"
                " RETURNING generation",
                [table, branch, month, moment],
            )
            if cursor.fetchone()[0] != seen + 1:
                raise Overtaken(f"{table} of branch {branch} in {month or 'all'} changed meanwhile")
    if batch is not None:
        FactCommit.objects.bulk_create(
            FactCommit(table=table, branch_id=branch, month=month, generation=seen + 1, batch_id=batch)
            for (table, branch, month), seen in expected.items()
        )
