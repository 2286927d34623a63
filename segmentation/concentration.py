"""How value is spread over clients, read from a published night: Lorenz curve and 80/20 check (T9), step chart (T10) and
the sleeping giants (T4). Amounts are fen of the measure of the night's scheme."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, ExpressionWrapper, F, IntegerField, Q, Sum

from crm.lib.money import round_half_up
from crm.models import Publication
from segmentation.models import Standing, Tier
from segmentation.querysets import StandingQuerySet


@dataclass(frozen=True)
class Point:
    """A point of the Lorenz curve: this share of the clients, best first, brings this share of the value."""

    clients_rate: float
    value_rate: float


@dataclass(frozen=True)
class Share:
    """What the top part of the clients brings; `rate` is None where nothing is there to be shared."""

    client_count: int
    value_fen: int
    total_fen: int
    rate: float | None


@dataclass(frozen=True)
class Step:
    """A step of the chart: width = clients, height = average value per client in fen, area = the value."""

    tier: str
    client_count: int
    average_fen: int
    value_fen: int


def _standings(night: Publication) -> StandingQuerySet[Standing]:
    return Standing.objects.filter(publication=night)


def top_share(night: Publication, permille: int = 200) -> Share:
    """The share of value that the top part of the clients brings (T9: top 20 %), counted by rank as in T2."""
    count = round_half_up(Decimal(night.client_count * permille) / 1000)
    sums = _standings(night).aggregate(top=Sum("measure_fen", filter=Q(rank__lte=count)), total=Sum("measure_fen"))
    top, total = int(sums["top"] or 0), int(sums["total"] or 0)
    return Share(count, top, total, top / total if total > 0 else None)


def lorenz(night: Publication) -> list[Point]:
    """The cumulative curve at every hundredth of the clients, from (0, 0); empty where the total is not above zero."""
    count = max(1, night.client_count)
    hundredth = ExpressionWrapper((F("rank") * 100 + (count - 1)) / count, output_field=IntegerField())
    rows = _standings(night).annotate(at=hundredth).values("at").annotate(value=Sum("measure_fen"), n=Count("pk"))
    total = sum(row["value"] for row in rows)
    if total <= 0:
        return []
    points, clients, value = [Point(0.0, 0.0)], 0, 0
    for row in sorted(rows, key=lambda r: r["at"]):
        clients += row["n"]
        value += row["value"]
        points.append(Point(clients / count, value / total))
    return points


def step_chart(night: Publication) -> list[Step]:
    """One step per tier, VIP first, tiers as shown (pins included); a tier without clients has width and height 0."""
    rows = {r["tier"]: r for r in _standings(night).values("tier").annotate(n=Count("pk"), value=Sum("measure_fen"))}
    steps = []
    for tier in Tier.values:
        n, value = (int(rows[tier]["n"]), int(rows[tier]["value"])) if tier in rows else (0, 0)
        steps.append(Step(tier, n, round_half_up(Decimal(value) / n) if n else 0, value))
    return steps


def sleeping_giants(night: Publication) -> StandingQuerySet[Standing]:
    """Clients whose assets would make them VIP while what they bring makes them small, or whom the scheme excluded for it
    (T4), largest first: the best to wake."""
    standings = _standings(night)
    places = round_half_up(Decimal(night.client_count * night.basis.scheme.vip_permille) / 1000)
    by_assets = standings.order_by("-net_assets_fen", "rank")
    edge = by_assets.values_list("net_assets_fen", flat=True)[places - 1 : places].first() if places else None
    found = Q(tier_reason="sleeping_giant")
    if edge is not None:
        found |= Q(computed_tier=Tier.SMALL, net_assets_fen__gte=max(edge, 1))
    return by_assets.filter(found)
