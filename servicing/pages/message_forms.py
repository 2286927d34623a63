"""What people type about messages: the text, how careful to be, a test address, how an unknown one ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicing.messages.wording import asks_for_item
from servicing.models import TextVersion
from servicing.models.messages import MessageChannel

_TEXT = {"class": "form-control", "autocomplete": "off"}
_ADDRESS: Mapping[str, Callable[[Any], None]] = {
    MessageChannel.EMAIL: validate_email,
    MessageChannel.SMS: RegexValidator(r"^\+?\d{5,15}$", gettext_lazy("A phone number: digits only.")),
    MessageChannel.WECOM: RegexValidator(r"^[\w.@-]{1,64}$", gettext_lazy("A WeCom id.")),
}


class TextChoice(forms.Form):
    """Which approved text goes, by channel; `uid` makes a double click one sending."""

    text = forms.ChoiceField(label=gettext_lazy("Text"), widget=forms.Select(attrs={"class": "form-select"}))
    item = forms.CharField(
        label=gettext_lazy("Service item"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("Where the text leaves it open."),
    )
    uid = forms.UUIDField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, versions: Sequence[TextVersion], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"uid": uuid4()}, **kwargs})
        self._versions = {str(one.pk): one for one in versions}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, one in self._versions.items():
            groups.setdefault(str(one.text.get_channel_display()), []).append((key, one.text.name))
        choice = self.fields["text"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", "—"), *groups.items()]

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
