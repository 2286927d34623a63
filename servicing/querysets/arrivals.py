"""Every named read of arrivals; each starts at `visible_to`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class ArrivalQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ArrivalQuerySet[M]:
        """An advisor sees what they told, were told or took; a manager the branch; compliance all. Who is restricted since
        (L3) is seen by compliance only."""
        if user.is_compliance:
            return self.all()
        known = self.filter(client__is_restricted=False)
        if user.is_manager:
            return known.filter(branch__in=user.branches.all())
        return known.filter(Q(to=user) | Q(made_by=user) | Q(taken_by=user)) if user.is_advisor else self.none()

    def since(self, moment: datetime) -> ArrivalQuerySet[M]:
        """Those of the day that began at a moment."""
        return self.filter(made_at__gte=moment)

    def concerning(self, user: Staff) -> ArrivalQuerySet[M]:
        """What waits for somebody, what they told and nobody took yet, and what they took and is not over."""
        mine = Q(taken_by=None) & (Q(to=user) | Q(made_by=user)) | Q(taken_by=user)
        return self.visible_to(user).filter(mine, ended_at=None).select_related("client", "made_by", "to")

    def standing_of(self, client: int, moment: datetime) -> ArrivalQuerySet[M]:
        """What is not over of one client's arrivals since a moment."""
        return self.since(moment).filter(client=client, ended_at=None)

    def told_to(self, branch: Branch, moment: datetime) -> dict[int, int]:
        """Colleague → how often they were told in a branch since a moment."""
        rows = self.since(moment).filter(branch=branch).order_by()
        return dict(rows.values_list("to").annotate(Count("pk")))

    def made_in(self, branch: int, begins: datetime, ends: datetime) -> ArrivalQuerySet[M]:
        """Those of a branch between two moments, without those of restricted clients (L3)."""
        return self.filter(branch=branch, made_at__gte=begins, made_at__lt=ends, client__is_restricted=False)
