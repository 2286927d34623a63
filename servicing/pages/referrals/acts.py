"""What is done about a referral: named, changed, spoken to, opened, lost, taken up again."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from segmentation.thresholds import threshold
from servicing.models import Referral
from servicing.openings.phones import masked_phone
from servicing.pages.answers import client_of, named
from servicing.pages.referrals.forms import LostForm, NamedForm, OpenedForm
from servicing.pages.referrals.referrals import detail_context, referral_of
from servicing.referrals import naming, working
from servicing.referrals.linking import candidates
from servicing.referrals.naming import ReferralConflict

SERVERS = ("advisor", "manager")


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down whom a client of the reader recommended."""
    user, now, client = staff_of(request), timezone.now(), client_of(request, pk)
    if client.closed_on is not None:
        raise Http404
    initial = {"uid": uuid4()}
    form = NamedForm(request.POST or None, today=timezone.localdate(now), initial=initial, auto_id="referral-%s")
    if request.method == "POST" and form.is_valid():
        try:
            row = naming.name_referral(client, form.named(), uid=form.cleaned_data["uid"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Written down: {name}").format(name=row.name))
            return redirect("referral-detail", pk=row.pk)
    context = {
        "form": form,
        "name": named(client),
        "back": reverse("client-detail", args=[pk]),
        "draft": f"{user.pk}:referral:of:{pk}",
        "retention": threshold("opening_retention", timezone.localdate(now)),
    }
    return render(request, "servicing/referral_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a person; a second editor sees what the first one saved."""
    user, today, row = staff_of(request), timezone.localdate(), _shown(request, pk)
    data = request.POST.copy() if request.method == "POST" else None
    fields = ("name", "may_call", "note", "next_step", "next_on", "version", "uid")
    initial = {field: getattr(row, field) for field in fields}
    form = NamedForm(data, today=today, known=masked_phone(row), initial=initial, auto_id="referral-%s")
    theirs: Referral | None = None
    if form.is_bound and form.is_valid():
        try:
            saved = naming.edit_referral(row, form.named(), version=form.cleaned_data["version"] or 0, by=user)
        except Refused as refused:
            form.refuse(refused)
        except ReferralConflict as conflict:
            theirs = conflict.current
            if data is not None:  # what is sent next was written with theirs in sight
                data["version"] = str(theirs.version)
        else:
            messages.success(request, _("Saved: {name}").format(name=saved.name))
            return redirect("referral-detail", pk=pk)
    context = {
        "form": form,
        "row": row,
        "name": named(row.referrer),
        "theirs": theirs,
        "back": reverse("referral-detail", args=[pk]),
        "draft": f"{user.pk}:referral:{pk}",
        "retention": threshold("opening_retention", today),
    }
    return render(request, "servicing/referral_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@only(*SERVERS)
def contacted(request: HttpRequest, pk: int) -> HttpResponse:
    """The person was spoken to."""
    done = working.contact_referral(_shown(request, pk), by=staff_of(request), at=timezone.now())
    return _told(request, pk, _("Spoken to."), done=done)


@require_POST
@only(*SERVERS)
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """The person became a client of the reader."""
    user, row = staff_of(request), _shown(request, pk)
    form = OpenedForm(request.POST, rows=candidates(row, user), auto_id="opened-%s")
    if form.is_valid():
        try:
            done = working.open_referral(row, form.cleaned_data["client"], by=user, at=timezone.now())
        except Refused as refused:
            form.add_error("client", str(refused))
        else:
            return _told(request, pk, _("Opened an account."), done=done, undo=True)
    return _again(request, row, opened=form)


@require_POST
@only(*SERVERS)
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    """The person will not become a client."""
    row = _shown(request, pk)
    form = LostForm(request.POST, auto_id="lost-%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            done = working.lose_referral(
                row, told["reason"], text=told["reason_text"], by=staff_of(request), at=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _told(request, pk, _("Noted as lost."), done=done, undo=True)
    return _again(request, row, lost=form)


@require_POST
@only(*SERVERS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Under way again: the undo of opened and lost."""
    done = working.reopen_referral(_shown(request, pk), by=staff_of(request))
    return _told(request, pk, _("Under way again."), done=done)


def _shown(request: HttpRequest, pk: int) -> Referral:
    """A referral while what is personal in it is not hidden: what is to be changed is seen."""
    row = referral_of(request, pk)
    if row.is_restricted:
        raise Http404
    return row


def _again(
    request: HttpRequest, row: Referral, *, opened: OpenedForm | None = None, lost: LostForm | None = None
) -> HttpResponse:
    context = detail_context(request, row, opened=opened, lost=lost)
    return render(request, "servicing/referral_detail.html", context, status=422)


def _told(request: HttpRequest, pk: int, words: str, *, done: bool, undo: bool = False) -> HttpResponse:
    """Back to the page, with what was done; or what somebody else did meanwhile."""
    if done:
        messages.success(request, words, extra_tags=reverse("reopen-referral", args=[pk]) if undo else "")
    else:
        state = referral_of(request, pk).get_state_display()
        messages.error(request, _("Nothing was changed; the referral stands as: {state}.").format(state=state))
    return redirect("referral-detail", pk=pk)
