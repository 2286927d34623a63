"""What people type about scripts, templates and banned phrases. What may not be is decided by the nouns; the forms only read."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from servicing.models import MessageText
from servicing.models.versions import Risk
from servicing.pages import version_forms
from servicing.pages.version_forms import SavingForm, area, select, text_input
from servicing.texts.writing import MOST_HOURS, Heading, Wording


class HeadingForm(version_forms.HeadingForm):
    """What a new text is for."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("text", "Kind"), choices=MessageText.Kind.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=MessageText.Channel.choices, widget=select())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, widget=text_input())
    purpose = forms.CharField(label=gettext_lazy("What it is for"), max_length=200, widget=text_input())

    def heading(self) -> Heading:
        """The heading of a valid form."""
        told = self.cleaned_data
        names = ("kind", "channel", "name", "purpose", "language")
        return Heading(branch=self.scope(), **{name: told[name] for name in names})


class WordingForm(SavingForm):
    """What a version of a text says."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120, required=False, widget=text_input())
    body = forms.CharField(label=gettext_lazy("Wording"), max_length=4000, widget=area(10))
    risk_notice = forms.CharField(
        label=gettext_lazy("Risk notice"),
        max_length=500,
        required=False,
        widget=area(2),
        help_text=gettext_lazy("The last paragraph of what is said or sent."),
    )
    product_risk = forms.ChoiceField(
        label=gettext_lazy("Product risk"), choices=Risk.choices, required=False, widget=select()
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


class PhraseForm(RefusingForm):
    """A phrase that no text may say."""

    phrase = forms.CharField(
        label=gettext_lazy("Phrase"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "autofocus": True}),
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=text_input())
