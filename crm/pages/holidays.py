"""The calendar of a year: holidays, made-up weekends and what is missing; entered and removed by the admin."""

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm import holidays
from crm.holidays import DiffersAlready
from crm.lib.http import address_of, only, staff_of
from crm.models import Holiday

READERS = ("admin", "manager", "compliance")
EARLIEST, LATEST = 1990, 2100


@dataclass(frozen=True)
class Cell:
    """A day of the year view: `kind` is holiday, make_up, off (weekend) or work."""

    day: date
    kind: str
    name: str


@dataclass(frozen=True)
class Month:
    """A month: empty cells before its first day, then its days."""

    first: date
    lead: range
    cells: list[Cell]
    trading: int


class DaysForm(forms.Form):
    """A day, or days in a row."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Until, if it is several days"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("This day included."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=Holiday.Kind.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    replace = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, last = data.get("day"), data.get("last")
        if day and not EARLIEST <= day.year <= LATEST:
            self.add_error("day", _("Between the years 1990 and 2100."))
        elif day and last and last < day:
            self.add_error("last", _("The last day lies before the first."))
        elif day and last and (last - day).days >= holidays.LONGEST:
            self.add_error("last", _("At most 31 days in one entry."))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def holiday_list(request: HttpRequest) -> HttpResponse:
    """A year, and entering days of it."""
    user = staff_of(request)
    if request.method == "POST" and not user.is_admin:
        raise Http404
    chosen = _day(request.GET.get("day", ""))
    form = DaysForm(request.POST or None, initial=_initial(chosen))
    known: list[Holiday] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = holidays.enter_days(
                data["day"],
                data["last"] or data["day"],
                kind=data["kind"],
                name=data["name"],
                by=user,
                replace=data["replace"],
                address=address_of(request),
            )
        except DiffersAlready as differs:
            known = list(differs.known)
            posted = request.POST.copy()
            posted["replace"] = "on"
            form = DaysForm(posted)
        else:
            told = ngettext(
                "{n} day entered; it counts from now on.", "{n} days entered; they count from now on.", changed
            )
            messages.success(request, told.format(n=changed) if changed else _("It stands like this already."))
            return redirect(f"{reverse('holiday-list')}?year={data['day'].year}")
    shown = form.data.get("day", "") if form.is_bound else ""
    year = _year(request.GET.get("year", ""), chosen or _day(shown) or timezone.localdate())
    context = _year_view(year) | {
        "form": form if user.is_admin else None,
        "known": known,
        "chosen": Holiday.objects.filter(day=chosen).first() if chosen else None,
        "today": timezone.localdate(),
    }
    status = 409 if known else 422 if form.is_bound and form.errors else 200
    return render(request, "crm/holiday_list.html", context, status=status)


@require_POST
@only("admin")
def remove_holiday(request: HttpRequest) -> HttpResponse:
    """Take a day out of the calendar."""
    day = _day(request.POST.get("day", ""))
    if day is None:
        raise Http404
    gone = holidays.remove_day(day, by=staff_of(request), address=address_of(request))
    if gone is not None:
        told = _("{day} {name} is removed; its weekday counts. To undo, enter it again.")
        messages.success(request, told.format(day=day.isoformat(), name=gone.name))
    return redirect(f"{reverse('holiday-list')}?year={day.year}")


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and EARLIEST <= day.year <= LATEST else None


def _year(text: str, day: date) -> int:
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else day.year
    return min(max(asked, EARLIEST), LATEST)


def _initial(day: date | None) -> dict[str, Any]:
    if day is None:
        return {"kind": Holiday.Kind.HOLIDAY}
    known = Holiday.objects.filter(day=day).first()
    usual = Holiday.Kind.MAKE_UP if day.weekday() >= 5 else Holiday.Kind.HOLIDAY
    return {"day": day, "kind": known.kind if known else usual, "name": known.name if known else ""}


def _year_view(year: int) -> dict[str, Any]:
    rows = {row.day: row for row in Holiday.objects.filter(day__year=year)}
    shown = [_month(date(year, month, 1), rows) for month in range(1, 13)]
    last = Holiday.objects.order_by("-day").values_list("day", flat=True).first()
    return {
        "year": year,
        "months": shown,
        "week": [date(2024, 1, day) for day in range(1, 8)],  # a Monday and the days after it
        "trading": sum(month.trading for month in shown),
        "holidays": sum(row.kind == Holiday.Kind.HOLIDAY for row in rows.values()),
        "make_ups": sum(row.kind == Holiday.Kind.MAKE_UP for row in rows.values()),
        "is_unknown": not rows,
        "last_year": last.year if last else None,
        "ends_soon": last is None or last.year < timezone.localdate().year + 1,
        "earlier": year - 1 if year > EARLIEST else None,
        "later": year + 1 if year < LATEST else None,
    }


def _month(first: date, rows: dict[date, Holiday]) -> Month:
    lead, length = months.monthrange(first.year, first.month)
    cells = []
    for number in range(1, length + 1):
        day = first.replace(day=number)
        row = rows.get(day)
        kind = row.kind if row else "off" if day.weekday() >= 5 else "work"
        cells.append(Cell(day, kind, row.name if row else ""))
    trading = sum(cell.day.weekday() < 5 and cell.kind != Holiday.Kind.HOLIDAY for cell in cells)
    return Month(first, range(lead), cells, trading)
