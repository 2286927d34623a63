"""What people type about a service item. What may not be is decided by the noun; the form only reads."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.decided_forms import TEXT, DecidedForm
from segmentation.models import Horizon, Tier
from servicing.items.catalogue import MOST_COST_FEN, MOST_HOURS, MOST_MINUTES, MOST_TIMES, check_item
from servicing.items.entitlements import MOST_FEN, MOST_MONTHS, MOST_POINTS
from servicing.items.words import NAMES
from servicing.models import Contact, ServiceItem

_YUAN = ("net_assets_fen", "commission_fen")


def _whole(label: Any, most: int, **more: Any) -> forms.IntegerField:
    least = more.pop("min_value", 1)
    attrs = {"class": "form-control", "step": "1", "inputmode": "numeric", "max": most}
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs=attrs), **more
    )


def _yuan(label: Any, most_fen: int, **more: Any) -> forms.DecimalField:
    attrs = {"class": "form-control", "inputmode": "decimal", "step": "0.01"}
    return forms.DecimalField(
        label=label, max_value=most_fen // 100, decimal_places=2, widget=forms.NumberInput(attrs=attrs), **more
    )


def _several(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    boxes = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(label=label, choices=choices, widget=boxes, **more)


def _one(label: Any, choices: Any = ()) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}))


class ItemForm(DecidedForm):
    """A row of the catalogue (S3), prefilled from the one that counts for its scope; conditions that are left empty do not
    count."""

    WORDS = ("name", "source")

    code = forms.CharField(max_length=32, widget=forms.HiddenInput, validators=[RegexValidator(r"^[a-z0-9_]+\Z")])
    name = forms.CharField(
        label=pgettext_lazy("item", "Name"), max_length=60, required=False, widget=forms.TextInput(attrs=TEXT)
    )
    layer = _one(gettext_lazy("Layer"), ServiceItem.Layer.choices)
    quality = _one(gettext_lazy("Quality (Kano)"), ServiceItem.Quality.choices)
    cost = _yuan(gettext_lazy("Cost of a delivery (yuan)"), MOST_COST_FEN, min_value=0)
    minutes = _whole(
        gettext_lazy("Minutes of a delivery"),
        MOST_MINUTES,
        min_value=0,
        help_text=gettext_lazy("0: it goes to the group and takes no advisor's time."),
    )
    times_a_year = _whole(gettext_lazy("Deliveries a year"), MOST_TIMES)
    shelf_hours = _whole(
        gettext_lazy("Shelf life, hours"),
        MOST_HOURS,
        required=False,
        help_text=gettext_lazy("From the morning of its day; empty: it does not expire."),
    )
    channels = _several(gettext_lazy("Channels"), Contact.Channel.choices)
    tier = _several(gettext_lazy("Tier is one of"), Tier.choices, required=False)
    horizon = _several(gettext_lazy("Horizon is one of"), Horizon.choices, required=False)
    net_assets_fen = _yuan(gettext_lazy("Net assets, yuan, from"), MOST_FEN, required=False, min_value=Decimal("0.01"))
    commission_fen = _yuan(
        gettext_lazy("Commission of 12 months, yuan, from"), MOST_FEN, required=False, min_value=Decimal("0.01")
    )
    months_open = _whole(gettext_lazy("Months since the opening, from"), MOST_MONTHS, required=False)
    points_earned = _whole(gettext_lazy("Points of loyalty earned, from"), MOST_POINTS, required=False)
    is_ended = forms.BooleanField(
        label=gettext_lazy("Not offered any more from the first day on"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (code := self["code"].value()) in NAMES:
            self.fields["name"].widget.attrs["placeholder"] = NAMES[code]

    def clean(self) -> dict[str, Any]:
        """An item of one's own has a name."""
        given = super().clean()
        if not given.get("name") and given.get("code") not in NAMES and "name" not in self.errors:
            self.add_error("name", _("Say what the item is called."))
        return given

    def check(self, row: ServiceItem) -> None:
        """Raises Refused, naming the field."""
        check_item(row, self.today)

    def row(self) -> ServiceItem:
        """The unsaved row of a form that is valid, but for its words."""
        data = self.cleaned_data
        told = (
            "code",
            "layer",
            "quality",
            "minutes",
            "times_a_year",
            "shelf_hours",
            "channels",
            "is_ended",
            "from_day",
        )
        return ServiceItem(
            branch=self.scope(),
            name=data.get("name", ""),
            source=data.get("source", ""),
            cost_fen=int(data["cost"] * 100),
            rule=self._rule(),
            **{name: data[name] for name in told},
        )

    def _rule(self) -> dict[str, Any]:
        data = self.cleaned_data
        rule = {name: data[name] for name in ("tier", "horizon", "months_open", "points_earned") if data[name]}
        return rule | {name: int(data[name] * 100) for name in _YUAN if data[name]}


def initial_of(item: ServiceItem) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a row."""
    rule = {name: Decimal(value) / 100 if name in _YUAN else value for name, value in item.rule.items()}
    return {**item.decided(), **rule, "cost": Decimal(item.cost_fen) / 100}
