"""The words of the field that tables, pages and the API share: tiers, bands of risk, states of dormancy,
behaviour."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tier(models.TextChoices):
    VIP = "vip", _("VIP clients")
    KEY = "key", _("Key clients")
    ORDINARY = "ordinary", _("Ordinary clients")
    SMALL = "small", _("Small clients")


class Band(models.TextChoices):
    HIGH = "high", _("high")
    RAISED = "raised", _("raised")
    WATCH = "watch", _("watch")
    LOW = "low", _("low")
    NONE = "", _("not scored")


class Dormancy(models.TextChoices):
    ACTIVE = "active", _("active")
    COOLING = "cooling", _("cooling")
    DORMANT = "dormant", _("dormant")
    REGULATORY_DORMANT = "regulatory_dormant", _("regulatory dormant")
    EMPTY = "empty", _("empty")
    NEVER = "never", _("never traded")
    CLOSED = "closed", _("closed")


ASLEEP = frozenset({Dormancy.DORMANT, Dormancy.REGULATORY_DORMANT})  # who has capital and does not trade (R2)


class PositionBand(models.TextChoices):
    """The position against the client's own habit (B1)."""

    LOW = "low", pgettext_lazy("position", "below the own habit")
    USUAL = "usual", pgettext_lazy("position", "as usual")
    HIGH = "high", pgettext_lazy("position", "above the own habit")


class Result(models.TextChoices):
    """What a period brought, money moved in and out left aside (B2)."""

    PROFIT = "profit", pgettext_lazy("result", "profit")
    FLAT = "flat", pgettext_lazy("result", "flat")
    LOSS = "loss", pgettext_lazy("result", "loss")


class Horizon(models.TextChoices):
    """How long a client holds, by the yearly turnover rate (B4)."""

    HIGH = "high", pgettext_lazy("horizon", "high-frequency")
    SHORT = "short", pgettext_lazy("horizon", "short-term")
    MEDIUM = "medium", pgettext_lazy("horizon", "medium-term")
    LONG = "long", pgettext_lazy("horizon", "long-term")


KINDS = {
    "main": pgettext_lazy("kind", "main boards"),
    "chinext": pgettext_lazy("kind", "ChiNext"),
    "star": pgettext_lazy("kind", "STAR"),
    "bse": pgettext_lazy("kind", "Beijing"),
    "hk": pgettext_lazy("kind", "Stock Connect"),
    "b_share": pgettext_lazy("kind", "B shares"),
    "etf": pgettext_lazy("kind", "ETF"),
    "lof": pgettext_lazy("kind", "LOF"),
    "convertible": pgettext_lazy("kind", "convertibles"),
    "bond": pgettext_lazy("kind", "bonds"),
    "fund": pgettext_lazy("kind", "funds"),
    "note": pgettext_lazy("kind", "notes"),
    "other": pgettext_lazy("kind", "other"),
}
