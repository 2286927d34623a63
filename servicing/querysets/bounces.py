"""Every named read of addresses that do not work; guards and the night ask, and what people see are tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Count

if TYPE_CHECKING:
    from crm.models import Branch

M = TypeVar("M", bound=models.Model)


class ReturnedMailQuerySet(models.QuerySet[M]):
    def counted_since(self, since: datetime) -> dict[str, int]:
        """Outcome → how many mails were read since a moment."""
        return dict(self.filter(read_at__gte=since).order_by().values_list("outcome").annotate(Count("pk")))


class DeadAddressQuerySet(models.QuerySet[M]):
    def of(self, clients: Iterable[int]) -> DeadAddressQuerySet[M]:
        """Those of some clients."""
        return self.filter(client__in=list(clients)).select_related("client")

    def served_in(self, branch: Branch) -> DeadAddressQuerySet[M]:
        """Those of the clients of a branch whom somebody serves."""
        served = self.filter(client__branch=branch, client__closed_on=None, client__is_restricted=False)
        return served.filter(client__advisor__isnull=False).select_related("client").order_by("pk")
