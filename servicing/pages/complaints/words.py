"""How a complaint is told to its reader: who complains, under which timer, what each stage said, what was left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import mask_phone, name_for, text_for
from crm.lib import formats
from crm.models import Staff
from servicing.complaints.callers import caller_of
from servicing.complaints.escalating import COMPLIANCE, MANAGER, Timer, timers_of
from servicing.models import Complaint, ComplaintChange, ComplaintStep
from servicing.pages.complaints.forms import STAGE_FORMS

# Fields that say why something was left out (S18).
DUE_SHOWN = 8
LEFT_OUT = {"no_apology", "left_out", "no_remedy", "not_asked"}


@dataclass(frozen=True)
class Told:
    """A complaint as a reader may read it."""

    complaint: Complaint
    who: str
    phone: str  # of an unknown caller, masked
    text: str
    timer: Timer | None
    opens_client: bool

    @property
    def next_words(self) -> str:
        """What happens next with the timer."""
        return next_words(self.timer) if self.timer else ""


@dataclass(frozen=True)
class Line:
    """A field of a stage: its label, what it says, whether it says that something was left out."""

    label: str
    value: str
    is_left_out: bool


def told_to(user: Staff, complaints: Iterable[Complaint], today: date) -> list[Told]:
    """Complaints as the user may read them; four queries, however many they are."""
    rows = list(complaints)
    timers = timers_of(rows, today)
    clients = {row.client_id for row in rows if row.client_id}
    seen = (
        set(Client.objects.visible_to(user).filter(pk__in=clients).values_list("pk", flat=True)) if clients else set()
    )
    return [_told(user, row, timers.get(row.pk), opens_client=row.client_id in seen) for row in rows]


def due_complaints(user: Staff, day: date) -> list[Told]:
    """The complaints of the user's day with their timers, the earliest due first."""
    rows = Complaint.objects.day_of(user, day).select_related("client", "owner")
    return told_to(user, rows[:DUE_SHOWN], day)


def _told(user: Staff, row: Complaint, timer: Timer | None, *, opens_client: bool) -> Told:
    name, number, phone = _("unknown caller"), "", ""
    if row.client is not None:
        name, number = row.client.name, row.client.client_number
    elif caller := caller_of(row):
        name, phone = caller.name, mask_phone(caller.phone)
    shown = name_for(user, name, number)
    return Told(row, shown, phone, text_for(user, row.text, name), timer, opens_client)


def next_words(timer: Timer) -> str:
    """The timer in words, with what happens if nobody moves."""
    due, compliance = formats.day(timer.due_on), formats.day(timer.compliance_on)
    if not timer.has_manager:
        if not timer.is_late:
            return _("By {day}; after that compliance is told.").format(day=due)
        told = COMPLIANCE in timer.told
        words = (
            _("Due since {day}; compliance has been told.") if told else _("Due since {day}; compliance is told today.")
        )
        return words.format(day=due)
    if not timer.is_late:
        return _("By {day}; after that the manager is told, and on {later} compliance.").format(
            day=due, later=compliance
        )
    if COMPLIANCE in timer.told:
        return _("Due since {day}; manager and compliance have been told.").format(day=due)
    if MANAGER in timer.told:
        return _("Due since {day}; the manager has been told, compliance is on {later}.").format(
            day=due, later=compliance
        )
    return _("Due since {day}; the manager is told today, compliance on {later}.").format(day=due, later=compliance)


def lines_of(user: Staff, step: ComplaintStep, name: str, people: Mapping[int, str]) -> Sequence[Line]:
    """What a stage said when it was left, field by field; empty ones are not shown."""
    form = STAGE_FORMS.get(step.stage)
    if form is None:
        return [Line(_("Why it is open again"), text_for(user, str(step.said.get("why", "")), name), is_left_out=False)]
    return [
        Line(str(field.label), text_for(user, _shown(field, value, people), name), key in LEFT_OUT)
        for key, field in form.base_fields.items()
        if (value := step.said.get(key)) not in (None, "")
    ]


def _shown(field: Any, value: Any, people: Mapping[int, str]) -> str:
    if isinstance(value, int) and value in people and not dict(getattr(field, "choices", ())):
        return people[value]
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))


@dataclass(frozen=True)
class Before:
    """What a complaint said before a write."""

    row: ComplaintChange
    words: str
    text: str


def history_of(user: Staff, changes: Iterable[ComplaintChange], who: str) -> list[Before]:
    """Earlier readings as the user may read them, the latest first as given."""
    rows = list(changes)
    people = {row.before[key] for row in rows for key in ("owner", "about") if row.before.get(key)}
    names = dict(Staff.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return [Before(row, _said_before(row.before, names), text_for(user, row.before["text"], who)) for row in rows]


def _said_before(before: Mapping[str, Any], names: Mapping[int, str]) -> str:
    choices = ((Complaint.Category, "category"), (Complaint.Severity, "severity"))
    words = [str(kind(before[key]).label) for kind, key in choices]
    words.append(_("owner {name}").format(name=names.get(before["owner"], formats.NOTHING)))
    if before.get("about"):
        words.append(_("about {name}").format(name=names.get(before["about"], formats.NOTHING)))
    return " · ".join(words)
