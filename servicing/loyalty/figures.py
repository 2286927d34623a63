"""What the map and the ladder of a branch add up to, for one reader: the sums of the night less the clients hidden from the
reader; of an advisor's own clients from their rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from crm.models import Publication, Staff
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet
from servicing.models import LoyaltyFigures, LoyaltyStep, Quadrant


class Sums(NamedTuple):
    """Clients, and fen of their assets and of the scheme's measure."""

    clients: int = 0
    assets_fen: int = 0
    measure_fen: int = 0

    def plus(self, other: "Sums", times: int = 1) -> "Sums":
        """Both together, or the other one taken off."""
        return Sums(*(own + times * more for own, more in zip(self, other, strict=True)))


@dataclass(frozen=True)
class LoyaltyMap:
    """The sums by quadrant and by step, and where the map was cut."""

    quadrants: dict[str, Sums]
    steps: dict[int, Sums]
    cuts: Sequence[int]

    @property
    def whole(self) -> Sums:
        """Everybody on the map."""
        return sum_of(self.quadrants.values())


def sum_of(some: Iterable[Sums]) -> Sums:
    """Several together."""
    whole = Sums()
    for one in some:
        whole = whole.plus(one)
    return whole


def map_of(user: Staff, night: Publication) -> LoyaltyMap | None:
    """The map of a branch by its night; None where the night drew none. An advisor's own clients stand where the advisor may
    know them to stand."""
    figures = LoyaltyFigures.objects.filter(publication=night).first()
    if figures is None:
        return None
    rows = Standing.objects.of_nights([night.pk])
    if user.is_advisor:
        cells = [(*cell, 1) for cell in _cells(rows.visible_to(user), "told_step")]
    else:
        stored = [(place, step, Sums(*sums), 1) for place, step, *sums in figures.cells]
        cells = [*stored, *((*cell, -1) for cell in _cells(rows.hidden_from(user), "step"))]
    quadrants = dict.fromkeys(Quadrant.values, Sums())
    steps: dict[int, Sums] = dict.fromkeys(LoyaltyStep.values, Sums())
    for place, step, sums, times in cells:
        quadrants[place] = quadrants[place].plus(sums, times)
        steps[step] = steps[step].plus(sums, times)
    return LoyaltyMap(quadrants, steps, figures.cuts)


def _cells(rows: StandingQuerySet[Standing], step: str) -> Iterator[tuple[str, int, Sums]]:
    keys = ("client__loyalty__quadrant", f"client__loyalty__{step}")
    shown = rows.filter(client__loyalty__isnull=False).order_by().values_list(*keys)
    told: Any = shown.annotate(Count("pk"), Sum("net_assets_fen"), Sum("measure_fen"))
    for place, at, *sums in told:
        yield place, at, Sums(*(int(value or 0) for value in sums))
