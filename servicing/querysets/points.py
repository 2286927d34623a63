"""Every named read of the ledger of points; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import Q, Sum

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
EARNING = ("event", "referral", "survey", "year")


class PointEntryQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PointEntryQuerySet[M]:
        """The entries of the clients whom the user sees."""
        return self.filter(seen_by(user, "client__"))

    def of_client(self, client: Client) -> PointEntryQuerySet[M]:
        """Those of one client."""
        return self.filter(client=client)

    def for_occasion(self, occasion: str) -> PointEntryQuerySet[M]:
        """Those booked for an occasion; from the second time on it carries a number."""
        return self.filter(Q(occasion=occasion) | Q(occasion__startswith=f"{occasion}#"))

    def earned(self) -> PointEntryQuerySet[M]:
        """What was earned and not taken back."""
        return self.filter(kind__in=EARNING, countered_by=None)

    def earning(self, least: int) -> models.QuerySet[M, int]:
        """Ids of the clients who earned so many or more."""
        summed = self.earned().order_by().values("client").annotate(n=Sum("points"))
        return cast("models.QuerySet[M, int]", summed.filter(n__gte=least).values("client"))

    def earned_by(self, clients: Iterable[int]) -> dict[int, int]:
        """Client → points earned."""
        mine = self.earned().filter(client__in=list(clients)).order_by()
        return dict(mine.values_list("client").annotate(Sum("points")))

    def balance_and_earned(self) -> tuple[int, int]:
        """What may be spent, and what was earned in all."""
        earned = Q(kind__in=EARNING, countered_by=None)
        found = self.aggregate(balance=Sum("points"), earned=Sum("points", filter=earned))
        return found["balance"] or 0, found["earned"] or 0

    def total(self) -> int:
        """What they add up to."""
        found: int | None = self.aggregate(points=Sum("points"))["points"]
        return found or 0
