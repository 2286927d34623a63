"""Showing one personal value on purpose: a reason, an audit row, then the value in a fragment that nothing keeps."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Account, Client, CloseContact
from clients.revealing import ACCOUNT_FIELDS, CLIENT_FIELDS, RevealRefused, reveal
from crm.calendar import day_begins
from crm.lib.http import address_of, only, staff_of
from crm.pages.forms import ReasonForm
from segmentation.thresholds import threshold
from servicing.complaints.callers import show_phone
from servicing.models import Complaint, Opening, Referral
from servicing.openings.phones import reveal_phone


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_client_field(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Phone or identity number of a client."""
    if field not in CLIENT_FIELDS:
        raise Http404
    client = Client.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if client is None:
        raise Http404
    return _asked(request, field, partial(reveal, client, field), reverse("reveal-client-field", args=[pk, field]))


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_account_field(request: HttpRequest, pk: int, field: str, account: int) -> HttpResponse:
    """Number or bank card of an account."""
    if field not in ACCOUNT_FIELDS:
        raise Http404
    found = Account.objects.visible_to(staff_of(request)).named().filter(pk=account, client=pk)
    row = found.select_related("client__branch").first()
    if row is None:
        raise Http404
    action = reverse("reveal-account-field", args=[pk, field, account])
    return _asked(request, field, partial(reveal, row.client, field, account=row), action)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_contact_field(request: HttpRequest, pk: int, field: str, contact: int) -> HttpResponse:
    """Phone of a close contact."""
    found = CloseContact.objects.visible_to(staff_of(request)).standing().filter(pk=contact, client=pk)
    row = found.select_related("client__branch").first()
    if row is None or field != "phone":
        raise Http404
    action = reverse("reveal-contact-field", args=[pk, field, contact])
    return _asked(request, field, partial(reveal, row.client, field, contact=row), action)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_opening_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Phone of a person who opens an account; once restricted (L3), compliance alone reads it."""
    user = staff_of(request)
    row = Opening.objects.visible_to(user).select_related("branch").filter(pk=pk).first()
    if row is None or (row.is_restricted and not user.is_compliance):
        raise Http404
    return _asked(request, "phone", partial(reveal_phone, row), reverse("reveal-opening-phone", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_referral_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Phone of a person whom a client recommended; once restricted (L3), compliance alone reads it."""
    user = staff_of(request)
    found = Referral.objects.visible_to(user).select_related("branch").filter(pk=pk).exclude(phone_sealed="")
    row = found.first()
    if row is None or (row.is_restricted and not user.is_compliance):
        raise Http404
    return _asked(request, "phone", partial(reveal_phone, row), reverse("reveal-referral-phone", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def reveal_caller(request: HttpRequest, pk: int) -> HttpResponse:
    """Phone of somebody who complained and is not known as a client."""
    found = Complaint.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk, client=None)
    row = found.exclude(phone_sealed="").first()
    if row is None:
        raise Http404
    return _asked(request, "phone", partial(show_phone, row), reverse("reveal-caller", args=[pk]))


def _asked(request: HttpRequest, field: str, show: Callable[..., str], action: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    context = {"form": form, "form_action": action, "label": _label(field)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context["value"] = show(
                    by=staff_of(request),
                    reason=form.cleaned_data["reason"],
                    day_began=day_begins(timezone.localdate()),
                    limit=daily_limit(),
                    address=address_of(request),
                )
                context["form_action"] = ""
                status = 200
            except RevealRefused as refused:
                form.add_error("reason", str(refused))
    response = render(request, "crm/_reveal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _label(field: str) -> str:
    return {
        "phone": _("Phone"),
        "identity": _("Identity number"),
        "number": _("Account number"),
        "card": _("Bank card"),
    }[field]


def daily_limit() -> int:
    """How many values one person may see in a day: a dated number that somebody decided."""
    return threshold("reveal_daily_limit", timezone.localdate())
