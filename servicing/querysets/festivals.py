"""Every named read of festivals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class FestivalQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> FestivalQuerySet[M]:
        """Which festivals the firm greets on is no secret; managers and admin decide, compliance reads."""
        return self.none() if user.is_advisor else self.all()

    def in_force(self, day: date) -> FestivalQuerySet[M]:
        """Those that are greeted on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), from_day__lte=day)
