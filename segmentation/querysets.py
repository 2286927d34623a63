"""Every named read of tiers, standings and scores; each starts at `visible_to` or at a publication."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from clients.models import Client
from crm.models import Publication

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


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


class LedgerQuerySet(models.QuerySet[M]):
    """Permanent ledgers of changes: tier moves, state and band changes."""

    def visible_to(self, user: Staff) -> LedgerQuerySet[M]:
        """Changes of the clients that the user sees."""
        return self.filter(client__in=Client.objects.visible_to(user))


class ScoreModelQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ScoreModelQuerySet[M]:
        """The model registry holds no personal data: managers, admin and compliance read it."""
        return self.none() if user.is_advisor else self.all()
