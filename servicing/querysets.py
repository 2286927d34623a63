"""Every named read of contacts, promises and tasks; each starts at `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models

from clients.querysets import seen_by

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class ContactQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ContactQuerySet[M]:
        """Contacts with the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def standing(self) -> ContactQuerySet[M]:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)


class PromiseQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PromiseQuerySet[M]:
        """Promises to the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def open_until(self, day: date) -> PromiseQuerySet[M]:
        """Open ones due on or before a day, the earliest first."""
        return self.filter(state="open", due_on__lte=day).order_by("due_on", "pk")


class TaskQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> TaskQuerySet[M]:
        """Tasks about the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def open_until(self, day: date) -> TaskQuerySet[M]:
        """Open ones due on or before a day, the earliest first."""
        return self.filter(state="open", due_on__lte=day).order_by("due_on", "pk")


class HandOverQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> HandOverQuerySet[M]:
        """Hand-overs of a manager's branches; compliance reads all, admin those of staff who leave."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.none()
