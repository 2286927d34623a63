"""Points on the client's page: the balance with its entries, booking, spending and taking back. While points are off the panel
says so."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.grants import serves
from clients.models import Client
from crm.access import text_for
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.lib.refusing_forms import RefusingForm
from crm.models import Staff
from servicing.loyalty.ledger import Kind, balance_of, counter_points, earn_points, spend_points, yearly_cap
from servicing.loyalty.membership import membership
from servicing.models import PointEntry
from servicing.pages.answers import client_of, named

SERVERS = ("advisor", "manager")
SHOWN = 6
_TEXT = {"class": "form-control", "autocomplete": "off"}
_KINDS = [choice for choice in Kind.choices if choice[0] != Kind.COUNTER]


class PointsForm(RefusingForm):
    """What was earned or spent; how many points an occasion brings is decided, how many are spent is typed."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), initial=uuid4)
    kind = forms.ChoiceField(
        label=gettext_lazy("What for"), choices=_KINDS, widget=forms.Select(attrs={"class": "form-select"})
    )
    note = forms.CharField(
        label=gettext_lazy("Which one"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The event, the survey, or what they are spent on."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    points = forms.IntegerField(
        label=gettext_lazy("Points spent"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=gettext_lazy("Only when points are spent."),
        widget=forms.NumberInput(attrs=_TEXT),
    )


def points_panel(client: Client, user: Staff, today: date) -> dict[str, Any]:
    """What stands on the client's page."""
    rows = list(
        PointEntry.objects.visible_to(user)
        .of_client(client)
        .select_related("made_by", "countered_by")
        .order_by("-made_at", "-pk")[:SHOWN]
    )
    is_on = yearly_cap(today) is not None
    if not rows and not is_on:
        return {"is_on": False}
    balance, earned = PointEntry.objects.of_client(client).balance_and_earned()
    return {
        "is_on": is_on,
        "balance": balance,
        "membership": membership(earned, today),
        "entries": [{"row": row, "note": text_for(user, row.note, client.name)} for row in rows],
        "may_book": is_on and client.closed_on is None and serves(user, client),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book points of a client of the reader."""
    user, now, client = staff_of(request), timezone.now(), client_of(request, pk)
    cap = yearly_cap(timezone.localdate(now))
    if cap is None or client.closed_on is not None:
        raise Http404
    form = PointsForm(request.POST or None, initial={"uid": uuid4()}, auto_id="points-%s")
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if told["kind"] == Kind.SPENT:
                entry = spend_points(client, told["points"] or 0, told["note"], uid=told["uid"], by=user, at=now)
            else:
                entry = earn_points(client, told["kind"], told["note"], uid=told["uid"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            words = ngettext("{n} point booked.", "{n} points booked.", abs(entry.points))
            messages.success(request, words.format(n=entry.points))
            return redirect("client-detail", pk=pk)
    context = {"form": form, "client": client, "name": named(client), "balance": balance_of(client), "cap": cap}
    return render(request, "servicing/points_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@only(*SERVERS)
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back by a counter entry."""
    user = staff_of(request)
    entry = PointEntry.objects.visible_to(user).select_related("client__branch").filter(pk=pk).first()
    if entry is None:
        raise Http404
    try:
        counter_points(entry, request.POST.get("note", "")[:200], uid=uuid4(), by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back by a counter entry."))
    return redirect("client-detail", pk=entry.client_id)
