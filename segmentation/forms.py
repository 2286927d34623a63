"""What people type about tier schemes: shares in percent, money in yuan."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.lib.decided_forms import DecidedForm
from crm.lib.refusals import Refused
from crm.models import Branch
from segmentation.models import TierScheme

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


class SchemeForm(DecidedForm):
    """A new tier scheme (T1), prefilled from the one it takes over from."""

    WORDS = ("name", "source")  # what a scheme is called and why it came
    ASIDE = ("seen", "preview_branch")

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"}))
    measure = forms.ChoiceField(
        label=_("Ranked by"), choices=TierScheme.Measure.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    period_months = forms.IntegerField(label=_("Months that count"), min_value=1, max_value=120, widget=_number("1"))
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
    preview_branch = forms.ChoiceField(
        label=_("Preview for"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, may_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, may_firm=may_firm, **kwargs)
        preview = self.fields["preview_branch"]
        assert isinstance(preview, forms.ChoiceField)  # noqa: S101 (for the type checker)
        preview.choices = [(branch.code, branch.name) for branch in self.branches.values()]
        if not may_firm:  # a branch's own scheme is previewed for that branch
            del self.fields["preview_branch"]

    def check(self, row: TierScheme) -> None:
        """Never in the past: what has been published stays explained by the scheme of its day. What else cannot be, the
        preview refuses."""
        if row.from_day < self.today:
            raise Refused(gettext("A scheme begins today or later."), "from_day")

    def row(self) -> TierScheme:
        """The unsaved scheme of a form that is valid, but for its words."""
        data = self.cleaned_data
        return TierScheme(
            name=data.get("name", ""),
            branch=self.scope(),
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

    def preview_for(self) -> Branch | None:
        """The branch to preview: its own, or for the firm the one chosen, else the first."""
        chosen = self.scope() or self.branches.get(self.cleaned_data.get("preview_branch", ""))
        return chosen or next(iter(self.branches.values()), None)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def initial_of(scheme: TierScheme | None) -> dict[str, Any]:
    """The fields of a form that begins as a copy of a scheme."""
    if scheme is None:
        return {}
    return {
        "name": scheme.name,
        "measure": scheme.measure,
        "period_months": scheme.period_months,
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
