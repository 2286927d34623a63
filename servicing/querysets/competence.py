"""Every named read of papers and of what asks for them; each starts at `visible_to`, but for the gates, which ask of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Staff

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
