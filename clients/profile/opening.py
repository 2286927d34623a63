"""A card as an editor has it open: what it says, the token of what was read, and what to do with what was typed. The
cards and the person's own columns are one to the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clients.fact_tables import CLIENTS
from clients.models import CardChange, Client, FactChange
from clients.models.cards import Card
from clients.profile import editing, person
from clients.profile.editing import ChangedMeanwhile, Gone, Version
from clients.profile.kinds import KINDS, CardKind
from crm.models import Staff

PERSON = "person"
NAMES = (PERSON, *KINDS)


@dataclass(frozen=True)
class Opened:
    """What an editor sees: values by column, the token to send back, and who spoke last and when."""

    name: str
    client: Client
    row: Card | None
    values: dict[str, Any]
    token: str
    by: str = ""
    at: datetime | None = None

    @property
    def kind(self) -> CardKind | None:
        return KINDS.get(self.name)


class Stale(Exception):
    """Somebody else wrote since; `now` is what the card says now, None when it was withdrawn. Nothing was written."""

    def __init__(self, now: Opened | None) -> None:
        super().__init__("written meanwhile")
        self.now = now


class Taken(Exception):
    """Another row has the same natural key. Nothing was written."""


def open_card(name: str, client: Client, key: int | None = None) -> Opened | None:
    """A card of the client by its name, a row of several by its key, an empty one to be added without; None where there is
    no such row (any more)."""
    if name == PERSON:
        return _person(client)
    kind = KINDS[name]
    if key is None and not kind.is_single:
        return Opened(name, client, None, kind.blank(), "")
    rows = kind.model.objects.of_client(client).standing().select_related("changed_by")
    row = (rows.filter(pk=key) if key is not None else rows).first()
    if row is None:
        return None if key is not None else Opened(name, client, None, kind.blank(), "")
    return _card(kind, client, row)


def was_there(name: str, client: Client, key: int) -> bool:
    """Whether the client had such a row once: an editor of a withdrawn one is told, and typed text stays."""
    return name in KINDS and KINDS[name].model.objects.of_client(client).filter(pk=key).exists()


def store(
    name: str, client: Client, values: dict[str, Any], *, key: int | None, token: str, by: Staff, at: datetime
) -> CardChange | FactChange | None:
    """Write what was typed; None when nothing changes. Raises Stale when somebody wrote since, Taken when the row would
    become another one."""
    if name == PERSON:
        try:
            return person.save_person(client, values, token=token, by=by, at=at)
        except person.PersonChangedMeanwhile as told:
            raise Stale(_person(told.client)) from told
    kind = KINDS[name]
    try:
        return editing.save(kind, client, values, seen=_seen(key, token), by=by, at=at)
    except Gone as told:
        raise Stale(None) from told
    except ChangedMeanwhile as told:
        if key is not None and told.row.pk != key:
            raise Taken from told
        raise Stale(_card(kind, client, told.row)) from told


def take_away(name: str, client: Client, *, key: int, token: str, by: Staff, at: datetime) -> CardChange | None:
    """Withdraw a row; None when it is gone already. Raises Stale when somebody edited it since it was read."""
    kind = KINDS[name]
    try:
        return editing.withdraw(kind, client, seen=_seen(key, token), by=by, at=at)
    except ChangedMeanwhile as told:
        raise Stale(_card(kind, client, told.row)) from told


def _seen(key: int | None, token: str) -> Version:
    return Version(key, int(token) if token.isdecimal() and len(token) < 10 else None)


def _card(kind: CardKind, client: Client, row: Card) -> Opened:
    who = row.changed_by.name if row.changed_by else _("the client")
    return Opened(kind.name, client, row, kind.values_of(row), str(row.version), who, row.changed_at)


def _person(client: Client) -> Opened:
    changes = FactChange.objects.filter(table=CLIENTS.db_table, key=client.pk).select_related("staff", "batch")
    last = changes.order_by("-at", "-pk").first()
    who = (last.staff.name if last.staff else last.batch.file_name if last.batch else "") if last else ""
    values, token = person.values_of(client), person.person_token(client)
    return Opened(PERSON, client, None, values, token, who, client.recorded_at)
