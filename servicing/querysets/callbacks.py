"""Every named read of call-backs; each starts at `visible_to`. Whoever calls sees the call-back and no more of the client."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


def _asked_by(user: Staff, prefix: str = "") -> Q:
    """An advisor the call-backs they make, never of own clients (L2); a manager those of the branch; compliance all, and
    alone those of restricted clients (L3); the admin none."""
    if user.is_compliance:
        return Q()
    if user.is_admin:
        return Q(pk__in=[])
    seen = Q(**{f"{prefix}client__is_restricted": False})
    if user.is_manager:
        return seen & Q(**{f"{prefix}branch__in": user.branches.all()})
    return seen & Q(**{f"{prefix}caller": user}) & ~Q(**{f"{prefix}client__advisor": user})


class CallbackQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> CallbackQuerySet[M]:
        """Those that the user makes or answers for."""
        return self.filter(_asked_by(user))

    def waiting(self) -> CallbackQuerySet[M]:
        """Open ones, the earliest due first."""
        return self.filter(state="open").order_by("due_on", "pk")

    def due_in(self, branches: Iterable[int], year: int) -> CallbackQuerySet[M]:
        """Those of some branches that are due in a year."""
        return self.filter(branch__in=list(branches), due_on__range=(date(year, 1, 1), date(year, 12, 31)))

    def loads(self) -> dict[int, int]:
        """Caller → how many calls wait for them."""
        rows = self.filter(state="open", caller__isnull=False).order_by()
        return dict(rows.values_list("caller").annotate(Count("pk")))


class CallbackSampleQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> CallbackSampleQuerySet[M]:
        """A manager reads the samples of the branch, compliance all."""
        if user.is_compliance:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_manager else self.none()

    def told(self) -> CallbackSampleQuerySet[M]:
        """Without the base itself, which is long."""
        return self.defer("base").select_related("branch", "drawn_by")


class CallbackAttemptQuerySet(models.QuerySet[M]):
    def standing(self) -> CallbackAttemptQuerySet[M]:
        """Those that nobody took back."""
        return self.filter(withdrawn_at=None)

    def of_client(self, client: Client) -> CallbackAttemptQuerySet[M]:
        """Calls of one client, whom the caller has been let see."""
        return self.standing().filter(client=client)

    def heard_in(self, branch: int, begins: datetime, ends: datetime) -> CallbackAttemptQuerySet[M]:
        """Calls of a branch that reached an unrestricted client between two moments, for counts."""
        made = self.standing().filter(callback__branch=branch, made_at__gte=begins, made_at__lt=ends)
        return made.filter(outcome="reached", client__is_restricted=False)

    def made_by(self, user: Staff) -> CallbackAttemptQuerySet[M]:
        """What the user recorded of clients who are called back still by others than their advisor, the latest first."""
        return self.standing().filter(caller=user).filter(_asked_by(user, "callback__")).order_by("-made_at", "-pk")


class CallbackFindingQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> CallbackFindingQuerySet[M]:
        """Findings are looked into by manager and compliance."""
        if user.is_advisor:
            return self.none()
        return self.filter(_asked_by(user, "attempt__callback__")).exclude(state="withdrawn")

    def waiting(self) -> CallbackFindingQuerySet[M]:
        """Open ones, the oldest first."""
        return self.filter(state="open").order_by("made_at", "pk")
