"""Commission at risk with its interval (C8), and how the scores are spread; read from a published night."""

import math
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, Count, F, FloatField, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Cast

from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet

Z90 = 1.6448536269514722  # the normal quantile that leaves a twentieth on either side
BINS = 20  # of five points each: the cut-offs of the risk words (5, 15, 30 %) lie between two of them
# c = stake ÷ p is the commission expected of a client, so p(1 − p)c² = stake² × (1 − p) ÷ p. In whole square yuan per
# client, as integers add up to the same in whatever order a database adds them.
_STAKE = Cast(F("at_risk_fen"), FloatField()) / Value(100.0)
VARIANCE = Sum(
    Cast(_STAKE * _STAKE * (Value(1.0) - F("churn_score")) / F("churn_score"), BigIntegerField()),
    filter=Q(churn_score__gt=0),
)
_PLACE = Case(
    *[When(churn_score__gte=at / BINS, then=Value(at)) for at in range(BINS - 1, 0, -1)],
    default=Value(0),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class RiskSum:
    """What the scored clients of a tier stand to lose: variance of the sum in square yuan."""

    tier: str
    clients: int
    variance: int


@dataclass(frozen=True)
class ScoreBin:
    """How many clients have a score of [at, at + 1) twentieths, and what they stand to lose in fen."""

    at: int
    clients: int
    stake: int


def interval(stake_fen: int, variance: int) -> tuple[int, int]:
    """The 90 % interval in fen around a sum at risk: each client leaves or stays for itself, with variance p(1 − p)c²; the
    sum is taken as normal. Never below nothing."""
    half = round(Z90 * math.sqrt(max(variance, 0)) * 100)
    return max(stake_fen - half, 0), stake_fen + half


def risk_sums(rows: StandingQuerySet[Standing]) -> list[RiskSum]:
    """The variance of the commission at risk per tier."""
    found = rows.filter(churn_score__isnull=False).order_by().values_list("tier")
    return [RiskSum(tier, n, int(v or 0)) for tier, n, v in found.annotate(n=Count("pk"), v=VARIANCE)]


def score_bins(rows: StandingQuerySet[Standing]) -> list[ScoreBin]:
    """The scores in twentieths; where no model gave a probability there is none."""
    scored = rows.filter(churn_score__isnull=False).order_by().annotate(at=_PLACE).values_list("at")
    found = scored.annotate(n=Count("pk"), stake=Sum("at_risk_fen"))
    return sorted((ScoreBin(at, n, int(stake or 0)) for at, n, stake in found), key=lambda one: one.at)
