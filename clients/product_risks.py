"""Risk levels of products (L1): which counts on a day, and how another one takes over. A higher level counts from its first
day; a lower one waits for compliance, so that nobody alone makes a product easier to push."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.instruments import PREFIXES, instrument_class
from clients.models import ProductRisk
from crm import audit
from crm.models import Staff

CLASSES = (*dict.fromkeys(name for classes in PREFIXES.values() for name in classes), "hk", "note", "other")
MARKETS = (*PREFIXES, "hk")
Subject = tuple[str, str, str]  # class, market, code


class ProductRiskRefused(Exception):
    """A level that cannot be; `field` and `code` say why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field, self.code = field, code


@dataclass(frozen=True)
class Levels:
    """The row that counts for each class and each single code."""

    rows: Mapping[Subject, ProductRisk]

    def of(self, kind: str, market: str = "", code: str = "") -> str:
        """R1–R5 of a product: its own level before that of its class; "" where nobody decided one."""
        own = self.rows.get(("", market, code)) or self.rows.get((kind or "other", "", ""))
        return own.level if own else ""


def levels_on(day: date) -> Levels:
    """The levels in force on a day; one query."""
    return counting(ProductRisk.objects.begun(day), day)


def counting(begun: Iterable[ProductRisk], day: date) -> Levels:
    """Of rows that have begun by a day, the earliest first, those that count: of each subject the latest that is no step down
    or that compliance has confirmed. A single code is measured against its class where it has no row yet."""
    found: dict[Subject, ProductRisk] = {}
    for row in sorted(begun, key=lambda row: row.instrument_class == ""):  # classes first; the sort is stable
        kind = row.instrument_class or instrument_class(row.security_code, row.market)
        before = found.get(row.subject) or found.get((kind, "", ""))
        confirmed = row.confirmed_on is not None and row.confirmed_on <= day
        if before is None or row.level >= before.level or confirmed:
            found[row.subject] = row
    return Levels(found)


def supersede_product_risk(
    subject: Subject, level: str, *, from_day: date, source: str, seen: int, by: Staff, at: datetime
) -> ProductRisk:
    """Decide a level from a day on, today at the earliest; `seen` is the key of the newest row that the form knew. The same
    form again is the row that is there. Raises ProductRiskRefused."""
    if from_day < timezone.localdate(at):
        raise ProductRiskRefused("from_day", "past")
    kind, market, code = subject
    told = {"instrument_class": kind, "market": market, "security_code": code, "from_day": from_day}
    try:
        with transaction.atomic():
            known = ProductRisk.objects.select_for_update().filter(
                instrument_class=kind, market=market, security_code=code
            )
            if same := known.filter(from_day=from_day, level=level, source=source, made_by=by).first():
                return same
            if known.filter(pk__gt=seen).exists():
                raise ProductRiskRefused("level", "meanwhile")
            row = ProductRisk.objects.create(**told, level=level, source=source, made_by=by, made_at=at)
            _tell("supersede-product-risk", row, by=by, reason=source)
    except IntegrityError:
        raise ProductRiskRefused("from_day", "taken") from None
    return row


def confirm_product_risk(row: ProductRisk, *, by: Staff, on: date) -> bool:
    """Compliance confirms a level. False when it was confirmed before; raises ProductRiskRefused for whoever entered it."""
    if row.made_by_id == by.pk:
        raise ProductRiskRefused("confirm", "oneself")
    with transaction.atomic():
        changed = ProductRisk.objects.filter(pk=row.pk, confirmed_by=None).update(confirmed_by=by, confirmed_on=on)
        if changed:
            _tell("confirm-product-risk", row, by=by)
    return bool(changed)


def _tell(action: str, row: ProductRisk, *, by: Staff, reason: str = "") -> None:
    detail = {
        "product": row.instrument_class or f"{row.market}{row.security_code}",
        "level": row.level,
        "from_day": row.from_day.isoformat(),
    }
    audit.record(action, actor=by, of=row, detail=detail, reason=reason)
