"""The numbers that people decided, by name: what each means, between which ends it lies, and how a new row takes over. A row
is never edited; what is law-like counts from the day on which compliance confirms it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm import audit
from crm.models import Staff
from segmentation.models import Threshold

_TABLE = "segmentation_threshold"
_MOST = 10**15
# Unit as stored → how many stored units make one unit that people type.
SCALES = {"fen": 100, "e-4": 100}


@dataclass(frozen=True)
class Number:
    """What a key means: `least` and `most` in stored units; `is_lawlike`: it needs compliance; `of_night`: it decides the
    result of a night, so that another value makes another run."""

    key: str
    label: str | Promise
    unit: str
    help: str | Promise = ""
    least: int = 0
    most: int = _MOST
    is_lawlike: bool = False
    of_night: bool = True

    @property
    def scale(self) -> int:
        return SCALES.get(self.unit, 1)

    def typed(self, value: int) -> Decimal:
        """A stored value as people type it: yuan for fen, per cent for e-4."""
        return Decimal(value) / self.scale

    def stored(self, typed: Decimal) -> int | None:
        """What is stored for a typed value, None where it has finer parts than are kept."""
        whole = typed * self.scale
        return int(whole) if whole == int(whole) else None


NUMBERS = (
    Number(
        "dormancy_floor", _("Floor of assets for a dormant client"), "fen", _("Below it a silent client is empty (R2).")
    ),
    Number("dormancy_silence", _("Days without a trade until dormant"), "days", _("Rule R2."), least=1, most=3650),
    Number(
        "cooling_default",
        _("Days until cooling, with fewer than three own gaps"),
        "days",
        _("Rule R2."),
        least=1,
        most=3650,
    ),
    Number(
        "regulatory_dormancy",
        _("Days until a regulatory dormant account"),
        "days",
        _("A rule of the law: it is off until compliance confirms a value."),
        least=1,
        most=36500,
        is_lawlike=True,
    ),
    Number("band_high", _("Churn score: high from"), "e-4", least=1, most=10_000),
    Number("band_raised", _("Churn score: raised from"), "e-4", least=1, most=10_000),
    Number("band_watch", _("Churn score: watch from"), "e-4", least=1, most=10_000),
    Number("churn_horizon", _("Days that a churn score looks ahead"), "days", least=1, most=730),
    Number("churn_lead", _("Trading days left out before them"), "trading days", most=60),
    Number("churn_asset_floor", _("Floor of assets for a churn score"), "fen"),
    Number(
        "reveal_daily_limit",
        _("Personal values that one person may see in a day"),
        "values",
        most=10_000,
        of_night=False,
    ),
    Number("disk_free_low", _("Free disk: please look below"), "%", most=100, of_night=False),
    Number("facts_late", _("Facts: late after"), "trading days", most=250, of_night=False),
)
BY_KEY = {number.key: number for number in NUMBERS}
NOT_OF_NIGHT = tuple(number.key for number in NUMBERS if not number.of_night)


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
