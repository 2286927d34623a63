"""Every named read of rows that somebody decided, of the firm or of a branch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class DecidedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> Self:
        """Everybody may read what the firm decided; a branch's own rows are read by that branch, admin and compliance."""
        if user.is_admin or user.is_compliance:
            return self.all()
        return self.filter(models.Q(branch=None) | models.Q(branch__in=user.branches.all()))

    def begun(self, branches: Iterable[Branch | int], day: date) -> Self:
        """Those of some branches and of the firm that have begun by a day."""
        return self.filter(models.Q(branch__in=list(branches)) | models.Q(branch=None), from_day__lte=day)
