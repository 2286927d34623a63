"""A stored row as the history keeps it (FactChange)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from clients.fact_tables import CLIENTS
from clients.models import Client


def row_of(client: Client) -> dict[str, Any]:
    """Every column of a client, as text where a file's row would be text."""
    return {column: _kept(getattr(client, column)) for column in CLIENTS.types}


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date):
        return str(value)
    return value if value is None or isinstance(value, bool | int) else str(value)
