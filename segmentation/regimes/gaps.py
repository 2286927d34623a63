"""The clients whose position is far from the reference of the market: counted from what the nights stored, listed from their
rows. An occasion to talk, never advice to buy or sell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Count, Q, Sum

from crm.models import Staff
from segmentation.models import Behaviour, BehaviourFigures
from segmentation.querysets import BehaviourQuerySet
from segmentation.regimes.reference import Reference, reference_on, whole_percent
from segmentation.thresholds import threshold

SIDES = ("below", "above")
Histogram = Mapping[int, tuple[int, int]]  # whole percent of position: clients and fen


class Night(Protocol):
    """A published night: a publication, or what a page has read of it."""

    @property
    def pk(self) -> int: ...
    @property
    def as_of(self) -> date: ...


@dataclass(frozen=True)
class GapCounts:
    """How many clients of a night are far from the reference, and the net assets in fen behind them; `clients`: how many
    have a position that can be judged."""

    reference: Reference
    clients: int
    below: int
    above: int
    below_fen: int
    above_fen: int

    def plus(self, other: "GapCounts") -> "GapCounts":
        """Both together, under the reference of this one."""
        return GapCounts(
            self.reference,
            self.clients + other.clients,
            self.below + other.below,
            self.above + other.above,
            self.below_fen + other.below_fen,
            self.above_fen + other.above_fen,
        )

    @property
    def far(self) -> int:
        """Clients on either side."""
        return self.below + self.above

    @property
    def far_fen(self) -> int:
        """Their net assets in fen."""
        return self.below_fen + self.above_fen


def far_from_reference(nights: Sequence[Night], side: str = "") -> Q:
    """The condition on rows of behaviour of these nights: enough assets to be judged, and a position far from the reference
    of the night's own day, on one side or on either. Where no regime is set nobody is far."""
    found = Q(pk__in=[])
    days = _by_day(nights)
    for day, some in days.items():
        if reference := reference_on(day):
            of_day = Q(publication__in=[night.pk for night in some]) if len(days) > 1 else Q()
            found |= of_day & _judged(day) & reference.far(side)
    return found


def gap_rows(user: Staff, nights: Sequence[Night], side: str = "") -> BehaviourQuerySet[Behaviour]:
    """The clients of some nights far from the reference, of those the reader sees."""
    rows = Behaviour.objects.visible_to(user).of_nights([night.pk for night in nights])
    return rows.filter(far_from_reference(nights, side))


def regime_gap_counts(user: Staff, night: Night) -> GapCounts | None:
    """The clients of a night far from the reference of its day, of those the reader sees: from what the night stored, less
    the clients hidden from the reader; of an advisor's own clients from their rows. None where no regime is set."""
    return gap_counts(user, [night])


def gap_counts(user: Staff, nights: Sequence[Night]) -> GapCounts | None:
    """The same over the nights of several branches, each against the reference of its own day; None where none is set."""
    found: GapCounts | None = None
    for day, some in sorted(_by_day(nights).items()):
        if reference := reference_on(day):
            counted = _counted(reference, _seen(user, day, [night.pk for night in some]))
            found = counted.plus(found) if found else counted
    return found


def _by_day(nights: Sequence[Night]) -> dict[date, list[Night]]:
    days: dict[date, list[Night]] = {}
    for night in nights:
        days.setdefault(night.as_of, []).append(night)
    return days


def _seen(user: Staff, day: date, nights: Sequence[int]) -> Histogram:
    if user.is_advisor:
        return _histogram(Behaviour.objects.visible_to(user).of_nights(nights).filter(_judged(day)))
    stored: dict[int, tuple[int, int]] = {}
    for figures in BehaviourFigures.objects.filter(publication__in=nights):
        for percent, (clients, fen) in positions_stored(figures).items():
            n, total = stored.get(percent, (0, 0))
            stored[percent] = (n + clients, total + fen)
    hidden = _histogram(Behaviour.objects.hidden_from(user).of_nights(nights).filter(_judged(day)))
    return _less(stored, hidden)


def positions_stored(figures: BehaviourFigures) -> Histogram:
    """Clients and fen by whole percent of position, as the night stored them."""
    return {percent: (clients, fen) for percent, clients, fen in figures.positions}


def positions_counted(night: Night) -> Histogram:
    """The same, counted from the rows of a night."""
    return _histogram(Behaviour.objects.of_nights([night.pk]).filter(_judged(night.as_of)))


def _judged(day: date) -> Q:
    return Q(position_e4__isnull=False, net_assets_fen__gte=threshold("behaviour_floor", day))


def _histogram(rows: BehaviourQuerySet[Behaviour]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    alike = rows.order_by().values_list("position_e4").annotate(n=Count("pk"), fen=Sum("net_assets_fen"))
    for position, clients, fen in alike:
        n, total = found.get(whole_percent(position), (0, 0))
        found[whole_percent(position)] = (n + clients, total + int(fen))
    return found


def _less(whole: Histogram, part: Histogram) -> Histogram:
    none = (0, 0)
    return {
        percent: (clients - part.get(percent, none)[0], fen - part.get(percent, none)[1])
        for percent, (clients, fen) in whole.items()
    }


def _counted(reference: Reference, seen: Histogram) -> GapCounts:
    far = {side: [0, 0] for side in ("", *SIDES)}
    for percent, (clients, fen) in seen.items():
        sums = far[reference.side_of(percent * 100)]
        sums[0] += clients
        sums[1] += fen
    return GapCounts(
        reference,
        clients=sum(clients for clients, _fen in seen.values()),
        below=far["below"][0],
        above=far["above"][0],
        below_fen=far["below"][1],
        above_fen=far["above"][1],
    )
