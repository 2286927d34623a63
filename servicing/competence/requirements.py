"""What tiers and products ask of those who serve and offer (S21): decided by somebody for a first day, superseded and never
edited; a branch's own row counts before the firm's."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Branch, Staff
from servicing.competence.rules import KINDS, SUBJECTS, Needs
from servicing.models import PaperRequirement
from servicing.settling import Refused
from servicing.superseding import supersede


def needs_on(branch: Branch | int, day: date) -> Needs:
    """What is asked for in a branch on a day, by subject."""
    key = branch if isinstance(branch, int) else branch.pk
    return needs_of(counting_for(PaperRequirement.objects.begun([branch], day), key))


def needs_of(rows: Mapping[str, PaperRequirement]) -> Needs:
    """What rows by subject ask for; one that asks for nothing is left out."""
    return {subject: tuple(row.needs) for subject, row in rows.items() if row.needs}


def counting_for(begun: Iterable[PaperRequirement], branch: int | None) -> Mapping[str, PaperRequirement]:
    """Of rows that have begun those that count for a branch, by subject: its own before the firm's, the latest first day
    first; None: those of the firm. Of two of the same day the first named one counts."""
    found: dict[str, PaperRequirement] = {}
    theirs = [row for row in begun if row.branch_id in {branch, None}]
    for row in sorted(theirs, key=lambda row: (row.branch_id is None, -row.from_day.toordinal())):
        found.setdefault(row.subject, row)
    return {subject: found[subject] for subject in SUBJECTS if subject in found}


def check_requirement(row: PaperRequirement, today: date) -> None:
    """Raises Refused, naming the field, where a row cannot be kept as it stands."""
    if row.from_day < today:
        raise Refused(_("A requirement begins today at the earliest; what was asked for before stays."), "from_day")
    if row.subject not in SUBJECTS:
        raise Refused(_("Choose what it is asked for."), "subject")
    if set(row.needs) - set(KINDS):
        raise Refused(_("Choose licences and trainings of the list."), "needs")


def supersede_requirement(row: PaperRequirement, *, by: Staff, at: datetime) -> PaperRequirement:
    """Save a requirement from its first day on; what held before stays as it was decided. The same again is the one that is
    there already; another one for the same subject, scope and first day is refused. Raises Refused."""
    check_requirement(row, timezone.localdate(at))
    taken = _("{who} has decided on this for this day already; choose a later first day.")
    return supersede(row, "subject", action="supersede-requirement", taken=taken, by=by, at=at)
