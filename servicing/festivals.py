"""The festivals on which clients are greeted (S7): added for a first day, ended and never deleted."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Festival

_LEAP_YEAR = 2024
LONGEST_LUNAR_MONTH = 30


def add_festival(row: Festival, *, by: Staff, at: datetime) -> Festival:
    """Greet on another day of the year. The same again is the one that is there already. Raises Refused for a day that no
    year has, without a name where the calendar knows none, and where the day is greeted on already."""
    _check(row, timezone.localdate(at))
    row.made_by, row.made_at = by, at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _tell("add-festival", row, by=by)
    except IntegrityError:
        there = _in_force(row)
        if there and (there.made_by_id, there.name, there.from_day) == (by.pk, row.name, row.from_day):
            return there
        raise Refused(_("This day is greeted on already: {name}.").format(name=there.words if there else "—")) from None
    return row


def end_festival(row: Festival, *, by: Staff, at: datetime) -> bool:
    """Greet on it no more from today on; what is to be done already stays. False where it has ended already."""
    with transaction.atomic():
        changed = Festival.objects.filter(pk=row.pk, ended_on=None).update(ended_on=timezone.localdate(at))
        if changed:
            _tell("end-festival", row, by=by)
    return bool(changed)


def resume_festival(row: Festival, *, by: Staff) -> bool:
    """Undo of `end_festival`. False where it stands already; raises Refused where another one took its day."""
    try:
        with transaction.atomic():
            changed = Festival.objects.filter(pk=row.pk, ended_on__isnull=False).update(ended_on=None)
            if changed:
                _tell("resume-festival", row, by=by)
    except IntegrityError:
        raise Refused(_("This day is greeted on already.")) from None
    return bool(changed)


def _check(row: Festival, today: date) -> None:
    if row.from_day < today:
        raise Refused(_("It begins today at the earliest."), "from_day")
    if not 1 <= row.month <= 12:
        raise Refused(_("Between 1 and 12."), "month")
    if not 1 <= row.day <= _longest(row):
        raise Refused(_("This month has {n} days at most.").format(n=_longest(row)), "day")
    if not row.words:
        raise Refused(_("The calendar knows no name for this day; give it one."), "name")


def _longest(row: Festival) -> int:
    if row.calendar == Client.Calendar.LUNAR:
        return LONGEST_LUNAR_MONTH
    first = date(_LEAP_YEAR + row.month // 12, row.month % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1).day


def _in_force(row: Festival) -> Festival | None:
    return Festival.objects.filter(calendar=row.calendar, month=row.month, day=row.day, ended_on=None).first()


def _tell(action: str, row: Festival, *, by: Staff) -> None:
    detail = {"calendar": row.calendar, "month": row.month, "day": row.day, "festival": row.name}
    audit.record(action, actor=by, of=row, detail=detail)
