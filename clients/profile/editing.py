"""One way of editing a card: the row, its history and the audit row in one transaction; a second editor is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from clients.models import CardChange, Client
from clients.models.cards import Card
from clients.profile.kinds import CardKind
from crm import audit
from crm.models import Staff


class ChangedMeanwhile(Exception):
    """Somebody else edited, or made, the same row since it was read; `row` is what it says now. Nothing was written."""

    def __init__(self, row: Card) -> None:
        super().__init__(f"{row} was changed meanwhile")
        self.row = row


class Gone(Exception):
    """The row was withdrawn since it was read. Nothing was written."""


class UndoRefused(Exception):
    """The row was edited again since, or another one stands in its place. Nothing was written."""


@dataclass(frozen=True)
class Version:
    """What an editor had before their eyes: row and version, both empty for a new row."""

    key: int | None = None
    version: int | None = None


def save(
    kind: CardKind, client: Client, values: dict[str, Any], *, seen: Version, by: Staff | None, at: datetime
) -> CardChange | None:
    """Write a new row or an edit, by staff or (None) the client; None when nothing changes (a double click). Raises
    ChangedMeanwhile when the row is not at the version that the editor saw and says something else, Gone when it was
    withdrawn."""
    with transaction.atomic():
        _lock(client, values)
        row = _standing(kind, client, values, seen.key)
        if row is None:
            if seen.key is not None:
                raise Gone
            row = _new(kind, client, values)
            return _record(kind, client, row, before=None, after=kind.values_of(row), by=by, at=at)
        before = kind.values_of(row)
        after = {**before, **{column: values[column] for column in kind.columns if column in values}}
        if after == before:
            return None
        if row.version != seen.version:
            raise ChangedMeanwhile(row)
        other = _standing(kind, client, {**values, **after}, None) if not kind.is_single else row
        if other is not None and other.pk != row.pk:
            raise ChangedMeanwhile(other)  # it now bears the natural key of another row
        for column, value in after.items():
            setattr(row, column, value)
        return _record(kind, client, row, before=before, after=after, by=by, at=at)


def withdraw(kind: CardKind, client: Client, *, seen: Version, by: Staff, at: datetime) -> CardChange | None:
    """Take a row away; it stays readable in the history. None when it is gone already (a double click). Raises
    ChangedMeanwhile when somebody edited it since it was read."""
    with transaction.atomic():
        _lock(client)
        row = _standing(kind, client, {}, seen.key) if seen.key is not None and not kind.is_single else None
        if row is None:
            return None
        if row.version != seen.version:
            raise ChangedMeanwhile(row)
        row.withdrawn_at = at
        return _record(kind, client, row, before=kind.values_of(row), after=None, by=by, at=at)


def undo(kind: CardKind, client: Client, change: CardChange, *, by: Staff, at: datetime) -> CardChange:
    """Bring back what a row said before its last edit; raises UndoRefused when that was not the last any more."""
    with transaction.atomic():
        _lock(client)
        row = kind.model.objects.of_client(client).filter(pk=change.key).first()
        if row is None or row.version != change.version or change.card != kind.name:
            raise UndoRefused
        before = None if row.withdrawn_at else kind.values_of(row)
        after = kind.restored(change.before) if change.before is not None else None
        if after is None and kind.is_single:
            after = kind.blank()
        row.withdrawn_at = at if after is None else None
        for column, value in (after or {}).items():
            setattr(row, column, value)
        other = None if after is None or kind.is_single else _same(kind, client, row)
        if other is not None and other.pk != row.pk:
            raise UndoRefused
        return _record(kind, client, row, before=before, after=after, by=by, at=at, is_undo=True)


def _lock(client: Client, values: Mapping[str, Any] | None = None) -> None:
    # All edits of a client's cards come one after the other; a household link is made from either end, so both are held.
    ends = {client.pk, *(pk for name in ("client_id", "other_id") if (pk := (values or {}).get(name)))}
    list(Client.objects.select_for_update().filter(pk__in=ends).order_by("pk").values_list("pk"))


def _standing(kind: CardKind, client: Client, values: dict[str, Any], key: int | None) -> Card | None:
    rows = kind.model.objects.of_client(client).standing().select_for_update(of=("self",))
    if key is not None:
        return rows.filter(pk=key).first()
    asked = {"client_id": client.pk, **values}
    return rows.filter(**_conditions({column: asked.get(column) for column in kind.natural})).first()


def _same(kind: CardKind, client: Client, row: Card) -> Card | None:
    natural = _conditions({column: getattr(row, column) for column in kind.natural})
    return kind.model.objects.of_client(client).same_as(natural).first()


def _conditions(values: dict[str, Any]) -> dict[str, Any]:
    return {f"{c}__isnull" if v is None else c: True if v is None else v for c, v in values.items()}


def _new(kind: CardKind, client: Client, values: dict[str, Any]) -> Card:
    given = {"client_id": client.pk, **kind.blank(), **values}
    return kind.model(branch_id=client.branch_id, version=0, **given)


def _record(
    kind: CardKind,
    client: Client,
    row: Card,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    by: Staff | None,
    at: datetime,
    is_undo: bool = False,
) -> CardChange:
    """Save the row at its next version, with history and audit; the audit row tells which columns, never what they say."""
    row.version += 1
    row.changed_by, row.changed_at = by, at
    row.save()
    change = CardChange.objects.create(
        branch_id=row.branch_id,
        client_id=row.client_id,
        card=kind.name,
        key=row.pk,
        version=row.version,
        before=before,
        after=after,
        staff=by,
        at=at,
        is_undo=is_undo,
    )
    verb = "undo" if is_undo else "withdraw" if after is None else "add" if before is None else "edit"
    audit.record(
        f"{verb}-card",
        actor=by,
        table=kind.model._meta.db_table,
        key=row.pk,
        branch=client.branch,
        detail={
            "card": kind.name,
            "client": client.pk,
            "version": row.version,
            "fields": changed_columns(before, after),
        },
    )
    return change


def changed_columns(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """Columns in which two versions of a row differ; a new row or a withdrawn one differs from nothing."""
    one, other = before or {}, after or {}
    return [column for column in (one or other) if one.get(column) != other.get(column)]
