"""Exchange rates: what is known by currency, the latest first, and entering one by hand when a night waits for it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import ExchangeRate
from clients.rates import RateKnown, enter_rate, remove_rate
from crm.lib.http import address_of, only, staff_of
from crm.lib.keyset import BadCursor, Order, page_of

READERS = ("admin", "compliance")
ROWS = 40
LATEST_FIRST = Order("day", parse=date.fromisoformat, descending=True)
_MISSING = re.compile(r"No exchange rate for ([A-Z]{3}) on or before (\d{4}-\d\d-\d\d)")


class RateForm(forms.Form):
    """A rate: yuan for one unit of a currency on a day."""

    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", gettext_lazy("Three capital letters, for example HKD."))],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Yuan for one unit"),
        min_value=Decimal("0.000001"),
        max_digits=12,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any", "inputmode": "decimal"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_currency(self) -> str:
        """Not the yuan itself."""
        currency: str = self.cleaned_data["currency"]
        if currency == "CNY":
            raise forms.ValidationError(_("The yuan needs no rate."))
        return currency

    def clean_day(self) -> date:
        """A day that has come: nobody knows the rate of a later one."""
        day: date = self.cleaned_data["day"]
        if day > self._today or day.year < 1990:
            raise forms.ValidationError(_("Choose a day between 1990 and today."))
        return day


def missing_rate_url(error: str) -> str:
    """Where a rate is entered that stopped a night, with its currency and day filled in; '' for another error."""
    found = _MISSING.search(error)
    if found is None:
        return ""
    return f"{reverse('rate-list')}?{urlencode({'currency': found[1], 'day': found[2]})}"


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def rate_list(request: HttpRequest) -> HttpResponse:
    """Rates of one currency, and the form."""
    user, today = staff_of(request), timezone.localdate()
    if request.method == "POST" and not user.is_admin:
        raise Http404
    known = dict(ExchangeRate.objects.order_by("currency").values_list("currency").annotate(latest=Max("day")))
    asked = request.GET.get("currency", "")[:3].upper()
    chosen = asked if asked.isascii() and asked.isalpha() else next(iter(known), "HKD")
    initial = {"currency": chosen, "day": request.GET.get("day", "")[:10] or today}
    form = RateForm(request.POST or None, initial=initial, today=today)
    differs: ExchangeRate | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = data["currency"]
        try:
            changed = enter_rate(
                chosen,
                data["day"],
                int(data["rate"] * 1_000_000),
                seen=data["seen"],
                by=user,
                at=timezone.now(),
                address=address_of(request),
            )
        except RateKnown as refused:
            differs = refused.rate
            posted = request.POST.copy()
            posted["seen"] = str(differs.rate_e6)
            form = RateForm(posted, today=today)
        else:
            told = _("Saved. A night that waited for it can be run again.")
            messages.success(request, told if changed else _("This rate stands already."))
            return redirect(f"{reverse('rate-list')}?currency={chosen}")
    rows = ExchangeRate.objects.filter(currency=chosen).select_related("batch")
    try:
        page = page_of(rows, LATEST_FIRST, size=ROWS, after=request.GET.get("after"), before=request.GET.get("before"))
    except BadCursor:
        raise Http404 from None
    link = f"?currency={chosen}"
    context = {
        "tabs": [
            {"label": code, "count": None, "href": f"?currency={code}", "on": code == chosen}
            for code in sorted({*known, chosen})
        ],
        "chosen": chosen,
        "latest": known.get(chosen),
        "rows": page.rows,
        "form": form if user.is_admin else None,
        "differs": differs,
        "may_write": user.is_admin,
        "previous_url": f"{link}&before={page.before}" if page.before else "",
        "next_url": f"{link}&after={page.after}" if page.after else "",
    }
    status = 409 if differs else 422 if form.is_bound and form.errors else 200
    return render(request, "crm/rate_list.html", context, status=status)


@require_POST
@only("admin")
def remove_exchange_rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a rate that was entered by hand."""
    rate = ExchangeRate.objects.filter(pk=pk).first()
    if rate is None:
        raise Http404
    if remove_rate(rate, by=staff_of(request), at=timezone.now(), address=address_of(request)):
        messages.success(request, _("Taken back; the history keeps it."))
    else:
        messages.warning(request, _("This rate came by a file: undo the file, or enter another rate for the day."))
    return redirect(f"{reverse('rate-list')}?currency={rate.currency}")
