"""What people type about licences, trainings and what asks for them. What may not be is decided by the nouns; the forms only
read."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.decided_forms import TEXT, DecidedForm
from crm.lib.refusing_forms import RefusingForm
from servicing.competence.papers import MOST_HOURS, MOST_MARK, Written
from servicing.competence.requirements import check_requirement
from servicing.competence.rules import KINDS, SUBJECTS
from servicing.competence.words import subject_words
from servicing.models import Paper, PaperRequirement

LICENCES = [(value, word) for value, word in Paper.Kind.choices if not value.startswith("t_")]
TRAININGS = [(value, word) for value, word in Paper.Kind.choices if value.startswith("t_")]


def _one(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}))


def _text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs=TEXT))


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _whole(label: Any, least: int, most: int) -> forms.IntegerField:
    attrs = {"class": "form-control", "step": "1", "inputmode": "numeric", "max": most}
    widget = forms.NumberInput(attrs=attrs)
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, widget=widget)


class PaperForm(RefusingForm):
    """What a licence and a training have in common. `fixed`: the kind of a paper that is corrected."""

    uid = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    from_day = _day(pgettext_lazy("paper", "Valid from"))
    until_day = _day(
        pgettext_lazy("paper", "Valid until"),
        required=False,
        help_text=gettext_lazy("The last day on which it holds; empty: it does not end."),
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            self.fields.pop("kind")

    def written(self, kind: str = "") -> Written:
        """What a valid form says; of a paper that is corrected the kind stays."""
        return Written(**{"kind": kind, **{name: value for name, value in self.cleaned_data.items() if name != "uid"}})


class LicenceForm(PaperForm):
    """A licence."""

    kind = _one(gettext_lazy("Licence"), LICENCES)
    number = _text(pgettext_lazy("licence", "Number"), 40)
    field_order = ("kind", "number", "from_day", "until_day")


class TrainingForm(PaperForm):
    """A training, passed or not."""

    kind = _one(gettext_lazy("Topic"), TRAININGS)
    course = _text(gettext_lazy("Course"), 80)
    hours = _whole(gettext_lazy("Hours"), 1, MOST_HOURS)
    mark = _whole(gettext_lazy("Mark (0–100)"), 0, MOST_MARK)
    is_passed = forms.BooleanField(
        label=pgettext_lazy("training", "Passed: it counts from the day on"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    field_order = ("kind", "course", "hours", "mark", "from_day", "until_day", "is_passed")


class RequirementForm(DecidedForm):
    """What a tier or product asks for from a day on, prefilled from what counts for its scope."""

    subject = _one(gettext_lazy("Whoever is to"), ())
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("needs all of these; none: nothing is asked for any more"),
        choices=Paper.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject = self.fields["subject"]
        assert isinstance(subject, forms.ChoiceField)  # noqa: S101 (for the type checker)
        subject.choices = [(one, subject_words(one)) for one in SUBJECTS]

    def check(self, row: PaperRequirement) -> None:
        """Raises Refused, naming the field."""
        check_requirement(row, self.today)

    def row(self) -> PaperRequirement:
        """The unsaved row of a form that is valid, but for its words."""
        data = self.cleaned_data
        needs = [kind for kind in KINDS if kind in data["needs"]]
        told = {"subject": data["subject"], "needs": needs, "from_day": data["from_day"]}
        return PaperRequirement(branch=self.scope(), source=data.get("source", ""), **told)
