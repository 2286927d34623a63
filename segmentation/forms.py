"""What people type about tier schemes: shares in percent, money in yuan."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.models import Branch
from segmentation.models import TierScheme

FIRM = "firm"
WORDS = ("name", "source")  # what a scheme is called and why it came: saved, not computed from
_YUAN = {"min_value": Decimal("0.01"), "max_digits": 15, "decimal_places": 2, "required": False}


def _number(step: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "step": step, "inputmode": "decimal"})


def _share(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        widget=_number("0.1"),
    )


class SchemeForm(forms.Form):
    """A new tier scheme (T1), prefilled from the one it takes over from."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"}))
    scope = forms.ChoiceField(label=_("Holds for"), widget=forms.Select(attrs={"class": "form-select"}))
    measure = forms.ChoiceField(
        label=_("Ranked by"), choices=TierScheme.Measure.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    period_months = forms.IntegerField(label=_("Months that count"), min_value=1, max_value=120, widget=_number("1"))
    from_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    )
    vip_share = _share(_("VIP: best % of clients"))
    key_share = _share(_("VIP and key together: best %"))
    ordinary_share = _share(_("VIP, key and ordinary together: best %"))
    vip_floor = forms.DecimalField(label=_("VIP from (yuan)"), widget=_number("0.01"), **_YUAN)  # type: ignore[arg-type]
    key_floor = forms.DecimalField(label=_("Key from (yuan)"), widget=_number("0.01"), **_YUAN)  # type: ignore[arg-type]
    ordinary_floor = forms.DecimalField(label=_("Ordinary from (yuan)"), widget=_number("0.01"), **_YUAN)  # type: ignore[arg-type]
    custody_rank = forms.DecimalField(
        label=_("Custody rank: best %"),
        required=False,
        max_digits=4,
        decimal_places=1,
        widget=_number("0.1"),
        min_value=0,
    )
    turnover = forms.DecimalField(
        label=_("Turnover below (times a year)"),
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=_number("0.01"),
        min_value=0,
    )
    source = forms.CharField(
        label=_("Why, and who decided"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)
    preview_branch = forms.ModelChoiceField(
        label=_("Preview for"),
        queryset=Branch.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, branches: QuerySet[Branch], may_firm: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._branches = {branch.code: branch for branch in branches}
        scope, preview = self.fields["scope"], self.fields["preview_branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        assert isinstance(preview, forms.ModelChoiceField)  # noqa: S101
        own = [] if may_firm else [(branch.code, branch.name) for branch in branches]
        scope.choices = [(FIRM, _("the whole firm"))] if may_firm else own
        preview.queryset = branches
        if not may_firm:  # a branch's own scheme is previewed for that branch
            del self.fields["preview_branch"]
        self.fields["from_day"].widget.attrs["min"] = today.isoformat()

    def clean_from_day(self) -> date:
        """Never in the past: what has been published stays explained by the scheme of its day."""
        day: date = self.cleaned_data["from_day"]
        if day < self._today:
            raise forms.ValidationError(_("A scheme begins today or later."))
        return day

    def pass_over_words(self) -> None:
        """For a preview, which computes from the numbers alone: what is missing for saving only is no error yet."""
        for name in WORDS:
            self.errors.pop(name, None)

    def scheme(self) -> TierScheme:
        """The unsaved scheme of a form that is valid, but for its words."""
        data = self.cleaned_data
        return TierScheme(
            name=data.get("name", ""),
            branch=self.branch(),
            measure=data["measure"],
            period_months=data["period_months"],
            vip_permille=int(data["vip_share"] * 10),
            key_permille=int(data["key_share"] * 10),
            ordinary_permille=int(data["ordinary_share"] * 10),
            vip_floor_fen=_fen(data["vip_floor"]),
            key_floor_fen=_fen(data["key_floor"]),
            ordinary_floor_fen=_fen(data["ordinary_floor"]),
            exclude_custody_rank_permille=None if data["custody_rank"] is None else int(data["custody_rank"] * 10),
            exclude_turnover_below_e2=None if data["turnover"] is None else int(data["turnover"] * 100),
            from_day=data["from_day"],
            source=data.get("source", ""),
        )

    def branch(self) -> Branch | None:
        """The branch it holds for; None is the firm."""
        return self._branches.get(self.cleaned_data["scope"])

    def preview_for(self) -> Branch | None:
        """The branch to preview: its own, or for the firm the one chosen, else the first."""
        chosen: Branch | None = self.branch() or self.cleaned_data.get("preview_branch")
        return chosen or next(iter(self._branches.values()), None)

    def digest(self) -> str:
        """Stands for what was previewed: saving asks for the same."""
        besides = {"preview_branch", "seen", *WORDS}
        values = {name: str(value) for name, value in self.cleaned_data.items() if name not in besides}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def initial_of(scheme: TierScheme | None, today: date) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a scheme."""
    if scheme is None:
        return {"from_day": today}
    return {
        "name": scheme.name,
        "scope": scheme.branch.code if scheme.branch else FIRM,
        "measure": scheme.measure,
        "period_months": scheme.period_months,
        "from_day": today,
        "vip_share": Decimal(scheme.vip_permille) / 10,
        "key_share": Decimal(scheme.key_permille) / 10,
        "ordinary_share": Decimal(scheme.ordinary_permille) / 10,
        "vip_floor": _yuan(scheme.vip_floor_fen),
        "key_floor": _yuan(scheme.key_floor_fen),
        "ordinary_floor": _yuan(scheme.ordinary_floor_fen),
        "custody_rank": None
        if scheme.exclude_custody_rank_permille is None
        else Decimal(scheme.exclude_custody_rank_permille) / 10,
        "turnover": None
        if scheme.exclude_turnover_below_e2 is None
        else Decimal(scheme.exclude_turnover_below_e2) / 100,
    }


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100
