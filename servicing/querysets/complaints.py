"""Every named read of complaints; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


def complaints_seen_by(user: Staff, prefix: str = "") -> Q:
    """Who reads a complaint: its owner, the managers of its branch and compliance, never the person complained about, and
    never the admin. One of a restricted client (L3) is read by compliance only. With a prefix the same rule for rows that
    point at a complaint."""
    if user.is_admin:
        return Q(pk__in=[])
    about = Q(**{f"{prefix}about": None}) | ~Q(**{f"{prefix}about": user})
    if user.is_compliance:
        return about
    seen = Q(**{f"{prefix}owner": user})
    if user.is_manager:
        seen |= Q(**{f"{prefix}branch__in": user.branches.all()})
    unrestricted = Q(**{f"{prefix}client": None}) | Q(**{f"{prefix}client__is_restricted": False})
    return seen & about & unrestricted


class ComplaintQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ComplaintQuerySet[M]:
        """The complaints that `complaints_seen_by` lets the user read."""
        return self.filter(complaints_seen_by(user))

    def still_open(self) -> ComplaintQuerySet[M]:
        """Those that nobody has closed."""
        return self.exclude(stage="closed")

    def day_of(self, user: Staff, day: date) -> ComplaintQuerySet[M]:
        """Open ones that make the user's day, the earliest due first: those they own, for a manager those overdue, too."""
        mine = Q(owner=user) | Q(due_on__lt=day) if user.is_manager else Q(owner=user)
        return self.visible_to(user).still_open().filter(mine).order_by("due_on", "pk")

    def asked_in(self, branch: int, begins: datetime, ends: datetime) -> ComplaintQuerySet[M]:
        """Those of known, unrestricted clients who said between two moments how satisfied they are, for counts."""
        asked = self.filter(branch=branch, closed_at__gte=begins, closed_at__lt=ends, satisfaction__isnull=False)
        return asked.filter(client__is_restricted=False)

    def received_in(self, branch: int, begins: datetime, ends: datetime) -> ComplaintQuerySet[M]:
        """Those of a branch received between two moments, without those of restricted clients (L3), for counts."""
        known = Q(client=None) | Q(client__is_restricted=False)
        return self.filter(known, branch=branch, received_at__gte=begins, received_at__lt=ends)

    def mentioned_to(self, user: Staff) -> ComplaintQuerySet[M]:
        """Those of which somebody who sees the client may know that they are there, without reading them: never the person
        complained about."""
        return self.filter(Q(about=None) | ~Q(about=user))

    def telling_readers(self, user: Staff) -> models.QuerySet[Any]:
        """Each says by `may_read` whether the user reads it."""
        return self.annotate(may_read=models.ExpressionWrapper(complaints_seen_by(user), models.BooleanField()))

    def open_of(self, owner: Staff) -> int:
        """How many open complaints a person owns: a number, for whoever ends their work here."""
        return self.still_open().filter(owner=owner).count()

    def stray(self) -> ComplaintQuerySet[M]:
        """Open ones whose owner may not own them any more: gone, of another role or branch, or, of a restricted client (L3),
        anybody but compliance."""
        owner = Staff.objects.working().filter(pk=OuterRef("owner"))
        here = owner.filter(role__in=["advisor", "manager"], branches=OuterRef("branch"))
        unrestricted = Q(client=None) | Q(client__is_restricted=False)
        may = Exists(owner.filter(role="compliance")) | Exists(here) & unrestricted
        return self.still_open().exclude(may)

    def with_open_complaint(self, of: Branch | Iterable[int]) -> set[int]:
        """Ids of the clients with an open complaint, of a branch or among some client ids: a guard, which counts what its
        reader may not see, so it tells that there is a complaint and nothing of it."""
        among = Q(branch=of, client__isnull=False) if isinstance(of, Branch) else Q(client__in=list(of))
        return set(self.still_open().filter(among).order_by().values_list("client_id", flat=True))


class ComplaintStepQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ComplaintStepQuerySet[M]:
        """The stages of the complaints that the user reads."""
        return self.filter(complaints_seen_by(user, "complaint__"))

    def left_in(self, branch: int, begins: datetime, ends: datetime) -> ComplaintStepQuerySet[M]:
        """Those of a branch that were left between two moments."""
        return self.filter(complaint__branch=branch, left_at__gte=begins, left_at__lt=ends)

    def timed(self) -> dict[int, tuple[int, int]]:
        """Person → how many stages they left, and how many of these in time."""
        in_time = Count("pk", filter=Q(due_on=None) | Q(left_at__date__lte=F("due_on")))
        rows = self.order_by().values_list("by").annotate(Count("pk"), in_time=in_time)
        return {by: (left, kept) for by, left, kept in rows}


class ComplaintActionQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ComplaintActionQuerySet[M]:
        """Those of the complaints that the user reads, and what the user is to do: without the complaint itself."""
        seen = complaints_seen_by(user, "complaint__")
        return self.filter(seen) if user.is_admin else self.filter(seen | Q(owner=user))

    def still_open(self) -> ComplaintActionQuerySet[M]:
        """Those that are not done, or done and not checked."""
        return self.filter(checked_at=None)


class ComplaintOfficerQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ComplaintOfficerQuerySet[M]:
        """Who receives the complaints of the branches that the user sees."""
        return self.filter(branch__in=Branch.objects.visible_to(user))

    def begun(self, day: date) -> ComplaintOfficerQuerySet[M]:
        """Those that have begun by a day, the latest first."""
        return self.filter(from_day__lte=day).order_by("-from_day", "-pk")


class ComplaintLinkQuerySet(models.QuerySet[M]):
    def open_at(self, moment: datetime) -> ComplaintLinkQuerySet[M]:
        """Links that still take a complaint."""
        return self.filter(used_at=None, expires_at__gt=moment)
