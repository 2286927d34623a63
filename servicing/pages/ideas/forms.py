"""What people type about an idea. What may not be is decided by the nouns; the forms only read."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from servicing.ideas.answering import ANSWER_LENGTH
from servicing.ideas.moving import REASON_LENGTH
from servicing.models import Idea

_TEXT = {"class": "form-control", "autocomplete": "off"}
Choices = Sequence[tuple[str, Any]]


def _words(label: Any, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def _choice(label: Any, choices: Any = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **more)


class TakeForm(RefusingForm):
    """An idea, of a client or of a visitor to one of some branches."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), initial=uuid4)
    topic = _choice(pgettext_lazy("idea", "Topic"), Idea.Topic.choices)
    client_number = forms.CharField(
        label=gettext_lazy("Client number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("Empty: a visitor."),
    )
    branch = _choice(gettext_lazy("Branch"))
    text = _words(gettext_lazy("Idea"), 1000, 4)

    def __init__(self, *args: Any, branches: Choices, has_client: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]
        if has_client:
            del self.fields["client_number"]
        if has_client or len(branches) == 1:
            self.fields["branch"].widget = forms.HiddenInput()
            self.fields["branch"].initial = branches[0][0]


class ActForm(RefusingForm):
    """A write to an idea: `version` is the one that was read, so that a second editor is told."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))


class MoveForm(ActForm):
    """What becomes of an idea."""

    to = _choice(pgettext_lazy("idea", "Next"), Idea.State.choices)
    reason = _words(
        gettext_lazy("Reason"), REASON_LENGTH, 2, required=False, help_text=gettext_lazy("Needed to decline.")
    )

    def __init__(self, *args: Any, states: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if states:
            self.fields["to"].choices = states  # type: ignore[attr-defined]


class AnswerForm(ActForm):
    """What was answered, and in which contact."""

    contact = _choice(gettext_lazy("Answered in"), required=False)
    answer = _words(gettext_lazy("Answer"), ANSWER_LENGTH)

    def __init__(self, *args: Any, contacts: Choices = (), has_client: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = [("", "—"), *contacts]  # type: ignore[attr-defined]
        if not has_client:
            del self.fields["contact"]


class LinkForm(ActForm):
    """The idea that it says again."""

    lead = _choice(gettext_lazy("Says again"))

    def __init__(self, *args: Any, leads: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = leads  # type: ignore[attr-defined]


class OwnerForm(ActForm):
    """Who looks after it."""

    owner = _choice(gettext_lazy("Give it to"))

    def __init__(self, *args: Any, owners: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]
