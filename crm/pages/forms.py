"""What people type on the pages of this package."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.models import Branch
from segmentation.models import MarketRegime, Tier


class ReasonForm(forms.Form):
    """Why a personal value is looked at."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "autofocus": True}),
        help_text=_("For example: calls back as asked. It is kept in the audit trail."),
    )


class PinForm(forms.Form):
    """A tier set by hand (T6)."""

    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices, widget=forms.Select(attrs={"class": "form-select"}))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    until_day = forms.DateField(
        label=_("Until (this day not included)"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody lifts it."),
    )


class NightForm(forms.Form):
    """A night to run: a day, and a branch or all that the reader may run."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    )
    branch = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Branch.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("all"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: object, branches: QuerySet[Branch], latest: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._latest = latest
        choice = self.fields["branch"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = branches
        self.fields["day"].widget.attrs["max"] = latest.isoformat()

    def clean_day(self) -> date:
        """A day that has ended: nothing is known about later ones."""
        day: date = self.cleaned_data["day"]
        if day > self._latest:
            raise forms.ValidationError(
                _("Choose a day that has passed: the last one is %(day)s."), params={"day": self._latest}
            )
        return day


class RegimeForm(forms.Form):
    """The market as somebody sees it (B8). `after` is the number of the latest regime that stood on the page."""

    level = forms.ChoiceField(
        label=_("Market"), choices=MarketRegime.Level.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    phase = forms.ChoiceField(
        label=_("Phase"), choices=MarketRegime.Phase.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    from_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text=_("The close from which on it is so; not a day to come."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
        help_text=_("What it is seen by: index and moving average, turnover, breadth; with the day of each."),
    )
    after = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)
