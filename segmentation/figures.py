"""What totals and dashboards show of a published night, stored with it: sums over clients who stand alike, and what no sum
gives. A reader sees the whole night less the restricted clients, who are few and are counted when asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

from django.db.models import Count, Q, Sum

from clients import generations
from clients.fact_tables import CLIENTS
from crm.models import Branch, Publication, Staff
from segmentation.concentration import Hundredths, giant_fen, hundredths_of
from segmentation.models import Band, NightFigures, Standing, StandingSum, Tier
from segmentation.moves import Flow, compared_with, flows_between
from segmentation.querysets import ALIKE, COUNTED, StandingQuerySet


@dataclass(frozen=True)
class Alike:
    """Clients who stand alike: tier, band, state and news; how many, how many of them at stake, and sums in fen."""

    tier: str
    churn_band: str
    dormancy: str
    is_near: bool
    tier_news: bool
    risk_news: bool
    state_news: bool
    clients: int
    at_risk: int
    measure: int
    assets: int
    stake: int


@dataclass(frozen=True)
class AdvisorSum:
    """What the clients of one advisor (None: of nobody) add up to; amounts in fen."""

    advisor_id: int | None
    clients: int
    vip: int
    key: int
    raised: int
    assets: int
    stake: int


R = TypeVar("R", Alike, AdvisorSum)


@dataclass(frozen=True)
class Figures:
    """Everything that the branch page draws of one night, over the clients whom the reader sees."""

    sums: Sequence[Alike]
    hundredths: Hundredths
    advisors: Sequence[AdvisorSum]
    flows: Sequence[Flow]


def write_figures(night: Publication) -> None:
    """Store the sums and figures of a published night in the caller's transaction, in place of what was stored."""
    StandingSum.objects.filter(publication=night).delete()
    StandingSum.objects.bulk_create(stored_sums(night))
    NightFigures.objects.update_or_create(publication=night, defaults=stored_figures(night))


def stored_sums(night: Publication) -> list[StandingSum]:
    """The sums of a night as they are to be stored."""
    return [
        StandingSum(
            publication=night,
            **{name: getattr(one, name) for name in ALIKE},
            client_count=one.clients,
            at_risk_count=one.at_risk,
            measure_fen=one.measure,
            net_assets_fen=one.assets,
            at_risk_fen=one.stake,
        )
        for one in _alike(Standing.objects.summed([night.pk]))
    ]


def stored_figures(night: Publication) -> dict[str, Any]:
    """The other figures of a night as they are to be stored. The generation is read before the advisors: a change between
    the two makes them out of date, never wrong."""
    generation = _generation(night.branch)
    rows = Standing.objects.filter(publication=night)
    nights = Publication.objects.published().filter(branch=night.branch, as_of__lt=night.as_of)
    return {
        "clients_generation": generation,
        "hundredths": [[at, n, fen] for at, (n, fen) in sorted(hundredths_of(rows, night.client_count).items())],
        "advisors": [list(astuple(one)) for one in _advisors(rows)],
        "flows": [
            [earlier.pk, flow.from_tier, flow.to_tier, flow.count]
            for earlier in compared_with(list(nights), night)
            for flow in flows_between(earlier, night)
        ],
        "giant_fen": giant_fen(night),
    }


def sums_seen(user: Staff, nights: Sequence[int], *, are_stored: bool = True) -> list[Alike]:
    """The sums over the clients whom a user sees in nights of their branches: stored ones less the hidden clients; of an
    advisor's own clients, or where a night stored none, added up from the rows."""
    if user.is_advisor or not are_stored:
        return _alike(Standing.objects.visible_to(user).summed(nights))
    hidden = [] if user.is_compliance else _alike(Standing.objects.hidden_from(user).summed(nights))
    return _less(_alike(StandingSum.objects.of_nights(nights).added()), hidden, keys=len(ALIKE))


def figures_seen(user: Staff, night: Publication, earlier: Publication | None) -> Figures:
    """The figures of one night, movements since an earlier one, over the clients whom a manager or compliance sees."""
    stored = NightFigures.objects.filter(publication=night).first()
    compared = [night.pk, earlier.pk] if earlier else [night.pk]
    both = Standing.objects.of_nights(compared).hidden_from(user)
    clients = list(both.values_list("client_id", flat=True).distinct())
    seen = Standing.objects.visible_to(user).filter(publication=night)
    hidden = Standing.objects.filter(publication=night, client__in=clients)
    hundredths = _hundredths(stored) if stored else hundredths_of(seen, night.client_count)
    if stored and clients:
        hundredths = _without(hundredths, hundredths_of(hidden, night.client_count))
    return Figures(
        sums_seen(user, [night.pk], are_stored=stored is not None),
        hundredths,
        _advisors_seen(night, stored, seen, hidden if clients else None),
        _flows_seen(night, earlier, stored, clients) if earlier else [],
    )


def _generation(branch: Branch) -> int:
    slot = (CLIENTS.db_table, branch.pk, "")
    return generations.current([slot])[slot]


def _alike(rows: Iterable[Mapping[str, Any]]) -> list[Alike]:
    return [Alike(*(row[name] for name in ALIKE), *(int(row[name] or 0) for name in COUNTED)) for row in rows]


def _less(whole: Iterable[R], part: Iterable[R], *, keys: int) -> list[R]:
    """The rows of the whole less those of a part; the first fields say whom a row counts, the others are numbers."""
    taken = {astuple(one)[:keys]: astuple(one)[keys:] for one in part}
    left = []
    for one in whole:
        told = astuple(one) if taken else ()
        off = taken.get(told[:keys])
        rest = type(one)(*told[:keys], *(a - b for a, b in zip(told[keys:], off, strict=True))) if off else one
        if rest.clients:
            left.append(rest)
    return left


def _hundredths(stored: NightFigures) -> Hundredths:
    return {at: (n, fen) for at, n, fen in stored.hundredths}


def _without(whole: Hundredths, part: Hundredths) -> Hundredths:
    left = {at: (n - part.get(at, (0, 0))[0], fen - part.get(at, (0, 0))[1]) for at, (n, fen) in whole.items()}
    return {at: pair for at, pair in left.items() if pair[0]}


def _advisors(rows: StandingQuerySet[Standing]) -> list[AdvisorSum]:
    grouped = rows.order_by().values_list("client__advisor")
    sums = grouped.annotate(
        n=Count("pk"),
        vip=Count("pk", filter=Q(tier=Tier.VIP)),
        key=Count("pk", filter=Q(tier=Tier.KEY)),
        raised=Count("pk", filter=Q(churn_band__in=[Band.HIGH, Band.RAISED])),
        assets=Sum("net_assets_fen"),
        stake=Sum("at_risk_fen"),
    )
    return [AdvisorSum(advisor, *(int(number or 0) for number in numbers)) for advisor, *numbers in sums]


def _advisors_seen(
    night: Publication,
    stored: NightFigures | None,
    seen: StandingQuerySet[Standing],
    hidden: StandingQuerySet[Standing] | None,
) -> list[AdvisorSum]:
    if stored is None or stored.clients_generation != _generation(night.branch):
        return _advisors(seen)
    return _less((AdvisorSum(*row) for row in stored.advisors), _advisors(hidden) if hidden is not None else [], keys=1)


def _flows_seen(
    night: Publication, earlier: Publication, stored: NightFigures | None, hidden: Sequence[int]
) -> list[Flow]:
    told = [Flow(*rest) for pk, *rest in stored.flows if pk == earlier.pk] if stored else []
    found = Counter({(flow.from_tier, flow.to_tier): flow.count for flow in told or flows_between(earlier, night)})
    if hidden:
        found.subtract({(flow.from_tier, flow.to_tier): flow.count for flow in flows_between(earlier, night, hidden)})
    return [Flow(*ends, count) for ends, count in found.items() if count]
