"""How value is spread over clients, read from a published night: Lorenz curve and 80/20 check (T9), step chart (T10) and
the sleeping giants (T4). Amounts are fen of the measure of the night's scheme."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.db.models import Count, ExpressionWrapper, F, IntegerField, Sum

from crm.lib.money import round_half_up
from crm.models import Publication
from segmentation.models import Standing, Tier
from segmentation.querysets import StandingQuerySet

Hundredths = Mapping[int, tuple[int, int]]  # the hundredth: clients and fen


class Summed(Protocol):
    """Clients of one tier: how many, and the fen that they bring."""

    @property
    def tier(self) -> str: ...
    @property
    def clients(self) -> int: ...
    @property
    def measure(self) -> int: ...


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


def hundredths_of(rows: StandingQuerySet[Standing], count: int) -> Hundredths:
    """Clients and fen per hundredth of a night's `count` clients, best first: so cut that the first so many hundredths
    hold as many clients as their share rounds to (T9, counted as in T2)."""
    place = ExpressionWrapper((F("rank") * 100 - 50 + (count - 1)) / count, output_field=IntegerField())
    found = rows.order_by().annotate(at=place).values_list("at").annotate(n=Count("pk"), value=Sum("measure_fen"))
    return {at: (n, int(value)) for at, n, value in found}


def top_share(hundredths: Hundredths, top: int = 20) -> Share:
    """The share of value that the top hundredths of the clients bring (T9: 20)."""
    best = [pair for at, pair in hundredths.items() if at <= top]
    value, total = sum(fen for _n, fen in best), sum(fen for _n, fen in hundredths.values())
    return Share(sum(n for n, _fen in best), value, total, value / total if total > 0 else None)


def lorenz(hundredths: Hundredths) -> list[Point]:
    """The cumulative curve at every hundredth of the clients, from (0, 0); empty where the total is not above zero."""
    count, total = (sum(side) for side in zip(*hundredths.values(), strict=True)) if hundredths else (0, 0)
    if total <= 0:
        return []
    points, clients, value = [Point(0.0, 0.0)], 0, 0
    for _at, (n, fen) in sorted(hundredths.items()):
        clients += n
        value += fen
        points.append(Point(clients / count, value / total))
    return points


def step_chart(sums: Iterable[Summed]) -> list[Step]:
    """One step per tier, VIP first, tiers as shown (pins included); a tier without clients has width and height 0."""
    found = list(sums)
    steps = []
    for tier in Tier.values:
        n = sum(one.clients for one in found if one.tier == tier)
        value = sum(one.measure for one in found if one.tier == tier)
        steps.append(Step(tier, n, round_half_up(Decimal(value) / n) if n else 0, value))
    return steps


def giant_fen(night: Publication) -> int | None:
    """From which net assets on a client owns what a VIP owns: those of the last VIP place by assets (T4)."""
    places = round_half_up(Decimal(night.client_count * night.basis.scheme.vip_permille) / 1000)
    if not places:
        return None
    by_assets = Standing.objects.filter(publication=night).order_by("-net_assets_fen", "client")
    edge = by_assets.values_list("net_assets_fen", flat=True)[places - 1 : places].first()
    return None if edge is None else max(edge, 1)
