"""The flows between nights and the sums at both ends (C7) as the nights stored them, over the clients whom a reader sees."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db.models import Count, Sum

from crm.models import Publication, Staff
from segmentation.flows import FlowSum, flow_sums
from segmentation.hidden import fresh_figures, hidden_clients, less
from segmentation.models import NightFigures, Standing, StandingSum


def flows_seen(user: Staff, earlier: Publication, night: Publication, *, by: str = "tier") -> list[FlowSum]:
    """The flows between two nights over the clients whom the user sees: as the later night stored them, else counted."""
    stored = fresh_figures(NightFigures.objects.filter(publication=night).first(), night.branch)
    return told_flows(night, earlier, flows_in(stored, by), hidden_clients(user, [night, earlier]), by)


def flows_of_months(user: Staff, nights: Sequence[Publication]) -> list[list[FlowSum]]:
    """The flows between each of some nights and the next one, as each night classified them; counted where it stored none."""
    stored = dict(NightFigures.objects.filter(publication__in=nights).values_list("publication", "flows"))
    hidden = hidden_clients(user, nights)
    pairs = pairwise(nights)
    return [told_flows(later, earlier, stored.get(later.pk) or [], hidden, "tier") for earlier, later in pairs]


def sums_of_nights(user: Staff, nights: Sequence[Publication]) -> list[dict[str, tuple[int, int, int]]]:
    """Of each night, per tier: clients, net assets and measure of the clients whom the user sees."""
    pks = [night.pk for night in nights]
    keys = ("publication", "tier")
    told: list[tuple[Any, ...]] = list(
        StandingSum.objects.of_nights(pks).order_by().values_list(*keys).annotate(
            *(Sum(name) for name in ("client_count", "net_assets_fen", "measure_fen"))
        )
    )  # fmt: skip
    bare = set(pks) - {row[0] for row in told}
    amounts = (Count("pk"), Sum("net_assets_fen"), Sum("measure_fen"))
    if bare:
        rows = Standing.objects.visible_to(user).of_nights(bare)
        told += list(rows.order_by().values_list(*keys).annotate(*amounts))
    hidden = Standing.objects.hidden_from(user).of_nights(set(pks) - bare)
    told += [
        (night, tier, *(-number for number in numbers))
        for night, tier, *numbers in hidden.order_by().values_list(*keys).annotate(*amounts)
    ]
    found: dict[int, dict[str, tuple[int, int, int]]] = {pk: {} for pk in pks}
    for night, tier, clients, assets, measure in told:
        before = found[night].get(tier, (0, 0, 0))
        found[night][tier] = (before[0] + int(clients), before[1] + int(assets), before[2] + int(measure))
    return [found[pk] for pk in pks]


def flows_in(fresh: NightFigures | None, by: str) -> Sequence[Sequence[Any]]:
    """Stored flows by tier or advisor; none where the figures are out of date: how somebody left may be known better."""
    if fresh is None:
        return []
    return (fresh.flows if by == "tier" else fresh.advisor_flows) or []


def told_flows(
    night: Publication, earlier: Publication, stored: Sequence[Sequence[Any]], hidden: Sequence[int], by: str
) -> list[FlowSum]:
    """What is stored about a pair of nights, counted where nothing is, less the hidden clients."""
    found = [FlowSum(*rest) for pk, *rest in stored if pk == earlier.pk] or flow_sums(earlier, night, by=by)
    return less(found, flow_sums(earlier, night, hidden, by=by), keys=3) if hidden else found
