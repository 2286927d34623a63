"""What the advisors' figures open: the conversations of the last days, and the clients whom nobody has spoken to."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import asked_page, only
from crm.lib.keyset import Order
from crm.models import Staff
from crm.pages.branch.advisors import until_of
from crm.pages.branch.clients import listed
from crm.pages.branch.nights import chosen
from crm.templatetags.parts import TIERS
from segmentation.models import Standing
from segmentation.thresholds import threshold
from servicing.coverage import window
from servicing.models import Contact

SIZE = 50
LATEST_FIRST = Order("happened_at", datetime.fromisoformat, descending=True)


@require_safe
@only("manager", "compliance")
def branch_contacts(request: HttpRequest) -> HttpResponse:
    """The conversations with the clients of an advisor (0: of nobody) in the window of the advisors' table."""
    found = chosen(request)
    if found.night is None:
        raise Http404
    advisor, name = colleague(found.user, request.GET.get("advisor", ""))
    until, days = until_of(found, found.night), threshold("contact_window", found.night.as_of)
    begins, ends = window(until, days)
    rows = Contact.objects.visible_to(found.user).standing().filter(branch=found.branch, client__advisor=advisor)
    rows = rows.filter(happened_at__gte=begins, happened_at__lt=ends).select_related("client", "staff")
    page, links = asked_page(request, rows, LATEST_FIRST, size=SIZE)
    context: dict[str, Any] = {
        "title": _("Contacts with clients of {name}").format(name=name),
        "between": ngettext("{days} day until {day}", "{days} days until {day}", days).format(
            days=days, day=formats.day(until)
        ),
        "page": page,
        "branch": found.branch,
        "back": found.address("branch-advisors"),
        "sees_names": access.sees_names(found.user),
        **links,
    }
    return render(request, "crm/branch_contacts.html", context)


@require_safe
@only("manager", "compliance")
def uncontacted_clients(request: HttpRequest) -> HttpResponse:
    """The clients of an advisor, of one tier if named, whom nobody has spoken to in the window of the advisors' table."""
    found = chosen(request)
    tier = request.GET.get("tier", "")
    if found.night is None or tier not in ("", *TIERS):
        raise Http404
    advisor, name = colleague(found.user, request.GET.get("advisor", ""))
    until, days = until_of(found, found.night), threshold("coverage_window", found.night.as_of)
    begins, ends = window(until, days)
    talks = Contact.objects.standing().filter(client=OuterRef("client"), happened_at__gte=begins, happened_at__lt=ends)
    rows = Standing.objects.visible_to(found.user).filter(publication=found.night, client__advisor=advisor)
    rows = rows.filter(~Exists(talks), **({"tier": tier} if tier else {}))
    title = _("Clients of {name} not spoken to for {days} days").format(name=name, days=days)
    context = listed(request, found, rows, f"{TIERS[tier][1]} · {title}" if tier else title, formats.day(until))
    context |= {"back": found.address("branch-advisors"), "sides": {}}
    return render(request, "crm/branch_clients.html", context)


def colleague(user: Staff, text: str) -> tuple[Staff | None, str]:
    """A colleague by number; '0' is nobody. Who is not the reader's to see is missing."""
    if text == "0":
        return None, _("nobody")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    found = Staff.objects.visible_to(user).filter(pk=int(text)).first()
    if found is None:
        raise Http404
    return found, found.name
