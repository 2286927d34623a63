"""What people type about messages: the text, its material, how careful to be, a test address, how an unknown one ended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator, validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch
from servicing.materials.choosing import usable_in
from servicing.messages.enclosures import carries_material
from servicing.messages.previews import sendable
from servicing.messages.wording import asks_for_item
from servicing.models import Material, MaterialVersion, TextVersion
from servicing.models.messages import MessageChannel
from servicing.pages.version_forms import select

_TEXT = {"class": "form-control", "autocomplete": "off"}
_ADDRESS: Mapping[str, Callable[[Any], None]] = {
    MessageChannel.EMAIL: validate_email,
    MessageChannel.SMS: RegexValidator(r"^\+?\d{5,15}$", gettext_lazy("A phone number: digits only.")),
    MessageChannel.WECOM: RegexValidator(r"^[\w.@-]{1,64}$", gettext_lazy("A WeCom id.")),
}


def offered_in(branch: Branch | int, at: datetime) -> dict[str, Any]:
    """What the forms of messages offer in a branch at a moment: texts, and materials to go with them."""
    return {"versions": sendable(branch, at), "materials": usable_in(branch, timezone.localdate(at))}


class TextChoice(RefusingForm):
    """Which approved text goes, by channel, and with which material; `uid` makes a double click one sending."""

    text = forms.ChoiceField(label=gettext_lazy("Text"), widget=select())
    material = forms.ChoiceField(
        label=gettext_lazy("Material"),
        required=False,
        widget=select(),
        help_text=gettext_lazy("For a text with a place for the link: each client gets an own one."),
    )
    item = forms.CharField(
        label=gettext_lazy("Service item"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("Where the text leaves it open."),
    )
    uid = forms.UUIDField(widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, versions: Sequence[TextVersion], materials: Sequence[MaterialVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": {"uid": uuid4()}, **kwargs})
        self._versions = {str(one.pk): one for one in versions}
        self._materials = {str(one.material_id): one.material for one in materials}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, one in self._versions.items():
            name = _("{text} (with a material)").format(text=one.text.name) if carries_material(one) else one.text.name
            groups.setdefault(str(one.text.get_channel_display()), []).append((key, name))
        self._offer("text", groups.items())
        self._offer("material", [(key, one.title) for key, one in self._materials.items()])

    def clean(self) -> dict[str, Any]:
        """A text that leaves the service item open needs one."""
        data: dict[str, Any] = super().clean() or {}
        version = self._versions.get(data.get("text", ""))
        if version and asks_for_item(version) and not data.get("item"):
            self.add_error("item", _("Say which service item the text is about."))
        return data

    def version(self, key: str | None = None) -> TextVersion | None:
        """The chosen text, or the one of a key."""
        return self._versions.get(self.cleaned_data.get("text", "") if key is None else key)

    def material_of(self, key: str | None = None) -> Material | None:
        """The chosen material, or the one of a key."""
        return self._materials.get(self.cleaned_data.get("material", "") if key is None else key)

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *choices]


class ListForm(TextChoice):
    """A text to many clients, and whom to leave in peace besides those who are left out anyway."""

    keep_rest = forms.BooleanField(
        label=gettext_lazy("Leave in peace who was contacted lately"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    raises_trading = forms.BooleanField(
        label=gettext_lazy("The text may raise trading: not to clients with a sign of over-trading"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class TestForm(forms.Form):
    """Where a test goes: an address of one's own."""

    to = forms.CharField(
        label=gettext_lazy("Own address for a test"), max_length=120, widget=forms.TextInput(attrs=_TEXT)
    )

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].validators.append(_ADDRESS.get(channel, validate_email))


class UnknownForm(forms.Form):
    """How a message ended of which nobody knew, and how one knows."""

    outcome = forms.ChoiceField(
        choices=[
            ("sent", pgettext_lazy("outcome", "It went")),
            ("failed", pgettext_lazy("outcome", "It did not go")),
            ("again", pgettext_lazy("outcome", "Send again")),
        ]
    )
    note = forms.CharField(min_length=2, max_length=200, widget=forms.TextInput(attrs=_TEXT))
