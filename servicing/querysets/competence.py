"""Every named read of papers and of what asks for them; each starts at `visible_to`, but for the gates, which ask of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class PaperQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PaperQuerySet[M]:
        """Everybody reads the own papers, a manager those of the branch, admin and compliance all."""
        if user.is_admin or user.is_compliance:
            return self.all()
        if user.is_manager:
            return self.filter(staff__branches__in=user.branches.all()).distinct()
        return self.filter(staff=user)

    def standing(self) -> PaperQuerySet[M]:
        """Those that nobody replaced or withdrew."""
        return self.filter(withdrawn_at=None, replaced_by=None)

    def of_people(self, people: Iterable[int]) -> PaperQuerySet[M]:
        """What counts of some people: standing, and a training only where it was passed."""
        return self.standing().filter(staff__in=list(people), is_passed=True).order_by("staff", "pk")


class PaperRequirementQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PaperRequirementQuerySet[M]:
        """Everybody may read what is asked for; a branch's own is read by that branch, admin and compliance."""
        if user.is_admin or user.is_compliance:
            return self.all()
        return self.filter(models.Q(branch=None) | models.Q(branch__in=user.branches.all()))

    def begun(self, branches: Iterable[Branch | int], day: date) -> PaperRequirementQuerySet[M]:
        """Those of some branches and of the firm that have begun by a day."""
        return self.filter(models.Q(branch__in=list(branches)) | models.Q(branch=None), from_day__lte=day)
