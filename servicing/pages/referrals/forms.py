"""What people type about a referral. What may not be is decided by the nouns; a form only reads."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Client
from clients.querysets import ClientQuerySet
from crm.lib.decided_forms import TEXT
from crm.lib.refusing_forms import RefusingForm
from servicing.models import Referral
from servicing.pages.openings.forms import one_client
from servicing.pages.person_forms import KEPT, PersonForm
from servicing.referrals.naming import Named


class NamedForm(PersonForm):
    """A person whom a client recommended."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT), initial=uuid4)
    may_call = forms.BooleanField(
        label=gettext_lazy("Agreed to be called"),
        required=False,
        help_text=gettext_lazy("A number is kept only of who agreed."),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    next_step = forms.CharField(
        label=gettext_lazy("Next step"), max_length=200, required=False, widget=forms.TextInput(attrs=TEXT)
    )
    next_on = forms.DateField(label=pgettext_lazy("next step", "Until"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"class": "form-control", "type": "date", "min": today.isoformat()}
        self.fields["next_on"].widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
        self.fields["phone"].required = False

    def named(self) -> Named:
        """What a valid form says."""
        told = self.cleaned_data
        return Named(**{name: told[name] for name in ("name", "phone", "may_call", "note", "next_step", "next_on")})


class OpenedForm(RefusingForm):
    """Which client the person became."""

    client = forms.CharField(
        label=gettext_lazy("Became the client"),
        max_length=120,
        help_text=gettext_lazy("Client number or full name."),
        widget=forms.TextInput(attrs=TEXT),
    )

    def __init__(self, *args: Any, rows: ClientQuerySet[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows = rows

    def clean_client(self) -> Client | None:
        """The one client whom the text names."""
        return one_client(self._rows, self.cleaned_data["client"])


class LostForm(RefusingForm):
    """Why a person will not become a client."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", "—"), *Referral.Reason.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason_text = forms.CharField(
        label=gettext_lazy("What was said"), max_length=300, required=False, widget=forms.TextInput(attrs=TEXT)
    )
