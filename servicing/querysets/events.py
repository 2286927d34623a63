"""Every named read of events and their guests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Q

from clients.querysets import seen_by

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
COMING = ("registered", "waiting")


def is_gone(client: str = "client__") -> Q:
    """Who may have no seat any more, by the way to the client."""
    return Q(**{f"{client}is_restricted": True}) | Q(**{f"{client}closed_on__isnull": False})


class EventQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> EventQuerySet[M]:
        """The events of the user's branches; compliance reads all, the admin none."""
        if user.is_compliance:
            return self.all()
        return self.filter(branch__in=user.branches.all()) if user.is_advisor or user.is_manager else self.none()

    def inviting(self) -> EventQuerySet[M]:
        """Those to which clients may still be invited; whether registration is over is a matter of the moment."""
        return self.filter(state="open")

    def on_days(self, first: date, last: date) -> EventQuerySet[M]:
        """Those that begin between two days, both included, and were not cancelled; the earliest first."""
        standing = self.exclude(state="cancelled").filter(starts_at__date__range=(first, last))
        return standing.order_by("starts_at", "pk")


class GuestQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> GuestQuerySet[M]:
        """Guests among the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def standing(self) -> GuestQuerySet[M]:
        """Whose invitation was not taken back."""
        return self.exclude(state="withdrawn")

    def told(self) -> GuestQuerySet[M]:
        """Those of whom an event's page tells: who stands, and whose place the night freed."""
        return self.exclude(state="withdrawn", why="")

    def queue(self, event: int) -> GuestQuerySet[M]:
        """Who waits for a seat of an event and may have one, first come first."""
        return self.filter(event=event, state="waiting").exclude(is_gone()).order_by("registered_at", "pk")

    def gone(self, branch: int, at: datetime) -> GuestQuerySet[M]:
        """Who has a seat or a place in the queue of an event that has not begun at a moment, and has closed the account or is
        restricted."""
        coming = self.filter(branch=branch, event__state="open", event__starts_at__gt=at, state__in=COMING)
        return coming.filter(is_gone())

    def coming(self, event: int) -> GuestQuerySet[M]:
        """Who is registered for an event or waits for a seat."""
        return self.filter(event=event, state__in=COMING)

    def of_step(self, step: UUID, user: Staff) -> GuestQuerySet[M]:
        """Whom the user invited in one step and still sees."""
        return self.visible_to(user).filter(step=step, invited_by=user)

    def counted(self, events: Iterable[int]) -> dict[int, dict[str, int]]:
        """Of some events, how many guests are in each state, and how many `came`: of everybody, for a seat is a seat."""
        counts = {state: Count("pk", filter=Q(state=state)) for state in (*COMING, "invited", "declined")}
        counts |= {"came": Count("pk", filter=Q(attendance="came"))}
        rows = self.filter(event__in=list(events)).order_by().values("event").annotate(**counts)
        return {row.pop("event"): row for row in rows}

    def asked_in(self, branch: int, begins: datetime, ends: datetime) -> GuestQuerySet[M]:
        """Unrestricted clients who came and said between two moments what they had hoped for and found, for counts."""
        said = self.filter(branch=branch, perceived__gt=0, answered_at__gte=begins, answered_at__lt=ends)
        return said.filter(client__is_restricted=False)
