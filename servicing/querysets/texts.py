"""Every named read of scripts, templates, their versions and of banned phrases."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


def _readable(user: Staff, prefix: str = "") -> Q:
    """Texts of the firm are read by everybody, those of a branch by its people, admin and compliance."""
    if user.is_admin or user.is_compliance:
        return Q()
    return Q(**{f"{prefix}branch": None}) | Q(**{f"{prefix}branch__in": user.branches.all()})


class MessageTextQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> MessageTextQuerySet[M]:
        """The firm's texts and those of the user's branches."""
        return self.filter(_readable(user))


class TextVersionQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> TextVersionQuerySet[M]:
        """Versions of the texts that the user sees."""
        return self.filter(_readable(user, "text__"))

    def usable(self, at: datetime) -> TextVersionQuerySet[M]:
        """What may be said or sent at a moment (S14, S3): approved, of a text that nobody ended, and not past its hour."""
        fresh = Q(expires_at=None) | Q(expires_at__gt=at)
        return self.filter(fresh, state="approved", text__ended_at=None)

    def for_branch(self, branch: Branch | int) -> TextVersionQuerySet[M]:
        """Those that a branch uses: its own and the firm's."""
        return self.filter(Q(text__branch=branch) | Q(text__branch=None))

    def once_approved(self) -> TextVersionQuerySet[M]:
        """Those that are or were in force: what somebody may have talked by."""
        return self.filter(state__in=["approved", "ended"], decided_by__isnull=False)

    def waiting_for(self, user: Staff) -> TextVersionQuerySet[M]:
        """What the user may decide on: a manager of the own branches, compliance everything; never one's own wording."""
        waiting = self.filter(state="waiting", text__ended_at=None).exclude(author=user)
        if user.is_compliance:
            return waiting
        return waiting.filter(text__branch__in=user.branches.all()) if user.is_manager else waiting.none()


class BannedPhraseQuerySet(models.QuerySet[M]):
    def in_force(self, day: date) -> BannedPhraseQuerySet[M]:
        """What no text may say on a day."""
        return self.filter(Q(until_day=None) | Q(until_day__gt=day), from_day__lte=day)
