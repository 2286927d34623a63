"""The pack of a hand-over (S17): of every client who moved, what the receiver has to know, section by section; and what of it
the receiver has read. Another noun adds its part to `SECTIONS`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, CloseContact, PreferenceCard
from clients.profile import wording
from clients.profile.kinds import PREFERENCES
from crm import audit
from crm.models import Staff
from servicing.models import Complaint, Contact, HandOver, HandOverClient, Idea, Promise, ServicePlan, Task
from servicing.rounds.words import title_of

TALKS = 3


@dataclass(frozen=True)
class Line:
    """One thing to know: the words, what stands small beside them, and the day by which it is due."""

    text: str
    note: str = ""
    due_on: date | None = None


Lines = Mapping[int, Sequence[Line]]  # by client


@dataclass(frozen=True)
class Section:
    """A part of the pack: its title, and how it is read for the clients of a page whom a reader sees, in one query."""

    title: LazyText
    read: Callable[[Staff, Sequence[Client]], Lines]


@dataclass(frozen=True)
class Packed:
    """One client of the pack; a section without lines is left out."""

    row: HandOverClient
    parts: Sequence[tuple[str, Sequence[Line]]]


def pack_of(user: Staff, rows: Sequence[HandOverClient]) -> list[Packed]:
    """What the reader has to know of the clients of a page of a hand-over; a query a section, whatever the page holds."""
    clients = [row.client for row in rows]
    read = [(str(section.title), section.read(user, clients)) for section in SECTIONS]
    return [
        Packed(row, [(title, lines[row.client_id]) for title, lines in read if lines.get(row.client_id)])
        for row in rows
    ]


def tell_read(row: HandOverClient, *, is_read: bool, by: Staff, at: datetime) -> bool:
    """The receiver has read what belongs to a client, or has not after all; False where it stands so already."""
    with transaction.atomic():
        rows = HandOverClient.objects.filter(pk=row.pk, read_at__isnull=is_read)
        changed = rows.update(read_at=at if is_read else None)
        if changed:
            audit.record(
                "read-hand-over" if is_read else "unread-hand-over",
                actor=by,
                table=HandOver._meta.db_table,
                key=row.hand_over.uid,
                branch=row.hand_over.branch,
                detail={"client": row.client_id},
            )
    return bool(changed)


def _promises(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = Promise.objects.visible_to(user).filter(client__in=clients, state=Promise.State.OPEN)
    told = rows.select_related("contact").order_by("due_on", "pk")
    noted = _("promised {day}")
    return _grouped(
        (row.client_id, Line(row.text, noted.format(day=_day(row.contact.happened_at)), row.due_on)) for row in told
    )


def _tasks(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = Task.objects.visible_to(user).filter(client__in=clients, state=Task.State.OPEN).order_by("due_on", "pk")
    return _grouped((row.client_id, Line(title_of(row), row.reason, row.due_on)) for row in rows)


def _plans(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = ServicePlan.objects.visible_to(user).filter(client__in=clients, withdrawn_at=None)
    reviewed = _("next review")
    return _grouped((row.client_id, Line(row.goal, reviewed, row.next_review_on)) for row in rows)


def _complaints(user: Staff, clients: Sequence[Client]) -> Lines:
    """That there is one, by when the next step is due, and who owns it; what it says is read by whom the noun lets read it."""
    rows = Complaint.objects.mentioned_to(user).still_open().filter(client__in=clients).select_related("owner")
    return _grouped(
        (row.client_id, Line(row.get_stage_display(), row.owner.name, row.due_on))
        for row in rows.order_by("due_on", "pk")
        if row.client_id
    )


def _ideas(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = Idea.objects.visible_to(user).still_open().filter(client__in=clients).order_by("answer_due_on", "pk")
    answered = _("answered")
    return _grouped(
        (row.client_id, Line(row.text, answered) if row.answered_at else Line(row.text, due_on=row.answer_due_on))
        for row in rows
        if row.client_id
    )


def _preferences(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = PreferenceCard.objects.visible_to(user).filter(client__in=clients)
    return _grouped(
        (row.client_id, Line(str(value), wording.label(PREFERENCES, column)))
        for row in rows
        for column, value in PREFERENCES.values_of(row).items()
        if value
    )


def _close_contacts(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = CloseContact.objects.visible_to(user).standing().filter(client__in=clients).order_by("pk")
    return _grouped((row.client_id, _close_contact(row)) for row in rows)


def _close_contact(row: Any) -> Line:
    may = _("may be contacted") if row.may_contact else _("not to be contacted")
    powers = _("powers: {powers}").format(powers=row.powers) if row.powers else ""
    told = " · ".join(part for part in (may, row.can_tell, powers) if part)
    return Line(f"{row.name} · {row.get_relation_display()}", told)


def _talks(user: Staff, clients: Sequence[Client]) -> Lines:
    rows = Contact.objects.visible_to(user).standing().filter(client__in=clients).select_related("staff")
    place = Window(RowNumber(), partition_by=F("client"), order_by=[F("happened_at").desc(), F("pk").desc()])
    latest = rows.annotate(place=place).filter(place__lte=TALKS).order_by("client", "place")
    return _grouped(
        (row.client_id, Line(row.summary, f"{_day(row.happened_at)} · {row.get_channel_display()} · {row.staff.name}"))
        for row in latest
    )


def _grouped(lines: Iterable[tuple[int, Line]]) -> Lines:
    found: dict[int, list[Line]] = defaultdict(list)
    for client, line in lines:
        found[client].append(line)
    return found


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


# In the order in which the receiver reads.
SECTIONS: tuple[Section, ...] = (
    Section(gettext_lazy("Open promises"), _promises),
    Section(gettext_lazy("Open tasks"), _tasks),
    Section(gettext_lazy("Open complaints"), _complaints),
    Section(gettext_lazy("Open ideas"), _ideas),
    Section(gettext_lazy("Service plan"), _plans),
    Section(gettext_lazy("Preferences card"), _preferences),
    Section(gettext_lazy("Close contacts"), _close_contacts),
    Section(gettext_lazy("Last contacts"), _talks),
)
