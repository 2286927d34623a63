"""What people type about a standard that is more than one value: days, and channels in an order."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicing.models import Contact
from servicing.standards import MOST_CHANNELS

_PLACES = range(1, MOST_CHANNELS + 1)


class DaysField(forms.CharField):
    """Days after the opening as people list them: 3, 14, 45; a Chinese comma does as well."""

    def to_python(self, value: Any) -> Any:
        """The numbers; whether they can be is decided by the noun."""
        typed = str(super().to_python(value))
        for comma in "，、;；":
            typed = typed.replace(comma, ",")
        parts = [part.strip() for part in typed.split(",") if part.strip()]
        if any(not (part.isascii() and part.isdecimal() and len(part) <= 4) for part in parts):
            raise forms.ValidationError(_("Whole numbers of days, with commas: 3, 14, 45."))
        return [int(part) for part in parts]

    def prepare_value(self, value: Any) -> Any:
        """A stored list as people type it."""
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value


class ChannelsField(forms.MultiValueField):
    """Channels in the order of preference, one choice per place; places may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "—"), *Contact.Channel.choices]
        widgets = [_choice(place) for place in _PLACES]
        for widget in widgets:
            widget.choices = choices
        places = [forms.ChoiceField(choices=choices, required=False) for _place in _PLACES]
        super().__init__(places, widget=_InOrder(widgets), require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> list[str]:
        """The channels that were chosen, in their order."""
        return [channel for channel in data_list if channel]


class _InOrder(forms.MultiWidget):
    """A choice for each place."""

    def decompress(self, value: list[str] | None) -> list[str]:
        """A stored list, place by place."""
        chosen = list(value or ())[:MOST_CHANNELS]
        return [*chosen, *[""] * (MOST_CHANNELS - len(chosen))]


def _choice(place: int) -> forms.Select:
    label = format_lazy(gettext_lazy("Channel {n}"), n=place)
    return forms.Select(attrs={"class": "form-select", "aria-label": label})
