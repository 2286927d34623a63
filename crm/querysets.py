"""Every named read of the house's own tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
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

    def receiving_on(self, day: date) -> StaffQuerySet[M]:
        """Advisors who may be given clients on a day: nobody on leave (A5), nobody whose registration was suspended or
        has ended (P2). Files that name no registration leave it open, and it bars nobody."""
        from crm.models import Leave

        away = Leave.objects.covering(day).values("staff")
        return self.advisors().exclude(registration_status__in=["suspended", "ended"]).exclude(pk__in=away)

    def without_password(self) -> StaffQuerySet[M]:
        """People who cannot log in until they are invited."""
        return self.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def for_list(self) -> StaffQuerySet[M]:
        """With their branches, for a list."""
        return self.prefetch_related("branches")


class InvitationQuerySet(models.QuerySet[M]):
    def open_at(self, moment: datetime) -> InvitationQuerySet[M]:
        """Links that still let somebody in."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=moment, staff__is_active=True)


class LeaveQuerySet(models.QuerySet[M]):
    def standing(self) -> LeaveQuerySet[M]:
        """Those that nobody took back."""
        return self.filter(withdrawn_at=None)

    def covering(self, day: date) -> LeaveQuerySet[M]:
        """Leaves in which a day lies."""
        return self.standing().filter(from_day__lte=day, until_day__gt=day)

    def from_day_on(self, day: date) -> LeaveQuerySet[M]:
        """Leaves that have not ended on a day, the earliest first."""
        return self.standing().filter(until_day__gt=day).order_by("from_day", "pk")


class AuditEventQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> AuditEventQuerySet[M]:
        """The audit trail is read by compliance and admin."""
        return self.all() if user.is_compliance or user.is_admin else self.none()


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
