"""Exchange rates entered by hand: when a file has not brought one and a night waits for it (T2)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from clients.models import ExchangeRate, FactChange
from crm import audit
from crm.models import Staff

_TABLE = "clients_exchangerate"


class RateKnown(Exception):
    """The day has another rate already; entering it again with `seen` set to that rate changes it."""

    def __init__(self, rate: ExchangeRate) -> None:
        super().__init__(str(rate))
        self.rate = rate


def enter_rate(
    currency: str, day: date, rate_e6: int, *, seen: int | None, by: Staff, at: datetime, address: str | None = None
) -> bool:
    """Enter the rate of a day in millionths of a yuan per unit; False when it stands already. `seen` is the rate that the
    person saw and means to replace. What was before stays in the history. Raises RateKnown."""
    with transaction.atomic():
        known = ExchangeRate.objects.select_for_update().filter(currency=currency, day=day).first()
        if known is not None and known.rate_e6 == rate_e6:
            return False
        if known is not None and known.rate_e6 != seen:
            raise RateKnown(known)
        if known is None:
            try:
                with transaction.atomic():
                    rate = ExchangeRate.objects.create(currency=currency, day=day, rate_e6=rate_e6, recorded_at=at)
            except IntegrityError:  # somebody was a moment faster
                raise RateKnown(ExchangeRate.objects.get(currency=currency, day=day)) from None
            _record("add-rate", rate, by=by, address=address, after={"rate_e6": rate_e6})
            return True
        before = _told(known)
        ExchangeRate.objects.filter(pk=known.pk).update(rate_e6=rate_e6, batch=None, recorded_at=at)
        _keep(known, before, {**before, "rate_e6": rate_e6, "batch_id": None}, by=by, at=at)
        told = {"before": {"rate_e6": known.rate_e6}, "after": {"rate_e6": rate_e6}}
        _record("change-rate", known, by=by, address=address, **told)
    return True


def remove_rate(rate: ExchangeRate, *, by: Staff, at: datetime, address: str | None = None) -> bool:
    """Take back a rate that was entered by hand; the history keeps it. False when it is gone or came by a file."""
    with transaction.atomic():
        known = ExchangeRate.objects.select_for_update().filter(pk=rate.pk, batch=None).first()
        if known is None:
            return False
        _keep(known, _told(known), None, by=by, at=at)
        _record("remove-rate", known, by=by, address=address, before={"rate_e6": known.rate_e6})
        known.delete()
    return True


def _told(rate: ExchangeRate) -> dict[str, Any]:
    return {
        "id": rate.pk,
        "currency": rate.currency,
        "day": rate.day.isoformat(),
        "rate_e6": rate.rate_e6,
        "batch_id": rate.batch_id,
        "recorded_at": rate.recorded_at.isoformat(),
    }


def _keep(rate: ExchangeRate, before: dict[str, Any], after: dict[str, Any] | None, *, by: Staff, at: datetime) -> None:
    FactChange.objects.create(
        table=_TABLE, key=rate.pk, staff=by, before_batch_id=before["batch_id"], before=before, after=after, at=at
    )


def _record(action: str, rate: ExchangeRate, *, by: Staff, address: str | None, **sides: dict[str, int]) -> None:
    detail = {"currency": rate.currency, "day": rate.day.isoformat(), **sides}
    audit.record(action, actor=by, table=_TABLE, key=rate.pk, detail=detail, address=address)
