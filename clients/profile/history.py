"""Who wrote what on a card, and when: from the changes that every edit leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.fact_tables import CLIENTS
from clients.models import CardChange, Client, FactChange
from clients.profile import person
from clients.profile.editing import changed_columns
from clients.profile.kinds import KINDS, CardKind
from clients.profile.opening import PERSON
from clients.profile.wording import account_names, label, written
from crm.access import sees_names
from crm.models import Staff

ROWS = 40
FILES_READ = 200  # changes of a client by files are mostly about other columns


@dataclass(frozen=True)
class Line:
    """One column that changed; `before` is empty for a new row."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Edit:
    """One edit: who did what when, and the columns that changed."""

    who: str
    at: datetime
    what: str
    lines: tuple[Line, ...]


def card_history(name: str, client: Client, user: Staff) -> list[Edit]:
    """The latest edits of a card of a client whom the user sees, newest first."""
    return list(_person_edits(client, user) if name == PERSON else _card_edits(KINDS[name], client, user))


def _card_edits(kind: CardKind, client: Client, user: Staff) -> Iterator[Edit]:
    keys = kind.model.objects.of_client(client).values("pk")
    accounts = account_names(client) if "account_id" in kind.columns else {}
    for change in CardChange.objects.of_rows(kind.name, keys)[:ROWS]:
        before = kind.restored(change.before) if change.before is not None else None
        after = kind.restored(change.after) if change.after is not None else None
        lines = _lines(kind, before, after, accounts, user)
        yield Edit(change.staff.name if change.staff else _("the client"), change.at, _what(change), lines)


def _lines(
    kind: CardKind | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    accounts: Mapping[int, str],
    user: Staff,
) -> tuple[Line, ...]:
    def say(column: str, values: dict[str, Any] | None) -> str:
        if values is None:
            return ""
        return written(kind, column, values.get(column), accounts=accounts, sees_names=sees_names(user))

    columns = changed_columns(before, after)
    if before is None or after is None:  # of a row that came or went, what it said
        values = after or before or {}
        columns = [c for c in columns if values.get(c) not in (None, "") and values.get(c) is not False]
    return tuple(Line(label(kind, column), say(column, before), say(column, after)) for column in columns)


def _what(change: CardChange) -> str:
    if change.is_undo:
        return _("undid the last edit")
    if change.before is None:
        return _("wrote it down")
    return pgettext("card", "withdrew it") if change.after is None else _("changed it")


def _person_edits(client: Client, user: Staff) -> Iterator[Edit]:
    changes = FactChange.objects.filter(table=CLIENTS.db_table, key=client.pk, before__isnull=False)
    found = 0
    for change in changes.select_related("staff", "batch").order_by("-at", "-pk")[:FILES_READ]:
        before, after = (
            {c: _read(c, (said or {}).get(c)) for c in person.PERSON} for said in (change.before, change.after)
        )
        if before == after or found == ROWS:
            continue
        found += 1
        who = change.staff.name if change.staff else change.batch.file_name if change.batch else ""
        what = _("changed it") if change.staff else _("by a file")
        yield Edit(who, change.at, what, _lines(None, before, after, {}, user))


def _read(column: str, value: Any) -> Any:
    return date.fromisoformat(value[:10]) if column == "birthday" and value else value
