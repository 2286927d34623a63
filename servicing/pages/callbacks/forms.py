"""What people type about a call-back. What may not be is decided by the nouns; a form only reads."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.lib.refusing_forms import RefusingForm
from servicing.callbacks.questions import ANSWERS, QUESTIONS, unanswered
from servicing.callbacks.recording import Heard
from servicing.models import CallbackAttempt


class CallForm(RefusingForm):
    """What came of a call. `uid` is made when the form is opened, so that a double click records it once."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), required=False)
    outcome = forms.ChoiceField(
        label=_("What came of the call"), choices=CallbackAttempt.Outcome.choices, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("Remark"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "call-%s"
        answers = [(key, str(word)) for key, word in ANSWERS.items()]
        for key, question in QUESTIONS.items():
            self.fields[key] = forms.ChoiceField(
                label=str(question.text), choices=answers, required=False, widget=forms.RadioSelect
            )

    def clean(self) -> dict[str, Any]:
        """Every question without an answer says so at once."""
        given = super().clean() or {}
        if given.get("outcome") == CallbackAttempt.Outcome.REACHED:
            for key in set(unanswered(given)) - set(self.errors):
                self.add_error(key, gettext("Yes or no?"))
        return given

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the questions, in their order."""
        return [self[key] for key in QUESTIONS]

    @property
    def heard(self) -> Heard:
        """What a valid form says; answers count only where the client was reached."""
        given = self.cleaned_data
        is_reached = given["outcome"] == CallbackAttempt.Outcome.REACHED
        answers = {key: given[key] for key in QUESTIONS if given[key]} if is_reached else {}
        return Heard(given["outcome"], answers, given["remark"])

    @property
    def uid_or_new(self) -> UUID:
        """The form's own uid; one without (sent by something else than our page) gets its own."""
        return self.cleaned_data["uid"] or uuid4()


class NoteForm(forms.Form):
    """What came of a finding."""

    note = forms.CharField(
        label=_("What came of it"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3, "autofocus": True}),
    )
