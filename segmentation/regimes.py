"""Market regimes (B8): who set which on what evidence, the reference share of positions in it, and the clients far from it.
An occasion to talk, never advice to buy or sell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.models import Publication, Staff
from segmentation.models import Behaviour, BehaviourFigures, MarketRegime
from segmentation.querysets import BehaviourQuerySet
from segmentation.thresholds import threshold

SIDES = ("below", "above")
Histogram = Mapping[int, tuple[int, int]]  # whole percent of position: clients and fen


class RegimeRefused(Exception):
    """The regime cannot be set as it stands; `field` says where, the message why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class RegimeChanged(Exception):
    """Somebody else has set a regime meanwhile: `latest`."""

    def __init__(self, latest: MarketRegime) -> None:
        super().__init__(str(latest))
        self.latest = latest


@dataclass(frozen=True)
class Reference:
    """The share of net assets that a regime suggests in positions, in basis points, and how far from it is no gap. Positions
    are judged as they are shown, in whole percent. In a strong market more than the share is no gap, in a weak one less."""

    regime: MarketRegime
    share_e4: int
    tolerance_e4: int

    @property
    def low_percent(self) -> int | None:
        """The least whole percent that is not far below; None in a weak market."""
        if self.regime.level == MarketRegime.Level.WEAK:
            return None
        return -((self.tolerance_e4 - self.share_e4) // 100)

    @property
    def high_percent(self) -> int | None:
        """The largest whole percent that is not far above; None in a strong market."""
        if self.regime.level == MarketRegime.Level.STRONG:
            return None
        return (self.share_e4 + self.tolerance_e4) // 100

    def side_of(self, position_e4: int) -> str:
        """`below` or `above` for a position far from the reference, else ''."""
        percent = whole_percent(position_e4)
        if self.low_percent is not None and percent < self.low_percent:
            return "below"
        return "above" if self.high_percent is not None and percent > self.high_percent else ""

    def far(self, side: str = "") -> Q:
        """The same as a condition on rows of behaviour: on one side, or on either."""
        found = Q(pk__in=[])
        if side != "above" and self.low_percent is not None:
            found |= Q(position_e4__lt=self.low_percent * 100 - 50)
        if side != "below" and self.high_percent is not None:
            found |= Q(position_e4__gte=self.high_percent * 100 + 50)
        return found


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

    @property
    def far(self) -> int:
        """Clients on either side."""
        return self.below + self.above

    @property
    def far_fen(self) -> int:
        """Their net assets in fen."""
        return self.below_fen + self.above_fen


def whole_percent(position_e4: int) -> int:
    """A position in basis points as the page shows it: in whole percent, half up."""
    return (position_e4 + 50) // 100


def regime_on(day: date) -> MarketRegime | None:
    """The regime in force on a day; None where nobody has set one."""
    return MarketRegime.objects.in_force(day).select_related("set_by").first()


def reference_on(day: date) -> Reference | None:
    """The reference in force on a day; None where no regime is set."""
    regime = regime_on(day)
    return _reference(regime, day) if regime else None


def references_on(days: Sequence[date]) -> list[Reference | None]:
    """The reference in force on each of some days, for a chart: regimes read once."""
    if not days:
        return []
    begun = list(MarketRegime.objects.in_force(max(days)))
    found = [next((regime for regime in begun if regime.from_day <= day), None) for day in days]
    known = {regime.level: _reference(regime, max(days)) for regime in found if regime}
    return [known[regime.level] if regime else None for regime in found]


def _reference(regime: MarketRegime, day: date) -> Reference:
    return Reference(regime, threshold(f"regime_{regime.level}", day), threshold("regime_tolerance", day))


def set_regime(
    *, level: str, phase: str, from_day: date, evidence: str, by: Staff, at: datetime, after: int
) -> MarketRegime:
    """Set the market regime of the firm from a day on; `after` is the number of the latest one that the person has seen (0:
    none). Twice the same by the same person is once. Raises RegimeRefused for a day to come or before the latest one's,
    and RegimeChanged where somebody else was quicker."""
    if not evidence.strip():
        raise RegimeRefused("evidence", _("Say what it is seen by: an index, a turnover, a breadth, with its day."))
    if from_day > timezone.localdate(at):
        raise RegimeRefused("from_day", _("A regime begins today or before: nobody knows a later one."))
    wanted = {"level": level, "phase": phase, "from_day": from_day, "evidence": evidence.strip(), "set_by": by}
    with transaction.atomic():
        latest = MarketRegime.objects.order_by("-number").first()
        if latest is not None and latest.number != after:
            return _same_or_changed(latest, wanted)
        if latest is not None and from_day < latest.from_day:
            message = _("The regime before it begins on %(day)s; this one cannot begin earlier.")
            raise RegimeRefused("from_day", message % {"day": latest.from_day.isoformat()})
        try:
            with transaction.atomic():
                regime = MarketRegime.objects.create(number=(latest.number if latest else 0) + 1, set_at=at, **wanted)
        except IntegrityError:  # the same number, taken in the same moment
            return _same_or_changed(MarketRegime.objects.latest("number"), wanted)
        audit.record(
            "set-regime",
            actor=by,
            table=MarketRegime._meta.db_table,
            key=regime.pk,
            detail={"level": level, "phase": phase, "from_day": from_day.isoformat(), "number": regime.number},
        )
    return regime


def _same_or_changed(latest: MarketRegime, wanted: Mapping[str, object]) -> MarketRegime:
    if all(getattr(latest, name) == value for name, value in wanted.items()):
        return latest
    raise RegimeChanged(latest)


def gap_rows(user: Staff, night: Publication, reference: Reference, side: str = "") -> BehaviourQuerySet[Behaviour]:
    """The clients of a night, of those the reader sees, who own enough to be judged and whose position is far from the
    reference: on one side, or on either."""
    rows = Behaviour.objects.visible_to(user).of_nights([night.pk])
    return _judged(rows, night).filter(reference.far(side))


def regime_gap_counts(user: Staff, night: Publication) -> GapCounts | None:
    """The clients of a night far from the reference of its day, of those the reader sees: from what the night stored, less
    the clients hidden from the reader; of an advisor's own clients from their rows. None where no regime is set."""
    reference = reference_on(night.as_of)
    if reference is None:
        return None
    if user.is_advisor:
        seen = _histogram(_judged(Behaviour.objects.visible_to(user).of_nights([night.pk]), night))
    else:
        stored = BehaviourFigures.objects.filter(publication=night).first()
        hidden = _histogram(_judged(Behaviour.objects.hidden_from(user).of_nights([night.pk]), night))
        seen = _less(stored_positions(stored), hidden)
    return _counted(reference, seen)


def stored_positions(figures: BehaviourFigures | None) -> dict[int, tuple[int, int]]:
    """The positions of a night as it stored them; empty where it stored none."""
    return {percent: (clients, fen) for percent, clients, fen in figures.positions} if figures else {}


def _judged(rows: BehaviourQuerySet[Behaviour], night: Publication) -> BehaviourQuerySet[Behaviour]:
    floor = threshold("behaviour_floor", night.as_of)
    return rows.filter(position_e4__isnull=False, net_assets_fen__gte=floor)


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
