"""The calendar of holidays and made-up weekends: days are entered and removed by hand, each with an audit row."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from crm import audit
from crm.models import Holiday, Staff

LONGEST = 31  # days of one entry
_TABLE = "crm_holiday"


class DiffersAlready(Exception):
    """Some of the days are entered otherwise; `known` are their rows. Entering them again with `replace` changes them."""

    def __init__(self, known: Sequence[Holiday]) -> None:
        super().__init__(", ".join(str(one) for one in known))
        self.known = known


def enter_days(
    first: date, last: date, *, kind: str, name: str, by: Staff, replace: bool = False, address: str | None = None
) -> int:
    """Enter every day from first to last; how many were new or changed (0: they stood like this already). Raises
    DiffersAlready unless told to replace."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    with transaction.atomic():
        known = {one.day: one for one in Holiday.objects.select_for_update().filter(day__range=(first, last))}
        differing = [one for one in known.values() if (one.kind, one.name) != (kind, name)]
        if differing and not replace:
            raise DiffersAlready(sorted(differing, key=lambda one: one.day))
        new = [Holiday(day=day, kind=kind, name=name) for day in days if day not in known]
        if not new and not differing:
            return 0
        Holiday.objects.bulk_create(new, ignore_conflicts=True)
        Holiday.objects.filter(pk__in=[one.pk for one in differing]).update(kind=kind, name=name)
        before = {one.day.isoformat(): f"{one.kind} {one.name}" for one in differing}
        after = {one.day.isoformat(): f"{kind} {name}" for one in (*new, *differing)}
        audit.record(
            "change-holiday" if differing else "add-holiday",
            actor=by,
            table=_TABLE,
            key=first.isoformat(),
            detail={"before": before, "after": after} if differing else {"after": after},
            address=address,
        )
    return len(new) + len(differing)


def remove_day(day: date, *, by: Staff, address: str | None = None) -> Holiday | None:
    """Take a day out, so that its weekday counts again; the row as it was, None when it was out already."""
    with transaction.atomic():
        known = Holiday.objects.select_for_update().filter(day=day).first()
        if known is None:
            return None
        before = {day.isoformat(): f"{known.kind} {known.name}"}
        audit.record(
            "remove-holiday", actor=by, table=_TABLE, key=day.isoformat(), detail={"before": before}, address=address
        )
        Holiday.objects.filter(day=day).delete()
    return known
