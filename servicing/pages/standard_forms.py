"""What people type about a service standard. What may not be is decided by the noun; the form only reads."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.models import Branch
from segmentation.models import Tier
from servicing.models import ServiceStandard
from servicing.settling import Refused
from servicing.standards import LONGEST_CADENCE, LONGEST_CONTACT, check_standard

FIRM = "firm"
WORDS = ("source",)  # why it came: saved, not computed from
_TEXT = {"class": "form-control", "autocomplete": "off"}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _number(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "step": "1", "inputmode": "numeric", "max": most})


def _box(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


class DaysField(forms.CharField):
    """Days after the opening as people list them: 3, 14, 45; a Chinese comma does as well."""

    def to_python(self, value: Any) -> Any:
        """The numbers; whether they can be is decided by the noun."""
        typed = str(super().to_python(value))
        for comma in "，、;；":
            typed = typed.replace(comma, ",")
        parts = [part.strip() for part in typed.split(",") if part.strip()]
        if any(not (part.isascii() and part.isdecimal() and len(part) <= 4) for part in parts):
            raise forms.ValidationError(_("Whole numbers of days, with commas: 3, 14, 45."))
        return [int(part) for part in parts]

    def prepare_value(self, value: Any) -> Any:
        """A stored list as people type it."""
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value


class StandardForm(forms.Form):
    """A new service standard (S1, S2), prefilled from the one that counts for its tier and scope."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, widget=_select())
    branch = forms.ChoiceField(label=gettext_lazy("Holds for"), widget=_select())
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
    welcome_days = DaysField(
        label=gettext_lazy("Welcome calls"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("Days after the opening, for example 3, 14, 45; empty: none."),
    )
    greets = _box(gettext_lazy("Birthdays, festivals and anniversaries are greeted"))
    alerts = _box(gettext_lazy("A rising churn risk becomes a task"))
    from_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("Why, and who decided"), max_length=200, widget=forms.TextInput(attrs=_TEXT)
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, branches: Iterable[Branch], may_firm: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._branches = {branch.code: branch for branch in branches}
        scope = self.fields["branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        firm = [(FIRM, gettext_lazy("the whole firm"))] if may_firm else []
        scope.choices = [*firm, *((branch.code, branch.name) for branch in self._branches.values())]
        self.fields["from_day"].widget.attrs["min"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        """What the noun refuses stands beside its field."""
        given = super().clean() or {}
        if not set(self.errors) - set(WORDS):
            try:
                check_standard(self.standard(), self._today)
            except Refused as refused:
                self.refuse(refused)
        return given

    def refuse(self, refused: Refused) -> None:
        """Say beside the field what the noun refused."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))

    def pass_over_words(self) -> None:
        """For a preview, which computes from the numbers alone: what is missing for saving only is no error yet."""
        for name in WORDS:
            self.errors.pop(name, None)

    def standard(self) -> ServiceStandard:
        """The unsaved standard of a form that is valid, but for its words."""
        data = self.cleaned_data
        told = ("tier", "level", "cadence_days", "welcome_days", "greets", "alerts", "minutes", "from_day")
        return ServiceStandard(
            branch=self.scope(), source=data.get("source", ""), **{name: data[name] for name in told}
        )

    def scope(self) -> Branch | None:
        """The branch it holds for; None is the firm."""
        return self._branches.get(self.cleaned_data["branch"])

    def digest(self) -> str:
        """Stands for what was previewed: saving asks for the same."""
        values = {name: str(value) for name, value in self.cleaned_data.items() if name not in {"seen", *WORDS}}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


def initial_of(standard: ServiceStandard | None) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a standard."""
    return {} if standard is None else standard.decided()
