"""Risk levels of products (L1): everybody reads them; managers and admin let another one take over, compliance confirms."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from clients import product_risks
from clients.models import ProductRisk
from clients.product_risks import CLASSES, MARKETS, ProductRiskRefused
from crm.lib.http import only, staff_of
from crm.models import Staff
from segmentation.models.words import KINDS

SINGLE = "single"
SHOWN = 200  # levels of single products, and rows of the history
REFUSED = {
    "past": gettext_lazy("A level begins today or later: what was pushed and what was not stays explained."),
    "taken": gettext_lazy("For this day a level is decided already. Choose another day."),
    "meanwhile": gettext_lazy("Somebody else has decided a level meanwhile: it is in the list. Look, then save again."),
}


@dataclass(frozen=True)
class Row:
    """A decided level as the page shows it: `state` is holds, comes, waits (a step down that compliance has not confirmed)
    or past."""

    risk: ProductRisk
    name: str
    state: str
    may_confirm: bool


class ProductRiskForm(forms.Form):
    """Another level for a class, or for one product by market and code."""

    kind = forms.ChoiceField(label=gettext_lazy("Class"), widget=forms.Select(attrs={"class": "form-select"}))
    market = forms.ChoiceField(
        label=gettext_lazy("Market"),
        required=False,
        choices=[("", "—"), *((market, market.upper()) for market in MARKETS)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    code = forms.RegexField(
        r"^[A-Za-z0-9]{1,12}$",
        label=gettext_lazy("Code"),
        required=False,
        help_text=gettext_lazy("Only for a single product."),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Product risk"),
        choices=ProductRisk.LEVELS,
        widget=forms.Select(attrs={"class": "form-select"}),
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
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = [(kind, class_words(kind)) for kind in CLASSES]
        self.fields["kind"].choices = [*classes, (SINGLE, _("a single product"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A single product has a code; a class has none."""
        said = self.cleaned_data
        single = said.get("kind") == SINGLE
        if single and not said.get("code") and "code" not in self.errors:
            self.add_error("code", _("Which product? Please type its code."))
        if not single and "kind" in said and (said.get("code") or said.get("market")):
            self.add_error("code", _("A code belongs to a single product: choose that above, or leave it empty."))
        return said

    def subject(self) -> product_risks.Subject:
        """What the level is for."""
        said = self.cleaned_data
        return ("", said["market"], said["code"].upper()) if said["kind"] == SINGLE else (said["kind"], "", "")


@require_http_methods(["GET", "HEAD", "POST"])
def product_risk_list(request: HttpRequest) -> HttpResponse:
    """Every level with what holds today and what waits; the form for another one."""
    user, now = staff_of(request), timezone.now()
    today, may_write = timezone.localdate(now), user.is_admin or user.is_manager
    if request.method == "POST" and not may_write:
        raise Http404
    rows = list(ProductRisk.objects.history())
    newest = max((row.pk for row in rows), default=0)
    form = ProductRiskForm(request.POST or None, initial={"from_day": today, "seen": newest})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        decided = {name: said[name] for name in ("level", "from_day", "source", "seen")}
        try:
            product_risks.supersede_product_risk(form.subject(), **decided, by=user, at=now)
        except ProductRiskRefused as refused:
            if refused.code == "meanwhile":
                data = request.POST.copy()
                data["seen"] = str(newest)
                form = ProductRiskForm(data)
            form.add_error(refused.field, str(REFUSED[refused.code]))
        else:
            messages.success(request, _("Saved. A higher level counts from its first day, a lower one once confirmed."))
            return redirect("product-risk-list")
    shown = _rows(rows, user, today)
    context = {
        "classes": [row for row in shown if row.risk.instrument_class and row.state != "past"],
        "singles": [row for row in shown if row.risk.security_code and row.state != "past"][:SHOWN],
        "past": [row for row in reversed(shown) if row.state == "past"][:SHOWN],
        "unconfirmed": sum(1 for row in shown if row.state != "past" and row.risk.confirmed_on is None),
        "form": form if may_write else None,
    }
    return render(request, "crm/product_risk_list.html", context, status=422 if form.errors else 200)


@require_POST
@only("compliance")
def confirm_product_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance confirms a level."""
    row = ProductRisk.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        if product_risks.confirm_product_risk(row, by=staff_of(request), on=timezone.localdate()):
            messages.success(request, _("Confirmed."))
    except ProductRiskRefused:
        messages.error(request, _("Whoever entered a value does not confirm it."))
    return redirect("product-risk-list")


def class_words(kind: str) -> str:
    """A class of instruments as people call it."""
    return pgettext("kind", "reverse repos") if kind == "reverse_repo" else str(KINDS[kind])


def _rows(rows: list[ProductRisk], user: Staff, today: date) -> list[Row]:
    holding = product_risks.counting([row for row in rows if row.from_day <= today], today).rows
    order = {kind: place for place, kind in enumerate(CLASSES)}
    told = []
    for row in sorted(rows, key=lambda row: (order.get(row.instrument_class, -1), row.market, row.security_code)):
        held = holding.get(row.subject)
        if row.from_day > today:
            state = "comes"
        elif held is not None and held.pk == row.pk:
            state = "holds"
        else:
            later = held is None or (row.from_day, row.pk) > (held.from_day, held.pk)
            state = "waits" if later else "past"
        name = (
            class_words(row.instrument_class) if row.instrument_class else f"{row.market.upper()} {row.security_code}"
        )
        may_confirm = user.is_compliance and row.confirmed_by_id is None and row.made_by_id != user.pk
        told.append(Row(row, name.strip(), state, may_confirm and state != "past"))
    return told
