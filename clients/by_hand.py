"""A value of a client that a person typed: the row, its history and the guard that tells files apart, in one place. No
later file overwrites it silently."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from clients import generations
from clients.fact_tables import CLIENTS
from clients.models import Client, FactChange
from crm.models import Staff


def write_by_hand(
    client: Client, values: dict[str, Any], *, by: Staff, at: datetime, said: Iterable[str] = ()
) -> FactChange:
    """Write columns of a client inside the caller's transaction, as typed by a person; `said` names the columns that the
    history tells (default: all that are written). Raises Overtaken when an import came between."""
    before = row_of(client)
    for column, value in values.items():
        setattr(client, column, value)
    client.recorded_at = at
    # As with a file: the generation tells dry runs and the columnar copy that the clients of the branch changed.
    generations.raise_generations(generations.current([(CLIENTS.db_table, client.branch_id, "")]), at)
    client.save(update_fields=[*values, "recorded_at"])
    written = row_of(client)
    return FactChange.objects.create(
        table=CLIENTS.db_table,
        key=client.pk,
        branch_id=client.branch_id,
        staff=by,
        before_batch_id=client.batch_id,
        before=before,
        after={**before, **{column: written[column] for column in said or values}},
        at=at,
    )


def row_of(client: Client) -> dict[str, Any]:
    """The stored row as the history keeps it: every column, as text where a file's row would be text."""
    row: dict[str, Any] = {}
    for column in CLIENTS.types:
        value = getattr(client, column)
        if isinstance(value, datetime):
            value = value.strftime("%Y-%m-%d %H:%M:%S.%f")
        if isinstance(value, UUID):
            value = value.hex
        row[column] = value if value is None or isinstance(value, bool | int) else str(value)
    return row
