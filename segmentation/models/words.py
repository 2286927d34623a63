"""The words of the field that tables, pages and the API share: tiers, bands of risk, states of dormancy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
