"""Every named read of self-assessments; each starts at `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class SelfReviewQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> SelfReviewQuerySet[M]:
        """A manager reads those of the branch, compliance those that were handed in."""
        if user.is_compliance:
            return self.exclude(handed_in_at=None)
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.none()

    def before(self, branch: int, first_day: date) -> SelfReviewQuerySet[M]:
        """Those of a branch for earlier quarters, the latest first."""
        return self.filter(branch=branch, first_day__lt=first_day).order_by("-first_day")


class SelfReviewActionQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> SelfReviewActionQuerySet[M]:
        """Those of the self-assessments that the user reads, and what the user is to do."""
        standing = self.filter(withdrawn_at=None)
        if user.is_compliance:
            return standing.exclude(review__handed_in_at=None)
        mine = Q(owner=user)
        return standing.filter(mine | Q(review__branch__in=user.branches.all()) if user.is_manager else mine)

    def still_open(self) -> SelfReviewActionQuerySet[M]:
        """Those that are neither done nor ended nor taken off, the earliest due first."""
        return self.filter(done_at=None, ended_at=None, withdrawn_at=None).order_by("due_on", "pk")

    def over(self) -> SelfReviewActionQuerySet[M]:
        """Those that are done or ended, and stand."""
        return self.filter(withdrawn_at=None).exclude(done_at=None, ended_at=None)
