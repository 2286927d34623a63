"""What the facts mean: schemes, pins, published standings, ledgers of change, and the model registry."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.models import Branch, Publication
from segmentation.querysets import (
    LedgerQuerySet,
    ScoreModelQuerySet,
    StandingQuerySet,
    StandingSumQuerySet,
    TierPinQuerySet,
    TierSchemeQuerySet,
)


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
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "from_day"], name="one_threshold_per_key_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} {self.unit} from {self.from_day}"


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
    still of `clients_generation` (an advisor of today may not be the advisor of the night). `flows`: clients from tier to
    tier since earlier publications (T7). `giant_fen`: from which net assets on a client owns what a VIP owns (T4)."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    hundredths = models.JSONField()
    advisors = models.JSONField()
    clients_generation = models.BigIntegerField()
    flows = models.JSONField()
    giant_fen = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"figures of {self.publication_id}"


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
