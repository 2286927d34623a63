"""Every named read of clients' ideas; each starts at `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from clients.querysets import seen_by

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
OVER = ("declined", "done")


class IdeaQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> IdeaQuerySet[M]:
        """Ideas of the clients whom the user sees and those that one owns; a visitor's is read by the whole branch, that of a
        restricted client (L3) by compliance alone."""
        if user.is_compliance:
            return self.all()
        if user.is_admin:
            return self.none()
        visitors = Q(client=None, branch__in=user.branches.all())
        owned = Q(owner=user) & (Q(client=None) | Q(client__is_restricted=False))
        return self.filter(visitors | owned | Q(client__isnull=False) & seen_by(user, "client__"))

    def unanswered(self) -> IdeaQuerySet[M]:
        """Those whose answer is still owed."""
        return self.filter(answered_at=None)

    def still_open(self) -> IdeaQuerySet[M]:
        """Those that are not decided on and carried out, or not answered."""
        return self.filter(~Q(state__in=OVER) | Q(answered_at=None))

    def open_of(self, owner: Staff) -> int:
        """How many open ideas of visitors a person owns, which no client takes along: for whoever ends their work here."""
        return self.still_open().filter(owner=owner, client=None).count()

    def leading(self) -> IdeaQuerySet[M]:
        """Those that say nothing again."""
        return self.filter(like=None)

    def day_of(self, user: Staff, day: date) -> IdeaQuerySet[M]:
        """Answers that make the user's day, the earliest due first: an advisor's own until that day, for a manager what is
        overdue in the branch, too."""
        mine = Q(owner=user, answer_due_on__lte=day)
        if user.is_manager:
            mine |= Q(branch__in=user.branches.all(), answer_due_on__lt=day)
        return self.visible_to(user).unanswered().filter(mine).order_by("answer_due_on", "pk")
