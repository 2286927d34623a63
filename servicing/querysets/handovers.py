"""Every named read of hand-overs and of the clients who moved in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import Count, Q

from clients.querysets import seen_by

if TYPE_CHECKING:
    from crm.models import Staff
    from servicing.models import HandOver

M = TypeVar("M", bound=models.Model)


class HandOverQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> HandOverQuerySet[M]:
        """Hand-overs of a manager's branches, to an advisor those to them; compliance reads all, admin those of staff who
        leave."""
        if user.is_compliance or user.is_admin:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.filter(to=user)

    def for_list(self) -> HandOverQuerySet[M]:
        """Those that stand, with how many clients moved and how many of them are unread and with the receiver still."""
        unread = Count("clients", filter=Q(clients__read_at=None, clients__client__advisor=models.F("to")))
        told = self.filter(undone_at=None).annotate(moved=Count("clients"), unread=unread)
        return cast("HandOverQuerySet[M]", told.select_related("to", "made_by", "branch"))


class HandOverClientQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> HandOverClientQuerySet[M]:
        """Those whose client the user sees."""
        return self.filter(seen_by(user, "client__"))

    def in_pack(self, done: HandOver) -> HandOverClientQuerySet[M]:
        """The clients of a hand-over who are with the receiver still."""
        return self.filter(hand_over=done, client__advisor=done.to_id).select_related("client", "former")

    def unread_by(self, user: Staff) -> int:
        """How many clients were handed to somebody, are with them still and were not read."""
        return self.filter(hand_over__to=user, hand_over__undone_at=None, read_at=None, client__advisor=user).count()
