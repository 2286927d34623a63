"""The numbers that people decided: how a new row takes over. A row is never edited; what is law-like counts from the day on
which compliance confirms it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from crm import audit
from crm.models import Staff
from segmentation.models import Threshold
from segmentation.number import Number
from segmentation.number_words import BY_KEY

_TABLE = "segmentation_threshold"


class NumberRefused(Exception):
    """A row that cannot be; `field` and `code` say why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field, self.code = field, code


def number_of(key: str) -> Number | None:
    """What a key means; a key without a description is known by its rows. None where there is neither."""
    if key in BY_KEY:
        return BY_KEY[key]
    row = Threshold.objects.filter(key=key).order_by("-from_day").first()
    return Number(key, key.replace("_", " "), row.unit) if row else None


def supersede_number(
    number: Number,
    value: int,
    *,
    from_day: date,
    source: str,
    seen: int | None,
    by: Staff,
    at: datetime,
    today: date,
    address: str | None = None,
) -> Threshold:
    """Decide a value from a day on, today at the earliest: what was published stays explained. `seen` is the key of the row
    that the form was opened with. Raises NumberRefused."""
    if from_day < today:
        raise NumberRefused("from_day", "past")
    if not number.least <= value <= number.most:
        raise NumberRefused("value", "range")
    with transaction.atomic():
        known = Threshold.objects.select_for_update().filter(key=number.key).order_by("-from_day", "-pk")
        before = known.first()
        same = known.filter(from_day=from_day, value=value, source=source, made_by=by).first()
        if same is not None:  # the same form a moment ago
            return same
        if (newest := known.order_by("-pk").first()) and newest.pk != (seen or 0):
            raise NumberRefused("value", "meanwhile")
        if known.filter(from_day=from_day).exists():
            raise NumberRefused("from_day", "taken")
        try:
            with transaction.atomic():
                row = Threshold.objects.create(
                    key=number.key,
                    value=value,
                    unit=number.unit,
                    from_day=from_day,
                    source=source,
                    made_by=by,
                    made_at=at,
                )
        except IntegrityError:
            raise NumberRefused("from_day", "taken") from None
        detail = {
            "key": number.key,
            "before": {"value": before.value if before else None},
            "after": {"value": value, "from_day": from_day.isoformat()},
        }
        audit.record(
            "supersede-number", actor=by, table=_TABLE, key=row.pk, detail=detail, reason=source, address=address
        )
    return row


def confirm_number(row: Threshold, *, by: Staff, on: date, address: str | None = None) -> bool:
    """Compliance confirms a law-like value; it counts from that day on. False when it was confirmed before. Raises
    NumberRefused for whoever entered it."""
    if row.made_by_id == by.pk:
        raise NumberRefused("confirm", "oneself")
    with transaction.atomic():
        changed = Threshold.objects.filter(pk=row.pk, confirmed_by=None).update(confirmed_by=by, confirmed_on=on)
        if changed:
            detail = {"key": row.key, "value": row.value}
            audit.record("confirm-number", actor=by, table=_TABLE, key=row.pk, detail=detail, address=address)
    return bool(changed)


def may_withdraw(row: Threshold, today: date) -> bool:
    """Whether no night can have read a row: it has not begun, or is law-like and nobody has confirmed it."""
    number = BY_KEY.get(row.key)
    unread = number is not None and number.is_lawlike and row.confirmed_by_id is None
    return row.made_by_id is not None and (row.from_day > today or unread)


def withdraw_number(row: Threshold, *, by: Staff, today: date, address: str | None = None) -> bool:
    """Take back a row that no night has read; the audit trail keeps it. False when it is gone or has begun."""
    with transaction.atomic():
        stored = Threshold.objects.select_for_update().filter(pk=row.pk).first()
        if stored is None or not may_withdraw(stored, today):
            return False
        detail = {"key": stored.key, "value": stored.value, "from_day": stored.from_day.isoformat()}
        audit.record("withdraw-number", actor=by, table=_TABLE, key=stored.pk, detail=detail, address=address)
        stored.delete()
    return True
