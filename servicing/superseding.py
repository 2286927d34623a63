"""How a dated row of the firm or of a branch takes over: inserted for its first day, never edited, with its audit row."""

from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.models import Staff
from servicing.models import PaperRequirement, ServiceItem, ServiceStandard
from servicing.settling import Refused

D = TypeVar("D", PaperRequirement, ServiceItem, ServiceStandard)


def supersede(row: D, subject: str, *, action: str, taken: str, by: Staff, at: datetime) -> D:
    """Save a checked row from its first day on; what held before stays as it was decided. The same again is the one that is
    there already; another one of the same subject (a column), scope and first day raises Refused with `taken`, which
    names {who}."""
    row.made_by, row.made_at = by, at
    same = {"branch": row.branch, subject: getattr(row, subject), "from_day": row.from_day}
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record(
                action,
                actor=by,
                table=row._meta.db_table,
                key=row.pk,
                branch=row.branch,
                detail={subject: same[subject], "from_day": row.from_day.isoformat(), **row.decided()},
            )
    except IntegrityError:
        there = type(row)._default_manager.get(**same)
        if there.made_by_id == by.pk and there.decided() == row.decided():
            return there
        raise Refused(taken.format(who=there.made_by.name if there.made_by else _("nobody")), "from_day") from None
    return row
