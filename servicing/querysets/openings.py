"""Every named read of openings; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

if TYPE_CHECKING:
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class OpeningQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> OpeningQuerySet[M]:
        """Advisors see their own openings, managers their branches', compliance all, admin none."""
        if user.is_compliance:
            return self.all()
        if not (user.is_advisor or user.is_manager):
            return self.none()
        mine = self.filter(
            models.Q(client=None) | models.Q(client__is_restricted=False), branch__in=user.branches.all()
        )
        return mine.filter(owner=user, is_restricted=False) if user.is_advisor else mine

    def under_way(self) -> OpeningQuerySet[M]:
        """Neither completed nor dropped."""
        return self.filter(state="open")

    def begun_between(self, first: date, last: date) -> OpeningQuerySet[M]:
        """Those whose first visit was in a period, both ends included."""
        return self.filter(started_on__gte=first, started_on__lte=last)

    def late_first(self, today: date, expected: Mapping[str, int]) -> OpeningQuerySet[M]:
        """With `is_late`, longer in their step than is expected of it (days by step): those first, the longest waiting first."""
        late = Q(pk__in=[])
        for step, days in expected.items():
            late |= Q(step=step, since__lt=today - timedelta(days=days))
        marked: Any = self.annotate(is_late=Case(When(late, then=Value(True)), default=Value(False)))
        found: OpeningQuerySet[M] = marked.order_by("-is_late", "since", "pk")
        return found

    def first_of_each_step(self, count: int) -> OpeningQuerySet[M]:
        """The first so many of each step, the longest waiting first."""
        place = Window(RowNumber(), partition_by=F("step"), order_by=[F("since"), F("pk")])
        placed: Any = self.annotate(place=place)
        found: OpeningQuerySet[M] = placed.filter(place__lte=count).order_by("since", "pk")
        return found

    def linked(self, branch: int) -> OpeningQuerySet[M]:
        """Of a branch those under way of whom it is known which client they became."""
        return self.under_way().filter(branch=branch, client__isnull=False)

    def to_restrict(self, branch: int, dropped_before: date) -> OpeningQuerySet[M]:
        """Dropped before a day, of people who did not become clients."""
        ended = self.filter(branch=branch, state="dropped", ended_on__lt=dropped_before)
        return ended.filter(client=None, is_restricted=False)


class OpeningStepQuerySet(models.QuerySet[M]):
    def standing(self) -> OpeningStepQuerySet[M]:
        """Those that nobody took back."""
        return self.filter(withdrawn_at=None)

    def taken_of(self, openings: Collection[int]) -> dict[int, set[str]]:
        """Opening → the steps that stand."""
        found: dict[int, set[str]] = {}
        for opening, step in self.standing().filter(opening__in=openings).values_list("opening", "step"):
            found.setdefault(opening, set()).add(step)
        return found
