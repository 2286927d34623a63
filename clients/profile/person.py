"""Fields of the client itself that a person may correct in place. They are facts of the files too: a correction is kept
as one typed by hand, and no later file overwrites it silently."""

import json
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from django.db import transaction

from clients.by_hand import row_of, write_by_hand
from clients.fact_tables import CLIENTS
from clients.generations import Overtaken
from clients.models import Client, FactChange
from clients.profile.editing import UndoRefused
from crm import audit
from crm.models import Staff

PERSON = ("form_of_address", "birthday", "birthday_calendar", "occupation", "education", "email", "address")
_TRIES = 5
T = TypeVar("T")


class PersonChangedMeanwhile(Exception):
    """A colleague or a file changed the client since the form was opened; `client` is what is known now."""

    def __init__(self, client: Client) -> None:
        super().__init__(f"{client} was changed meanwhile")
        self.client = client


def values_of(client: Client) -> dict[str, Any]:
    """What is known of the person, column by column."""
    return {column: getattr(client, column) for column in PERSON}


def person_token(client: Client) -> str:
    """What an editor saw, as a short digest: files write these columns too, so there is no version to count."""
    return sha256(json.dumps(values_of(client), default=str, sort_keys=True).encode()).hexdigest()[:16]


def save_person(client: Client, values: dict[str, Any], *, token: str, by: Staff, at: datetime) -> FactChange | None:
    """Write what a person typed; None when nothing changes. Raises PersonChangedMeanwhile when the client is not what the
    editor saw any more, Overtaken when imports of the branch keep coming first."""

    def write() -> FactChange | None:
        current = Client.objects.select_for_update().select_related("branch").get(pk=client.pk)
        changed = {c: v for c, v in values.items() if getattr(current, c) != v}
        if not changed:
            return None
        if person_token(current) != token:
            raise PersonChangedMeanwhile(current)
        return _write(current, changed, "edit-client", by=by, at=at)

    return _retried(write)


def undo_person(client: Client, change: FactChange, *, by: Staff, at: datetime) -> FactChange:
    """Bring back what the person's columns were before an edit by hand; raises UndoRefused when one of them was changed
    since. What is brought back counts as typed by hand too: it is a person's last word."""

    def write() -> FactChange:
        current = Client.objects.select_for_update().select_related("branch").get(pk=client.pk)
        before, after = change.before or {}, change.after or {}
        columns = [column for column in PERSON if before.get(column) != after.get(column)]
        now = row_of(current)
        if not columns or any(now[column] != after.get(column) for column in columns):
            raise UndoRefused
        changed = {column: _python(column, before.get(column)) for column in columns}
        return _write(current, changed, "undo-client", by=by, at=at)

    return _retried(write)


def _write(client: Client, changed: dict[str, Any], action: str, *, by: Staff, at: datetime) -> FactChange:
    change = write_by_hand(client, changed, by=by, at=at)
    detail = {"fields": sorted(changed), "change": change.pk}
    audit.record(action, actor=by, table=CLIENTS.db_table, key=client.pk, branch=client.branch, detail=detail)
    return change


def _retried(write: Callable[[], T]) -> T:
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return write()
        except Overtaken:
            continue
    with transaction.atomic():
        return write()


def _python(column: str, value: Any) -> Any:
    return date.fromisoformat(value) if column == "birthday" and value else value
