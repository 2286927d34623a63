"""What a standard would ask of the advisors, looked at before it is saved (S1, S2): contacts and hours a week, what they cost
a year beside what the tier brings, and whose week does not hold them. Planned contacts only: welcome calls and greetings
come on top, and nobody knows yet how many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from crm.lib.money import round_half_up
from crm.models import Publication
from segmentation.models import PublicationBasis, Standing, Tier, TierScheme
from segmentation.thresholds import thresholds
from servicing.models import ServiceStandard
from servicing.standards import by_tier

WEEKS_A_YEAR = Fraction(5218, 100)
EARNED = (TierScheme.Measure.COMMISSION, TierScheme.Measure.REVENUE)  # measures that are money earned in some months

Standards = Mapping[str, ServiceStandard]  # by tier


@dataclass(frozen=True)
class Crowd:
    """The clients of one tier with one advisor of a branch, None with nobody; `brings_fen` is what they bring in a year, None
    where tiers are not made by money earned."""

    branch: int
    advisor: int | None
    tier: str
    clients: int
    brings_fen: int | None


@dataclass(frozen=True)
class Load:
    """Planned contacts of a week and their minutes; exact, and rounded half up only where they are shown."""

    contacts: Fraction = Fraction(0)
    minutes: Fraction = Fraction(0)

    def __add__(self, other: "Load") -> "Load":
        return Load(self.contacts + other.contacts, self.minutes + other.minutes)

    @property
    def shown_contacts(self) -> Decimal:
        """With one decimal."""
        return Decimal(_whole(self.contacts * 10)) / 10

    @property
    def shown_minutes(self) -> int:
        """Whole minutes."""
        return _whole(self.minutes)

    @property
    def hours(self) -> Decimal:
        """With one decimal."""
        return Decimal(_whole(self.minutes / 6)) / 10

    def cost_fen(self, hour_cost_fen: int) -> int:
        """What such weeks cost in a year."""
        return _whole(self.minutes * WEEKS_A_YEAR / 60 * hour_cost_fen)


@dataclass(frozen=True)
class TierLine:
    """A tier before and after, money in fen a year; the total has no tier."""

    tier: str
    clients: int
    before: Load
    after: Load
    cost_before: int
    cost_after: int
    brings: int | None
    is_changed: bool

    @property
    def left_before(self) -> int | None:
        """What the tier leaves now, its contacts paid."""
        return None if self.brings is None else self.brings - self.cost_before

    @property
    def left_after(self) -> int | None:
        """What it would leave."""
        return None if self.brings is None else self.brings - self.cost_after

    @property
    def left_each(self) -> int | None:
        """What one client of it would leave (S1: times the number of clients it is all)."""
        left = self.left_after
        return None if left is None or not self.clients else _whole(Fraction(left, self.clients))


@dataclass(frozen=True)
class AdvisorLine:
    """The week of an advisor before and after; None are the clients with nobody, for whom there is no week."""

    advisor: int | None
    clients: int
    before: Load
    after: Load
    week: int

    @property
    def was_over(self) -> bool:
        """Whether the week does not hold it now."""
        return self.advisor is not None and self.before.minutes > self.week

    @property
    def is_over(self) -> bool:
        """Whether the week would not hold it."""
        return self.advisor is not None and self.after.minutes > self.week

    @property
    def share(self) -> float:
        """How much of the week it would take."""
        return float(self.after.minutes / self.week)


@dataclass(frozen=True)
class Preview:
    """All of it; advisors with the fullest week first. `kept`: branches that would keep a standard of their own."""

    lines: tuple[TierLine, ...]
    total: TierLine
    changed: TierLine
    advisors: tuple[AdvisorLine, ...]
    branches: int
    kept: int

    @property
    def over_before(self) -> int:
        """Advisors whose week does not hold it now."""
        return sum(line.was_over for line in self.advisors)

    @property
    def over_after(self) -> int:
        """Advisors whose week would not hold it."""
        return sum(line.is_over for line in self.advisors)


def preview_standard(row: ServiceStandard, nights: Iterable[Publication]) -> Preview:
    """What an unsaved standard would ask on its first day, of the clients of the nights: those of its branch, or for the firm
    those of every branch; a branch with a standard of its own keeps it. Numbers and standards are those of that day, in the
    market that the standard is for."""
    found = list(nights)
    branches = [night.branch_id for night in found]
    begun = list(ServiceStandard.objects.begun(branches, row.from_day))
    before = {branch: by_tier(begun, branch, row.regime) for branch in branches}
    after = {branch: by_tier([row, *begun], branch, row.regime) for branch in branches}
    numbers = thresholds(["contact_week", "contact_hour_cost"], row.from_day)
    return weigh(
        row.tier,
        crowds_of(found),
        before,
        after,
        week=numbers["contact_week"],
        hour_cost_fen=numbers["contact_hour_cost"],
    )


def crowds_of(nights: Iterable[Publication]) -> list[Crowd]:
    """The open clients of the nights by advisor and tier; clients whom only compliance sees (L3) are nobody's work."""
    branches = {night.pk: night.branch_id for night in nights}
    bases = PublicationBasis.objects.filter(publication__in=branches).select_related("scheme")
    schemes = {basis.publication_id: basis.scheme for basis in bases}
    crowds = []
    for night, advisor, tier, clients, measure in Standing.objects.of_nights(branches).by_advisor_and_tier():
        scheme = schemes.get(night)
        is_earned = scheme is not None and scheme.measure in EARNED
        brings = _whole(Fraction(measure * 12, scheme.period_months)) if scheme and is_earned else None
        crowds.append(Crowd(branches[night], advisor, tier, clients, brings))
    return crowds


def weigh(
    tier: str,
    crowds: Iterable[Crowd],
    before: Mapping[int, Standards],
    after: Mapping[int, Standards],
    *,
    week: int,
    hour_cost_fen: int,
) -> Preview:
    """What standards by branch and tier ask of the advisors of some clients, before and after the one of `tier` is another;
    `week`: minutes of an advisor's week for planned contacts."""
    tiers: dict[str, list[tuple[Crowd, Load, Load]]] = {name: [] for name in Tier.values}
    people: dict[int | None, list[tuple[Crowd, Load, Load]]] = defaultdict(list)
    for crowd in crowds:
        weighed = (
            crowd,
            load_of(before[crowd.branch].get(crowd.tier), crowd.clients),
            load_of(after[crowd.branch].get(crowd.tier), crowd.clients),
        )
        tiers[crowd.tier].append(weighed)
        people[crowd.advisor].append(weighed)
    lines = tuple(_tier_line(name, some, hour_cost_fen, tier) for name, some in tiers.items())
    advisors = [AdvisorLine(person, *_added(some), week=week) for person, some in people.items()]
    return Preview(
        lines=lines,
        total=_tier_line("", [one for some in tiers.values() for one in some], hour_cost_fen, tier),
        changed=next(line for line in lines if line.tier == tier),
        advisors=tuple(sorted(advisors, key=lambda one: (not one.is_over, -one.after.minutes, one.advisor or 0))),
        branches=len(after),
        kept=sum(before[branch].get(tier) is after[branch].get(tier) for branch in after),
    )


def load_of(standard: ServiceStandard | None, clients: int) -> Load:
    """A week of so many clients under a standard; without one, or without a cadence, nothing is planned."""
    if standard is None or not standard.cadence_days:
        return Load()
    contacts = Fraction(clients * 7, standard.cadence_days)
    return Load(contacts, contacts * standard.minutes)


def _added(some: Iterable[tuple[Crowd, Load, Load]]) -> tuple[int, Load, Load]:
    clients, before, after = 0, Load(), Load()
    for crowd, then, later in some:
        clients, before, after = clients + crowd.clients, before + then, after + later
    return clients, before, after


def _tier_line(name: str, some: list[tuple[Crowd, Load, Load]], hour_cost_fen: int, changed: str) -> TierLine:
    clients, before, after = _added(some)
    brings = [crowd.brings_fen for crowd, *_loads in some]
    return TierLine(
        name,
        clients,
        before,
        after,
        before.cost_fen(hour_cost_fen),
        after.cost_fen(hour_cost_fen),
        None if None in brings else sum(fen or 0 for fen in brings),
        name == changed,
    )


def _whole(value: Fraction) -> int:
    return round_half_up(Decimal(value.numerator) / value.denominator)
