"""Who receives the complaints of a branch, and all that somebody owns given to another."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.complaints import owners
from servicing.models import ComplaintOfficer
from servicing.pages.complaints.complaints import key_asked
from servicing.pages.complaints.forms import OfficerForm


@require_POST
@only("manager", "compliance")
def hand_over_complaints(request: HttpRequest, pk: int) -> HttpResponse:
    """Give all open complaints of a person to another, so that the person can leave."""
    user = staff_of(request)
    owner = Staff.objects.visible_to(user).filter(pk=pk).first()
    to = _candidates(Branch.objects.visible_to(user).active()).get(key_asked(request.POST.get("to", "")) or 0)
    if owner is None or to is None:
        raise Http404
    moved = owners.hand_over_all(owner, to, seen_by=user, at=timezone.now())
    words = ngettext("{n} complaint went to {name}.", "{n} complaints went to {name}.", moved)
    messages.success(request, words.format(n=moved, name=to.name))
    return redirect("complaint-list")


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager", "compliance")
def complaint_officers(request: HttpRequest) -> HttpResponse:
    """Who receives the complaints of each branch, and naming somebody else from a day on."""
    user, now = staff_of(request), timezone.now()
    today = timezone.localdate(now)
    branches = list(Branch.objects.visible_to(user).active())
    people = _candidates(branches)
    form = OfficerForm(
        request.POST or None, initial={"from_day": today}, branches=branches, people=list(people.values())
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        branch, person = form.branches[given["branch"]], form.people[given["staff"]]
        try:
            owners.name_officer(branch, person, from_day=given["from_day"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Named: {name} receives complaints.").format(name=person.name))
            return redirect("complaint-officers")
    context = {"form": form, **_officers(user, branches, today)}
    return render(request, "servicing/complaint_officers.html", context, status=422 if form.errors else 200)


def _candidates(branches: Iterable[Branch]) -> dict[int, Staff]:
    """Who may own complaints of some branches, by key."""
    return {person.pk: person for branch in branches for person in owners.candidates(branch, None)}


def _officers(user: Staff, branches: list[Branch], today: date) -> dict[str, Any]:
    rows = list(ComplaintOfficer.objects.visible_to(user).select_related("branch", "staff", "made_by"))
    rows.sort(key=lambda row: (row.branch.code, row.from_day), reverse=True)
    now = {row.branch_id: row for row in sorted(rows, key=lambda row: row.from_day) if row.from_day <= today}
    return {
        "current": [(branch, now.get(branch.pk)) for branch in branches],
        "others": [row for row in rows if row not in now.values()],
        "today": today,
    }
