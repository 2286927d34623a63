"""What people type about a pledge and its breaches. What may not be is decided by the nouns; the forms only read."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.decided_forms import TEXT, DecidedForm
from crm.lib.refusing_forms import RefusingForm
from servicing.models import Measure, Pledge
from servicing.pledges.breaches import REMEDY_LENGTH, TEXT_LENGTH
from servicing.pledges.deciding import MOST_MINUTES, check_pledge

_SELECT = {"class": "form-select"}


class PledgeForm(DecidedForm):
    """A pledge that takes over, prefilled from the one that counts for its measure and scope."""

    WORDS = ("sentence", "sentence_en", "source")

    measure = forms.ChoiceField(
        label=gettext_lazy("Measured by"), choices=Measure.choices, widget=forms.Select(attrs=_SELECT)
    )
    allowed = forms.IntegerField(
        label=gettext_lazy("Allowed"),
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "1", "inputmode": "numeric"}),
        help_text=gettext_lazy(
            "First answers: working minutes. Everything else: working days after its due day, 0 for the day itself."
        ),
    )
    sentence = forms.CharField(
        label=gettext_lazy("Sentence in Chinese"), max_length=120, widget=forms.TextInput(attrs=TEXT)
    )
    sentence_en = forms.CharField(
        label=gettext_lazy("Sentence in English"), max_length=240, widget=forms.TextInput(attrs=TEXT)
    )
    is_ended = forms.BooleanField(
        label=gettext_lazy("From this day on it is no longer pledged"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def check(self, row: Pledge) -> None:
        """Raises Refused, naming the field."""
        check_pledge(row, self.today)

    def row(self) -> Pledge:
        """The unsaved pledge of a form that is valid, but for its words."""
        data = self.cleaned_data
        told = ("measure", "allowed", "is_ended", "from_day")
        words = {name: data.get(name, "") for name in self.WORDS}
        return Pledge(branch=self.scope(), **words, **{name: data[name] for name in told})


class ReportForm(RefusingForm):
    """A breach that a person reports."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), initial=uuid4)
    pledge = forms.ChoiceField(label=gettext_lazy("Which pledge"), widget=forms.Select(attrs=_SELECT))
    on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    client_number = forms.CharField(
        label=gettext_lazy("Client number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text=gettext_lazy("Empty: of nobody in particular."),
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def __init__(self, *args: Any, pledges: Sequence[tuple[str, str]], today: date, has_client: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["pledge"].choices = pledges  # type: ignore[attr-defined]
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        if has_client:
            del self.fields["client_number"]


class RemedyForm(RefusingForm):
    """How a breach was put right."""

    remedy = forms.CharField(
        label=pgettext_lazy("breach", "What was done"),
        max_length=REMEDY_LENGTH,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )


def initial_of(pledge: Pledge | None) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a pledge."""
    return {} if pledge is None else pledge.decided()
