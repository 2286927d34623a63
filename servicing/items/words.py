"""What items and the reasons of an entitlement are called in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from crm.lib import formats
from segmentation.models import Horizon, Tier
from servicing.items.entitlements import CHOICES, GRAMMAR, Reason, Rule
from servicing.models import ServiceItem

# Items that came with the house; those that people add have the name they typed.
NAMES: Mapping[str, str | Promise] = {
    "portfolio_review": gettext_lazy("Portfolio review"),
    "company_research": gettext_lazy("Company research"),
    "strategy": gettext_lazy("Medium-term strategy"),
    "hot_topics": gettext_lazy("Hot-topic notes"),
    "financing": gettext_lazy("Financing talk"),
    "rule_changes": gettext_lazy("Changes of trading rules, told first"),
    "trade_review": gettext_lazy("Expert review of own trades"),
    "market_comment": gettext_lazy("Market comment"),
    "education": gettext_lazy("Investor education"),
}
_CHOICE_WORDS: Mapping[str, Any] = {"tier": Tier, "horizon": Horizon}
_LABELS: Mapping[str, str | Promise] = {
    "tier": gettext_lazy("tier"),
    "horizon": pgettext_lazy("behaviour", "horizon"),
    "net_assets_fen": gettext_lazy("net assets"),
    "commission_fen": gettext_lazy("commission of 12 months"),
    "months_open": pgettext_lazy("entitlement", "opened"),
    "points_earned": pgettext_lazy("entitlement", "points of loyalty"),
}


def name_of(item: ServiceItem) -> str:
    """What an item is called."""
    return item.name or called(item.code)


def called(code: str) -> str:
    """The words of an item that came with the house; the code itself where nobody knows it."""
    return str(NAMES.get(code, code))


def joined(item: str, text: str) -> str:
    """The name of an item with what the advisor wrote to it."""
    return _("{item}: {text}").format(item=item, text=text) if item and text else item or text


def reason_words(reason: Reason) -> str:
    """Why a condition holds, with its numbers: net assets 1,234,000 ≥ 1,000,000."""
    label = str(_LABELS[reason.what])
    if reason.what in CHOICES:
        return f"{label} {_CHOICE_WORDS[reason.what](reason.has).label}"
    return f"{label} {_amount(reason.what, reason.has)} ≥ {_amount(reason.what, reason.asked)}"


def rule_words(rule: Rule) -> str:
    """Who is entitled, condition by condition."""
    if not rule:
        return _("everybody")
    return " · ".join(_condition(what, rule[what]) for what in GRAMMAR if what in rule)


def _condition(what: str, asked: Any) -> str:
    if what in CHOICES:
        return formats.listed(str(_CHOICE_WORDS[what](one).label) for one in asked)
    return f"{_LABELS[what]} ≥ {_amount(what, asked)}"


def _amount(what: str, value: int) -> str:
    if what == "months_open":
        return ngettext("{n} month", "{n} months", value).format(n=formats.count(value))
    return formats.count(value) if what == "points_earned" else formats.yuan_whole(value)
