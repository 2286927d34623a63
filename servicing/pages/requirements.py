"""What tiers and products ask of those who serve and offer: everybody reads it; another row takes over, after a look at who
would fall short."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.lib.http import only, staff_of
from crm.models import Branch, Staff
from servicing.competence.previews import preview_requirement
from servicing.competence.requirements import counting_for, supersede_requirement
from servicing.competence.rules import SUBJECTS
from servicing.competence.words import missing_words, needs_words, subject_words
from servicing.models import PaperRequirement
from servicing.pages.competence_forms import RequirementForm
from servicing.pages.decided_forms import FIRM
from servicing.pages.deciding import Desk, branches_of
from servicing.pages.items import may_write, nights_of

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


@dataclass(frozen=True)
class Scope:
    """The firm, or a branch with rows of its own: what is asked for now, what comes later and what held before."""

    branch: Branch | None
    now: Sequence[Asked]
    later: Sequence[Asked]
    before: Sequence[Asked]
    may_write: bool

    @property
    def code(self) -> str:
        """What an address says for it."""
        return self.branch.code if self.branch else FIRM


@require_safe
def requirement_list(request: HttpRequest) -> HttpResponse:
    """What is asked for now, by the firm and by each branch that the reader sees and that decided for itself."""
    user, today = staff_of(request), timezone.localdate()
    rows = list(PaperRequirement.objects.visible_to(user).select_related("branch", "made_by"))
    branches = {row.branch_id: row.branch for row in rows if row.branch_id}
    own = sorted((branch for branch in branches.values() if branch), key=lambda branch: branch.code)
    mine = {branch.pk for branch in branches_of(user)} if may_write(user) else set[int]()
    scopes = [
        _scope(branch, rows, today, may_write=user.is_admin or (branch is not None and branch.pk in mine))
        for branch in (None, *own)
    ]
    return render(request, "servicing/requirement_list.html", {"scopes": scopes, "may_write": may_write(user)})


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin", "manager")
def create_requirement(request: HttpRequest) -> HttpResponse:
    """The form, and saving what has been previewed."""
    return DESK.write(request)


@require_POST
@only("admin", "manager")
def preview(request: HttpRequest) -> HttpResponse:
    """Who would fall short by the row in the form; nothing is saved."""
    return DESK.look(request)


def _scope(branch: Branch | None, rows: Sequence[PaperRequirement], today: date, *, may_write: bool) -> Scope:
    key = branch.pk if branch else None
    counting = counting_for([row for row in rows if row.from_day <= today], key).values()
    theirs = [row for row in rows if row.branch_id == key and row not in counting]
    theirs.sort(key=lambda row: (row.from_day, row.pk))
    return Scope(
        branch,
        [Asked(row, row.branch_id == key) for row in counting],
        [Asked(row) for row in theirs if row.from_day > today],
        [Asked(row) for row in reversed(theirs) if row.from_day <= today],
        may_write,
    )


def _told_meanwhile(other: PaperRequirement) -> str:
    told = _(
        "{who} has saved a requirement for this meanwhile, from {day}: {needs}. "
        "Look at it, then save again to let yours count from its own first day."
    )
    who = other.made_by.name if other.made_by else "—"
    return told.format(who=who, day=other.from_day, needs=needs_words(other.needs))


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of what counts now for a subject."""
    subject = request.GET.get("subject") if request.GET.get("subject") in SUBJECTS else SUBJECTS[0]
    begun = PaperRequirement.objects.visible_to(user).begun([branch] if branch else [], timezone.localdate())
    there = counting_for(begun, branch.pk if branch else None).get(str(subject))
    return {"subject": subject, "needs": there.needs if there else []}


def _preview(user: Staff, form: RequirementForm) -> dict[str, Any]:
    """Who would fall short, most clients first; nothing without a night."""
    row, scope = form.row(), form.scope()
    read = [night for night in nights_of(user) if scope is None or night.branch_id == scope.pk]
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
