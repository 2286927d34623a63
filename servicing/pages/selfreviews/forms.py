"""What people type in a self-assessment. What may not be is decided by the noun; the forms only read."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from crm.models import Staff
from servicing.models import SelfReview
from servicing.selfreviews.writing import LONGEST, Answers

MARKS = [(str(mark), str(mark)) for mark in range(1, 6)]


class SelfReviewForm(RefusingForm):
    """A text and a mark for each of the four questions; all may be empty in a draft."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in SelfReview.Question:
            self.fields[f"{question}_text"] = forms.CharField(
                label=_("Answer"),
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
            )
            self.fields[f"{question}_mark"] = forms.ChoiceField(
                label=_("Mark, 1 (poor) to 5 (very good)"), choices=MARKS, required=False, widget=forms.RadioSelect
            )

    def answers(self) -> Answers:
        """What a valid form says."""
        data = self.cleaned_data
        return {
            question: {
                "text": data[f"{question}_text"].strip(),
                "mark": int(data[f"{question}_mark"]) if data[f"{question}_mark"] else None,
            }
            for question in SelfReview.Question.values
        }

    def fields_of(self, question: str) -> tuple[forms.BoundField, forms.BoundField]:
        """Text and mark of a question."""
        return self[f"{question}_text"], self[f"{question}_mark"]


def initial_of(answers: Answers, version: int) -> dict[str, Any]:
    """The fields of a form that begins with some answers."""
    found: dict[str, Any] = {"version": version}
    for question, said in answers.items():
        found |= {f"{question}_text": said.get("text", ""), f"{question}_mark": said.get("mark") or ""}
    return found


class ActionForm(RefusingForm):
    """An action with its owner and day. `uid` is made when the form is opened, so that a double click adds one."""

    uid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("plan", "What to do"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Staff.objects.none(), widget=forms.Select(attrs={"class": "form-select"})
    )
    due_on = forms.DateField(
        label=pgettext_lazy("due day", "By"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        owner.queryset, owner.empty_label = people, "—"


def people_of(branch: int) -> Any:
    """Who may own an action: everybody who works in the branch, by name."""
    return Staff.objects.working_in(branch).order_by("name", "pk")
