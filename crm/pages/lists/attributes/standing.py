"""What the published night says of a client: tier, risk, state, sums."""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.days import Days
from crm.pages.lists.kinds import Asked, YesNo
from crm.pages.lists.spans import Money, Numbers, Percent
from crm.templatetags.parts import RISKS, TIERS
from segmentation.models import Dormancy, Standing
from segmentation.querysets import BANDS, NEAR

_TIERS = [(code, word) for code, (_letter, word) in TIERS.items()]
_BANDS = [(band, RISKS[band][1]) for band in reversed(BANDS)]
_NEWS = [
    ("tier", _("tier changed")),
    ("risk", _("risk up")),
    ("state", _("state changed")),
]


def _near(value: Any, _asked: Asked) -> Q:
    return NEAR if value else ~NEAR


def _giants(value: Any, asked: Asked) -> Q:
    found = Q(pk__in=Standing.objects.of_nights(asked.nights).sleeping_giants().values("pk"))
    return found if value else ~found


def _news(value: tuple[str, ...], asked: Asked) -> Q:
    return Q(pk__in=Standing.objects.changed_in(asked.nights, *value).values("pk"))


def _by_hand(value: Any, _asked: Asked) -> Q:
    by_hand = Q(tier_reason="pin") | ~Q(tier=F("computed_tier"))
    return by_hand if value else ~by_hand


def _band(value: Any, _asked: Asked) -> Q:
    return Q(churn_band__in=[{"none": ""}.get(one, one) for one in value])


SUBJECT = Subject(
    _("Tier and risk"),
    (
        Attribute("tier", _("Tier"), of_values(_TIERS), "tier"),
        Attribute("band", _("Churn risk"), of_values(_BANDS, none=True), build=_band),
        Attribute("state", _("State"), of_values(Dormancy.choices), "dormancy"),
        Attribute("measure", _("measure of the scheme"), Money(), "measure_fen"),
        Attribute("assets", _("Net assets"), Money(), "net_assets_fen"),
        Attribute("at_risk", _("Commission at risk"), Money(), "at_risk_fen", never=_("nothing known")),
        Attribute("active", _("Last trade"), Days(), "last_active_on", never=_("never")),
        Attribute("near", _("Near a boundary"), YesNo(), build=_near),
        Attribute("to_next", _("Lacks to the next tier"), Money(), "to_next_fen", never=_("nothing known")),
        Attribute("news", _("News of the night"), of_values(_NEWS), build=_news),
        Attribute("giants", pgettext_lazy("condition", "Sleeping giant"), YesNo(), build=_giants),
        Attribute("score", _("Churn score"), Percent(), "churn_score", never=_("not scored")),
        Attribute("rank", _("Rank"), Numbers(), "rank"),
        Attribute("computed", _("Computed tier"), of_values(_TIERS), "computed_tier"),
        Attribute("by_hand", _("Tier set by hand"), YesNo(), build=_by_hand),
    ),
)
