"""Every named read of the catalogue of service items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class ServiceItemQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ServiceItemQuerySet[M]:
        """Everybody may read what clients are entitled to; a branch's own items are read by that branch, admin and
        compliance."""
        if user.is_admin or user.is_compliance:
            return self.all()
        return self.filter(models.Q(branch=None) | models.Q(branch__in=user.branches.all()))

    def begun(self, branches: Iterable[Branch | int], day: date) -> ServiceItemQuerySet[M]:
        """Those of some branches and of the firm that have begun by a day."""
        return self.filter(models.Q(branch__in=list(branches)) | models.Q(branch=None), from_day__lte=day)
