"""Reading a service plan: its page, what it said before, and its print."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.access import name_for, text_for
from crm.lib.http import only, staff_of
from crm.models import Staff
from servicing.models import PlanRevision
from servicing.pages.answers import client_of
from servicing.pages.plans.panel import plan_panel
from servicing.plans import circumstances_of
from servicing.plans.content import read
from servicing.plans.differences import Difference, differences

READERS = ("advisor", "manager", "compliance")
_REVISIONS = 30


@require_safe
@only(*READERS)
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan of a client of the reader, or what one would start from."""
    return render(request, "servicing/plan_page.html", _context(request, pk))


@require_safe
@only(*READERS)
def print_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan on paper."""
    context = _context(request, pk)
    if context["plan"] is None:
        raise Http404
    return render(request, "servicing/plan_print.html", context)


@require_safe
@only(*READERS)
def plan_revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a revision says differently from an earlier one, field by field; `?against=` names it, else the one before."""
    context = _context(request, pk, revisions=None)
    by_number = {revision.number: revision for revision in context["revisions"]}
    asked = request.GET.get("against", "")
    against = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else number - 1
    revision, earlier = by_number.get(number), by_number.get(against)
    if revision is None or (earlier is None and against):
        raise Http404
    found: list[Difference] = []
    if earlier:
        names = context["known"].names
        found = differences(read(earlier.written), read(revision.written), names)
        found = [_masked(one, context["client"], staff_of(request)) for one in found]
    context |= {"revision": revision, "earlier": earlier, "found": found}
    return render(request, "servicing/plan_revision.html", context)


def _context(request: HttpRequest, pk: int, *, revisions: int | None = _REVISIONS) -> dict[str, Any]:
    user, today = staff_of(request), timezone.localdate()
    client = client_of(request, pk)
    panel = plan_panel(client, user, circumstances_of(client, today), today)
    plan = panel["plan"].plan if panel["plan"] else None
    rows = PlanRevision.objects.filter(plan=plan) if plan else PlanRevision.objects.none()
    kept = rows.select_related("staff").order_by("-number")[:revisions]
    name = name_for(user, client.name, client.client_number)
    return {
        "client": client,
        "name": name,
        "today": today,
        "revisions": [_said(revision, client, user) for revision in kept],
        **panel,
    }


def _said(revision: PlanRevision, client: Client, user: Staff) -> PlanRevision:
    revision.why = text_for(user, revision.why, client.name)
    return revision


def _masked(found: Difference, client: Client, user: Staff) -> Difference:
    before, after = (text_for(user, text, client.name) for text in (found.before, found.after))
    return Difference(found.field, found.label, before, after)
