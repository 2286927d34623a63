"""Every named read of fee concessions and gifts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
STANDING = ("asked", "approved")


class ConcessionQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ConcessionQuerySet[M]:
        """Concessions to the clients whom the user sees."""
        return self.filter(seen_by(user, "client__"))

    def of_client(self, client: Client) -> ConcessionQuerySet[M]:
        """Those of one client."""
        return self.filter(client=client)

    def standing(self) -> ConcessionQuerySet[M]:
        """Asked for or approved, and not ended."""
        return self.filter(state__in=STANDING)

    def running(self, day: date) -> ConcessionQuerySet[M]:
        """Approved, and begun by a day."""
        return self.filter(state="approved", from_on__lte=day)

    def ending_by(self, day: date, last: date) -> ConcessionQuerySet[M]:
        """Those running that end between two days, both included."""
        return self.running(day).filter(until_on__range=(day, last))

    def passed(self, day: date) -> ConcessionQuerySet[M]:
        """Approved, with a last day before a day: the night ends them."""
        return self.filter(state="approved", until_on__lt=day)

    def meeting(self, from_on: date, until_on: date) -> ConcessionQuerySet[M]:
        """Standing ones whose span has a day in common with another."""
        return self.standing().filter(from_on__lte=until_on, until_on__gte=from_on)

    def waiting_for(self, user: Staff) -> ConcessionQuerySet[M]:
        """What the user may decide on: a manager the fee concessions of the own branches, compliance the gifts; never what
        one asked for oneself."""
        waiting = self.visible_to(user).filter(state="asked").exclude(asked_by=user)
        if user.is_compliance:
            return waiting.filter(kind="gift")
        return waiting.filter(kind="fee") if user.is_manager else waiting.none()

    def with_rate(self, day: date) -> ConcessionQuerySet[M]:
        """With the rate that the account pays on a day by what the broker's system told (P4): `paid_e6`, `paid_minimum_fen`,
        `paid_since`; None where it told nothing."""
        from clients.models import CommissionRate

        rows = CommissionRate.objects.standing().filter(
            account=OuterRef("account"), product=OuterRef("product"), from_day__lte=day
        )
        latest = rows.order_by("-from_day", "-pk")
        columns = {"paid_e6": "rate_e6", "paid_minimum_fen": "minimum_fen", "paid_since": "from_day"}
        told = self.annotate(**{name: Subquery(latest.values(column)[:1]) for name, column in columns.items()})
        return cast("ConcessionQuerySet[M]", told)

    def unseen(self, day: date) -> ConcessionQuerySet[M]:
        """Running fee concessions that the rates do not show on a day."""
        agreed = Q(paid_e6=F("rate_e6"), paid_minimum_fen=F("minimum_fen"))
        unknown = Q(paid_e6=None)
        return self.running(day).filter(kind="fee").with_rate(day).filter(unknown | ~agreed)

    def gifts_of_year(self, client: Client, year: int) -> ConcessionQuerySet[M]:
        """The gifts of a client that count for a calendar year: asked for, approved or ended after an approval."""
        gifts = self.filter(client=client, kind="gift", from_on__year=year)
        return gifts.filter(state__in=[*STANDING, "ended"])
