"""Service standards: everybody reads what the clients of a tier are owed; another one takes over, after a look at what it asks
of the advisors."""

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
from crm.models import Branch, Publication, Staff
from segmentation.models import Tier
from servicing.models import ServiceStandard
from servicing.pages.decided_forms import FIRM
from servicing.pages.deciding import Desk, branches_of
from servicing.pages.standard_forms import StandardForm, initial_of
from servicing.previews import Preview, preview_standard
from servicing.standards import counting_for, supersede_standard

ADVISORS_SHOWN = 20


@dataclass(frozen=True)
class Owed:
    """What the clients of a tier are owed; `is_own`: decided for the scope itself; None: nobody decided."""

    tier: str
    standard: ServiceStandard | None
    is_own: bool

    @property
    def word(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)


@dataclass(frozen=True)
class Scope:
    """The firm, or a branch with a standard of its own: what is owed now, what comes later and what held before."""

    branch: Branch | None
    owed: Sequence[Owed]
    later: Sequence[ServiceStandard]
    before: Sequence[ServiceStandard]
    may_write: bool

    @property
    def code(self) -> str:
        """What an address says for it."""
        return self.branch.code if self.branch else FIRM


@require_safe
def standard_list(request: HttpRequest) -> HttpResponse:
    """What is owed now, of the firm and of each branch that the reader sees and that decided for itself."""
    user, today = staff_of(request), timezone.localdate()
    rows = list(ServiceStandard.objects.visible_to(user).select_related("branch", "made_by"))
    branches = {row.branch_id: row.branch for row in rows if row.branch_id}
    own = sorted((branch for branch in branches.values() if branch), key=lambda branch: branch.code)
    mine = {branch.pk for branch in branches_of(user)} if _may_write(user) else set()
    scopes = [
        _scope(branch, rows, today, may_write=user.is_admin or (branch is not None and branch.pk in mine))
        for branch in (None, *own)
    ]
    return render(request, "servicing/standard_list.html", {"scopes": scopes, "may_write": _may_write(user)})


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin", "manager")
def create_standard(request: HttpRequest) -> HttpResponse:
    """The form, and saving what has been previewed."""
    return DESK.write(request)


@require_POST
@only("admin", "manager")
def preview(request: HttpRequest) -> HttpResponse:
    """What the standard in the form would ask of the advisors; nothing is saved."""
    return DESK.look(request)


def _scope(branch: Branch | None, rows: Sequence[ServiceStandard], today: date, *, may_write: bool) -> Scope:
    counting = counting_for([row for row in rows if row.from_day <= today], branch.pk if branch else None)
    theirs = [row for row in rows if row.branch_id == (branch.pk if branch else None) and row not in counting.values()]
    theirs.sort(key=lambda row: (row.from_day, row.pk))
    owed = []
    for tier in Tier.values:
        row = counting.get(tier)
        owed.append(Owed(tier, row, row is not None and row.branch_id == (branch.pk if branch else None)))
    return Scope(
        branch,
        owed,
        [row for row in theirs if row.from_day > today],
        [row for row in reversed(theirs) if row.from_day <= today],
        may_write,
    )


def _told_meanwhile(other: ServiceStandard) -> str:
    told = _(
        "{who} has saved a standard for this tier meanwhile, from {day}: {level}, {cadence}, {n} minutes per contact. "
        "Look at it, then save again to let yours count from its own first day."
    )
    every = _("every {n} days").format(n=other.cadence_days) if other.cadence_days else _("no cadence")
    return told.format(
        who=other.made_by.name if other.made_by else "—",
        day=other.from_day,
        level=other.get_level_display(),
        cadence=every,
        n=other.minutes,
    )


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of what the clients of the tier are owed now."""
    tier = request.GET.get("tier") if request.GET.get("tier") in Tier.values else Tier.VIP.value
    begun = ServiceStandard.objects.visible_to(user).begun([branch] if branch else [], timezone.localdate())
    return initial_of(counting_for(begun, branch.pk if branch else None).get(str(tier))) | {"tier": tier}


def _may_write(user: Staff) -> bool:
    return user.is_admin or user.is_manager


def _preview(user: Staff, form: StandardForm) -> dict[str, Any]:
    """What the standard would ask of the advisors; nothing without a night."""
    row, scope = form.row(), form.scope()
    nights = Publication.objects.visible_to(user).current().filter(branch__is_active=True).select_related("branch")
    read = list(nights.filter(branch=scope) if scope else nights)
    if not read:
        return {}
    later = ServiceStandard.objects.visible_to(user).filter(branch=row.branch, tier=row.tier, from_day__gt=row.from_day)
    return {
        "preview": _shown(preview_standard(row, read)),
        "standard": row,
        "as_of": max(night.as_of for night in read),
        "until": later.order_by("from_day").values_list("from_day", flat=True).first(),
    }


def _shown(found: Preview) -> dict[str, Any]:
    shown = found.advisors[:ADVISORS_SHOWN]
    names = Staff.objects.in_bulk([line.advisor for line in shown if line.advisor])
    return {
        "found": found,
        "advisors": [{"line": line, "name": names[line.advisor].name if line.advisor else ""} for line in shown],
        "rest": len(found.advisors) - len(shown),
        "week_hours": found.advisors[0].week / 60 if found.advisors else None,
    }


DESK = Desk(
    kind=StandardForm,
    begin=_begin,
    rows=ServiceStandard.objects.visible_to,
    alike=lambda form: {"tier": form.cleaned_data["tier"]},
    told=_told_meanwhile,
    preview=_preview,
    save=supersede_standard,
    noun="standard",
)
