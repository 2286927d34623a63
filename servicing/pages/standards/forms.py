"""What people type about a service standard. What may not be is decided by the noun; the form only reads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.decided_forms import TEXT, DecidedForm
from segmentation.models import MarketRegime, Tier
from servicing.models import ServiceStandard
from servicing.pages.standards.fields import ChannelsField, DaysField
from servicing.standards import LONGEST_CADENCE, LONGEST_CONTACT, LONGEST_REVIEW, check_standard


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _number(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "step": "1", "inputmode": "numeric", "max": most})


def _box(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


class StandardForm(DecidedForm):
    """A new service standard (S1, S2), prefilled from the one that counts for its tier and scope."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, widget=_select())
    regime = forms.ChoiceField(
        label=pgettext_lazy("standard", "Market"),
        required=False,
        choices=[("", pgettext_lazy("standard", "any market")), *MarketRegime.Level.choices],
        widget=_select(),
        help_text=gettext_lazy("While the market is another one, the standard for any market counts."),
    )
    level = forms.ChoiceField(
        label=pgettext_lazy("standard", "Relationship"), choices=ServiceStandard.Level.choices, widget=_select()
    )
    cadence_days = forms.IntegerField(
        label=gettext_lazy("A contact every so many days"),
        required=False,
        min_value=1,
        max_value=LONGEST_CADENCE,
        widget=_number(LONGEST_CADENCE),
        help_text=gettext_lazy("Empty: no cadence, group messages only."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes per contact"),
        min_value=1,
        max_value=LONGEST_CONTACT,
        widget=_number(LONGEST_CONTACT),
    )
    review_days = forms.IntegerField(
        label=gettext_lazy("A plan review every so many days"),
        min_value=1,
        max_value=LONGEST_REVIEW,
        widget=_number(LONGEST_REVIEW),
    )
    channels = ChannelsField(label=gettext_lazy("Channels, the preferred one first"))
    welcome_days = DaysField(
        label=gettext_lazy("Welcome calls"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs=TEXT),
        help_text=gettext_lazy("Days after the opening, for example 3, 14, 45; empty: none."),
    )
    greets = _box(gettext_lazy("Birthdays, festivals and anniversaries are greeted"))
    alerts = _box(
        gettext_lazy("Rising churn risk, less trading, another tier, risk alerts and position gaps become tasks")
    )

    def check(self, row: ServiceStandard) -> None:
        """Raises Refused, naming the field."""
        check_standard(row, self.today)

    def row(self) -> ServiceStandard:
        """The unsaved standard of a form that is valid, but for its words."""
        data = self.cleaned_data
        told = ("tier", "regime", "from_day", *ServiceStandard.SAYS)
        return ServiceStandard(
            branch=self.scope(), source=data.get("source", ""), **{name: data[name] for name in told}
        )


def initial_of(standard: ServiceStandard | None) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a standard."""
    return {} if standard is None else standard.decided()
