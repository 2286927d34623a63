"""How a dated row of the firm or of a branch takes over: inserted for its first day, never edited, with its audit row; and which
of several counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models.decided import DecidedRow

D = TypeVar("D", bound=DecidedRow)


def counting_for(begun: Iterable[D], branch: int | None) -> dict[str, D]:
    """Of rows that have begun those that count for a branch, by subject: its own before the firm's, the latest first day
    first; None: those of the firm. Of two of the same day the first named one counts."""
    found: dict[str, D] = {}
    theirs = [row for row in begun if row.branch_id in {branch, None}]
    for row in sorted(theirs, key=lambda row: (row.branch_id is None, -row.from_day.toordinal())):
        found.setdefault(getattr(row, row.SUBJECT), row)
    return found


def supersede(row: D, *, action: str, taken: str, by: Staff, at: datetime) -> D:
    """Save a checked row from its first day on; what held before stays as it was decided. The same again is the one that is
    there already; another one of the same subject, scope and first day raises Refused with `taken`, which names {who}."""
    row.made_by, row.made_at = by, at
    about = {name: getattr(row, name) for name in (row.SUBJECT, row.VARIANT) if name}
    same = {"branch": row.branch, "from_day": row.from_day, **about}
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record(
                action,
                actor=by,
                of=row,
                detail={**about, "from_day": row.from_day.isoformat(), **row.decided()},
            )
    except IntegrityError:
        there: D = type(row)._default_manager.get(**same)
        if there.made_by_id == by.pk and there.decided() == row.decided():
            return there
        raise Refused(taken.format(who=there.made_by.name if there.made_by else _("nobody")), "from_day") from None
    return row
