"""Every named read of tiers, standings and scores; each starts at `visible_to` or at a publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from clients.models import Client
from clients.querysets import hidden_from, seen_by
from crm.models import Publication

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)
Night = int | RawSQL  # a publication's key, or what stands for it in a query that is asked for each night

BANDS = ("low", "watch", "raised", "high")
RISEN = Q(pk__in=[])
for _at, _band in enumerate(BANDS):
    RISEN |= Q(after=_band, before__in=BANDS[:_at])
NEWS = ("tier", "risk", "state")
# Within a twentieth of the next tier, or of the one below (T8).
NEAR = Q(measure_fen__gt=0) & (
    Q(to_next_fen__lte=F("measure_fen") / 20) | Q(above_lower_fen__lte=F("measure_fen") / 20)
)
# What clients who are counted together have in common: what the client list filters by, and what a branch is drawn by.
ALIKE = ("tier", "churn_band", "dormancy", "is_near", *(f"{news}_news" for news in NEWS))
STATE = ALIKE[:3]
COUNTED: dict[str, Any] = {
    "clients": Count("pk"),
    "at_risk": Count("pk", filter=Q(at_risk_fen__gt=0)),
    "measure": Sum("measure_fen"),
    "assets": Sum("net_assets_fen"),
    "stake": Sum("at_risk_fen"),
}
ADDED: dict[str, Any] = {
    "clients": Sum("client_count"),
    "at_risk": Sum("at_risk_count"),
    "measure": Sum("measure_fen"),
    "assets": Sum("net_assets_fen"),
    "stake": Sum("at_risk_fen"),
}


class TierSchemeQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> TierSchemeQuerySet[M]:
        """Everybody may read how tiers are made; a branch's own scheme is read by that branch, admin and compliance."""
        if user.is_admin or user.is_compliance:
            return self.all()
        return self.filter(Q(branch=None) | Q(branch__in=user.branches.all()))

    def in_force(self, branch: Branch, day: date) -> TierSchemeQuerySet[M]:
        """Primary schemes of a branch on a day, the one that counts first (T1): the branch's own before the firm's, the
        latest start before earlier ones."""
        return (
            self.filter(Q(branch=branch) | Q(branch=None), is_primary=True, from_day__lte=day)
            .filter(Q(until_day=None) | Q(until_day__gt=day))
            .order_by(models.F("branch").desc(nulls_last=True), "-from_day", "-pk")
        )


class TierPinQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> TierPinQuerySet[M]:
        """Pins on clients that the user sees."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def in_force(self, day: date) -> TierPinQuerySet[M]:
        """Pins that hold on a day (T6)."""
        return self.filter(from_day__lte=day).filter(Q(until_day=None) | Q(until_day__gt=day))


class StandingQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> StandingQuerySet[M]:
        """Standings of the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def current(self, user: Staff) -> StandingQuerySet[M]:
        """What "today" is for the user: the standings of the current publication of each of their branches, resolved
        once, so that all queries of a page read the same nights."""
        nights = list(Publication.objects.visible_to(user).current().values_list("pk", flat=True))
        return self.visible_to(user).filter(publication__in=nights)

    def of_nights(self, nights: Iterable[Night]) -> StandingQuerySet[M]:
        """Standings of publications that the request has resolved; start from `visible_to`."""
        found = list(nights)
        return self.filter(publication=found[0]) if len(found) == 1 else self.filter(publication__in=found)

    def for_table(self) -> StandingQuerySet[M]:
        """With client, advisor and branch in the same query, and `risk_order`: the band, and within it the score (a
        model that is not calibrated gives bands only)."""
        level = Case(*[When(churn_band=band, then=Value(at)) for at, band in enumerate(BANDS)], default=None)
        score = Coalesce(F("churn_score"), Value(0.0), output_field=models.FloatField())
        rows = self.select_related("client__advisor", "client__branch")
        return cast("StandingQuerySet[M]", rows.annotate(risk_order=level + score))

    def by_advisor_and_tier(self) -> models.QuerySet[M, tuple[int, int | None, str, int, int]]:
        """Night, advisor of today and tier, with clients and their measure in fen, of the open clients whom an advisor may
        be asked to look after: counts of whole branches, and nobody by name."""
        served = self.filter(client__is_restricted=False).exclude(client__state__in=["closed", "transferred_out"])
        grouped = served.order_by().values_list("publication", "client__advisor", "tier")
        return cast(Any, grouped.annotate(Count("pk"), Sum("measure_fen")))  # type: ignore[no-any-return]

    def hidden_from(self, user: Staff) -> StandingQuerySet[M]:
        """What `visible_to` takes away from whole nights of the user's branches: few."""
        return self.filter(hidden_from(user))

    def near_boundary(self) -> StandingQuerySet[M]:
        """Clients whose measure is within a twentieth of the next tier, or of the one below (T8)."""
        return self.filter(NEAR)

    def sleeping_giants(self) -> StandingQuerySet[M]:
        """Clients whose assets would make them VIP while what they bring makes them small, or whom the scheme excluded for
        it (T4): the best to wake."""
        rich = Q(computed_tier="small", net_assets_fen__gte=F("publication__figures__giant_fen"))
        return self.filter(rich | Q(tier_reason="sleeping_giant"))

    def behaving(self, **conditions: Any) -> StandingQuerySet[M]:
        """Clients whose behaviour of the same night is so: conditions on `Behaviour` (horizon, result, is_overtrading,
        position_band …)."""
        from segmentation.models import Behaviour

        same = Behaviour.objects.filter(publication=OuterRef("publication"), client=OuterRef("client"), **conditions)
        return self.filter(Exists(same))

    def changed_in(self, nights: Iterable[Night], *news: str, by: Iterable[Night] | None = None) -> StandingQuerySet[M]:
        """Clients whom these nights (or the nights `by`, as they stand in these) changed: `tier` (T7; a first night is no
        change), `risk` (the band rose), `state`."""
        found = list(nights)
        changed = [_changed_by(found if by is None else list(by))[one] for one in news]
        # one set to join from, not a choice of sets to test every standing against
        return self.of_nights(found).filter(client__in=changed[0].union(*changed[1:]) if changed[1:] else changed[0])

    def summed(self, nights: Iterable[Night], alike: Sequence[str] = ALIKE) -> models.QuerySet[M, dict[str, Any]]:
        """How many of these nights' clients stand alike and what they add up to: what a night stores as its sums."""
        found = list(nights)
        known = {"is_near": NEAR, **{f"{news}_news": Q(client__in=who) for news, who in _changed_by(found).items()}}
        marks = {
            name: Case(When(known[name], then=Value(True)), default=Value(False)) for name in alike if name in known
        }
        rows = self.of_nights(found).annotate(**marks).order_by().values(*alike).annotate(**COUNTED)
        return cast("models.QuerySet[M, dict[str, Any]]", rows)


def _changed_by(nights: list[Night]) -> dict[str, models.QuerySet[Any, Any]]:
    """Ids of the clients whom these nights changed, by kind of news."""
    from segmentation.models import StateChange, TierMove

    of_nights = Q(publication=nights[0]) if len(nights) == 1 else Q(publication__in=nights)
    changes = StateChange.objects.filter(of_nights)
    return {
        "tier": TierMove.objects.filter(of_nights).exclude(why="first").values("client"),
        "risk": changes.filter(RISEN, subject="band").values("client"),
        "state": changes.filter(subject="dormancy").values("client"),
    }


class StandingSumQuerySet(models.QuerySet[M]):
    """Sums of whole nights: read by whoever sees the branch, less what `hidden_from` names."""

    def of_nights(self, nights: Iterable[int]) -> StandingSumQuerySet[M]:
        """Sums of publications that the request has resolved."""
        return self.filter(publication__in=list(nights))

    def added(self, alike: Sequence[str] = ALIKE) -> models.QuerySet[M, dict[str, Any]]:
        """The same over several nights together, in the shape of `StandingQuerySet.summed`."""
        return cast("models.QuerySet[M, dict[str, Any]]", self.order_by().values(*alike).annotate(**ADDED))


class BehaviourQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> BehaviourQuerySet[M]:
        """Behaviour of the clients that the user sees; an advisor's few are found first, not looked for in the night."""
        if user.is_advisor:
            return self.filter(client__in=Client.objects.visible_to(user))
        return self.filter(seen_by(user, "client__"))

    def hidden_from(self, user: Staff) -> BehaviourQuerySet[M]:
        """What `visible_to` takes away from whole nights of the user's branches: few."""
        return self.filter(hidden_from(user))

    def of_nights(self, nights: Iterable[int]) -> BehaviourQuerySet[M]:
        """Behaviour in publications that the request has resolved."""
        found = list(nights)
        return self.filter(publication=found[0]) if len(found) == 1 else self.filter(publication__in=found)


class MarketRegimeQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> MarketRegimeQuerySet[M]:
        """A market regime holds no personal data: everybody reads it."""
        return self.all()

    def in_force(self, day: date) -> MarketRegimeQuerySet[M]:
        """What had begun by a day, the one that counts first: the latest day, of several the last one set."""
        return self.filter(from_day__lte=day).order_by("-from_day", "-number")


class LedgerQuerySet(models.QuerySet[M]):
    """Permanent ledgers of changes: tier moves, state and band changes."""

    def visible_to(self, user: Staff) -> LedgerQuerySet[M]:
        """Changes of the clients that the user sees."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def of_nights(self, nights: Iterable[int]) -> LedgerQuerySet[M]:
        """Changes that these publications brought."""
        return self.filter(publication__in=list(nights))


class ThresholdQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ThresholdQuerySet[M]:
        """The numbers by which people are counted are read by managers, admin and compliance."""
        return self.none() if user.is_advisor else self.all()

    def history(self) -> ThresholdQuerySet[M]:
        """With who decided, the latest first within a key."""
        return self.select_related("made_by", "confirmed_by").order_by("key", "-from_day")


class ScoreModelQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ScoreModelQuerySet[M]:
        """The model registry holds no personal data: managers, admin and compliance read it."""
        return self.none() if user.is_advisor else self.all()
