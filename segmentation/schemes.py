"""Tier schemes (T1): which one is in force, how a new one takes over, and who would move before it does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from duckdb import DuckDBPyConnection

from clients import mirror
from clients.fact_tables import ACCOUNTS, ASSETS, CLIENTS, MOVEMENTS, TRADES
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.models import TierScheme
from segmentation.pins import pins_in_force
from segmentation.tiers import rank_clients

TIER_FACTS = (CLIENTS, ACCOUNTS, TRADES, MOVEMENTS, ASSETS)


class NoScheme(Exception):
    """Neither the branch nor the firm has a primary scheme on the day."""


@dataclass(frozen=True)
class Move:
    """A client who would be in another tier."""

    client_id: int
    from_tier: str
    to_tier: str
    measure_fen: int
    rank: int


@dataclass(frozen=True)
class Preview:
    """What a proposed scheme would do on a day, beside the one in force."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    flows: Mapping[tuple[str, str], int]
    moves: tuple[Move, ...]
    cut_offs_before: Mapping[str, int]  # the least measure, in fen, that is in each tier
    cut_offs_after: Mapping[str, int]


def scheme_in_force(branch: Branch, as_of: date) -> TierScheme:
    """The one scheme by which a branch's tiers are made on a day (T1); raises NoScheme."""
    scheme = TierScheme.objects.in_force(branch, as_of).first()
    if scheme is None:
        raise NoScheme(f"No tier scheme for branch {branch.code} on {as_of.isoformat()}")
    return scheme


def check_scheme(scheme: TierScheme) -> None:
    """Raise Refused where shares or floors do not descend from VIP to ordinary, or a rule is half filled in."""
    shares = [scheme.vip_permille, scheme.key_permille, scheme.ordinary_permille]
    if shares != sorted(shares) or shares[-1] > 1000:
        raise Refused(_("Cumulative shares must ascend from VIP to ordinary and end at 100 % at most."))
    floors = [scheme.vip_floor_fen, scheme.key_floor_fen, scheme.ordinary_floor_fen]
    if scheme.measure == TierScheme.Measure.ASSET_CLASS:
        if any(floor is None or floor <= 0 for floor in floors):
            raise Refused(_("Asset classes need a floor above zero for each of the three upper tiers."))
        known = [floor for floor in floors if floor is not None]
        if known != sorted(known, reverse=True):
            raise Refused(_("Floors must descend from VIP to ordinary."))
    if (scheme.exclude_custody_rank_permille is None) != (scheme.exclude_turnover_below_e2 is None):
        raise Refused(_("The exclusion of sleeping giants needs both the custody rank and the turnover."))
    if not 1 <= scheme.period_months <= 120:
        raise Refused(_("The period must have 1 to 120 months."))


def supersede_scheme(scheme: TierScheme, *, made_by: Staff | None) -> TierScheme:
    """Save a new primary scheme; the one before it ends on its first day, and it ends where a later one begins. Nothing
    is edited but the end of validity. Raises Refused."""
    check_scheme(scheme)
    with transaction.atomic():
        scheme.made_by, scheme.is_primary = made_by, True
        _wait_for_others(scheme)
        if (twin := _twin(scheme)) is not None:
            return twin
        siblings = TierScheme.objects.filter(branch=scheme.branch, is_primary=True)
        siblings.filter(from_day=scheme.from_day).update(is_primary=False, until_day=scheme.from_day)
        earlier = siblings.filter(from_day__lt=scheme.from_day).exclude(until_day__lte=scheme.from_day)
        earlier.update(until_day=scheme.from_day)
        later = siblings.filter(from_day__gt=scheme.from_day).order_by("from_day").first()
        scheme.until_day = later.from_day if later else None
        scheme.save(force_insert=True)
        audit.record(
            "supersede-scheme",
            actor=made_by,
            table="segmentation_tierscheme",
            key=scheme.pk,
            branch=scheme.branch,
            detail={"from_day": scheme.from_day.isoformat(), "measure": scheme.measure},
        )
    return scheme


def _wait_for_others(scheme: TierScheme) -> None:
    """Whoever saves a scheme of the same scope second waits here, and finds what the first has saved."""
    if scheme.branch_id is None:
        list(TierScheme.objects.select_for_update().filter(branch=None).values_list("pk"))
    else:
        list(Branch.objects.select_for_update().filter(pk=scheme.branch_id).values_list("pk"))


def _twin(scheme: TierScheme) -> TierScheme | None:
    """The same scheme as the same person saved it a moment ago: a form that was sent twice."""
    apart = {"id", "is_primary", "until_day", "made_at"}
    values = {
        field.attname: getattr(scheme, field.attname)
        for field in TierScheme._meta.concrete_fields
        if field.name not in apart
    }
    return TierScheme.objects.filter(**values, is_primary=True).first()


def preview_scheme(scheme: TierScheme, *, branch: Branch, as_of: date, cutoff: datetime | None = None) -> Preview:
    """Who would move if this scheme were in force on the day (nothing is saved): both schemes over the same facts."""
    check_scheme(scheme)
    with mirror.open_facts([branch], cutoff, tables=TIER_FACTS) as con:
        return compare_schemes(con, scheme_in_force(branch, as_of), scheme, as_of, pins=pins_in_force(branch, as_of))


def compare_schemes(
    con: DuckDBPyConnection, current: TierScheme, proposed: TierScheme, as_of: date, *, pins: Mapping[int, str]
) -> Preview:
    """The preview over open fact views: tiers of both schemes and every client whose tier differs, best rank first."""
    rank_clients(con, current, as_of, pins=pins, into="tiers_current")
    rank_clients(con, proposed, as_of, pins=pins, into="tiers_proposed")
    rows = con.execute(
        """SELECT c.client_id, c.tier, p.tier, p.measure_fen, p.rank
        FROM tiers_current c JOIN tiers_proposed p USING (client_id) ORDER BY p.rank, c.client_id"""
    ).fetchall()
    flows = Counter((before, after) for _, before, after, _, _ in rows)
    return Preview(
        before=Counter(row[1] for row in rows),
        after=Counter(row[2] for row in rows),
        flows=flows,
        moves=tuple(Move(*row) for row in rows if row[1] != row[2]),
        cut_offs_before=_cut_offs(con, "tiers_current"),
        cut_offs_after=_cut_offs(con, "tiers_proposed"),
    )


def _cut_offs(con: DuckDBPyConnection, table: str) -> dict[str, int]:
    # by the computed tier: a client set by hand says nothing about the line
    rows = con.execute(f"SELECT computed_tier, min(measure_fen) FROM {table} GROUP BY computed_tier").fetchall()
    return {tier: int(least) for tier, least in rows}
