"""Every named read of hand-overs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class HandOverQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> HandOverQuerySet[M]:
        """Hand-overs of a manager's branches; compliance reads all, admin those of staff who leave."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.none()
