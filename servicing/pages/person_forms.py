"""What is typed about somebody who is no client yet."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.pages.profile_fields import PhoneField
from crm.lib.decided_forms import TEXT
from crm.lib.refusing_forms import RefusingForm

KEPT = {"data-draft-keep": ""}


class PersonForm(RefusingForm):
    """A person by name and phone. The known phone (`known`: masked) is not shown to be edited: a new one replaces it."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs=KEPT), required=False)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=60, widget=forms.TextInput(attrs={**TEXT, "autofocus": True})
    )
    phone = PhoneField(
        label=gettext_lazy("Phone"), max_length=40, widget=forms.TextInput(attrs={**TEXT, "inputmode": "tel"})
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )

    def __init__(self, *args: Any, known: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            self.fields["phone"].required = False
            self.fields["phone"].widget.attrs["placeholder"] = known
            self.fields["phone"].help_text = _("Left empty, the number stays.")
