"""Every named read of loyalty; each starts at `visible_to`, but for the night, which reads everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

from clients.querysets import seen_by

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class LoyaltyQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> LoyaltyQuerySet[M]:
        """The loyalty of the clients whom the user sees."""
        return self.filter(seen_by(user, "client__"))

    def between(self, branch: int, first: int, last: int) -> LoyaltyQuerySet[M]:
        """Of a branch those whose client's key lies between two, both included."""
        return self.filter(branch=branch, client__gte=first, client__lte=last)
