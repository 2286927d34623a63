"""What the ladder and the map rest on, of every client of a published night: read in parts, everything rare once per branch."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple

from clients.models import Account, Background
from crm.models import Branch, Publication
from segmentation.models import Behaviour, Dormancy, Standing
from segmentation.querysets import StandingQuerySet
from segmentation.thresholds import threshold
from servicing.items.entitlements import months_between
from servicing.loyalty.answers import pleased_in
from servicing.loyalty.rules import Facts, stay_of
from servicing.models import Complaint, Loyalty, Opening, Referral, ServicePlan

PART = 2000  # clients at a time
PLAN = "plan"
ACCOUNTS = (Account.Kind.MARGIN, Account.Kind.OPTION)
_AWAKE = frozenset({Dormancy.ACTIVE, Dormancy.COOLING})
Kept = tuple[Any, ...]  # in the order of the columns
KEPT = [field.name for field in Loyalty._meta.fields if field.name not in {"client", "branch"}]
_COLUMNS = ("client", "client__opened_on", "dormancy", "churn_score", "churn_band", "net_assets_fen", "measure_fen")


class Row(NamedTuple):
    """A standing of the night, money in fen."""

    client: int
    opened_on: date | None
    dormancy: str
    score: float | None
    band: str
    assets_fen: int
    measure_fen: int


@dataclass(frozen=True)
class Rare:
    """What few clients of a branch have, by client. `wallets`: share with us in 1/10,000 where it is known, and what is held
    elsewhere in fen."""

    complaints: frozenset[int]
    told_complaints: frozenset[int]
    pleased: Mapping[int, bool]
    accounts: Mapping[int, Sequence[str]]
    planned: frozenset[int]
    referrals: Mapping[int, int]
    strategic: frozenset[int]
    wallets: Mapping[int, tuple[int | None, int | None]]


def rare_in(branch: Branch, day: date) -> Rare:
    """All of it, in seven reads of the branch."""
    complaints = Complaint.objects.exclude(about__role="manager")  # managers read the step
    accounts: dict[int, list[str]] = {}
    open_ones = Account.objects.filter(branch=branch, kind__in=ACCOUNTS, closed_on=None)
    for client, kind in open_ones.order_by("kind").values_list("client", "kind").distinct():
        accounts.setdefault(client, []).append(kind)
    backgrounds = Background.objects.standing().filter(client__branch=branch)
    told = list(backgrounds.values_list("client", "is_strategic", "wallet_share_e4", "elsewhere_fen"))
    return Rare(
        complaints=frozenset(complaints.with_open_complaint(branch)),
        told_complaints=frozenset(Complaint.objects.filter(about=None).with_open_complaint(branch)),
        pleased=pleased_in(branch, threshold("loyalty_answer", day)),
        accounts=accounts,
        planned=frozenset(ServicePlan.objects.in_force().filter(branch=branch).values_list("client", flat=True)),
        referrals=brought_in(branch),
        strategic=frozenset(client for client, is_strategic, _share, _fen in told if is_strategic),
        wallets={client: (share, fen) for client, _is, share, fen in told if (share, fen) != (None, None)},
    )


def brought_in(branch: Branch) -> Counter[int]:
    """Client → how many clients they brought in: named as a referral that opened, or as the referrer of an account opening;
    each new client counts once."""
    named = Referral.objects.opened_in(branch.pk).values_list("referrer", "client")
    opened = Opening.objects.filter(branch=branch, referrer__isnull=False, client__isnull=False)
    pairs = {*named, *opened.values_list("referrer", "client")}
    return Counter(referrer for referrer, _client in pairs)


def shown_in(night: Publication) -> StandingQuerySet[Standing]:
    """Who stands on the ladder: everybody in a night but restricted clients (L3), and those who want no scores (L4)."""
    return Standing.objects.filter(publication=night, client__is_restricted=False, client__is_unscored=False)


def facts_of(night: Publication, rare: Rare) -> Iterator[list[tuple[Row, Facts, Kept]]]:
    """Every standing of a night with its facts and what is kept so far (all None: nothing), in parts, by the client's key."""
    columns = (*_COLUMNS, *(f"client__loyalty__{name}" for name in KEPT))
    rows = shown_in(night).order_by("client").values_list(*columns).iterator(PART)
    traded = Behaviour.objects.of_nights([night.pk]).filter(trade_count__gt=0)  # who did not has no kinds
    years = cache(partial(_years, as_of=night.as_of))  # a branch opens many accounts on one day
    while part := [(Row(*told[: len(_COLUMNS)]), told[len(_COLUMNS) :]) for told in islice(rows, PART)]:
        behaved = traded.filter(client__gte=part[0][0].client, client__lte=part[-1][0].client)
        kinds = {client: [one[0] for one in told] for client, told in behaved.values_list("client", "kinds")}
        yield [(row, _facts(row, kinds.get(row.client, ()), years(row.opened_on), rare), kept) for row, kept in part]


def _facts(row: Row, kinds: Sequence[str], years: int | None, rare: Rare) -> Facts:
    client = row.client
    uses = (*sorted(kinds), *rare.accounts.get(client, ()))
    return Facts(
        has_complaint=client in rare.complaints,
        has_told_complaint=client in rare.told_complaints,
        is_pleased=rare.pleased.get(client),
        uses=(*uses, PLAN) if client in rare.planned else uses,
        years=years,
        is_awake=row.dormancy in _AWAKE,
        band=row.band,
        wallet=_wallet(row.assets_fen, *rare.wallets[client]) if client in rare.wallets else None,
        referrals=rare.referrals.get(client, 0),
        is_strategic=client in rare.strategic,
        stay=stay_of(row.score),
    )


def _years(opened: date | None, as_of: date) -> int | None:
    return max(months_between(opened, as_of) // 12, 0) if opened else None


def _wallet(assets_fen: int, share_e4: int | None, elsewhere_fen: int | None) -> int | None:
    """The share of wallet with us in whole per cent: as it was noted, else what is here of what is here and elsewhere."""
    if share_e4 is not None:
        return share_e4 // 100
    if elsewhere_fen is None:
        return None
    here = max(assets_fen, 0)
    return here * 100 // (here + elsewhere_fen) if here + elsewhere_fen else 0
