"""What is pledged on a day: the branch's own before the firm's, the latest first day first; superseded, never edited."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Measure, Pledge
from servicing.superseding import supersede

MOST_MINUTES, MOST_DAYS = 2_400, 60  # working minutes of a first answer, working days of everything else


class Book:
    """The pledges of a branch and of the firm, asked for by measure and day; a branch's row that ends one takes the firm's
    away, too."""

    def __init__(self, rows: Iterable[Pledge], branch: int | None) -> None:
        theirs = [row for row in rows if row.branch_id in {branch, None}]
        self._rows = sorted(theirs, key=lambda row: (row.branch_id is None, -row.from_day.toordinal()))
        self._known: dict[tuple[str, date], Pledge | None] = {}

    def on(self, measure: str, day: date) -> Pledge | None:
        """The pledge of a measure in force on a day, None where nothing is pledged."""
        if (measure, day) not in self._known:
            begun = (row for row in self._rows if row.measure == measure and row.from_day <= day)
            found = next(begun, None)
            self._known[measure, day] = None if found is None or found.is_ended else found
        return self._known[measure, day]

    def in_force(self, day: date) -> Mapping[str, Pledge]:
        """Everything that is pledged on a day, in the order of the measures."""
        return {measure: row for measure in Measure.values if (row := self.on(measure, day))}

    @property
    def begins(self) -> date | None:
        """The first day on which anything was pledged."""
        return min((row.from_day for row in self._rows), default=None)


def check_pledge(row: Pledge, today: date) -> None:
    """Raises Refused, naming the field, where a pledge cannot be kept as it stands."""
    if row.from_day < today:
        raise Refused(_("A pledge begins today at the earliest; what was pledged before stays."), "from_day")
    is_response = row.measure == Measure.RESPONSE
    least, most = (1, MOST_MINUTES) if is_response else (0, MOST_DAYS)
    if not least <= row.allowed <= most:
        told = _("Between {least} and {most} working minutes.") if is_response else _("At most {most} working days.")
        raise Refused(told.format(least=least, most=most), "allowed")


def supersede_pledge(row: Pledge, *, by: Staff, at: datetime) -> Pledge:
    """Save a pledge from its first day on; what was pledged before stays as it was decided. The same again is the one that is
    there already; another one for the same measure, scope and first day is refused. Raises Refused."""
    check_pledge(row, timezone.localdate(at))
    taken = _("{who} has decided on this pledge for this day already; choose a later first day.")
    return supersede(row, action="supersede-pledge", taken=taken, by=by, at=at)
