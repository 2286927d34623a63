"""Numbers that people decided: what holds today, since when and by whom; a new one takes over from a day, and what the law
asks for waits for compliance."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.lib import formats
from crm.lib.http import address_of, only, staff_of
from crm.models import Staff
from segmentation import numbers
from segmentation.models import Threshold
from segmentation.number_words import BY_KEY, NUMBERS, TOPICS, Number
from segmentation.numbers import NumberRefused, number_of

READERS = ("admin", "manager", "compliance")
REFUSED = {
    "past": gettext_lazy("A number begins today or later: what was published stays explained."),
    "range": gettext_lazy("This value cannot be."),
    "taken": gettext_lazy("For this day a value is decided already. Choose another day, or withdraw that one."),
    "meanwhile": gettext_lazy("Somebody else has decided a value meanwhile: it is in the list. Look, then save again."),
}
UNITS = {
    "fen": pgettext_lazy("unit", "yuan"),
    "fen a year": pgettext_lazy("unit", "yuan a year"),
    "e-4": "%",
    "e-3": "%",
    "%": "%",
    "e-2 a year": pgettext_lazy("unit", "times a year"),
    "e-1": pgettext_lazy("unit", "times"),
    "e-6": pgettext_lazy("unit", "per 10,000"),
    "cases": pgettext_lazy("unit", "cases"),
    "marks": pgettext_lazy("unit", "marks"),
    "clients": pgettext_lazy("unit", "clients"),
    "contacts": pgettext_lazy("unit", "contacts"),
    "month-ends": pgettext_lazy("unit", "month-ends"),
    "messages": pgettext_lazy("unit", "messages"),
    "months": pgettext_lazy("unit", "months"),
    "points": pgettext_lazy("unit", "points"),
    "rows": pgettext_lazy("unit", "rows"),
    "things": pgettext_lazy("unit", "things"),
    "trades": pgettext_lazy("unit", "trades"),
    "trades a day": pgettext_lazy("unit", "trades a day"),
    "days": pgettext_lazy("unit", "days"),
    "minutes": pgettext_lazy("unit", "minutes"),
    "MB": "MB",
    "tries": pgettext_lazy("unit", "tries"),
    "years": pgettext_lazy("unit", "years"),
    "trading days": pgettext_lazy("unit", "trading days"),
    "working days": pgettext_lazy("unit", "working days"),
    "values": pgettext_lazy("unit", "values"),
}


@dataclass(frozen=True)
class Row:
    """A decided value as a page shows it."""

    threshold: Threshold
    value: str
    state: str  # holds, comes, waits (for compliance) or past
    may_withdraw: bool
    may_confirm: bool


@dataclass(frozen=True)
class Told:
    """A number with the row that holds today, None where none does, and the one that comes next."""

    number: Number
    unit: str
    now: Row | None
    next: Row | None


class NumberForm(forms.Form):
    """A new value; in yuan and per cent where fen and ten-thousandths are stored."""

    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        max_digits=15,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any", "inputmode": "decimal"}),
    )
    from_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("Why, and who decided"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, number: Number, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._number = number

    def clean_value(self) -> int:
        """The value as stored."""
        typed: Decimal = self.cleaned_data["value"]
        value = self._number.stored(typed)
        if value is None:
            raise forms.ValidationError(_("Whole numbers only."))
        if not self._number.least <= value <= self._number.most:
            ends = {"least": self._number.typed(self._number.least), "most": self._number.typed(self._number.most)}
            raise forms.ValidationError(_("Between %(least)s and %(most)s."), params=ends)
        return value


@require_safe
@only(*READERS)
def number_list(request: HttpRequest) -> HttpResponse:
    """Every number with what holds today and what comes."""
    user, today = staff_of(request), timezone.localdate()
    rows: dict[str, list[Threshold]] = {}
    for row in Threshold.objects.visible_to(user).history():
        rows.setdefault(row.key, []).append(row)
    known = [number.key for number in NUMBERS]
    asked = (_told(key, rows.get(key, []), user, today) for key in [*known, *sorted(rows.keys() - set(known))])
    told = [one for one in asked if one is not None and (one.now or one.next or one.number.is_lawlike)]
    topics = [(word, [one for one in told if one.number.topic == topic]) for topic, word in TOPICS.items()]
    context = {
        "topics": [(word, some) for word, some in topics if some],
        "waiting": [one for one in told if one.next is not None and one.next.state == "waits"],
    }
    return render(request, "crm/number_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def number_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One number with its history; the admin decides a new value."""
    user, today = staff_of(request), timezone.localdate()
    number = number_of(key)
    if number is None or (request.method == "POST" and not user.is_admin):
        raise Http404
    rows = list(Threshold.objects.visible_to(user).history().filter(key=key))
    newest = max((row.pk for row in rows), default=0)
    form = NumberForm(request.POST or None, number=number, initial={"from_day": today, "seen": newest})
    if request.method == "POST" and form.is_valid():
        try:
            numbers.supersede_number(
                number,
                form.cleaned_data["value"],
                from_day=form.cleaned_data["from_day"],
                source=form.cleaned_data["source"],
                seen=form.cleaned_data["seen"],
                by=user,
                at=timezone.now(),
                today=today,
                address=address_of(request),
            )
        except NumberRefused as refused:
            if refused.code == "meanwhile":
                data = request.POST.copy()
                data["seen"] = str(newest)
                form = NumberForm(data, number=number)
            form.add_error(refused.field, str(REFUSED[refused.code]))
        else:
            messages.success(request, _told_after(number))
            return redirect("number-detail", key=key)
    told = _told(key, rows, user, today)
    context = {
        "told": told,
        "rows": [_row(row, number, _holding(number, rows, today), user, today) for row in rows],
        "form": form if user.is_admin else None,
    }
    return render(request, "crm/number_page.html", context, status=422 if form.errors else 200)


@require_POST
@only("compliance")
def confirm_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance confirms a value that the law asks for."""
    user, today = staff_of(request), timezone.localdate()
    row = _find(user, pk)
    number = number_of(row.key)
    if number is None or not number.is_lawlike:
        raise Http404
    try:
        if numbers.confirm_number(row, by=user, on=today, address=address_of(request)):
            messages.success(request, _("Confirmed. Nights from today on use it."))
    except NumberRefused:
        messages.error(request, _("Whoever entered a value does not confirm it."))
    return redirect("number-detail", key=row.key)


@require_POST
@only("admin")
def withdraw_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a value that no night has read."""
    user, today = staff_of(request), timezone.localdate()
    row = _find(user, pk)
    if numbers.withdraw_number(row, by=user, today=today, address=address_of(request)):
        messages.success(request, _("Withdrawn."))
    else:
        messages.warning(request, _("It counts already, so it stays. Decide a new value instead."))
    return redirect("number-detail", key=row.key)


def _find(user: Staff, pk: int) -> Threshold:
    row: Threshold | None = Threshold.objects.visible_to(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _told_after(number: Number) -> str:
    if number.is_lawlike:
        return _("Saved. It counts once compliance has confirmed it.")
    return _("Saved. It counts from its first day; the next night uses it.")


def _told(key: str, rows: list[Threshold], user: Staff, today: date) -> Told | None:
    number = BY_KEY.get(key) or (Number(key, key.replace("_", " "), rows[0].unit) if rows else None)
    if number is None:
        return None
    holding = _holding(number, rows, today)
    since = holding.from_day if holding else date.min
    later = [row for row in rows if row.from_day > since and row != holding]
    shown = [_row(row, number, holding, user, today) for row in sorted(later, key=lambda row: row.from_day)]
    now = _row(holding, number, holding, user, today) if holding else None
    return Told(
        number, str(UNITS.get(number.unit, number.unit)), now, next((r for r in shown if r.state != "past"), None)
    )


def _holding(number: Number, rows: list[Threshold], today: date) -> Threshold | None:
    """The row that counts today, as `segmentation.thresholds` reads it; rows come with the latest first."""
    for row in rows:
        confirmed = row.confirmed_by_id is not None and row.confirmed_on is not None and row.confirmed_on <= today
        if row.from_day <= today and (confirmed or not number.is_lawlike):
            return row
    return None


def typed_words(number: Number, value: int) -> str:
    """A stored value as people type it, without its unit."""
    typed = number.typed(value)
    return formats.count(int(typed)) if typed == int(typed) else f"{typed:,.2f}"


def _row(row: Threshold, number: Number, holding: Threshold | None, user: Staff, today: date) -> Row:
    waits = number.is_lawlike and row.confirmed_by_id is None
    state = "holds" if row == holding else "waits" if waits else "comes" if row.from_day > today else "past"
    value = typed_words(number, row.value)
    may_withdraw = user.is_admin and numbers.may_withdraw(row, today)
    return Row(row, value, state, may_withdraw, user.is_compliance and waits and row.made_by_id != user.pk)
