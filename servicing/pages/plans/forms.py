"""What people type about a service plan. What may not be is decided by the noun; the forms only read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from servicing.plans.content import Action, Written
from servicing.plans.making import new_id
from servicing.plans.saving import MOST_ACTIONS
from servicing.standards import LONGEST_CADENCE

_TEXT = {"class": "form-control", "autocomplete": "off"}
_BLANK_ROWS = 3


def _days(label: Any, **more: Any) -> forms.IntegerField:
    attrs = {"class": "form-control", "step": "1", "inputmode": "numeric", "max": LONGEST_CADENCE}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=LONGEST_CADENCE,
        widget=forms.NumberInput(attrs=attrs),
        **more,
    )


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _lines(label: Any, most: int, rows: int, **more: Any) -> forms.CharField:
    attrs = {"class": "form-control", "rows": rows}
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs=attrs), **more)


class PlanForm(RefusingForm):
    """A plan without its actions."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    goal = _lines(gettext_lazy("Goal"), 300, 2)
    needs = _lines(gettext_lazy("Needs"), 2400, 4, required=False, help_text=gettext_lazy("One per line."))
    cadence_days = _days(
        gettext_lazy("A contact every so many days"), help_text=gettext_lazy("Empty: as the standard says.")
    )
    next_review_on = _day(gettext_lazy("Next review"))
    why = forms.CharField(
        label=gettext_lazy("Why is it changed?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
    )

    def clean_needs(self) -> list[str]:
        """The lines that say something."""
        lines = [line.strip() for line in self.cleaned_data["needs"].splitlines()]
        if any(len(line) > 200 for line in lines):
            raise forms.ValidationError(_("A line has at most 200 characters."))
        return [line for line in lines if line]

    def written(self, actions: Sequence[Action]) -> Written:
        """What a valid form says."""
        data = self.cleaned_data
        return Written(
            data["goal"].strip(), tuple(data["needs"]), tuple(actions), data["cadence_days"], data["next_review_on"]
        )


class ActionForm(forms.Form):
    """One action; a row without text and item is none, a dropped one goes. A new row has its id from the page, so that a
    double click adds it once."""

    id = forms.CharField(
        initial=new_id, max_length=8, widget=forms.HiddenInput, validators=[RegexValidator(r"^[0-9a-z]+\Z")]
    )
    text = forms.CharField(
        label=pgettext_lazy("plan", "What to do"), max_length=120, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    item = forms.ChoiceField(
        label=gettext_lazy("Service item"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    due_on = _day(gettext_lazy("On, or from"), required=False)
    every_days = _days(gettext_lazy("Repeats after days"))
    drop = forms.BooleanField(
        label=pgettext_lazy("action", "Remove"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self, *args: Any, items: Sequence[tuple[str, str]], known: dict[str, Action], today: date, **more: Any
    ):
        super().__init__(*args, **more)
        self._known, self._today = known, today
        self.empty_permitted = False  # a row that says what the plan says already is read as any other
        item = self.fields["item"]
        assert isinstance(item, forms.ChoiceField)  # noqa: S101 (for the type checker)
        item.choices = [("", "—"), *items]

    def clean(self) -> dict[str, Any]:
        """A day of its own, not in the past but for one that stands there already."""
        given = super().clean() or {}
        if self.is_one and "due_on" not in self.errors:
            day, before = given.get("due_on"), self._known.get(given.get("id", ""))
            if day is None:
                self.add_error("due_on", _("Choose a day."))
            elif day < self._today and (before is None or before.due_on != day):
                self.add_error("due_on", _("This day has passed."))
        return given

    @property
    def is_one(self) -> bool:
        """Whether the row says something and stays."""
        data = getattr(self, "cleaned_data", {})
        return bool(data.get("text") or data.get("item")) and not data.get("drop")

    def action(self) -> Action:
        """The action of a valid row."""
        data = self.cleaned_data
        return Action(data["id"], data["text"], data["item"], data["due_on"], data["every_days"])


ActionRows = forms.formset_factory(
    ActionForm, extra=_BLANK_ROWS, max_num=MOST_ACTIONS, absolute_max=MOST_ACTIONS + _BLANK_ROWS
)


def initial_of(written: Written, version: int) -> dict[str, Any]:
    """The fields of a form that begins with what a plan says."""
    return {**vars(written), "needs": "\n".join(written.needs), "version": version}


def rows_of(written: Written) -> list[dict[str, Any]]:
    """The rows of its actions."""
    return [vars(action) for action in written.actions]


class ReviewForm(RefusingForm):
    """A phase is closed."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    result = _lines(gettext_lazy("What came of it"), 1000, 3)
    lessons = _lines(gettext_lazy("What we learn from it"), 1000, 3, required=False)
    next_review_on = _day(gettext_lazy("Next review"))
