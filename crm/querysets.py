"""Every named read of the house's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class BranchQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> BranchQuerySet[M]:
        """Compliance and admin see every branch, others those they belong to."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(staff=user)

    def active(self) -> BranchQuerySet[M]:
        """Those that work still, by code."""
        return self.filter(is_active=True).order_by("code")


class StaffQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> StaffQuerySet[M]:
        """Admin and compliance see everybody, others their colleagues of the same branches."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branches__in=user.branches.all()).distinct()

    def advisors(self) -> StaffQuerySet[M]:
        """Who may own clients: active advisors who have not left (P2, A5)."""
        return self.working().filter(role="advisor")

    def working(self) -> StaffQuerySet[M]:
        """Who has not left."""
        return self.filter(is_active=True, left_on__isnull=True)

    def working_in(self, branch: Branch | int) -> StaffQuerySet[M]:
        """Who works in a branch and has not left: who may own what is open there (A5)."""
        return self.working().filter(branches=branch)

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


class MonthlyReportQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> MonthlyReportQuerySet[M]:
        """Reports of a manager's branches; compliance reads all, and alone those that count restricted clients (L3)."""
        if user.is_compliance:
            return self.all()
        return self.filter(branch__in=user.branches.all(), sees_all=False) if user.is_manager else self.none()

    def for_list(self) -> MonthlyReportQuerySet[M]:
        """Without the documents themselves, the newest first."""
        return self.defer("content").select_related("made_by").order_by("-made_at", "-pk")


class SavedViewQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> SavedViewQuerySet[M]:
        """One's own views, and those that colleagues of the same branches share."""
        shared = Q(is_shared=True, owner__is_active=True, owner__branches__in=user.branches.all())
        return self.filter(Q(owner=user) | shared).distinct()

    def kept(self) -> SavedViewQuerySet[M]:
        """Those that nobody deleted, the owner's first."""
        return self.filter(deleted_at=None).order_by("made_at", "pk")


class ListExportQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ListExportQuerySet[M]:
        """One's own exports; a manager those of the branch, compliance all: they approve what others ask for (L5)."""
        if user.is_compliance:
            return self.all()
        mine = Q(asked_by=user)
        return self.filter(mine | Q(branch__in=user.branches.all()) if user.is_manager else mine).distinct()

    def waiting_for(self, user: Staff) -> ListExportQuerySet[M]:
        """Exports that the user may decide on: somebody else's, not decided yet."""
        may = user.is_manager or user.is_compliance
        return self.visible_to(user).filter(state="waiting").exclude(asked_by=user) if may else self.none()
