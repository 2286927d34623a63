"""Every named read of scripts, templates, their versions and of banned phrases."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import models
from django.db.models import Q

from servicing.querysets.versions import VersionedQuerySet, VersionQuerySet

M = TypeVar("M", bound=models.Model)


class MessageTextQuerySet(VersionedQuerySet[M]):
    """Scripts and templates."""


class TextVersionQuerySet(VersionQuerySet[M]):
    def usable(self, at: datetime) -> TextVersionQuerySet[M]:
        """What may be said or sent at a moment (S14, S3): in force and not past its hour."""
        return self.standing().filter(Q(expires_at=None) | Q(expires_at__gt=at))

    def once_approved(self) -> TextVersionQuerySet[M]:
        """Those that are or were in force: what somebody may have talked by."""
        return self.filter(state__in=["approved", "ended"], decided_by__isnull=False)


class BannedPhraseQuerySet(models.QuerySet[M]):
    def in_force(self, day: date) -> BannedPhraseQuerySet[M]:
        """What no text may say on a day."""
        return self.filter(Q(until_day=None) | Q(until_day__gt=day), from_day__lte=day)
