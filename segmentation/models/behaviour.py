"""What a published night says about how clients behave (section 4 of the rules), client by client and for the branch."""

from typing import ClassVar

from django.db import models

from clients.models import Client
from crm.models import Publication
from segmentation.models.words import Horizon, PositionBand, Result
from segmentation.querysets import BehaviourQuerySet


class Behaviour(models.Model):
    """How one client behaved by one published night. Inserted whole per branch and night and never updated. Positions are
    basis points of net assets (B1), the turnover rate a yearly one in hundredths (B7), `result_e4` the result in basis
    points of mean assets (B2). Empty is: not known, or too little to tell. `kinds` and `channels` (B5, B6): name, trades
    and fen of 12 months, and 1 where the share is surely above the branch's."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="behaviours", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="behaviours")
    net_assets_fen = models.BigIntegerField(default=0)
    position_e4 = models.IntegerField(null=True)
    position_mean_e4 = models.IntegerField(null=True)
    position_spread_e4 = models.IntegerField(null=True)
    position_band = models.CharField(max_length=5, choices=PositionBand.choices, blank=True)
    result_from = models.DateField(null=True)
    result_fen = models.BigIntegerField(null=True)
    result_e4 = models.IntegerField(null=True)
    result = models.CharField(max_length=6, choices=Result.choices, blank=True)
    is_deep_loss = models.BooleanField(default=False)
    turnover_e2 = models.IntegerField(null=True)
    horizon = models.CharField(max_length=6, choices=Horizon.choices, blank=True)
    is_programme = models.BooleanField(default=False)
    is_overtrading = models.BooleanField(default=False)
    trade_count = models.PositiveIntegerField(default=0)
    kinds = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    trading_days = models.PositiveIntegerField(default=0)  # from the first trade to the last, both counted
    yearly_commission_fen = models.BigIntegerField(default=0)  # the mean of those days, as a year

    objects = BehaviourQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "client"], name="one_behaviour_per_client_and_night"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["publication", "-net_assets_fen", "client"], name="behaviour_assets"),
        ]

    def __str__(self) -> str:
        return f"behaviour of client {self.client_id}"


class BehaviourFigures(models.Model):
    """What a night says of the behaviour of a whole branch. `results`: clients by result (B2). `positions`: by whole percent
    of position, clients with enough assets and their fen (B8). `bases`: for ordinary traders and for programme traders,
    trades and fen of each kind and channel (B5, B6). `values`: by tier, who traded, their trading days and mean yearly
    commission added up (C6)."""

    publication = models.OneToOneField(
        Publication, on_delete=models.CASCADE, primary_key=True, related_name="behaviour_figures"
    )
    results = models.JSONField()
    positions = models.JSONField()
    bases = models.JSONField()
    values = models.JSONField()

    def __str__(self) -> str:
        return f"behaviour of the branch in {self.publication_id}"
