"""Who is entitled to a service item (S3): a closed grammar of conditions as data, of which all must hold.

The grammar has no word for complaints, moods or scores, so that none of them can ever lower what a client is entitled to
(S8). It looks at the published standing, at the horizon of the same night, at the day of opening, and at the points of loyalty
that were earned in all: what members are given on top (S19)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from segmentation.models import Behaviour, Horizon, Standing, Tier, TierScheme
from segmentation.querysets import StandingQuerySet
from segmentation.tiers.period import period_start
from servicing.models import PointEntry, ServiceItem

MOST_FEN, MOST_MONTHS, MOST_POINTS = 10**15, 600, 1_000_000
CHOICES: Mapping[str, Sequence[str]] = {"tier": Tier.values, "horizon": Horizon.values}  # one of these
LEAST: Mapping[str, int] = {
    "net_assets_fen": MOST_FEN,
    "commission_fen": MOST_FEN,
    "months_open": MOST_MONTHS,
    "points_earned": MOST_POINTS,
}
GRAMMAR = ("tier", "horizon", *LEAST)
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What the conditions see of a client in a night, money in fen; `commission_fen` of twelve months is None where the tiers
    of the night are not made by commission."""

    tier: str
    net_assets_fen: int
    commission_fen: int | None
    horizon: str
    months_open: int | None
    points_earned: int = 0


@dataclass(frozen=True)
class Reason:
    """A condition that holds: its word in the grammar, what it asks and what the client has."""

    what: str
    asked: Any
    has: Any


@dataclass(frozen=True)
class Entitlement:
    """An item that a client is entitled to, because all of its conditions hold; without any it is for everybody."""

    item: ServiceItem
    reasons: tuple[Reason, ...]


def check_rule(rule: Rule) -> bool:
    """Whether a rule is written in the grammar."""
    for what, asked in rule.items():
        if what in CHOICES:
            if (
                not asked
                or not isinstance(asked, list)
                or set(asked) - set(CHOICES[what])
                or len(set(asked)) < len(asked)
            ):
                return False
        elif what not in LEAST or type(asked) is not int or not 0 < asked <= LEAST[what]:
            return False
    return True


def reasons_for(rule: Rule, case: Case) -> tuple[Reason, ...] | None:
    """Why a client is entitled; None where a condition does not hold or what it asks is not known."""
    found = tuple(Reason(what, rule[what], getattr(case, what)) for what in GRAMMAR if what in rule)
    return found if all(_holds(reason) for reason in found) else None


def _holds(reason: Reason) -> bool:
    if reason.what in CHOICES:
        return reason.has in reason.asked
    return reason.has is not None and reason.has >= reason.asked


def entitlements(items: Iterable[ServiceItem], case: Case) -> list[Entitlement]:
    """What a client is entitled to, of some items in force."""
    told = ((item, reasons_for(item.rule, case)) for item in items)
    return [Entitlement(item, reasons) for item, reasons in told if reasons is not None]


def case_of(
    standing: Standing, scheme: TierScheme, behaviour: Behaviour | None, as_of: date, *, points: int = 0
) -> Case:
    """What the conditions see of a standing with its client, who earned so many points."""
    opened = standing.client.opened_on
    return Case(
        standing.tier,
        standing.net_assets_fen,
        standing.measure_fen * 12 // scheme.period_months if is_commission(scheme) else None,
        behaviour.horizon if behaviour else "",
        months_between(opened, as_of) if opened else None,
        points,
    )


def entitled_in(rule: Rule, scheme: TierScheme, as_of: date) -> "tuple[Q, list[str]] | None":
    """The same as a condition on the standings of a night, and the horizons that its behaviour must be of; None where
    nobody can be entitled."""
    found = Q()
    if "tier" in rule:
        found &= Q(tier__in=rule["tier"])
    if "net_assets_fen" in rule:
        found &= Q(net_assets_fen__gte=rule["net_assets_fen"])
    if "commission_fen" in rule:
        if not is_commission(scheme):
            return None
        found &= Q(measure_fen__gte=-(-rule["commission_fen"] * scheme.period_months // 12))
    if "months_open" in rule:
        found &= Q(client__opened_on__lte=period_start(as_of, rule["months_open"]))
    if "points_earned" in rule:
        found &= Q(client__in=PointEntry.objects.earning(rule["points_earned"]))
    return found, list(rule.get("horizon", []))


def entitled(
    rows: StandingQuerySet[Standing], rule: Rule, scheme: TierScheme, as_of: date
) -> StandingQuerySet[Standing]:
    """Those of some standings of one night whose open clients are entitled."""
    condition = entitled_in(rule, scheme, as_of)
    if condition is None:
        return rows.none()
    found = rows.filter(condition[0], client__closed_on=None)
    return found.behaving(horizon__in=condition[1]) if condition[1] else found


def is_commission(scheme: TierScheme) -> bool:
    """Whether the tiers of a night are made by commission, so that it is known for every client."""
    return scheme.measure == TierScheme.Measure.COMMISSION


def months_between(opened: date, as_of: date) -> int:
    """Whole months since the opening, by the clamped months of T2."""
    months = (as_of.year - opened.year) * 12 + as_of.month - opened.month
    return months if opened <= period_start(as_of, months) else months - 1
