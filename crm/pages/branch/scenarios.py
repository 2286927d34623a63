"""Scenario cards (C3, C4, C5, C6, C9) from the branch's own numbers: inputs stand in the address, the formula is shown with
them put in, and the factors are dated rows with their source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import only
from crm.models import Publication
from crm.pages.branch.nights import Chosen, chosen, frame
from crm.templatetags.parts import TIERS
from segmentation import scenarios
from segmentation.figures import Alike, sums_seen, tenures_seen
from segmentation.models import NightFigures, Threshold
from segmentation.thresholds import threshold

FACTORS = {
    "reputation": ("reputation_factor", 1000),
    "rate": ("complaint_rate", 1000),
    "from_share": ("halved_churn_from", 1000),
    "to_share": ("halved_churn_to", 1000),
}
# the sources of the first rows, written by a migration: said in the reader's language
FIRST_SOURCES = (
    gettext_noop("rule C3: 10 % on top of the value of a lost client"),
    gettext_noop("rule C4: 10 % of the dissatisfied complain"),
    gettext_noop("rule C5: replacing costs 4 to 6 times keeping"),
    gettext_noop("rule C5: replacing costs 5 to 7 times keeping"),
    gettext_noop("rule C5: replacing costs 10 times keeping"),
    gettext_noop("rule C9: churn halved raises profit by 25 to 85 %"),
)
TIMES = (("replacing_low_from", "replacing_low_to"), ("replacing_usual_from", "replacing_usual_to"))


def _number(label: Any, *, places: int, least: str, most: str, required: bool = True, hint: Any = "") -> Any:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least),
        max_value=Decimal(most),
        decimal_places=places,
        required=required,
        help_text=hint,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any", "inputmode": "decimal"}),
    )


def _yuan(label: Any, *, required: bool = True, hint: Any = "") -> Any:
    return _number(label, places=2, least="0", most="100000000000", required=required, hint=hint)


class ScenarioForm(forms.Form):
    """The inputs of all cards: amounts in yuan, shares in percent."""

    value = _yuan(gettext_lazy("Average value of such a client (yuan a year)"))
    reputation = _number(gettext_lazy("Reputational factor (%)"), places=1, least="0", most="1000")
    complaints = _number(
        gettext_lazy("Complaints"), places=0, least="0", most="100000000", required=False,
        hint=gettext_lazy("How many were counted; nothing stands in for them."),
    )  # fmt: skip
    rate = _number(gettext_lazy("Share of the dissatisfied who complain (%)"), places=1, least="0.1", most="100")
    keeping = _yuan(
        gettext_lazy("Cost of keeping one client (yuan a year)"), required=False,
        hint=gettext_lazy("What your branch spends on one; nothing stands in for it."),
    )  # fmt: skip
    years = _number(gettext_lazy("Mean years of trading"), places=1, least="0", most="100")
    yearly = _yuan(gettext_lazy("Mean commission a year (yuan)"))
    service = _yuan(gettext_lazy("Mean cost of service over those years (yuan)"))
    profit = _yuan(gettext_lazy("Profit of the branch a year (yuan)"))
    from_share = _number(gettext_lazy("Raised by at least (%)"), places=1, least="0", most="1000")
    to_share = _number(gettext_lazy("Raised by at most (%)"), places=1, least="0", most="1000")

    def clean(self) -> dict[str, Any]:
        """The range has two ends in order."""
        told = super().clean() or {}
        low, high = told.get("from_share"), told.get("to_share")
        if low is not None and high is not None and low > high:
            self.add_error("to_share", _("At most is less than at least."))
        return told


@dataclass(frozen=True)
class Card:
    """One scenario: its finding, its inputs, the formula with the numbers put in, and where the factors come from."""

    key: str
    title: str
    fields: Sequence[BoundField]
    lines: Sequence[str]
    source: str


@require_safe
@only("manager", "compliance")
def branch_scenarios(request: HttpRequest) -> HttpResponse:
    """The cards of one class of clients of the branch; what the address does not say comes from its own numbers."""
    found = chosen(request)
    context = dict(frame(found, "branch-scenarios"))
    if found.night is None:
        return render(request, "crm/branch_scenarios.html", context)
    asked = request.GET.get("tier", "")
    tier = asked if asked in TIERS else "vip"
    sums = sums_seen(found.user, [found.night.pk], are_stored=_has_sums(found.night))
    usual = _usual(found, found.night, sums, tier)
    form = ScenarioForm(
        {**usual, **{name: request.GET[name] for name in ScenarioForm.base_fields if name in request.GET}}
    )
    is_right = form.is_valid()
    context |= {
        "form": form,
        "cards": _cards(form, found.night, sum(one.stake for one in sums), str(TIERS[tier][1])),
        "tier": tier,
        "tiers": [
            {"label": word, "href": found.address("branch-scenarios", tier=code), "on": code == tier}
            for code, (_letter, word) in TIERS.items()
        ],
        "kept": [("branch", found.branch.code), ("day", found.keep["day"] or ""), ("tier", tier)],
        "reset_url": found.address("branch-scenarios", tier=tier),
        "clients": sum(one.clients for one in sums if one.tier == tier),
    }
    return render(request, "crm/branch_scenarios.html", context, status=200 if is_right else 422)


def _has_sums(night: Publication) -> bool:
    return NightFigures.objects.filter(publication=night).exists()


def _usual(found: Chosen, night: Publication, sums: Sequence[Alike], tier: str) -> Mapping[str, object]:
    """The branch's own numbers: averages of the class, its mean time since opening, and the commission of all for profit."""
    clients = sum(one.clients for one in sums if one.tier == tier)
    measure = sum(one.measure for one in sums if one.tier == tier)
    average = _yuan_text(measure // clients if clients else 0)
    tenure = next((one for one in tenures_seen(found.user, night) if one.tier == tier), None)
    years = Decimal(tenure.months) / tenure.clients / 12 if tenure and tenure.clients else Decimal(0)
    factors = {name: _percent(threshold(key, night.as_of), per) for name, (key, per) in FACTORS.items()}
    return {
        "value": average,
        "yearly": average,
        "years": f"{years:.1f}",
        "service": "0",
        "profit": _yuan_text(max(sum(one.measure for one in sums), 0)),
        "complaints": "",
        "keeping": "",
        **factors,
    }


def _yuan_text(fen: int) -> str:
    """Yuan as an input holds them."""
    return f"{Decimal(max(fen, 0)) / 100:.2f}"


def _percent(value: int, per: int) -> str:
    return f"{Decimal(value) * 100 / per:.1f}"


def _fen(value: Decimal) -> int:
    return int(value * 100)


def _e3(value: Decimal) -> int:
    return int(value * 10)


def _cards(form: ScenarioForm, night: Publication, stake: int, tier: str) -> list[Card]:
    """The five cards; a card with a wrong input has no result."""
    told = form.cleaned_data
    return [
        _loss(form, told, night, tier),
        _complaints(form, told, night),
        _lifetime(form, told, tier),
        _replacing(form, told, night),
        _halved(form, told, night, stake),
    ]


def _has(told: Mapping[str, Any], *names: str) -> bool:
    return all(told.get(name) is not None for name in names)


def _plain(value: Decimal) -> str:
    return formats.decimal(value, 1).removesuffix(".0")


def _source(night: Publication, *keys: str) -> str:
    """Where the factors come from: their rows in force on the day."""
    rows = Threshold.objects.filter(key__in=keys, from_day__lte=night.as_of).order_by("key", "from_day")
    latest = {row.key: row for row in rows}
    return _("; ").join(dict.fromkeys(_(latest[key].source) for key in keys if key in latest))


def _loss(form: ScenarioForm, told: Mapping[str, Any], night: Publication, tier: str) -> Card:
    title, lines = _("What one lost client costs"), []
    if _has(told, "value", "reputation"):
        result = scenarios.loss_of_client(_fen(told["value"]), _e3(told["reputation"]))
        title = _("Losing one {tier} client costs {amount} a year").format(tier=tier, amount=formats.exact(result))
        lines = [
            f"{formats.exact(_fen(told['value']))} × (1 + {_plain(told['reputation'])}%) = {formats.exact(result)}",
        ]
    return Card("loss", title, [form["value"], form["reputation"]], lines, _source(night, "reputation_factor"))


def _complaints(form: ScenarioForm, told: Mapping[str, Any], night: Publication) -> Card:
    title, lines = _("How many are dissatisfied"), []
    if _has(told, "complaints", "rate"):
        count = int(told["complaints"])
        result = scenarios.dissatisfied(count, _e3(told["rate"]))
        title = ngettext(
            "{complaints} complaint stands for {n} dissatisfied clients",
            "{complaints} complaints stand for {n} dissatisfied clients",
            count,
        ).format(complaints=formats.count(count), n=formats.count(result))
        lines = [f"{formats.count(count)} ÷ {_plain(told['rate'])}% = {formats.count(result)}"]
    return Card("complaints", title, [form["complaints"], form["rate"]], lines, _source(night, "complaint_rate"))


def _replacing(form: ScenarioForm, told: Mapping[str, Any], night: Publication) -> Card:
    title, lines = _("What replacing a client costs"), []
    keys = [key for pair in TIMES for key in pair]
    if _has(told, "keeping"):
        keeping = _fen(told["keeping"])
        for pair in TIMES:
            low, high = (threshold(key, night.as_of) for key in pair)
            ends = [scenarios.cost_of_replacing(keeping, times) for times in (low, high)]
            lines.append(
                f"{formats.exact(keeping)} × {_plain(Decimal(low) / 10)}–{_plain(Decimal(high) / 10)} = "
                f"{formats.exact(ends[0])}–{formats.exact(ends[1])}"
            )
        most = threshold("replacing_high", night.as_of)
        dearest = scenarios.cost_of_replacing(keeping, most)
        lines.append(f"{formats.exact(keeping)} × {_plain(Decimal(most) / 10)} = {formats.exact(dearest)}")
        cheapest = scenarios.cost_of_replacing(keeping, threshold(TIMES[0][0], night.as_of))
        title = _("Replacing a client costs {low} to {high}").format(
            low=formats.stake(cheapest), high=formats.stake(dearest)
        )
    return Card("replacing", title, [form["keeping"]], lines, _source(night, *keys, "replacing_high"))


def _lifetime(form: ScenarioForm, told: Mapping[str, Any], tier: str) -> Card:
    title, lines = _("What a client is worth over the years"), []
    if _has(told, "years", "yearly", "service"):
        yearly, service = _fen(told["yearly"]), _fen(told["service"])
        result = scenarios.lifetime_value(told["years"], yearly, service)
        title = _("A {tier} client is worth {amount} over {years} years").format(
            tier=tier, amount=formats.exact(result), years=_plain(told["years"])
        )
        lines = [
            f"{_plain(told['years'])} × {formats.exact(yearly)} {formats.MINUS} {formats.exact(service)} = "
            f"{formats.exact(result)}"
        ]
    source = _("years: mean time since opening of today's clients of the class; commission: their mean of 12 months")
    return Card("lifetime", title, [form["years"], form["yearly"], form["service"]], lines, source)


def _halved(form: ScenarioForm, told: Mapping[str, Any], night: Publication, stake: int) -> Card:
    title, lines = _("What halving the churn brings"), []
    if _has(told, "profit", "from_share", "to_share"):
        profit = _fen(told["profit"])
        ends = [(told[name], scenarios.raised(profit, _e3(told[name]))) for name in ("from_share", "to_share")]
        title = _("Half the churn would bring {low} to {high} more a year").format(
            low=formats.summary(ends[0][1] - profit), high=formats.summary(ends[1][1] - profit)
        )
        lines = [
            f"{formats.exact(profit)} × (1 + {_plain(share)}%) = {formats.exact(result)}" for share, result in ends
        ]
        if stake > 0:
            lines.append(
                _("by the branch's own scores: {stake} at risk ÷ 2 = {kept} of commission kept").format(
                    stake=formats.exact(stake), kept=formats.exact(scenarios.kept_by_halving(stake))
                )
            )
    source = _source(night, "halved_churn_from", "halved_churn_to")
    note = pgettext("scenario", "profit stands at the commission of all clients until you type your own")
    return Card(
        "halved", title, [form["profit"], form["from_share"], form["to_share"]], lines, _("; ").join([source, note])
    )
