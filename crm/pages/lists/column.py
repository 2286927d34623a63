"""A column of the client list and what its cells need: the reader, the days, and what is read for all rows together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import DateTimeField, Max, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from clients.models import ClientTag
from crm import access
from crm.models import Staff
from segmentation.models import Standing
from servicing.models import Contact

Cell = str | SafeString
_LINE = """<tr data-row id="client-{0}">
<td class="pk"><input class="pick form-check-input" type="checkbox" name="client" value="{0}" aria-label="{1}"></td>
<td><a class="nm" href="{2}">{1}</a>{3}</td>{4}</tr>
"""
_KEY = '<a class="unseen" href="{}" data-drawer data-key="{}" tabindex="-1">{}</a>'  # as servicing/_row_keys.html


@dataclass(frozen=True)
class Shown:
    """What the cells of a page need besides its rows: who reads, the day of the numbers, today, and what was read for all
    rows together."""

    user: Staff
    as_of: date
    today: date
    contacts: Mapping[int, date] = field(default_factory=dict)
    tags: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def sees_names(self) -> bool:
        """Whether names stand in clear."""
        return access.sees_names(self.user)


@dataclass(frozen=True)
class Column:
    """A column. `cell` draws it, `said` is its plain value in a file; `reads` names what is read for all rows at once."""

    name: str
    label: str | Promise
    cell: Callable[[Standing, Shown], Cell]
    said: Callable[[Standing, Shown], str | int | float | None]
    sort: str = ""
    unit: str | Promise = ""
    is_right: bool = False
    is_small: bool = False  # shown on the phone too
    is_money: bool = False  # counts as assets where it is taken out (L5)
    style: str = ""
    reads: str = ""

    @cached_property
    def opening(self) -> str:
        """Where a cell of it begins."""
        classes = f"{self.style}{' r' if self.is_right else ''}{'' if self.is_small else ' hide-s'}".strip()
        return f'<td class="{classes}">'


def name_said(row: Standing, shown: Shown) -> str:
    """The name of the client as the reader may see it."""
    return access.name_for(shown.user, row.client.name)


def line_of(row: Standing, shown: Shown, columns: Sequence[Column]) -> SafeString:
    """A row of the table. There are hundreds of cells on a page: a loop in a template takes five times as long."""
    cells = mark_safe(  # noqa: S308 (every cell is escaped here)
        "".join(f"{one.opening}{conditional_escape(one.cell(row, shown))}</td>" for one in columns)
    )
    name, pk = name_said(row, shown) or row.client.client_number, row.client_id
    return format_html(
        _LINE, pk, name, reverse("client-detail", args=[pk]), _keys(pk) if shown.sees_names else "", cells
    )


def _keys(pk: int) -> SafeString:
    contact, task = (reverse(name, args=[pk]) for name in ("record-contact", "add-task"))
    return format_html(_KEY + _KEY, contact, "c", gettext("Log a contact"), task, "t", gettext("Add a task"))


def read_of(clients: Sequence[int], reads: set[str]) -> tuple[dict[int, date], dict[int, list[str]]]:
    """Days of the last contacts and names of tags, in one query: rows of both kinds, one under the other."""
    contacts = Contact.objects.standing().filter(client__in=clients).order_by().values("client")
    tags = ClientTag.objects.filter(client__in=clients).order_by()
    asked = {
        "contacts": contacts.annotate(last=Max("happened_at")).values_list("client", "last", Value("")),
        "tags": tags.values_list("client", Value(None, DateTimeField()), "tag__name"),
    }
    parts = [rows for name, rows in asked.items() if name in reads]
    days, names = dict[int, date](), dict[int, list[str]]()
    for client, at, name in parts[0].union(*parts[1:], all=True) if parts else ():
        if at is not None:
            days[client] = timezone.localdate(at)
        else:
            names.setdefault(client, []).append(name)
    return days, {client: sorted(of_client) for client, of_client in names.items()}
