"""The review queue (P5): names and documents in files that contradict what is known."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients import conflicts
from clients.models import IdentityConflict
from clients.pages.desk import ADMIN, LATEST_FIRST, READERS
from crm.lib.http import asked_page, only, staff_of

ROWS = 30


@require_safe
@only(*READERS)
def conflict_list(request: HttpRequest) -> HttpResponse:
    """Contradictions that wait, both readings masked, the latest first."""
    user = staff_of(request)
    waiting = IdentityConflict.objects.visible_to(user).waiting()
    page, links = asked_page(request, waiting, LATEST_FIRST, size=ROWS)
    context = {
        "rows": [conflicts.contradiction_of(conflict) for conflict in page.rows],
        "count": waiting.count(),
        "may_act": user.is_admin,
        **links,
    }
    return render(request, "clients/conflict_list.html", context)


@require_POST
@only(ADMIN)
def decide_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the new value or keep the old one; of two people the second is told."""
    user = staff_of(request)
    conflict = get_object_or_404(IdentityConflict.objects.visible_to(user).select_related("client__branch"), pk=pk)
    answer = request.POST.get("decision")
    if answer not in {"accept", "refuse"}:
        messages.error(request, _("Please take the new value or keep the old one."))
    elif not conflicts.decide(conflict, accept=answer == "accept", by=user, at=timezone.now()):
        messages.warning(request, _("Somebody has decided this already; it stays as decided."))
    elif answer == "accept":
        messages.success(request, _("The new value is taken; the old one stays in the history."))
    else:
        messages.success(request, _("The old value is kept."))
    return redirect("conflict-list")
