"""Licences and training on screen: everybody's own, and for whoever answers for a branch the staff beside all that is asked for
there, with the gaps and by when they should be closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.deciding import may_decide
from crm.lib.http import staff_of
from crm.models import Branch, Publication, Staff
from segmentation.thresholds import threshold
from servicing.competence import gaps
from servicing.competence.gaps import Cell, Ending
from servicing.competence.rules import KINDS, Held, tiers_of
from servicing.competence.serving import held_by
from servicing.competence.words import kind_words, missing_words, subject_words
from servicing.models import Paper, PaperRequirement

ENDINGS_SHOWN = 30


@require_safe
def competence_list(request: HttpRequest) -> HttpResponse:
    """The matrix of a branch; an advisor sees the own line of it."""
    user, today = staff_of(request), timezone.localdate()
    branches = list(Branch.objects.visible_to(user).active())
    asked = request.GET.get("branch", "")
    branch = next((one for one in branches if one.code == asked or not asked), None)
    if asked and branch is None:
        raise Http404
    context = {
        "branch": branch,
        "branches": [(one.code, one.name) for one in branches],
        "today": today,
        "is_own": user.is_advisor,
        "may_write": may_decide(user),
        "own": own_papers(user, today) if user.is_advisor else None,
        **(_branch_context(user, branch, today) if branch else {}),
    }
    return render(request, "servicing/competence_list.html", context)


def own_papers(person: Staff, today: date) -> list[dict[str, Any]]:
    """The standing papers of a person, as a panel shows them: the latest first."""
    rows = Paper.objects.standing().filter(staff=person).select_related("made_by").order_by("-from_day", "-pk")
    return [shown_paper(row, today) for row in rows]


def shown_paper(row: Paper, today: date) -> dict[str, Any]:
    """A paper with its state in one word: holds, comes, ended, or failed."""
    if not row.is_passed:
        state = "failed"
    elif row.from_day > today:
        state = "comes"
    else:
        state = "ended" if row.until_day and row.until_day < today else "holds"
    return {"row": row, "state": state, "number": masked_number(row.number)}


def masked_number(number: str) -> str:
    """The number of a licence in a list: its last four places."""
    return f"••••{number[-4:]}" if len(number) > 4 else "••••" if number else ""


def _branch_context(user: Staff, branch: Branch, today: date) -> dict[str, Any]:
    notice = threshold("paper_notice", today)
    people = [user] if user.is_advisor else gaps.people_in([branch])
    rows = gaps.requirements_in(PaperRequirement.objects.visible_to(user), branch, today)
    held = held_by([person.pk for person in people])
    nights = Publication.objects.current().filter(branch=branch) if tiers_of(rows) else ()
    crowds = gaps.crowds_in(nights, tiers_of(rows))
    table = gaps.table_of(people, rows.values(), gaps.Known(held, crowds), day=today, notice=notice)
    cells = [cell for line in table for cell in line]
    missing = sorted((cell for cell in cells if cell.is_gap), key=lambda one: (one.due_on, -(one.clients or 0)))
    endings = gaps.endings(people, held, day=today, notice=notice)
    return {
        "subjects": [(subject, subject_words(subject)) for subject in rows],
        "lines": [
            (person, _holds(held.get(person.pk, ()), today), [_shown(cell) for cell in line])
            for person, line in zip(people, table, strict=True)
        ],
        "gaps": [_shown(cell) for cell in missing],
        "gap_clients": sum(cell.clients or 0 for cell in missing),
        "endings": _ending_words(endings[:ENDINGS_SHOWN]),
        "ending_count": len(endings),
        "notice": notice,
    }


def _shown(cell: Cell) -> dict[str, Any]:
    told = "" if cell.verdict.passes else missing_words(cell.verdict)
    return {"cell": cell, "subject": subject_words(cell.subject), "missing": told}


def _holds(held: Sequence[Held], day: date) -> str:
    """The licences and trainings that somebody has on a day."""
    kinds = {paper.kind for paper in held if paper.from_day <= day <= paper.ends}
    return formats.listed(kind_words(kind) for kind in KINDS if kind in kinds)


def _ending_words(endings: Sequence[Ending]) -> list[tuple[Ending, str]]:
    return [(one, kind_words(one.kind)) for one in endings]
