"""Taking rows of the list out of the house (L5): asked for with a reason, approved by a second person where they are many,
made as a file when they are fetched. The reader's masks hold; no full phone or identity number is a column."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, ListExport, Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.column import name_said
from crm.pages.lists.columns import COLUMNS, read_columns, shown_for
from crm.pages.lists.rows import standings_for
from crm.pages.nights import Nights, nights_of
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet
from segmentation.thresholds import threshold

_PART = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TABLE = ListExport._meta.db_table


class ExportRefused(Exception):
    """Too many rows, or nobody may fetch it (any more)."""


@dataclass(frozen=True)
class Asked:
    """What would be taken out: conditions with the day they were seen on, chosen rows (None: all), columns."""

    query: str
    clients: Sequence[int] | None
    columns: Sequence[str]

    @property
    def has_money(self) -> bool:
        """Whether amounts are among the columns: then it counts as assets."""
        return any(COLUMNS[name].is_money for name in self.columns)


def rows_of(user: Staff, asked: Asked) -> tuple[Nights, StandingQuerySet[Standing]]:
    """The rows as their reader sees them, in one order."""
    filters = Filters.read(QueryDict(asked.query))
    nights = nights_of(user, branch=filters.branch, day=filters.day)
    rows = standings_for(user, nights, filters)
    if asked.clients is not None:
        rows = rows.filter(client__in=list(asked.clients))
    return nights, rows


def pinned(user: Staff, query: str) -> str:
    """The question with the day of the night that answers it, where all branches agree on one: what is approved is what is
    fetched."""
    filters = Filters.read(QueryDict(query))
    if filters.day is None:
        days = {night.as_of for night in nights_of(user, branch=filters.branch).publications}
        filters = replace(filters, day=days.pop() if len(days) == 1 else None)
    plain = replace(filters, columns=(), view="", size=50, sort="")
    return plain.address().partition("?")[2]


def limit_for(asked: Asked, day: date) -> int:
    """Rows above which a second person approves (L5)."""
    return threshold("export_rows_assets" if asked.has_money else "export_rows_others", day)


def ask_export(user: Staff, asked: Asked, *, format: str, reason: str, at: datetime, day: date) -> ListExport:  # noqa: A002
    """Ask for a file. It is ready at once up to the limit, else it waits. Raises ExportRefused."""
    nights, rows = rows_of(user, asked)
    most = threshold("export_rows_most", day)
    count = rows.order_by().values("pk")[: most + 1].count()
    if not count:
        raise ExportRefused(_("There is nothing to take out."))
    if count > most:
        raise ExportRefused(_("One file takes at most %(most)s rows. Narrow the list first.") % {"most": f"{most:,}"})
    waits = count > limit_for(asked, day)
    branches = list(nights.branches)
    with transaction.atomic():
        export = ListExport.objects.create(
            asked_by=user,
            asked_at=at,
            branch=Branch.objects.get(pk=branches[0]) if len(branches) == 1 else None,
            query=asked.query,
            clients=list(asked.clients) if asked.clients is not None else None,
            columns=",".join(asked.columns),
            format=format,
            reason=reason,
            row_count=count,
            has_money=asked.has_money,
            state=ListExport.State.WAITING if waits else ListExport.State.READY,
            expires_at=None if waits else at + timedelta(days=threshold("export_days", day)),
        )
        _record("ask-export", export, user, reason=reason)
    return export


def decide_export(export: ListExport, *, approve: bool, by: Staff, at: datetime, day: date) -> bool:
    """A second person approves or refuses, once: False when it is decided. Raises ExportRefused for who asked."""
    if export.asked_by_id == by.pk:
        raise ExportRefused(_("Somebody else has to decide on your own export."))
    state = ListExport.State.READY if approve else ListExport.State.REFUSED
    until = at + timedelta(days=threshold("export_days", day)) if approve else None
    with transaction.atomic():
        waiting = ListExport.objects.filter(pk=export.pk, state=ListExport.State.WAITING)
        if not waiting.update(state=state, decided_by=by, decided_at=at, expires_at=until):
            return False
        _record("approve-export" if approve else "refuse-export", export, by)
    return True


def fetch_export(export: ListExport, *, by: Staff, at: datetime) -> bytes:
    """The file for who asked for it, while it may be fetched; counted and written down. Raises ExportRefused."""
    if export.state != ListExport.State.READY or export.asked_by_id != by.pk:
        raise ExportRefused(_("This export is not ready."))
    if export.expires_at is None or export.expires_at < at:
        raise ExportRefused(_("The time to fetch this export is over. Ask again."))
    asked = Asked(export.query, export.clients, read_columns(export.columns))
    table = list(_table(by, asked, most=export.row_count, today=at.date()))
    with transaction.atomic():
        ListExport.objects.filter(pk=export.pk).update(fetched_count=F("fetched_count") + 1)
        _record("fetch-export", export, by, rows=len(table) - 1, checksum=audit.checksum(table))
    return as_csv(table) if export.format == ListExport.Format.CSV else as_xlsx(table)


def _table(user: Staff, asked: Asked, *, most: int, today: date) -> Iterator[list[Any]]:
    columns = [COLUMNS[name] for name in asked.columns]
    yield [_("Client"), *(_head(column.label, column.is_money) for column in columns)]
    nights, rows = rows_of(user, asked)
    keys = list(rows.order_by("rank", "pk").values_list("pk", flat=True)[:most])
    for some in in_parts(keys, _PART):
        part = list(rows.for_table().filter(pk__in=some).order_by("rank", "pk"))
        shown = shown_for(user, part, asked.columns, as_of=nights.as_of or today, today=today)
        for row in part:
            yield [name_said(row, shown), *(column.said(row, shown) for column in columns)]


def _head(label: object, is_money: bool) -> str:  # noqa: FBT001
    return _("%(column)s (yuan)") % {"column": label} if is_money else str(label)


def harmless(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula; figures stay figures."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(table: Sequence[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    csv.writer(out).writerows([["" if v is None else harmless(v) for v in row] for row in table])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(table: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append([harmless(_writable(value)) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _writable(value: Any) -> Any:
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _record(action: str, export: ListExport, by: Staff, *, reason: str = "", **more: Any) -> None:
    audit.record(
        action,
        actor=by,
        table=_TABLE,
        key=export.uid,
        branch=export.branch,
        reason=reason,
        detail={"rows": export.row_count, "money": export.has_money, "columns": export.columns, **more},
    )
