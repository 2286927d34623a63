"""Every named read of materials, of who was given them and of who read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Count

from clients.querysets import seen_by
from servicing.querysets.versions import VersionedQuerySet, VersionQuerySet

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class MaterialQuerySet(VersionedQuerySet[M]):
    """Materials for the education of investors."""


class MaterialVersionQuerySet(VersionQuerySet[M]):
    def usable(self, day: date) -> MaterialVersionQuerySet[M]:
        """What may be given to clients on a day: in force and not past its last day."""
        return self.standing().filter(valid_until__gte=day)


class MaterialShareQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> MaterialShareQuerySet[M]:
        """Links of the clients whom the user sees."""
        return self.filter(seen_by(user, "client__"))

    def standing(self) -> MaterialShareQuerySet[M]:
        """Those that nobody took back."""
        return self.filter(withdrawn_at=None)

    def carried_by(self, messages: models.QuerySet[Any]) -> MaterialShareQuerySet[M]:
        """Those that some messages carry."""
        return self.filter(uid__in=messages.order_by().values("uid"))

    def read_counts(self) -> tuple[int, int]:
        """How many were opened, of how many."""
        found = self.aggregate(given=Count("pk"), opened=Count("opened_at"))
        return found["opened"], found["given"]

    def open_at(self, at: datetime) -> MaterialShareQuerySet[M]:
        """Those that open at a moment."""
        return self.standing().filter(expires_at__gt=at)

    def closed_at(self, at: datetime) -> MaterialShareQuerySet[M]:
        """Those that open no more at a moment."""
        return self.exclude(withdrawn_at=None, expires_at__gt=at)


class MaterialReadingQuerySet(models.QuerySet[M]):
    def of_shares(self, shares: Sequence[int]) -> MaterialReadingQuerySet[M]:
        """The openings of some links, the first one first."""
        return self.filter(share__in=shares).select_related("version").order_by("confirmed_at", "pk")
