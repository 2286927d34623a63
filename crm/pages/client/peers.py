"""A client beside the others of the same tier and branch: means from the sums that the night stored, medians over clients
spread evenly over the ranks of the tier, so that a tier of a hundred thousand costs what one of three hundred costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib import formats
from crm.models import Publication, Staff
from segmentation.models import Behaviour, Standing, StandingSum, Tier
from segmentation.querysets import BANDS
from servicing.models import Contact

FEWEST = 5  # of fewer clients, a mean would tell one of another
SPREAD = 300
_SUMMED = {"n": "client_count", "measure": "measure_fen", "assets": "net_assets_fen", "stake": "at_risk_fen"}


@dataclass(frozen=True)
class Amounts:
    """What the clients of a tier bring, own and may take away, in fen."""

    measure_fen: int
    assets_fen: int
    stake_fen: int


@dataclass(frozen=True)
class Peers:
    """The clients of one tier whom the reader's role may count: means over all `count` of them, medians over `compared`;
    None where too few have the figure."""

    tier: str
    count: int
    compared: int
    mean: Amounts
    median: Amounts
    median_score: float | None
    median_band: str
    median_trades: int | None
    median_contact_days: int | None
    contacted_count: int


def peers_of(night: Publication, tier: str, user: Staff, today: date) -> Peers | None:
    """The others of a tier in a night, their contacts as of today; None where they are too few to speak of."""
    sums = {row["tier"]: row for row in _summed(StandingSum.objects.of_nights([night.pk]), _SUMMED)}
    own = sums.get(tier)
    if own is None:
        return None
    first = 1 + sum(sums[above]["n"] for above in Tier.values[: Tier.values.index(tier)] if above in sums)
    rows = _spread(night, tier, user, first, own["n"])
    hidden = Standing.objects.hidden_from(user).filter(publication=night, tier=tier).order_by().values_list(*_FIELDS)
    off = [sum(column) for column in zip(*((1, *(value or 0 for value in row)) for row in hidden), strict=True)] or [
        0
    ] * 4
    count, *totals = (own[name] - less for name, less in zip(_SUMMED, off, strict=True))
    if count < FEWEST or len(rows) < FEWEST:
        return None
    clients = [row["client_id"] for row in rows]
    scores = [row["churn_score"] for row in rows if row["churn_score"] is not None]
    bands = [BANDS.index(row["churn_band"]) for row in rows if row["churn_band"]]
    trades = Behaviour.objects.filter(publication=night, client__in=clients).values_list("trade_count", flat=True)
    ages = _contact_ages(clients, today)
    return Peers(
        tier,
        count,
        len(rows),
        Amounts(*(total // count for total in totals)),
        Amounts(*(median_low([row[field] or 0 for row in rows]) for field in _FIELDS)),
        median_score=_median(scores),
        median_band=BANDS[_median(bands) or 0] if len(bands) >= FEWEST else "",
        median_trades=_median(list(trades)),
        median_contact_days=_median(ages),
        contacted_count=len(ages),
    )


_FIELDS = ("measure_fen", "net_assets_fen", "at_risk_fen")


def _summed(rows: Any, names: dict[str, str]) -> Any:
    return rows.order_by().values("tier").annotate(**{name: Sum(column) for name, column in names.items()})


def _spread(night: Publication, tier: str, user: Staff, first: int, count: int) -> list[dict[str, Any]]:
    ranks = {first + at * count // SPREAD for at in range(SPREAD)} if count > SPREAD else range(first, first + count)
    rows = Standing.objects.filter(publication=night, rank__in=list(ranks), tier=tier)
    if not user.is_compliance:
        rows = rows.exclude(client__is_restricted=True)
    return list(rows.values("client_id", *_FIELDS, "churn_score", "churn_band"))


def _median(values: Sequence[Any]) -> Any:
    return median_low(values) if len(values) >= FEWEST else None


def _contact_ages(clients: Sequence[int], today: date) -> list[int]:
    latest = Contact.objects.standing().filter(client__in=clients).order_by().values_list("client")
    found = latest.annotate(last=Max("happened_at")).values_list("last", flat=True)
    return [max((today - timezone.localtime(moment).date()).days, 0) for moment in found]


@dataclass(frozen=True)
class Line:
    """One figure: the client's own, the median and the mean of the tier."""

    label: str
    own: str
    median: str
    mean: str


def lines_of(
    peers: Peers, standing: Standing, *, measure: str, trade_count: int | None, contact_days: int | None
) -> list[Line]:
    """The comparison as lines; a figure that neither side has is left out."""
    lines = [
        Line(
            measure,
            formats.stake(standing.measure_fen),
            formats.stake(peers.median.measure_fen),
            formats.stake(peers.mean.measure_fen),
        ),
        Line(
            _("Net assets"),
            formats.summary(standing.net_assets_fen),
            formats.summary(peers.median.assets_fen),
            formats.summary(peers.mean.assets_fen),
        ),
        Line(
            _("Commission at risk"),
            formats.stake(standing.at_risk_fen),
            formats.stake(peers.median.stake_fen),
            formats.stake(peers.mean.stake_fen),
        ),
    ]
    if standing.churn_score is not None or peers.median_score is not None:
        own, median = formats.percent(standing.churn_score), formats.percent(peers.median_score)
        lines.append(Line(_("Churn risk"), own, median, formats.NOTHING))
    if trade_count is not None:
        lines.append(Line(_("Trades a month"), _monthly(trade_count), _monthly(peers.median_trades), formats.NOTHING))
    if contact_days is not None or peers.median_contact_days is not None:
        own, median = _days(contact_days), _days(peers.median_contact_days)
        lines.append(Line(_("Days since the last contact"), own, median, formats.NOTHING))
    return lines


def _monthly(trades: int | None) -> str:
    return formats.NOTHING if trades is None else formats.decimal(trades / 12)


def _days(days: int | None) -> str:
    return formats.count(days)
