"""The festivals on which clients are greeted: managers and admin add and end them, everybody reads."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm.lib import lunar
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.lib.refusing_forms import RefusingForm
from crm.models import Staff
from servicing import festivals
from servicing.models import Festival

WRITERS = ("manager", "admin")
_TEXT = {"class": "form-control", "autocomplete": "off"}


def _number(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric", "min": 1, "max": most})


class FestivalForm(RefusingForm):
    """A day of the year by either calendar."""

    calendar = forms.ChoiceField(
        label=pgettext_lazy("solar or lunar", "Calendar"),
        choices=Client.Calendar.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    month = forms.IntegerField(label=gettext_lazy("Month"), min_value=1, max_value=12, widget=_number(12))
    day = forms.IntegerField(label=gettext_lazy("Day"), min_value=1, max_value=31, widget=_number(31))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("Empty where the calendar knows it by name."),
    )
    name_en = forms.CharField(
        label=gettext_lazy("English name"), max_length=40, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    from_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def festival_list(request: HttpRequest) -> HttpResponse:
    """Those in force with their next day, those that ended, and adding one."""
    user, now = staff_of(request), timezone.now()
    today = timezone.localdate(now)
    if request.method == "POST" and user.role not in WRITERS:
        raise Http404
    form = FestivalForm(request.POST or None, initial={"from_day": today, "calendar": Client.Calendar.SOLAR})
    if request.method == "POST" and form.is_valid():
        try:
            added = festivals.add_festival(Festival(**form.cleaned_data), by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, _("{name} is greeted from {day} on.").format(name=added.words, day=added.from_day)
            )
            return redirect("festival-list")
    context = _shown(user, today) | {"form": form if user.role in WRITERS else None}
    return render(request, "servicing/festival_list.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only(*WRITERS)
def end_festival(request: HttpRequest, pk: int) -> HttpResponse:
    """Greet on it no more."""
    row, user = _festival(request, pk), staff_of(request)
    if festivals.end_festival(row, by=user, at=timezone.now()):
        told = _("{name} is greeted no more. It can be resumed below.").format(name=row.words)
        messages.success(request, told)
    return redirect("festival-list")


@require_POST
@only(*WRITERS)
def resume_festival(request: HttpRequest, pk: int) -> HttpResponse:
    """Greet on it again."""
    row = _festival(request, pk)
    try:
        if festivals.resume_festival(row, by=staff_of(request)):
            messages.success(request, _("{name} is greeted again.").format(name=row.words))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("festival-list")


def _festival(request: HttpRequest, pk: int) -> Festival:
    row = Festival.objects.visible_to(staff_of(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _shown(user: Staff, today: date) -> dict[str, Any]:
    rows = list(Festival.objects.visible_to(user).select_related("made_by").order_by("month", "day", "pk"))
    in_force = [row for row in rows if row.ended_on is None]
    coming = [(row, _next(row, today)) for row in in_force]
    return {
        "coming": sorted(coming, key=lambda pair: (pair[1], pair[0].pk)),
        "ended": [row for row in rows if row.ended_on is not None],
        "may_write": user.role in WRITERS,
    }


def _next(row: Festival, today: date) -> date:
    """The next day on which it falls, from today or its first day on."""
    first = max(today, row.from_day)
    if row.calendar == Client.Calendar.LUNAR:
        year = lunar.lunar_day(first).year
        return next(d for y in (year, year + 1) if (d := lunar.lunar_birthday(row.month, row.day, y)) >= first)
    born = date(2000, row.month, row.day)
    return lunar.next_birthday(born, first)
