"""What the forms of everything written in versions have in common."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from crm.lib.decided_forms import FIRM, TEXT
from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch, Staff
from servicing.models.versions import Language

KEPT = {"data-draft-keep": ""}


def select() -> forms.Select:
    """A choice."""
    return forms.Select(attrs={"class": "form-select"})


class HeadingForm(RefusingForm):
    """What something new is for; it holds for a branch of the writer, or for the firm."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT), initial=uuid4)
    branch = forms.ChoiceField(label=gettext_lazy("Holds for"), widget=select())
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices, widget=select())

    def __init__(self, *args: Any, branches: Iterable[Branch], may_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._branches = {branch.code: branch for branch in branches}
        scope = self.fields["branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        named = [(branch.code, branch.name) for branch in self._branches.values()]
        scope.choices = [(FIRM, gettext_lazy("the whole firm"))] if may_firm else named

    def scope(self) -> Branch | None:
        """The branch it holds for; None is the firm."""
        return self._branches.get(self.cleaned_data["branch"])


class SavingForm(RefusingForm):
    """What a version says; `seen` is the number of the version that it was written from."""

    seen = forms.IntegerField(widget=forms.HiddenInput(attrs=KEPT), required=False, min_value=0, max_value=2**31)


class DecisionForm(RefusingForm):
    """Approve or refuse, and why."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    why = forms.CharField(max_length=200, required=False)


def text_input() -> forms.TextInput:
    """One line of words."""
    return forms.TextInput(attrs=TEXT)


def area(rows: int) -> forms.Textarea:
    """So many lines of words, in whatever language they are written."""
    return forms.Textarea(attrs={"class": "form-control", "rows": rows, "translate": "no"})


def branches_of(user: Staff) -> list[Branch]:
    """Those that the user writes for; the admin writes for the firm."""
    return [] if user.is_admin else list(Branch.objects.visible_to(user).active())
