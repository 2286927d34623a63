"""Several branches side by side: the same figures of one night of each, from what the nights stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from crm.models import Publication, Staff
from segmentation.flow_figures import told_flows
from segmentation.flows import CAME, LEFT, compared_with
from segmentation.hidden import hidden_clients
from segmentation.models import ASLEEP, Band, NightFigures, Standing, StandingSum
from segmentation.risks import VARIANCE, interval

_KEYS = ("publication", "tier", "churn_band", "dormancy")
_UPPER, _LIKELY = ("vip", "key"), (Band.HIGH, Band.RAISED)


@dataclass
class BranchSum:
    """What one branch adds up to in a night over the clients whom a reader sees; amounts in fen, the variance of the stake
    in square yuan (C8). `came` and `left` lie between `earlier` and the night (None: no earlier night is stored)."""

    night: Publication
    clients: int = 0
    measure: int = 0
    assets: int = 0
    stake: int = 0
    likely: int = 0
    upper_likely: int = 0
    asleep: int = 0
    variance: int = 0
    earlier: Publication | None = None
    came: int = 0
    left: int = 0

    @property
    def low(self) -> int:
        return interval(self.stake, self.variance)[0]

    @property
    def high(self) -> int:
        return interval(self.stake, self.variance)[1]

    @property
    def likely_rate(self) -> float | None:
        return self.likely / self.clients if self.clients else None

    @property
    def asleep_rate(self) -> float | None:
        return self.asleep / self.clients if self.clients else None

    @property
    def left_rate(self) -> float | None:
        opening = self.clients - self.came + self.left
        return self.left / opening if self.earlier and opening else None

    def add(self, tier: str, band: str, state: str, numbers: Sequence[int | None], sign: int) -> None:
        """Count clients who stand alike: clients, measure, assets, stake."""
        clients, measure, assets, stake = (sign * int(number or 0) for number in numbers)
        self.clients += clients
        self.measure += measure
        self.assets += assets
        self.stake += stake
        self.likely += clients if band in _LIKELY else 0
        self.upper_likely += clients if band in _LIKELY and tier in _UPPER else 0
        self.asleep += clients if state in ASLEEP else 0


def branches_seen(user: Staff, nights: Sequence[Publication]) -> list[BranchSum]:
    """The figures of one night of each branch. The number of queries does not grow with branches, but for those of which
    a restricted client stood in the night or the one before."""
    found = {night.pk: BranchSum(night) for night in nights}
    stored = {
        one.pk: one for one in NightFigures.objects.filter(publication__in=found).defer("advisor_flows", "advisors")
    }
    sums = ("client_count", "measure_fen", "net_assets_fen", "at_risk_fen")
    rows = StandingSum.objects.of_nights(stored).order_by().values_list(*_KEYS).annotate(*(Sum(name) for name in sums))
    for night, tier, band, state, *numbers in rows:
        found[night].add(tier, band, state, numbers, 1)
    bare = [pk for pk in found if pk not in stored]
    if bare:
        _add(found, Standing.objects.visible_to(user).of_nights(bare), 1)
    _add(found, Standing.objects.hidden_from(user).of_nights(stored), -1)
    for pk, figures in stored.items():
        found[pk].variance += sum(int(variance) for _tier, _clients, variance in figures.risks or [])
    older = [pk for pk, figures in stored.items() if figures.risks is None]
    if older:
        risky = Standing.objects.of_nights(older).order_by().values_list("publication").annotate(spread=VARIANCE)
        for night, spread in risky:
            found[night].variance += int(spread or 0)
    _add_flows(user, found, stored)
    return list(found.values())


def _add(found: dict[int, BranchSum], rows: Any, sign: int) -> None:
    counted = (Count("pk"), Sum("measure_fen"), Sum("net_assets_fen"), Sum("at_risk_fen"))
    told = rows.order_by().values_list(*_KEYS).annotate(*counted, spread=VARIANCE)
    for night, tier, band, state, *numbers, spread in told:
        found[night].add(tier, band, state, numbers, sign)
        found[night].variance += sign * int(spread or 0)


def _add_flows(user: Staff, found: dict[int, BranchSum], stored: dict[int, NightFigures]) -> None:
    """Who came and left since the first night that each night compares itself with; where a night stored nothing of it, it
    is counted."""
    firsts = {pk: figures.flows[0][0] for pk, figures in stored.items() if figures.flows}
    earlier = Publication.objects.published().in_bulk(list(firsts.values()))
    for pk, one in found.items():
        if firsts.get(pk) not in earlier:
            nights = Publication.objects.published().filter(branch=one.night.branch_id, as_of__lt=one.night.as_of)
            usual = next(iter(compared_with(list(nights), one.night)), None)
            if usual is not None:
                firsts[pk], earlier[usual.pk] = usual.pk, usual
    ends = [*(found[pk].night for pk in firsts), *earlier.values()]
    hidden = hidden_clients(user, ends) if ends else []
    branches = set(Standing.objects.of_nights([n.pk for n in ends]).filter(client__in=hidden)
                   .values_list("client__branch", flat=True)) if hidden else set()  # fmt: skip
    for pk, first in firsts.items():
        if first not in earlier:
            continue
        one = found[pk]
        one.earlier = earlier[first]
        own = hidden if one.night.branch_id in branches else []
        kept = stored[pk].flows if pk in stored else []
        for flow in told_flows(one.night, one.earlier, kept, own, "tier"):
            one.came += flow.clients if flow.kind in CAME else 0
            one.left += flow.clients if flow.kind in LEFT else 0
