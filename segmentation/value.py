"""Lifetime value (C6): mean years of trading × mean yearly commission − mean cost of service, with its inputs. Years count
from the first trade to the last, so they are too few for whoever still trades; nothing is discounted."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from crm.lib.money import round_half_up
from crm.models import Publication
from segmentation.models import Behaviour, BehaviourFigures, Tier
from segmentation.thresholds import thresholds

DAYS_IN_YEAR = 365
SHORTEST_DAYS = 180  # a shorter time of trading is taken as half a year, so that one good week is no yearly habit


@dataclass(frozen=True)
class LifetimeValue:
    """What a client (or the mean client of a tier) is worth, and what it is made of: years with one decimal as shown, net
    commission of a year and cost of service of a year in fen, and over how many clients the means go."""

    tier: str
    years: Decimal
    yearly_fen: int
    yearly_cost_fen: int
    client_count: int

    @property
    def commission_fen(self) -> int:
        """Commission of all the years."""
        return round_half_up(self.years * self.yearly_fen)

    @property
    def cost_fen(self) -> int:
        """Cost of service of all the years."""
        return round_half_up(self.years * self.yearly_cost_fen)

    @property
    def value_fen(self) -> int:
        """Years × commission − cost."""
        return self.commission_fen - self.cost_fen


def tier_values(night: Publication) -> Mapping[str, LifetimeValue]:
    """The mean client of each tier that has clients who traded, from the sums that the night stored."""
    figures = BehaviourFigures.objects.filter(publication=night).first()
    return _values(night, figures.values) if figures else {}


def lifetime_value(
    night: Publication, tier: str, behaviour: Behaviour | None, figures: BehaviourFigures | None
) -> LifetimeValue | None:
    """What one client of a tier is worth, by how the client and the branch behaved by a night: the mean years of the tier ×
    the client's own mean yearly commission − the tier's cost of service. None for a client who never traded, or where the
    night knows nothing."""
    if figures is None or behaviour is None or not behaviour.trading_days:
        return None
    mean = _values(night, figures.values).get(tier)
    if mean is None:
        return None
    yearly = behaviour.yearly_commission_fen
    return LifetimeValue(mean.tier, mean.years, yearly, mean.yearly_cost_fen, mean.client_count)


def _values(night: Publication, sums: Mapping[str, tuple[int, int, int]]) -> dict[str, LifetimeValue]:
    costs = thresholds([f"service_cost_{tier}" for tier in Tier.values], night.as_of)
    found = {}
    for tier in Tier.values:
        clients, days, yearly = sums.get(tier, (0, 0, 0))
        if clients:
            years = Decimal(round_half_up(Decimal(days * 10) / (clients * DAYS_IN_YEAR))) / 10
            mean = round_half_up(Decimal(yearly) / clients)
            found[tier] = LifetimeValue(tier, years, mean, costs[f"service_cost_{tier}"], clients)
    return found
