"""What tiers and products ask of those who serve and offer (S21): decided by somebody for a first day, superseded and never
edited; a branch's own row counts before the firm's."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.competence.rules import KINDS, SUBJECTS, Needs
from servicing.models import PaperRequirement
from servicing.superseding import counting_for, supersede


def needs_on(branch: Branch | int, day: date) -> Needs:
    """What is asked for in a branch on a day, by subject."""
    key = branch if isinstance(branch, int) else branch.pk
    return needs_of(by_subject(PaperRequirement.objects.begun([branch], day), key))


def needs_of(rows: Mapping[str, PaperRequirement]) -> Needs:
    """What rows by subject ask for; one that asks for nothing is left out."""
    return {subject: tuple(row.needs) for subject, row in rows.items() if row.needs}


def by_subject(begun: Iterable[PaperRequirement], branch: int | None) -> Mapping[str, PaperRequirement]:
    """Of rows that have begun those that count for a branch (None: for the firm), in the order of the subjects."""
    found = counting_for(begun, branch)
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
    return supersede(row, action="supersede-requirement", taken=taken, by=by, at=at)
