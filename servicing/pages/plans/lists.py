"""Service plans of a branch: clients who should have one and have none, plans whose review has passed, and all of them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.models import ServicePlan, ServiceStandard
from servicing.standards import standards_on

ROWS = 50
BY_RANK = Order("rank", int, tie="client_id")
BY_REVIEW = Order("next_review_on", date.fromisoformat)
CLOSE = {ServiceStandard.Level.PROACTIVE, ServiceStandard.Level.PARTNER}  # levels that are not served without a plan


@require_safe
@only("advisor", "manager")
def plan_list(request: HttpRequest) -> HttpResponse:
    """One list of one branch of the reader."""
    user, today = staff_of(request), timezone.localdate()
    branches = list(Branch.objects.visible_to(user).active())
    asked = request.GET.get("branch", "")
    branch = next((one for one in branches if one.code == asked), branches[0] if branches else None)
    lists = {"": _("without a plan"), "overdue": _("review overdue"), "all": _("all plans")}
    which = request.GET.get("list", "")
    which = which if which in lists else ""
    code = branch.code if branch and len(branches) > 1 else ""
    context: dict[str, Any] = {"rows": [], "night": None}
    if branch:
        context = _without(request, user, branch, today) if not which else _plans(request, user, branch, today, which)
    context = {
        name: _same_list(value, code, which) if name.endswith("_url") else value for name, value in context.items()
    }
    context |= {
        "which": which,
        "tabs": [{"label": lists[one], "href": _address(code, one), "on": one == which} for one in lists],
        "branches": [(one.code, one.name) for one in branches],
        "branch": branch,
        "today": today,
        "shows_advisor": not user.is_advisor,
    }
    return render(request, "servicing/plan_list.html", context)


def _without(request: HttpRequest, user: Staff, branch: Branch, today: date) -> dict[str, Any]:
    night = Publication.objects.current().filter(branch=branch).first()
    tiers = [tier for tier, owed in standards_on(branch, today).items() if owed.level in CLOSE]
    planned = ServicePlan.objects.in_force().filter(client=OuterRef("client"))
    rows = Standing.objects.visible_to(user).of_nights([night.pk] if night else []).for_table()
    rows = rows.filter(~Exists(planned), tier__in=tiers, client__closed_on=None)
    page, links = asked_page(request, rows, BY_RANK, size=ROWS)
    return {"rows": page.rows, "night": night, **links}


def _plans(request: HttpRequest, user: Staff, branch: Branch, today: date, which: str) -> dict[str, Any]:
    seen = ServicePlan.objects.visible_to(user).filter(branch=branch).select_related("client__advisor")
    rows = seen.overdue_on(today) if which == "overdue" else seen.in_force().filter(client__closed_on=None)
    page, links = asked_page(request, rows, BY_REVIEW, size=ROWS)
    return {"rows": page.rows, **links}


def _same_list(link: str, code: str, which: str) -> str:
    more = _address(code, which)[1:]
    return f"{link}&{more}" if link and more else link


def _address(code: str, which: str) -> str:
    return "?" + urlencode({name: value for name, value in {"branch": code, "list": which}.items() if value})
