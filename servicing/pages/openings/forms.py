"""What people type about an opening. What may not be is decided by the nouns; a form only reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.pages.profile_fields import ScaledField
from clients.querysets import ClientQuerySet
from crm.lib.decided_forms import TEXT
from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch, Staff
from servicing.models import Opening
from servicing.openings.people import Person
from servicing.pages.person_forms import KEPT, PersonForm


def day_input(today: date) -> forms.DateInput:
    """A day that has come."""
    attrs = {"class": "form-control", "type": "date", "max": today.isoformat()}
    return forms.DateInput(attrs=attrs, format="%Y-%m-%d")


def one_client(rows: ClientQuerySet[Client], text: str) -> Client | None:
    """The one client of some whom a text names, by number or full name; None without a text. Raises ValidationError."""
    text = text.replace("\0", "").strip()
    if not text:
        return None
    found = list(rows.filter(client_number=text)[:2]) or list(rows.filter(name=text)[:2])
    if len(found) == 1:
        return found[0]
    raise forms.ValidationError(
        _("Several clients are called so; give the number.")
        if found
        else _("You have no client of this name or number.")
    )


class OpeningForm(PersonForm):
    """A person who wants to open an account."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), choices=Opening.Source.choices, widget=forms.RadioSelect)
    referrer = forms.CharField(
        label=gettext_lazy("Referred by"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Client number or full name, where a client referred them."),
        widget=forms.TextInput(attrs=TEXT),
    )
    expected_fen = ScaledField(
        label=gettext_lazy("Expected assets, in yuan"),
        decimals=2,
        most=10**11,
        required=False,
        widget=forms.TextInput(attrs={**TEXT, "inputmode": "decimal"}),
    )
    started_on = forms.DateField(label=gettext_lazy("First visit"))
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after them"),
        queryset=Staff.objects.none(),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, user: Staff, today: date, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user, self._branches = user, branches
        self.fields["started_on"].widget = day_input(today)
        owner = self.fields["owner"]
        if user.is_advisor:
            del self.fields["owner"]
        elif isinstance(owner, forms.ModelChoiceField):
            owner.queryset = Staff.objects.advisors().filter(branches__in=branches).order_by("name", "pk").distinct()
            owner.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]

    def clean_referrer(self) -> Client | None:
        """The one client of the reader whom the text names."""
        return one_client(Client.objects.visible_to(self._user), self.cleaned_data["referrer"])

    @property
    def person(self) -> Person:
        """What is known of the person, of a valid form."""
        names = ("name", "phone", "source", "started_on", "referrer", "expected_fen", "note")
        return Person(**{name: self.cleaned_data[name] for name in names})

    @property
    def chosen_owner(self) -> Staff:
        """Who looks after the person: the advisor who writes them down, or whom a manager chose."""
        chosen = self.cleaned_data.get("owner")
        return chosen if isinstance(chosen, Staff) else self._user

    def branch(self) -> Branch | None:
        """The branch of whoever looks after the person."""
        theirs = set(self.chosen_owner.branches.values_list("pk", flat=True))
        return next((branch for branch in self._branches if branch.pk in theirs), None)

    @property
    def uid_or_new(self) -> UUID:
        """The form's own uid; one without (sent by something else than our page) gets its own."""
        return self.cleaned_data["uid"] or uuid4()


class StepForm(RefusingForm):
    """A step that is done: the day and a note. A button without a form says: today."""

    taken_on = forms.DateField(label=gettext_lazy("Done on"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**TEXT, "autofocus": True}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_on"].widget = day_input(today)


class DropForm(RefusingForm):
    """Why a person will not become a client."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Opening.Reason.choices, widget=forms.RadioSelect)
    reason_text = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
