"""The ledgers of changes: permanent rows, written by the night that saw them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.models import Branch, Publication
from segmentation.models.decided import TierScheme
from segmentation.models.words import Tier
from segmentation.querysets import LedgerQuerySet


class TierMove(models.Model):
    """A change of tier, kept for good (T7): from, to, day, scheme, measured value, rank, and why."""

    class Why(models.TextChoices):
        FIRST = "first", _("first night")
        OWN = "own", _("own value")
        OTHERS = "others", _("others moved")
        SCHEME = "scheme", _("scheme changed")
        PIN = "pin", _("set by hand")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tier_moves")
    publication = models.ForeignKey(Publication, null=True, on_delete=models.SET_NULL, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    from_tier = models.CharField(max_length=8, blank=True)
    to_tier = models.CharField(max_length=8, choices=Tier.choices)
    scheme = models.ForeignKey(TierScheme, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_measure_fen = models.BigIntegerField(null=True)
    measure_fen = models.BigIntegerField()
    from_rank = models.PositiveIntegerField(null=True)
    rank = models.PositiveIntegerField()
    why = models.CharField(max_length=6, choices=Why.choices)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "day"], name="one_tier_move_per_client_and_day"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "day"], name="tier_move_day")]

    def __str__(self) -> str:
        return f"{self.from_tier} → {self.to_tier} of client {self.client_id}"


class StateChange(models.Model):
    """A change of dormancy state or churn band, kept for good."""

    class Subject(models.TextChoices):
        DORMANCY = "dormancy", _("state")
        BAND = "band", _("churn score")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="state_changes")
    publication = models.ForeignKey(Publication, null=True, on_delete=models.SET_NULL, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    subject = models.CharField(max_length=8, choices=Subject.choices)
    before = models.CharField(max_length=18, blank=True)
    after = models.CharField(max_length=18, blank=True)
    detail = models.JSONField(default=dict)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "day", "subject"], name="one_state_change_per_client_day_subject"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "day"], name="state_change_day")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after} of client {self.client_id}"
