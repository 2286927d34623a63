"""What a published night says: standings, the sums and figures of dashboards, what it rests on, and the model behind it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.models import Publication
from segmentation.models.decided import TierScheme
from segmentation.models.words import Band, Dormancy, Tier
from segmentation.querysets import ScoreModelQuerySet, StandingQuerySet, StandingSumQuerySet


class ScoreModel(models.Model):
    """The model registry (scoring note, section 3): what was fitted on what, how it did, and whether it may be used.
    Refused rows are kept and visible."""

    class Kind(models.TextChoices):
        M0 = "m0", _("recency rule")
        M1 = "m1", _("MBG/NBD")

    class Status(models.TextChoices):
        CHAMPION = "champion", _("in use")
        RETIRED = "retired", _("retired")
        REFUSED = "refused", _("refused")

    kind = models.CharField(max_length=4, choices=Kind.choices)
    status = models.CharField(max_length=8, choices=Status.choices)
    month = models.CharField(max_length=7)
    fitted_as_of = models.DateField()
    cutoff = models.DateTimeField()
    calibration_origin = models.DateField(null=True)
    params = models.JSONField(default=dict)
    calibrator = models.JSONField(default=dict)
    is_calibrated = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    gates = models.JSONField(default=dict)
    code_version = models.CharField(max_length=40)
    label_version = models.CharField(max_length=20)
    feature_schema = models.CharField(max_length=64, blank=True)
    input_digest = models.CharField(max_length=64)
    valid_until = models.DateField(null=True)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScoreModelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["month", "input_digest", "kind"], name="one_model_per_month_and_input"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month}"


class PublicationBasis(models.Model):
    """What a published night was derived with: the scheme of its tiers and the model of its scores."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, primary_key=True, related_name="basis")
    scheme = models.ForeignKey(TierScheme, on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(ScoreModel, null=True, on_delete=models.PROTECT, related_name="+")
    feature_schema = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"basis of {self.publication_id}"


class Standing(models.Model):
    """Where one client stood in one published night. Inserted whole per branch and night and never updated."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="standings", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="standings")
    tier = models.CharField(max_length=8, choices=Tier.choices)
    computed_tier = models.CharField(max_length=8, choices=Tier.choices)
    measure_fen = models.BigIntegerField()
    rank = models.PositiveIntegerField()
    net_assets_fen = models.BigIntegerField(default=0)
    to_next_fen = models.BigIntegerField(null=True)
    above_lower_fen = models.BigIntegerField(null=True)
    tier_reason = models.CharField(max_length=24, blank=True)
    dormancy = models.CharField(max_length=18, choices=Dormancy.choices)
    dormancy_reason = models.JSONField(default=dict)
    last_active_on = models.DateField(null=True)
    is_eligible = models.BooleanField(default=False)
    churn_score = models.FloatField(null=True)
    churn_band = models.CharField(max_length=6, choices=Band.choices, blank=True)
    churn_reasons = models.JSONField(default=list)
    at_risk_fen = models.BigIntegerField(null=True)
    # who looked after the client when the night was published
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "client"], name="one_standing_per_client_and_night"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["publication", "rank"], name="standing_rank"),
            models.Index(fields=["publication", "-at_risk_fen", "client"], name="standing_stake"),
            models.Index(fields=["publication", "-measure_fen", "client"], name="standing_measure"),
            models.Index(fields=["publication", "-net_assets_fen", "client"], name="standing_assets"),
        ]

    def __str__(self) -> str:
        return f"standing of client {self.client_id}"


class StandingSum(models.Model):
    """How many clients stood alike in a published night and what they add up to: what totals and dashboards read instead
    of the standings. Written with the night; every client of the night is counted in one row."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="sums", db_index=False)
    tier = models.CharField(max_length=8, choices=Tier.choices)
    churn_band = models.CharField(max_length=6, choices=Band.choices, blank=True)
    dormancy = models.CharField(max_length=18, choices=Dormancy.choices)
    is_near = models.BooleanField()  # near a boundary
    tier_news = models.BooleanField()  # what the night changed, as the filters of the client list name it
    risk_news = models.BooleanField()
    state_news = models.BooleanField()
    client_count = models.PositiveIntegerField()
    at_risk_count = models.PositiveIntegerField()
    measure_fen = models.BigIntegerField()
    net_assets_fen = models.BigIntegerField()
    at_risk_fen = models.BigIntegerField()

    objects = StandingSumQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=[
                    *("publication", "tier", "churn_band", "dormancy"),
                    *("is_near", "tier_news", "risk_news", "state_news"),
                ],
                name="one_sum_per_night_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_count} alike in {self.publication_id}"


class NightFigures(models.Model):
    """What the branch page draws of a published night beyond its sums. `hundredths`: place, clients and fen of the measure
    per hundredth of the clients (T9). `advisors`: what each one's clients add up to, while the clients of the branch are
    still of `clients_generation` (an advisor of today may not be the advisor of the night). `flows`, `advisor_flows`: who
    came, went and moved since earlier publications (C7), by tier and by the advisor of the night. `giant_fen`: from which net
    assets on a client owns what a VIP owns (T4). `risks`, `scores`, `tenures`: variance of the commission at risk per tier
    (C8), scores in twentieths, months since opening per tier (C6); empty of nights that did not store them yet."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    hundredths = models.JSONField()
    advisors = models.JSONField()
    clients_generation = models.BigIntegerField()
    flows = models.JSONField()
    advisor_flows = models.JSONField(null=True)
    risks = models.JSONField(null=True)
    scores = models.JSONField(null=True)
    tenures = models.JSONField(null=True)
    giant_fen = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"figures of {self.publication_id}"
