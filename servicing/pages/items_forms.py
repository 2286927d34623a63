"""What people type about a service item. What may not be is decided by the noun; the form only reads."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.models import Branch
from segmentation.models import Horizon, Tier
from servicing.items.catalogue import MOST_COST_FEN, MOST_HOURS, MOST_MINUTES, MOST_TIMES, check_item
from servicing.items.entitlements import MOST_FEN, MOST_MONTHS
from servicing.items.words import NAMES
from servicing.models import Contact, ServiceItem
from servicing.pages.standard_forms import FIRM
from servicing.settling import Refused

WORDS = ("name", "source")  # saved, not computed from
_TEXT = {"class": "form-control", "autocomplete": "off"}
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


class ItemForm(forms.Form):
    """A row of the catalogue (S3), prefilled from the one that counts for its scope; conditions that are left empty do not
    count."""

    code = forms.CharField(max_length=32, widget=forms.HiddenInput, validators=[RegexValidator(r"^[a-z0-9_]+\Z")])
    branch = _one(gettext_lazy("Holds for"))
    name = forms.CharField(
        label=pgettext_lazy("item", "Name"), max_length=60, required=False, widget=forms.TextInput(attrs=_TEXT)
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
    is_ended = forms.BooleanField(
        label=gettext_lazy("Not offered any more from the first day on"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    from_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("Why, and who decided"), max_length=200, widget=forms.TextInput(attrs=_TEXT)
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, branches: Iterable[Branch], may_firm: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._branches = {branch.code: branch for branch in branches}
        scope = self.fields["branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        firm = [(FIRM, gettext_lazy("the whole firm"))] if may_firm else []
        scope.choices = [*firm, *((branch.code, branch.name) for branch in self._branches.values())]
        self.fields["from_day"].widget.attrs["min"] = today.isoformat()
        if (code := self["code"].value()) in NAMES:
            self.fields["name"].widget.attrs["placeholder"] = NAMES[code]

    def clean(self) -> dict[str, Any]:
        """What the noun refuses stands beside its field."""
        given = super().clean() or {}
        if not given.get("name") and given.get("code") not in NAMES and "name" not in self.errors:
            self.add_error("name", _("Say what the item is called."))
        if not set(self.errors) - set(WORDS):
            try:
                check_item(self.item(), self._today)
            except Refused as refused:
                self.refuse(refused)
        return given

    def refuse(self, refused: Refused) -> None:
        """Say beside the field what the noun refused."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))

    def pass_over_words(self) -> None:
        """For a preview, which computes from the numbers alone: what is missing for saving only is no error yet."""
        for name in WORDS:
            self.errors.pop(name, None)

    def item(self) -> ServiceItem:
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
        rule = {name: data[name] for name in ("tier", "horizon", "months_open") if data[name]}
        return rule | {name: int(data[name] * 100) for name in _YUAN if data[name]}

    def scope(self) -> Branch | None:
        """The branch it holds for; None is the firm."""
        return self._branches.get(self.cleaned_data["branch"])

    def digest(self) -> str:
        """Stands for what was previewed: saving asks for the same."""
        values = {name: str(value) for name, value in self.cleaned_data.items() if name not in {"seen", *WORDS}}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


def initial_of(item: ServiceItem) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a row."""
    rule = {name: Decimal(value) / 100 if name in _YUAN else value for name, value in item.rule.items()}
    return {**item.decided(), **rule, "cost": Decimal(item.cost_fen) / 100}
