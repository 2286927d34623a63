"""What people decided: tier schemes, pins and numbers, each a dated row."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.models import Branch
from segmentation.models.words import Tier
from segmentation.querysets import ThresholdQuerySet, TierPinQuerySet, TierSchemeQuerySet


class TierScheme(models.Model):
    """How tiers are made (T1): dated, of the firm or of one branch, superseded and never edited. `shares` are cumulative
    per mille by rank (30, 100, 200 for T2); `floors_fen` are absolute floors for the measure *asset_class*."""

    class Measure(models.TextChoices):
        COMMISSION = "commission", _("net commission, 12 months")
        ASSETS = "assets", _("total assets")
        ASSET_CLASS = "asset_class", _("asset classes")
        REVENUE = "revenue", _("revenue, 12 months")

    name = models.CharField(max_length=80)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.COMMISSION)
    period_months = models.PositiveSmallIntegerField(default=12)
    vip_permille = models.PositiveSmallIntegerField(default=30)
    key_permille = models.PositiveSmallIntegerField(default=100)
    ordinary_permille = models.PositiveSmallIntegerField(default=200)
    vip_floor_fen = models.BigIntegerField(null=True, blank=True)
    key_floor_fen = models.BigIntegerField(null=True, blank=True)
    ordinary_floor_fen = models.BigIntegerField(null=True, blank=True)
    exclude_custody_rank_permille = models.PositiveSmallIntegerField(null=True, blank=True)  # T4
    exclude_turnover_below_e2 = models.PositiveIntegerField(null=True, blank=True)  # T4, yearly turnover × 100
    is_primary = models.BooleanField(default=True)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = TierSchemeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(vip_permille__lte=models.F("key_permille"))
                & Q(key_permille__lte=models.F("ordinary_permille"))
                & Q(ordinary_permille__lte=1000),
                name="tier_shares_ascend",
            ),
            models.UniqueConstraint(
                fields=["branch", "from_day"],
                condition=Q(is_primary=True),
                name="one_primary_scheme_per_branch_and_day",
            ),
            models.UniqueConstraint(
                fields=["from_day"],
                condition=Q(is_primary=True, branch=None),
                name="one_primary_scheme_of_the_firm_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TierPin(models.Model):
    """A client set to a tier by a manager (T6), with reason and end day; the computed tier stays visible beside it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tier_pins")
    tier = models.CharField(max_length=8, choices=Tier.choices)
    reason = models.CharField(_("reason"), max_length=200)
    from_day = models.DateField()
    until_day = models.DateField(_("until"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = TierPinQuerySet.as_manager()

    def __str__(self) -> str:
        return f"pin of client {self.client_id}"


class Threshold(models.Model):
    """A number that someone decided, dated and superseded: the floor of R2, the cut-offs of the risk words, horizons.
    Law-like ones carry who confirmed them."""

    key = models.CharField(max_length=60)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    from_day = models.DateField()
    source = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True)

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "from_day"], name="one_threshold_per_key_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} {self.unit} from {self.from_day}"
