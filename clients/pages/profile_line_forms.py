"""What people type on the cards of which a client has several: people around them, needs, permissions, rates."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Account, Client, CloseContact
from clients.pages import profile_forms as singles
from clients.pages.card_form import CardForm
from clients.pages.profile_fields import PhoneField, ScaledField
from clients.profile.contacts import masked_phone, sealed_phone
from clients.profile.household import pair
from clients.profile.opening import Opened
from clients.profile.wording import account_name


class ContactForm(CardForm):
    card = "contact"
    phone = PhoneField(label=gettext_lazy("Phone"), required=False, max_length=40)
    forget_phone = forms.BooleanField(label=gettext_lazy("Delete the number"), required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def seen(self, opened: Opened) -> dict[str, Any]:
        """The number is not shown to be edited: a new one replaces it."""
        known = opened.row.uid if isinstance(opened.row, CloseContact) else uuid4()
        return {**{k: v for k, v in opened.values.items() if k != "phone_sealed"}, "uid": known}

    def prepare(self) -> None:
        """The masked number stands in the empty field."""
        known = masked_phone(self.opened.row) if isinstance(self.opened.row, CloseContact) else ""
        if known:
            self.fields["phone"].widget.attrs["placeholder"] = known
            self.fields["phone"].help_text = _("Left empty, the number stays.")
        else:
            del self.fields["forget_phone"]
        self.order_fields(["name", "relation", "phone", "forget_phone"])

    def clean(self) -> dict[str, Any]:
        """An agent has stated powers (P6)."""
        super().clean()
        if self.cleaned_data.get("relation") == CloseContact.Relation.AGENT and not self.cleaned_data.get("powers"):
            self.add_error("powers", _("Please say what the agent may do."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The number sealed; where none was typed, the known one stays."""
        said = super().values()
        phone, forget, uid = said.pop("phone"), said.pop("forget_phone", False), said.pop("uid")
        row = self.opened.row if isinstance(self.opened.row, CloseContact) else None
        owner: UUID = row.uid if row else uid or uuid4()
        known = row or CloseContact.objects.of_client(self.client).standing().filter(uid=owner).first()
        if known is None and CloseContact.objects.filter(uid=owner).exists():
            owner = uuid4()  # of a contact that was withdrawn meanwhile
        if forget:
            said["phone_sealed"] = ""
        elif phone:
            said["phone_sealed"] = sealed_phone(phone, owner=owner, known=known)
        return said if row else {**said, "uid": owner}


class HouseholdForm(CardForm):
    card = "household"
    other = forms.ModelChoiceField(
        queryset=Client.objects.none(),
        error_messages={
            "required": gettext_lazy("Please find the client and choose one."),
            "invalid_choice": gettext_lazy("Please choose a client of the list."),
        },
    )

    def prepare(self) -> None:
        """Only a client of the same branch whom the editor sees can be linked; the other end of a link stays."""
        if self.opened.row is not None:
            del self.fields["other"]
            return
        others = Client.objects.visible_to(self.user).filter(branch=self.client.branch_id).exclude(pk=self.client.pk)
        choice = self.fields["other"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = others

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The other client is picked by a search of its own."""
        return [("", [field for field in self if field.name != "other"])]

    def values(self) -> dict[str, Any]:
        """Both ends in their order."""
        said = super().values()
        other = said.pop("other", None)
        return {**said, **pair(self.client, other)} if other else said


class NeedForm(CardForm):
    card = "need"


class _OfAccount(CardForm):
    def prepare(self) -> None:
        """The client's own accounts, by kind and last digits."""
        choice = self.fields["account"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = Account.objects.named().filter(client=self.client).order_by("family", "pk")
            choice.label_from_instance = account_name  # type: ignore[method-assign,assignment]


class PermissionForm(_OfAccount):
    card = "permission"
    may_be_ahead = frozenset({"ended_on"})

    def prepare(self) -> None:
        """Most permissions are the client's."""
        super().prepare()
        choice = self.fields["account"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.empty_label = _("all accounts")

    def clean(self) -> dict[str, Any]:
        """A permission ends after it was granted."""
        super().clean()
        granted, ended = self.cleaned_data.get("granted_on"), self.cleaned_data.get("ended_on")
        if granted and ended and ended < granted:
            self.add_error("ended_on", _("It cannot end before it was granted."))
        return self.cleaned_data


class RateForm(_OfAccount):
    card = "rate"
    may_be_ahead = frozenset({"from_day"})
    rate_e6 = ScaledField(label=gettext_lazy("Rate per 10,000"), decimals=2, most=1_000)
    minimum_fen = ScaledField(label=gettext_lazy("Minimum per trade, in yuan"), decimals=2, most=10_000)


FORMS: dict[str, type[CardForm]] = {
    form.card: form
    for form in (
        *(singles.PersonForm, singles.PreferencesForm, singles.BackgroundForm, singles.ConsentForm),
        *(ContactForm, HouseholdForm, NeedForm, PermissionForm, RateForm),
    )
}
