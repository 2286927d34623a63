"""The named reads that everything written in versions has (S14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


def _readable(user: Staff, prefix: str = "") -> Q:
    """Those of the firm are read by everybody, those of a branch by its people, admin and compliance."""
    if user.is_admin or user.is_compliance:
        return Q()
    return Q(**{f"{prefix}branch": None}) | Q(**{f"{prefix}branch__in": user.branches.all()})


class VersionedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> Self:
        """The firm's and those of the user's branches."""
        return self.filter(_readable(user))


class VersionQuerySet(models.QuerySet[M]):
    @property
    def _of(self) -> str:
        model: Any = self.model
        return f"{model.OF}__"

    def visible_to(self, user: Staff) -> Self:
        """Versions of what the user sees."""
        return self.filter(_readable(user, self._of))

    def standing(self) -> Self:
        """In force: approved, of something that nobody ended."""
        return self.filter(state="approved", **{f"{self._of}ended_at": None})

    def for_branch(self, branch: Branch | int) -> Self:
        """Those that a branch uses: its own and the firm's."""
        return self.filter(Q(**{f"{self._of}branch": branch}) | Q(**{f"{self._of}branch": None}))

    def waiting_for(self, user: Staff) -> Self:
        """What the user may decide on: a manager of the own branches, compliance everything; never one's own wording."""
        waiting = self.filter(state="waiting", **{f"{self._of}ended_at": None}).exclude(author=user)
        if user.is_compliance:
            return waiting
        ours = {f"{self._of}branch__in": user.branches.all()}
        return waiting.filter(**ours) if user.is_manager else waiting.none()
