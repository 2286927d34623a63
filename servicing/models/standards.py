"""What the clients of a tier are owed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segmentation.models import MarketRegime, Tier
from servicing.models.decided import DecidedRow
from servicing.querysets import DecidedQuerySet


class ServiceStandard(DecidedRow):
    """What the clients of a tier are owed (S1, S2): dated, of the firm or of one branch, superseded and never edited; with a
    `regime` only while the market is that one (B8), without one in any market for which there is no other. `cadence_days`: a
    contact at least every so many days (None: no cadence, group messages only); `channels`: codes of Contact.Channel, the
    preferred one first; `welcome_days`: days after the opening on which a new client is called (S7); `minutes`: what a
    contact takes; `review_days`: days until the service plan is looked at again (S4)."""

    SUBJECT = "tier"
    VARIANT = "regime"
    SAYS = ("level", "cadence_days", "channels", "minutes", "review_days", "welcome_days", "greets", "alerts")

    class Level(models.TextChoices):
        PASSIVE = "passive", pgettext_lazy("relationship", "passive")
        ACCOUNTABLE = "accountable", pgettext_lazy("relationship", "accountable")
        PROACTIVE = "proactive", pgettext_lazy("relationship", "proactive")
        PARTNER = "partner", pgettext_lazy("relationship", "partner")

    tier = models.CharField(max_length=8, choices=Tier.choices)
    regime = models.CharField(_("market"), max_length=6, choices=MarketRegime.Level.choices, blank=True)
    level = models.CharField(_("relationship"), max_length=11, choices=Level.choices)
    cadence_days = models.PositiveSmallIntegerField(_("a contact every so many days"), null=True, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    welcome_days = models.JSONField(_("welcome calls, days after the opening"), default=list, blank=True)
    greets = models.BooleanField(_("birthdays, festivals and anniversaries are greeted"), default=False)
    alerts = models.BooleanField(_("a rising risk is a task"), default=False)
    minutes = models.PositiveSmallIntegerField(_("minutes per contact"))
    review_days = models.PositiveSmallIntegerField(_("days between two reviews of the plan"))

    objects = DecidedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["branch", "tier", "regime", "from_day"], name="one_standard_per_branch_tier_market_and_day"
            ),
            models.UniqueConstraint(
                fields=["tier", "regime", "from_day"],
                condition=models.Q(branch=None),
                name="one_standard_of_the_firm_per_tier_market_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"standard of {self.tier} from {self.from_day}"
