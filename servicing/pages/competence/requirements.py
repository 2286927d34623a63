"""What tiers and products ask of those who serve and offer: everybody reads it; another row takes over, after a look at who
would fall short."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.deciding import Desk
from crm.models import Branch, Staff
from servicing.competence.previews import preview_requirement
from servicing.competence.requirements import by_subject, supersede_requirement
from servicing.competence.rules import SUBJECTS
from servicing.competence.words import missing_words, needs_words, subject_words
from servicing.models import PaperRequirement
from servicing.pages.competence.forms import RequirementForm
from servicing.pages.decided_lists import DecidedList
from servicing.pages.nights import nights_of

SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """A requirement in words; `is_own`: decided for the scope itself."""

    row: PaperRequirement
    is_own: bool = True

    @property
    def subject(self) -> str:
        """What it is asked for."""
        return subject_words(self.row.subject)

    @property
    def needs(self) -> str:
        """The papers."""
        return needs_words(self.row.needs)


def _told_meanwhile(other: PaperRequirement, who: str) -> str:
    told = _(
        "{who} has saved a requirement for this meanwhile, from {day}: {needs}. "
        "Look at it, then save again to let yours count from its own first day."
    )
    return told.format(who=who, day=other.from_day, needs=needs_words(other.needs))


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of what counts now for a subject."""
    subject = request.GET.get("subject") if request.GET.get("subject") in SUBJECTS else SUBJECTS[0]
    begun = PaperRequirement.objects.visible_to(user).begun([branch] if branch else [], timezone.localdate())
    there = by_subject(begun, branch.pk if branch else None).get(str(subject))
    return {"subject": subject, "needs": there.needs if there else []}


def _preview(user: Staff, form: RequirementForm) -> dict[str, Any]:
    """Who would fall short, most clients first; nothing without a night."""
    row, read = form.row(), list(nights_of(user, form.scope()))
    if not read:
        return {}
    found = preview_requirement(row, read)
    return {
        "preview": found,
        "asked": Asked(row),
        "short": [(one, missing_words(one.verdict)) for one in found.short[:SHOWN]],
        "rest": max(len(found.short) - SHOWN, 0),
        "as_of": max(night.as_of for night in read),
    }


DESK = Desk(
    kind=RequirementForm,
    begin=_begin,
    rows=PaperRequirement.objects.visible_to,
    alike=lambda form: {"subject": form.cleaned_data["subject"]},
    told=_told_meanwhile,
    preview=_preview,
    save=supersede_requirement,
    noun="requirement",
)

LIST = DecidedList(
    rows=PaperRequirement.objects.all,
    counting=lambda begun, branch: by_subject(begun, branch).values(),
    holding=lambda counting, branch: [Asked(row, row.branch_id == branch) for row in counting],
    shown=Asked,
    noun="requirement",
)
