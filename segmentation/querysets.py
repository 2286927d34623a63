"""Every named read of tiers, standings and scores; each starts at `visible_to` or at a publication."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from clients.models import Client
from crm.models import Publication

if TYPE_CHECKING:
    from crm.models import Branch, Staff
    from segmentation.models import StateChange

M = TypeVar("M", bound=models.Model)

BANDS = ("low", "watch", "raised", "high")
RISEN = Q(pk__in=[])
for _at, _band in enumerate(BANDS):
    RISEN |= Q(after=_band, before__in=BANDS[:_at])


def _changes(subject: str) -> models.QuerySet[StateChange]:
    from segmentation.models import StateChange

    return StateChange.objects.filter(publication=OuterRef("publication"), client=OuterRef("client"), subject=subject)


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
        return self.filter(client__in=Client.objects.visible_to(user))

    def current(self, user: Staff) -> StandingQuerySet[M]:
        """What "today" is for the user: the standings of the current publication of each of their branches, resolved
        once, so that all queries of a page read the same nights."""
        nights = list(Publication.objects.visible_to(user).current().values_list("pk", flat=True))
        return self.visible_to(user).filter(publication__in=nights)

    def of_nights(self, nights: Iterable[int]) -> StandingQuerySet[M]:
        """Standings of publications that the request has resolved; start from `visible_to`."""
        return self.filter(publication__in=list(nights))

    def for_table(self) -> StandingQuerySet[M]:
        """With client, advisor and branch in the same query, and `risk_order`: the band, and within it the score (a
        model that is not calibrated gives bands only)."""
        level = Case(*[When(churn_band=band, then=Value(at)) for at, band in enumerate(BANDS)], default=None)
        score = Coalesce(F("churn_score"), Value(0.0), output_field=models.FloatField())
        rows = self.select_related("client__advisor", "client__branch")
        return cast("StandingQuerySet[M]", rows.annotate(risk_order=level + score))

    def worth_keeping(self) -> StandingQuerySet[M]:
        """Clients who bring much and may leave: VIP and key with a raised or high risk."""
        return self.filter(tier__in=["vip", "key"], churn_band__in=["raised", "high"])

    def near_boundary(self) -> StandingQuerySet[M]:
        """Clients whose measure is within a twentieth of the next tier, or of the one below (T8)."""
        near = Q(to_next_fen__lte=F("measure_fen") / 20) | Q(above_lower_fen__lte=F("measure_fen") / 20)
        return self.filter(near, measure_fen__gt=0)

    def changed_tier(self) -> StandingQuerySet[M]:
        """Clients whose tier this very night changed (T7); a first night is no change."""
        from segmentation.models import TierMove

        moves = TierMove.objects.filter(publication=OuterRef("publication"), client=OuterRef("client"))
        return self.filter(Exists(moves.exclude(why="first")))

    def changed_state(self) -> StandingQuerySet[M]:
        """Clients whose dormancy state this very night changed."""
        return self.filter(Exists(_changes("dormancy")))

    def risen(self) -> StandingQuerySet[M]:
        """Clients whose churn band this very night rose."""
        return self.filter(Exists(_changes("band").filter(RISEN)))


class LedgerQuerySet(models.QuerySet[M]):
    """Permanent ledgers of changes: tier moves, state and band changes."""

    def visible_to(self, user: Staff) -> LedgerQuerySet[M]:
        """Changes of the clients that the user sees."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def of_nights(self, nights: Iterable[int]) -> LedgerQuerySet[M]:
        """Changes that these publications brought."""
        return self.filter(publication__in=list(nights))


class ScoreModelQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ScoreModelQuerySet[M]:
        """The model registry holds no personal data: managers, admin and compliance read it."""
        return self.none() if user.is_advisor else self.all()
