"""What people type about a concession. What may not be is decided by the nouns; the forms only read."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Account, Client, CommissionRate
from clients.pages.profile_fields import ScaledField
from clients.profile.wording import account_name
from crm.lib.refusing_forms import RefusingForm
from servicing.concessions.asking import Fee, Gift, Span

_TEXT = {"class": "form-control", "autocomplete": "off"}
_FIGURE = {**_TEXT, "inputmode": "decimal"}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"})


class _AskForm(RefusingForm):
    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), initial=uuid4)
    from_on = forms.DateField(label=gettext_lazy("First day"), widget=_day())
    until_on = forms.DateField(
        label=pgettext_lazy("concession", "Last day"), widget=_day(), help_text=gettext_lazy("Every concession ends.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"class": "form-control", "rows": 2})
    )

    def __init__(self, *args: Any, client: Client, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        self.fields["from_on"].widget.attrs["min"] = self.fields["until_on"].widget.attrs["min"] = today.isoformat()
        self.fields["from_on"].initial = today

    def span(self) -> Span:
        """The span of a valid form."""
        told = self.cleaned_data
        return Span(told["from_on"], told["until_on"], told["reason"].strip())


class FeeForm(_AskForm):
    """A rate for an account and a product class."""

    account = forms.ModelChoiceField(
        label=gettext_lazy("Account"), queryset=Account.objects.none(), widget=_select(), empty_label=None
    )
    product = forms.ChoiceField(
        label=gettext_lazy("Product class"), choices=CommissionRate.Product.choices, widget=_select()
    )
    rate_e6 = ScaledField(
        label=gettext_lazy("Rate per 10,000"), decimals=2, most=1_000, widget=forms.TextInput(attrs=_FIGURE)
    )
    minimum_fen = ScaledField(
        label=gettext_lazy("Minimum per trade, in yuan"),
        decimals=2,
        most=10_000,
        widget=forms.TextInput(attrs=_FIGURE),
        help_text=gettext_lazy("0: no minimum."),
    )
    field_order = ("account", "product", "rate_e6", "minimum_fen", "from_on", "until_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["account"]
        if isinstance(choice, forms.ModelChoiceField):
            rows = Account.objects.filter(client=self.client, family=Account.Family.FUND, closed_on=None)
            choice.queryset = rows.order_by("-is_main", "pk")
            choice.label_from_instance = account_name  # type: ignore[method-assign,assignment]

    def what(self) -> Fee:
        """The terms of a valid form."""
        told = self.cleaned_data
        return Fee(told["account"], told["product"], told["rate_e6"], told["minimum_fen"])


class GiftForm(_AskForm):
    """A gift and its value."""

    gift = forms.CharField(
        label=pgettext_lazy("concession", "Gift"), max_length=80, widget=forms.TextInput(attrs=_TEXT)
    )
    value_fen = ScaledField(
        label=gettext_lazy("Value in yuan"), decimals=2, most=1_000_000, widget=forms.TextInput(attrs=_FIGURE)
    )
    field_order = ("gift", "value_fen", "from_on", "until_on", "reason")

    def clean_value_fen(self) -> int:
        """A gift is worth something."""
        value: int = self.cleaned_data["value_fen"]
        if not value:
            raise forms.ValidationError(gettext_lazy("A gift is worth something."))
        return value

    def what(self) -> Gift:
        """The terms of a valid form."""
        return Gift(self.cleaned_data["gift"].strip(), self.cleaned_data["value_fen"])


class DecisionForm(forms.Form):
    """Approve or refuse, and why."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    why = forms.CharField(max_length=200, required=False)


class EndForm(forms.Form):
    """Why it ends early."""

    why = forms.CharField(max_length=200)
