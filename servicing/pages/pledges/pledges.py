"""The pledge of a branch: everybody reads what is pledged and how often it was kept; another sentence takes over after a look at
what it would have meant; a sheet for the wall."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.http import require_safe

from crm.lib.decided_forms import FIRM
from crm.lib.deciding import Desk, branches_of, may_decide
from crm.lib.http import staff_of
from crm.models import Branch, Staff
from servicing.models import Measure, Pledge, PledgeBreach, PledgeMonth
from servicing.pages.pledges.forms import PledgeForm, initial_of
from servicing.pages.pledges.words import allowed_words, last_months, sentence_of
from servicing.pledges.deciding import Book, supersede_pledge
from servicing.pledges.previews import DAYS, Told, preview_pledge

MONTHS, OPEN_COUNTED = 6, 1_000


@dataclass(frozen=True)
class Line:
    """A pledge as the page shows it: `months` are the counts of the last months, the latest last (None: nothing judged);
    `open`: breaches that nobody put right and the reader sees."""

    pledge: Pledge
    sentence: str
    allowed: str
    is_own: bool
    months: Sequence[tuple[date, Told | None]]
    open: int


@require_safe
def pledge_list(request: HttpRequest) -> HttpResponse:
    """What is pledged in a branch, kept and broken by month, and what comes and was before."""
    user, today = staff_of(request), timezone.localdate()
    branches = branches_of(user)
    branch = _asked(request, user, branches)
    rows = list(Pledge.objects.visible_to(user).of(branch).select_related("branch", "made_by"))
    held = Book(rows, branch.pk if branch else None).in_force(today)
    own = [row for row in rows if row.branch_id == (branch.pk if branch else None) and row not in held.values()]
    months = last_months(today, MONTHS)
    opened = _open(user, branch)
    context = {
        "branch": branch,
        "code": branch.code if branch else FIRM,
        "scopes": [*([(FIRM, _("the whole firm"))] if user.is_admin else []), *((b.code, b.name) for b in branches)],
        "lines": _lines(held, branch, months, opened),
        "months": months,
        "open_count": sum(opened.values()),
        "is_more": sum(opened.values()) >= OPEN_COUNTED,
        "later": _told([row for row in own if row.from_day > today]),
        "before": _told(sorted((row for row in own if row.from_day <= today), key=lambda row: row.from_day)[::-1]),
        "may_write": may_decide(user),
        "may_report": not user.is_admin,
    }
    return render(request, "servicing/pledge_list.html", context)


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The sheet for the wall of a branch, in both languages; nobody is named on it."""
    user, today = staff_of(request), timezone.localdate()
    branch = _asked(request, user, branches_of(user))
    rows = Pledge.objects.visible_to(user).of(branch)
    held = Book(rows, branch.pk if branch else None).in_force(today)
    context = {
        "branch": branch,
        "pledges": list(held.values()),
        "in_chinese": _title("zh-hans"),
        "in_english": _title("en"),
    }
    return render(request, "servicing/pledge_wall.html", context)


def _title(language: str) -> str:
    """The title of the sheet in a language, whatever the reader's."""
    with override(language):
        return pgettext("of the branch", "Service pledge")


def _asked(request: HttpRequest, user: Staff, branches: Sequence[Branch]) -> Branch | None:
    """The branch that the address names, else the first one of the reader; the firm (None) for the admin."""
    code = request.GET.get("branch", "")
    found = next((branch for branch in branches if branch.code == code), None)
    if found is None and code and not (code == FIRM and user.is_admin):
        raise Http404
    return found or (None if user.is_admin else next(iter(branches), None))


def _counts(branch: Branch | None, months: Sequence[date]) -> Mapping[tuple[str, date], Told]:
    rows = PledgeMonth.objects.since([branch], months[0]) if branch else ()
    return {(row.measure, row.month): Told(row.kept, row.broken) for row in rows}


def _open(user: Staff, branch: Branch | None) -> Mapping[str, int]:
    """Open breaches by measure, counted up to a limit."""
    rows = PledgeBreach.objects.visible_to(user).filter(branch=branch, state=PledgeBreach.State.OPEN)
    return Counter(rows.order_by("-on").values_list("measure", flat=True)[:OPEN_COUNTED]) if branch else {}


def _lines(
    held: Mapping[str, Pledge], branch: Branch | None, months: Sequence[date], opened: Mapping[str, int]
) -> list[Line]:
    counts = _counts(branch, months)
    own = branch.pk if branch else None
    return [
        Line(
            row,
            sentence_of(row),
            allowed_words(row),
            row.branch_id == own,
            [(month, counts.get((measure, month))) for month in months],
            opened.get(measure, 0),
        )
        for measure, row in held.items()
    ]


def _told(rows: Sequence[Pledge]) -> list[dict[str, Any]]:
    return [{"pledge": row, "sentence": sentence_of(row), "allowed": allowed_words(row)} for row in rows]


def _told_meanwhile(other: Pledge, who: str) -> str:
    told = _(
        "{who} has saved a pledge for this measure meanwhile, from {day}: {sentence} ({allowed}). "
        "Look at it, then save again to let yours count from its own first day."
    )
    return told.format(who=who, day=other.from_day, sentence=sentence_of(other), allowed=allowed_words(other))


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of what is pledged now."""
    asked = request.GET.get("measure", "")
    measure = asked if asked in Measure.values else Measure.RESPONSE.value
    book = Book(Pledge.objects.visible_to(user).of(branch), branch.pk if branch else None)
    return initial_of(book.on(measure, timezone.localdate())) | {"measure": measure}


def _preview(user: Staff, form: PledgeForm) -> dict[str, Any]:
    """How often the pledge would have been kept in the last days, branch by branch."""
    row, scope, now = form.row(), form.scope(), timezone.now()
    branches = [scope] if scope else branches_of(user)
    lines = preview_pledge(row, branches, day=timezone.localdate(now), at=now)
    total = Told(sum(line.then.kept for line in lines), sum(line.then.broken for line in lines))
    return {"preview": lines, "total": total, "pledge": row, "allowed": allowed_words(row), "days": DAYS}


DESK = Desk(
    kind=PledgeForm,
    begin=_begin,
    rows=Pledge.objects.visible_to,
    alike=lambda form: {"measure": form.cleaned_data["measure"]},
    told=_told_meanwhile,
    preview=_preview,
    save=supersede_pledge,
    noun="pledge",
)
