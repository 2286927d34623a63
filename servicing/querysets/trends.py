"""Every named read of the figures of quarters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class QuarterFiguresQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> QuarterFiguresQuerySet[M]:
        """A manager reads those of the branch, compliance all."""
        if user.is_compliance:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.none()

    def of_firm(self, first_day: date) -> QuarterFiguresQuerySet[M]:
        """What all branches together are held against in a quarter: sums without a client, an advisor or a branch by name."""
        return self.filter(first_day=first_day).defer("advisors")

    def whole_of(self, branch: int, ends: Mapping[date, date]) -> set[date]:
        """Of some quarters (first day → last day) those that are kept of a branch until their end."""
        found = self.filter(branch=branch, first_day__in=ends).values_list("first_day", "until_day")
        return {first for first, until in found if until == ends[first]}
