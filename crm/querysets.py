"""Every named read of the house's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class BranchQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> BranchQuerySet[M]:
        """Compliance and admin see every branch, others those they belong to."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(staff=user)


class StaffQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> StaffQuerySet[M]:
        """Admin and compliance see everybody, others their colleagues of the same branches."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branches__in=user.branches.all()).distinct()

    def advisors(self) -> StaffQuerySet[M]:
        """Who may own clients: active advisors who have not left (P2, A5)."""
        return self.filter(role="advisor", is_active=True, left_on__isnull=True)


class AuditEventQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> AuditEventQuerySet[M]:
        """The audit trail is read by compliance and admin."""
        return self.all() if user.is_compliance or user.is_admin else self.none()

    def about(self, keys: Mapping[str, Iterable[int]]) -> AuditEventQuerySet[M]:
        """What was done to some rows, by table; each is found by the index of subjects."""
        found = Q(pk__in=[])
        for table, some in keys.items():
            found |= Q(table=table, key__in=[str(key) for key in some])
        return self.filter(found)


class JobRunQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> JobRunQuerySet[M]:
        """Admin and compliance see every run, a manager the nights of their branches."""
        if user.is_compliance or user.is_admin:
            return self.all()
        if user.is_manager:
            return self.filter(kind="night", branch__in=user.branches.all())
        return self.none()

    def abandoned_at(self, moment: datetime) -> JobRunQuerySet[M]:
        """Work that nobody holds: queued, or running with a lease that has run out."""
        return self.filter(Q(state="queued") | Q(state="running", lease_until__lt=moment))


class PublicationQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PublicationQuerySet[M]:
        """Published nights of the branches that the user sees."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branch__in=user.branches.all())

    def published(self) -> PublicationQuerySet[M]:
        """Nights that readers may see."""
        return self.filter(state="published")

    def current(self) -> PublicationQuerySet[M]:
        """The published night of the latest day of each branch: what "today" is."""
        later: Any = self.model._default_manager.filter(
            branch=OuterRef("branch"), state="published", as_of__gt=OuterRef("as_of")
        )
        return self.published().filter(~Exists(later))
