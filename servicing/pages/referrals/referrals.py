"""Referrals: the list with how they go, one of them, and what stands on the client's page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from clients.grants import is_guest
from clients.models import Client
from crm.access import may_reveal, sees_names
from crm.lib import formats
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Staff
from servicing.models import Referral
from servicing.openings.phones import masked_phone
from servicing.pages.referrals.forms import LostForm, OpenedForm
from servicing.pages.referrals.told import told_of
from servicing.querysets import ReferralQuerySet
from servicing.referrals.figures import Conversion, conversion_of
from servicing.referrals.linking import candidates, proposals

ROWS, PANEL, PERIOD = 50, 6, timedelta(days=364)
READERS = ("advisor", "manager", "compliance")
Rows = ReferralQuerySet[Referral]
_LATEST = Order("named_on", date.fromisoformat, descending=True)
STATES: dict[str, Callable[[Rows, date], Rows]] = {
    "": lambda rows, _day: rows.under_way(),
    "named": lambda rows, _day: rows.filter(state="named"),
    "contacted": lambda rows, _day: rows.filter(state="contacted"),
    "late": lambda rows, day: rows.under_way().filter(next_on__lt=day),
    "opened": lambda rows, _day: rows.filter(state="opened"),
    "lost": lambda rows, _day: rows.filter(state="lost"),
    "left": lambda rows, _day: rows.without_referrer(),
}


@require_safe
@only(*READERS)
def referral_list(request: HttpRequest) -> HttpResponse:
    """The referrals by clients whom the reader sees, by state and branch, and how those of the last twelve months went."""
    user, today = staff_of(request), timezone.localdate()
    branches = list(Branch.objects.visible_to(user).active())
    branch = next((one for one in branches if one.code == request.GET.get("branch")), None)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    first, is_of_year = today - PERIOD, request.GET.get("since") == "year"
    rows = STATES[state](Referral.objects.visible_to(user), today)
    rows = rows.named_between(first, today) if is_of_year else rows
    page, links = asked_page(request, _read(rows.filter(branch=branch) if branch else rows), _LATEST, size=ROWS)
    found = conversion_of(user, branch.pk if branch else None, first, today)
    context = {
        "noun": "referral",
        "rows": [told_of(row, user, today) for row in page.rows],
        "asked": {"state": state, "branch": branch.code if branch else "", "since": "year" if is_of_year else ""},
        "is_filtered": bool(state or branch or is_of_year),
        "periods": [("year", _("twelve months"))],
        "states": _state_words(),
        "branches": [(one.code, one.name) for one in branches] if len(branches) > 1 else [],
        "stats": _stats(found, branch) if found.named else [],
        "reasons": [(str(Referral.Reason(reason).label), n, n / found.lost) for reason, n in found.reasons.items()],
        "first": first,
        **links,
    }
    return render(request, "servicing/referral_list.html", context)


@require_safe
@only(*READERS)
def referral_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral: who, by whom, what came of it and what comes next."""
    return render(request, "servicing/referral_detail.html", detail_context(request, referral_of(request, pk)))


def detail_context(
    request: HttpRequest, row: Referral, *, opened: OpenedForm | None = None, lost: LostForm | None = None
) -> dict[str, Any]:
    """What the page of a referral shows, with the forms as they were sent."""
    user = staff_of(request)
    told = told_of(row, user, timezone.localdate())
    writes = (user.is_advisor or user.is_manager) and not told.is_hidden
    acts = writes and told.is_open
    return {
        "told": told,
        "row": row,
        "phone": "" if told.is_hidden else masked_phone(row),
        "reveal_url": reverse("reveal-referral-phone", args=[row.pk])
        if may_reveal(user) and not told.is_hidden
        else "",
        "may_write": writes,
        "may_act": acts,
        "sees_client": row.client is not None and (not user.is_advisor or row.client.advisor_id == user.pk),
        "proposed": proposals(row, user) if acts else [],
        "opened_form": (opened or OpenedForm(rows=candidates(row, user), auto_id="opened-%s")) if acts else None,
        "lost_form": (lost or LostForm(auto_id="lost-%s")) if acts else None,
    }


def referral_of(request: HttpRequest, pk: int) -> Referral:
    """A referral by a client of the reader; anybody else's is missing."""
    found = _read(Referral.objects.visible_to(staff_of(request))).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def referral_panel(client: Client, user: Staff, today: date) -> dict[str, Any]:
    """What stands on the client's page: whom the client recommended, the latest first, and by whom the client came. Who only
    received the client today (S16) works no referrals."""
    if is_guest(user, client):
        return {}
    rows = list(_read(Referral.objects.visible_to(user).of_client(client)).order_by("-named_on", "-pk")[:PANEL])
    return {
        "made": [told_of(row, user, today) for row in rows if row.referrer_id == client.pk],
        "came": next((told_of(row, user, today) for row in rows if row.client_id == client.pk), None),
        "may_name": sees_names(user) and client.closed_on is None,
    }


def _read(rows: Rows) -> Rows:
    return rows.select_related("referrer__advisor", "branch", "client", "made_by")


def _stats(found: Conversion, branch: Branch | None) -> list[dict[str, Any]]:
    def rows(state: str) -> str:
        kept = f"&branch={branch.code}" if branch else ""
        return f"{reverse('referral-list')}?state={state}&since=year{kept}"

    waiting = ngettext("{n} not called yet", "{n} not called yet", found.waiting).format(n=found.waiting)
    return [
        {"label": pgettext("referrals", "Named"), "figure": formats.count(found.named), "note": waiting},
        {
            "label": pgettext("referrals", "Contacted"),
            "figure": formats.count(found.contacted),
            "note": _("under way"),
            "href": rows("contacted"),
        },
        {
            "label": pgettext("referrals", "Opened"),
            "figure": formats.count(found.opened),
            "note": _("{rate} of the named").format(rate=formats.percent(found.rate)),
            "href": rows("opened"),
        },
        {"label": pgettext("referrals", "Lost"), "figure": formats.count(found.lost), "href": rows("lost")},
        {
            "label": _("Their referrer has left"),
            "figure": formats.count(found.left),
            "note": _("lost, or still under way"),
            "href": rows("left"),
        },
    ]


def _state_words() -> list[tuple[str, str]]:
    return [
        ("named", pgettext("referral", "named")),
        ("contacted", pgettext("referral", "contacted")),
        ("late", _("next step overdue")),
        ("opened", pgettext("referral", "opened an account")),
        ("lost", pgettext("referral", "lost")),
        ("left", _("their referrer has left")),
    ]
