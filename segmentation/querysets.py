"""Every named read of tiers, standings and scores; each starts at `visible_to` or at a publication."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from clients.models import Client
from clients.querysets import seen_by
from crm.models import Publication

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)

BANDS = ("low", "watch", "raised", "high")
RISEN = Q(pk__in=[])
for _at, _band in enumerate(BANDS):
    RISEN |= Q(after=_band, before__in=BANDS[:_at])


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

    def of_nights(self, nights: Iterable[int]) -> StandingQuerySet[M]:
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

    def worth_keeping(self) -> StandingQuerySet[M]:
        """Clients who bring much and may leave: VIP and key with a raised or high risk."""
        return self.filter(tier__in=["vip", "key"], churn_band__in=["raised", "high"])

    def near_boundary(self) -> StandingQuerySet[M]:
        """Clients whose measure is within a twentieth of the next tier, or of the one below (T8)."""
        near = Q(to_next_fen__lte=F("measure_fen") / 20) | Q(above_lower_fen__lte=F("measure_fen") / 20)
        return self.filter(near, measure_fen__gt=0)

    def changed_in(self, nights: Iterable[int], *news: str) -> StandingQuerySet[M]:
        """Clients whom these nights changed: `tier` (T7; a first night is no change), `risk` (the band rose), `state`."""
        from segmentation.models import StateChange, TierMove

        found = list(nights)
        changes = StateChange.objects.filter(publication__in=found)
        known = {
            "tier": TierMove.objects.filter(publication__in=found).exclude(why="first").values("client"),
            "risk": changes.filter(RISEN, subject="band").values("client"),
            "state": changes.filter(subject="dormancy").values("client"),
        }
        return self.of_nights(found).filter(reduce(or_, (Q(client__in=known[one]) for one in news)))


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
