"""What a row of the catalogue would mean, looked at before it is saved: how many clients of the current nights are entitled
before and after, and what that costs a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm.lib.money import round_half_up
from crm.models import Publication
from segmentation.models import Standing
from segmentation.thresholds import threshold
from servicing.items.catalogue import catalogue_of
from servicing.items.entitlements import entitled
from servicing.models import ServiceItem


@dataclass(frozen=True)
class ItemPreview:
    """Entitled clients and the cost of a year in fen, before and after; `clients`: of the nights looked at; `kept`: branches
    that keep a row of their own."""

    clients: int
    before: int
    after: int
    cost_before: int
    cost_after: int
    branches: int
    kept: int


def preview_item(row: ServiceItem, nights: Iterable[Publication]) -> ItemPreview:
    """An unsaved row on its first day, for the clients of the nights: those of its branch, or for the firm those of every
    branch; a branch with a row of its own keeps it."""
    found = list(nights)
    branches = [night.branch_id for night in found]
    begun = list(ServiceItem.objects.begun(branches, row.from_day).filter(code=row.code))
    hour = threshold("contact_hour_cost", row.from_day)
    sums = {"clients": 0, "before": 0, "after": 0, "cost_before": 0, "cost_after": 0, "kept": 0}
    for night in found:
        sides = (_counting(begun, night.branch_id), _counting([row, *begun], night.branch_id))
        sums["clients"] += night.client_count
        sums["kept"] += sides[0] is sides[1]
        for name, counting in zip(("before", "after"), sides, strict=True):
            clients = count_entitled(counting, night)
            sums[name] += clients
            sums[f"cost_{name}"] += yearly_cost(counting, clients, hour)
    return ItemPreview(branches=len(found), **sums)


def count_entitled(item: ServiceItem | None, night: Publication) -> int:
    """Open clients of a night who are entitled to an item, restricted ones left out (L3); nobody where it is not offered."""
    if item is None or item.is_ended:
        return 0
    rows = Standing.objects.of_nights([night.pk]).filter(client__is_restricted=False)
    return entitled(rows, item.rule, night.basis.scheme, night.as_of).count()


def yearly_cost(item: ServiceItem | None, clients: int, hour_cost_fen: int) -> int:
    """What an item costs in a year for so many clients, in fen: its own cost and the time of the advisor."""
    if item is None:
        return 0
    time = Decimal(item.minutes * hour_cost_fen) / 60
    return round_half_up(clients * item.times_a_year * (item.cost_fen + time))


def _counting(begun: Iterable[ServiceItem], branch: int) -> ServiceItem | None:
    return next(iter(catalogue_of(begun, branch)), None)
