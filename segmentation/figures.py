"""What totals and dashboards show of a published night, stored with it: sums over clients who stand alike, and what no sum
gives. A reader sees the whole night less the restricted clients, who are few and are counted when asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from crm.models import Publication, Staff
from segmentation.concentration import Hundredths, giant_fen, hundredths_of
from segmentation.flow_figures import flows_in, told_flows
from segmentation.flows import Flow, FlowSum, compared_with, flow_sums, merged
from segmentation.hidden import clients_generation, fresh_figures, hidden_clients, less
from segmentation.models import Band, NightFigures, Standing, StandingSum, Tier
from segmentation.querysets import ALIKE, COUNTED, STATE, StandingQuerySet
from segmentation.risks import VARIANCE, RiskSum, ScoreBin, risk_sums, score_bins


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
    """What the clients of one advisor (None: of nobody) add up to; amounts in fen, the variance of what is at stake in
    square yuan (C8)."""

    advisor_id: int | None
    clients: int
    vip: int
    key: int
    raised: int
    assets: int
    stake: int
    measure: int = 0
    variance: int = 0


@dataclass(frozen=True)
class Tenure:
    """How many months the clients of a tier have been clients, together."""

    tier: str
    clients: int
    months: int


R = TypeVar("R", RiskSum, ScoreBin, Tenure)


@dataclass(frozen=True)
class Figures:
    """Everything that the branch page draws of one night, over the clients whom the reader sees."""

    sums: Sequence[Alike]
    hundredths: Hundredths
    advisors: Sequence[AdvisorSum]
    flow_sums: Sequence[FlowSum]
    risks: Sequence[RiskSum]
    scores: Sequence[ScoreBin]

    @property
    def flows(self) -> Sequence[Flow]:
        """Who went from tier to tier, however they came or left."""
        return merged(self.flow_sums)


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
    generation = clients_generation(night.branch)
    rows = Standing.objects.filter(publication=night)
    before = Publication.objects.published().filter(branch=night.branch, as_of__lt=night.as_of)
    compared = compared_with(list(before), night)
    return {
        "clients_generation": generation,
        "hundredths": [[at, n, fen] for at, (n, fen) in sorted(hundredths_of(rows, night.client_count).items())],
        "advisors": [list(astuple(one)) for one in _advisors(rows)],
        "flows": [[one.pk, *astuple(flow)] for one in compared for flow in flow_sums(one, night)],
        "advisor_flows": [[one.pk, *astuple(flow)] for one in compared for flow in flow_sums(one, night, by="advisor")],
        "risks": [list(astuple(one)) for one in risk_sums(rows)],
        "scores": [list(astuple(one)) for one in score_bins(rows)],
        "tenures": [list(astuple(one)) for one in _tenures(rows, night)],
        "giant_fen": giant_fen(night),
    }


def sums_seen(
    user: Staff, nights: Sequence[int], *, are_stored: bool = True, alike: Sequence[str] = ALIKE
) -> list[Alike]:
    """The sums over the clients whom a user sees in nights of their branches: stored ones less the hidden clients; of an
    advisor's own clients, or where a night stored none, added up from the rows. Marks that are not asked for are False."""
    if user.is_advisor or not are_stored:
        return _alike(Standing.objects.visible_to(user).summed(nights, alike))
    hidden = _alike(Standing.objects.hidden_from(user).summed(nights, alike))
    return less(_alike(StandingSum.objects.of_nights(nights).added(alike)), hidden, keys=len(ALIKE))


def figures_seen(user: Staff, night: Publication, earlier: Publication | None) -> Figures:
    """The figures of one night, movements since an earlier one, over the clients whom a manager or compliance sees."""
    stored = NightFigures.objects.filter(publication=night).defer("advisor_flows", "tenures").first()
    seen = Standing.objects.visible_to(user).filter(publication=night)
    clients = hidden_clients(user, [night, earlier] if earlier else [night])
    hidden = Standing.objects.filter(publication=night, client__in=clients)
    fresh = fresh_figures(stored, night.branch)
    hundredths = _hundredths(stored) if stored else hundredths_of(seen, night.client_count)
    if stored and clients:
        hundredths = _without(hundredths, hundredths_of(hidden, night.client_count))
    whole = {"risks": stored.risks, "scores": stored.scores} if stored else {"risks": None, "scores": None}
    return Figures(
        sums_seen(user, [night.pk], are_stored=stored is not None, alike=STATE),
        hundredths,
        _advisors_seen(fresh, seen, hidden if clients else None),
        told_flows(night, earlier, flows_in(fresh, "tier"), clients, "tier") if earlier else [],
        _of_rows(RiskSum, whole["risks"], risk_sums, seen, hidden if clients else None, keys=1),
        _of_rows(ScoreBin, whole["scores"], score_bins, seen, hidden if clients else None, keys=1),
    )


def advisors_seen(user: Staff, night: Publication) -> list[AdvisorSum]:
    """What the clients of each advisor add up to in a night, over the clients whom the user sees."""
    stored = NightFigures.objects.filter(publication=night).only("clients_generation", "advisors").first()
    clients = hidden_clients(user, [night])
    hidden = Standing.objects.filter(publication=night, client__in=clients) if clients else None
    seen = Standing.objects.visible_to(user).filter(publication=night)
    return _advisors_seen(fresh_figures(stored, night.branch), seen, hidden)


def tenures_seen(user: Staff, night: Publication) -> list[Tenure]:
    """How long the clients of each tier have been clients, over those whom the user sees (C6)."""
    stored = NightFigures.objects.filter(publication=night).values_list("tenures", flat=True).first()
    clients = hidden_clients(user, [night])
    hidden = Standing.objects.filter(publication=night, client__in=clients) if clients else None
    seen = Standing.objects.visible_to(user).filter(publication=night)
    return _of_rows(Tenure, stored, lambda rows: _tenures(rows, night), seen, hidden, keys=1)


def _alike(rows: Iterable[Mapping[str, Any]]) -> list[Alike]:
    return [
        Alike(*(row.get(name, False) for name in ALIKE), *(int(row[name] or 0) for name in COUNTED)) for row in rows
    ]


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
        measure=Sum("measure_fen"),
        variance=VARIANCE,
    )
    return [AdvisorSum(advisor, *(int(number or 0) for number in numbers)) for advisor, *numbers in sums]


def _advisors_seen(
    fresh: NightFigures | None, seen: StandingQuerySet[Standing], hidden: StandingQuerySet[Standing] | None
) -> list[AdvisorSum]:
    if fresh is None:
        return _advisors(seen)
    return less((AdvisorSum(*row) for row in fresh.advisors), _advisors(hidden) if hidden is not None else [], keys=1)


def _of_rows(
    kind: type[R],
    stored: Sequence[Sequence[Any]] | None,
    count: Callable[[StandingQuerySet[Standing]], list[R]],
    seen: StandingQuerySet[Standing],
    hidden: StandingQuerySet[Standing] | None,
    *,
    keys: int,
) -> list[R]:
    """What a night stored less what is hidden; counted from the rows where it stored nothing."""
    if stored is None:
        return count(seen)
    return less((kind(*row) for row in stored), count(hidden) if hidden is not None else [], keys=keys)


def _tenures(rows: StandingQuerySet[Standing], night: Publication) -> list[Tenure]:
    opened = rows.filter(client__opened_on__isnull=False).order_by()
    parts = opened.annotate(y=ExtractYear("client__opened_on"), m=ExtractMonth("client__opened_on"))
    found: dict[str, tuple[int, int]] = {}
    for tier, year, month, n in parts.values_list("tier", "y", "m").annotate(n=Count("pk")):
        count, months = found.get(tier, (0, 0))
        since = (night.as_of.year - year) * 12 + night.as_of.month - month
        found[tier] = (count + n, months + n * max(since, 0))
    return [Tenure(tier, *found[tier]) for tier in sorted(found)]
