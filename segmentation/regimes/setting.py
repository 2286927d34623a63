"""Setting a market regime: a named person, a day, the evidence; never edited, and never over somebody's head."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.models import Staff
from segmentation.models import MarketRegime


class RegimeRefused(Exception):
    """The regime cannot be set as it stands; `field` says where, the message why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class RegimeChanged(Exception):
    """Somebody else has set a regime meanwhile: `latest`."""

    def __init__(self, latest: MarketRegime) -> None:
        super().__init__(str(latest))
        self.latest = latest


def set_regime(
    *, level: str, phase: str, from_day: date, evidence: str, by: Staff, at: datetime, after: int
) -> MarketRegime:
    """Set the market regime of the firm from a day on; `after` is the number of the latest one that the person has seen (0:
    none). Twice the same by the same person is once. Raises RegimeRefused for a day to come or before the latest one's,
    and RegimeChanged where somebody else was quicker."""
    if not evidence.strip():
        raise RegimeRefused("evidence", _("Say what it is seen by: an index, a turnover, a breadth, with its day."))
    if from_day > timezone.localdate(at):
        raise RegimeRefused("from_day", _("A regime begins today or before: nobody knows a later one."))
    wanted = {"level": level, "phase": phase, "from_day": from_day, "evidence": evidence.strip(), "set_by": by}
    with transaction.atomic():
        latest = MarketRegime.objects.order_by("-number").first()
        if latest is not None and latest.number != after:
            return _same_or_changed(latest, wanted)
        if latest is not None and from_day < latest.from_day:
            message = _("The regime before it begins on %(day)s; this one cannot begin earlier.")
            raise RegimeRefused("from_day", message % {"day": latest.from_day.isoformat()})
        try:
            with transaction.atomic():
                regime = MarketRegime.objects.create(number=(latest.number if latest else 0) + 1, set_at=at, **wanted)
        except IntegrityError:  # the same number, taken in the same moment
            return _same_or_changed(MarketRegime.objects.latest("number"), wanted)
        audit.record(
            "set-regime",
            actor=by,
            table=MarketRegime._meta.db_table,
            key=regime.pk,
            detail={"level": level, "phase": phase, "from_day": from_day.isoformat(), "number": regime.number},
        )
    return regime


def _same_or_changed(latest: MarketRegime, wanted: Mapping[str, object]) -> MarketRegime:
    if all(getattr(latest, name) == value for name, value in wanted.items()):
        return latest
    raise RegimeChanged(latest)
