"""What people type on the cards about a client of which there is one: person, preferences, background, consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.models.cards import CHANNELS
from clients.pages.card_form import CardForm
from clients.pages.profile_fields import ScaledField
from clients.profile.person import PERSON
from clients.profile.wording import label


class PersonForm(CardForm):
    card = "person"

    def made_of(self) -> tuple[Any, list[str]]:
        """The client's own columns."""
        return Client, list(PERSON)

    def prepare(self) -> None:
        """The client's columns carry no words of their own."""
        for name, field in self.fields.items():
            field.label = label(None, name)
        self.fields["email"] = forms.EmailField(label=self.fields["email"].label, max_length=200, required=False)
        self.fields["birthday_calendar"].required = True


class PreferencesForm(CardForm):
    card = "preferences"


class BackgroundForm(CardForm):
    card = "background"
    elsewhere_fen = ScaledField(
        label=gettext_lazy("Assets elsewhere, in yuan"), decimals=2, most=1_000_000_000_000, required=False
    )
    wallet_share_e4 = ScaledField(label=gettext_lazy("Share of wallet, %"), decimals=2, most=100, required=False)
    loss_line_e4 = ScaledField(
        label=gettext_lazy("Own loss line, %"),
        help_text=gettext_lazy(
            "The loss of twelve months, in % of mean assets, at which the client wants to hear of it."
        ),
        decimals=2,
        most=100,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A figure says as of when, and from whom; a line of nothing is none."""
        super().clean()
        said = self.cleaned_data
        if said.get("loss_line_e4") == 0:
            self.add_error("loss_line_e4", _("Please type a share above 0, or leave it empty."))
        if said.get("elsewhere_fen") is not None or said.get("wallet_share_e4") is not None:
            for name in ("elsewhere_on", "elsewhere_source"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Please say as of when and from whom the figure is."))
        return said


class ConsentForm(CardForm):
    card = "consent"

    def prepare(self) -> None:
        """The channel stands over its three fields."""
        for channel in CHANNELS:
            for name, word in (
                (channel, _("Consent")),
                (f"{channel}_on", _("Day")),
                (f"{channel}_source", _("Source")),
            ):
                self.fields[name].label = word

    def clean(self) -> dict[str, Any]:
        """A word has its day and source; quiet hours have both ends."""
        super().clean()
        said = self.cleaned_data
        for channel in CHANNELS:
            for name in (f"{channel}_on", f"{channel}_source"):
                if said.get(channel) and not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Please say when and how the client said so."))
        ends = {name: said.get(name) for name in ("quiet_from", "quiet_until")}
        for name, end in ends.items():
            if end is None and any(ends.values()) and name not in self.errors:
                self.add_error(name, _("Quiet hours need both ends."))
        return said

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Three fields for each channel, then the quiet hours."""
        parts = [
            (str(word), [self[channel], self[f"{channel}_on"], self[f"{channel}_source"]])
            for channel, word in CHANNELS.items()
        ]
        return [*parts, (_("Quiet hours"), [self["quiet_from"], self["quiet_until"]])]
