"""What people type about scripts, templates and banned phrases. What may not be is decided by the nouns; the forms only read."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.decided_forms import FIRM
from crm.lib.refusals import Refused
from crm.models import Branch
from servicing.models import MessageText, TextVersion
from servicing.texts.writing import MOST_HOURS, Heading, Wording

_KEPT = {"data-draft-keep": ""}
_TEXT = {"class": "form-control", "autocomplete": "off"}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class _Form(forms.Form):
    def refuse(self, refused: Refused) -> None:
        """Say beside the field what the noun refused."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class HeadingForm(_Form):
    """What a new text is for."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs=_KEPT), initial=uuid4)
    kind = forms.ChoiceField(
        label=pgettext_lazy("text", "Kind"), choices=MessageText.Kind.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=MessageText.Channel.choices, widget=_select())
    branch = forms.ChoiceField(label=gettext_lazy("Holds for"), widget=_select())
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=MessageText.Language.choices, widget=_select())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, widget=forms.TextInput(attrs=_TEXT))
    purpose = forms.CharField(label=gettext_lazy("What it is for"), max_length=200, widget=forms.TextInput(attrs=_TEXT))

    def __init__(self, *args: Any, branches: Iterable[Branch], may_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._branches = {branch.code: branch for branch in branches}
        scope = self.fields["branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        named = [(branch.code, branch.name) for branch in self._branches.values()]
        scope.choices = [(FIRM, gettext_lazy("the whole firm"))] if may_firm else named

    def heading(self) -> Heading:
        """The heading of a valid form."""
        told = self.cleaned_data
        names = ("kind", "channel", "name", "purpose", "language")
        return Heading(branch=self._branches.get(told["branch"]), **{name: told[name] for name in names})


class WordingForm(_Form):
    """What a version says; `seen` is the number of the version that it was written from."""

    seen = forms.IntegerField(widget=forms.HiddenInput(attrs=_KEPT), required=False, min_value=0, max_value=2**31)
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=120, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    body = forms.CharField(
        label=gettext_lazy("Wording"),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 10}),
    )
    risk_notice = forms.CharField(
        label=gettext_lazy("Risk notice"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        help_text=gettext_lazy("The last paragraph of what is said or sent."),
    )
    product_risk = forms.ChoiceField(
        label=gettext_lazy("Product risk"), choices=TextVersion.Risk.choices, required=False, widget=_select()
    )
    shelf_hours = forms.IntegerField(
        label=gettext_lazy("Worth sending for, hours"),
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "1", "inputmode": "numeric"}),
        help_text=gettext_lazy("After the approval; empty: it does not expire."),
    )

    def wording(self) -> Wording:
        """The wording of a valid form."""
        told = self.cleaned_data
        return Wording(told["subject"], told["body"], told["risk_notice"], told["product_risk"], told["shelf_hours"])


class DecisionForm(_Form):
    """Approve or refuse, and why."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    why = forms.CharField(max_length=200, required=False)


class PhraseForm(_Form):
    """A phrase that no text may say."""

    phrase = forms.CharField(
        label=gettext_lazy("Phrase"), max_length=40, widget=forms.TextInput(attrs={**_TEXT, "autofocus": True})
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=forms.TextInput(attrs=_TEXT))
