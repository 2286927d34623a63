"""What is done about a concession: asked for, taken back, decided by a second person, ended early."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib import formats
from crm.lib.http import only, staff_of, to_page
from crm.lib.refusals import Refused
from servicing.concessions.asking import ask_concession, withdraw_concession
from servicing.concessions.deciding import decide_concession, end_concession, may_decide, may_end
from servicing.concessions.floors import floors, gift_cap
from servicing.models import Concession
from servicing.pages.answers import client_of, named
from servicing.pages.concessions.concessions import READERS, concession_of, detail_context
from servicing.pages.concessions.forms import DecisionForm, EndForm, FeeForm, GiftForm

SERVERS = ("advisor", "manager")


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a client of the reader, and what it sends; `?kind=gift` where gifts are on."""
    user, today, client = staff_of(request), timezone.localdate(), client_of(request, pk)
    if client.closed_on is not None:
        raise Http404
    is_gift = request.GET.get("kind") == Concession.Kind.GIFT and gift_cap(today) is not None
    form = (GiftForm if is_gift else FeeForm)(request.POST or None, client=client, today=today)
    if request.method == "POST" and form.is_valid():
        uid: UUID = form.cleaned_data["uid"]
        try:
            row = ask_concession(client, form.what(), form.span(), uid=uid, by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            said = _("Asked for. Compliance decides.") if is_gift else _("Asked for. A manager decides.")
            messages.success(request, said, extra_tags=reverse("withdraw-concession", args=[row.pk]))
            return to_page(request, reverse("concession-detail", args=[row.pk]))
    context = {
        "client": client,
        "name": named(client),
        "form": form,
        "is_gift": is_gift,
        "floors": () if is_gift else floors(today, today),
        "cap": gift_cap(today) if is_gift else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "servicing/concession_form.html", context, status=status)


@require_POST
@only(*SERVERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever asked takes it back: the undo of asking."""
    user, row = staff_of(request), concession_of(request, pk)
    if row.asked_by_id != user.pk:
        raise Http404
    if withdraw_concession(row, by=user, at=timezone.now()):
        messages.success(request, _("Taken back."))
    else:
        messages.error(request, _decided(concession_of(request, pk)))
    return redirect("concession-detail", pk=pk)


@require_POST
@only("manager", "compliance")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse what somebody else asked for; from the page of approvals one comes back to it."""
    user, row = staff_of(request), concession_of(request, pk)
    if not may_decide(user, row):
        raise Http404
    form = DecisionForm(request.POST)
    back = redirect("approval-list") if "from-approvals" in request.POST else redirect("concession-detail", pk=pk)
    if not form.is_valid():
        messages.error(request, _("Choose whether to approve or to refuse, with a reason of at most 200 characters."))
        return back
    approve, why = form.cleaned_data["decision"] == "approve", form.cleaned_data["why"]
    try:
        done = decide_concession(row, approve=approve, why=why, by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return back
    if not done:
        messages.error(request, _decided(concession_of(request, pk)))
    elif approve and row.kind == Concession.Kind.FEE:
        messages.success(request, _("Approved. Now the rate has to be set in the broker's system."))
    else:
        messages.success(request, _("Approved.") if approve else _("Refused."))
    return back


@require_POST
@only(*READERS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an approved one before its last day; without a reason the page says so beside the field."""
    user, row = staff_of(request), concession_of(request, pk)
    if not may_end(user, row):
        raise Http404
    form = EndForm(request.POST)
    if not form.is_valid():
        context = detail_context(request, pk) | {"end_form": form}
        return render(request, "servicing/concession_detail.html", context, status=422)
    if end_concession(row, why=form.cleaned_data["why"], by=user, at=timezone.now()):
        messages.success(request, _("Ended."))
    else:
        messages.error(request, _("It has ended already."))
    return redirect("concession-detail", pk=pk)


def _decided(row: Concession) -> str:
    """What somebody else did meanwhile."""
    if row.decided_by is None:
        return _("It was taken back meanwhile by whoever asked.")
    told = _("{who} has decided already, {at}: {state}.")
    return told.format(who=row.decided_by.name, at=formats.moment(row.decided_at), state=row.get_state_display())
