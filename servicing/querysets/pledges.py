"""Every named read of pledges and of their breaches; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Count, Q

from clients.querysets import seen_by
from servicing.querysets.complaints import complaints_seen_by
from servicing.querysets.decided import DecidedQuerySet

if TYPE_CHECKING:
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


class PledgeQuerySet(DecidedQuerySet[M]):
    def of(self, branch: Branch | None) -> Self:
        """Those of a branch and of the firm, whenever they begin."""
        return self.filter(Q(branch=branch) | Q(branch=None)) if branch else self.filter(branch=None)


class PledgeBreachQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> PledgeBreachQuerySet[M]:
        """Those about clients whom the user sees, and what one answers for or reported; without a client those of a
        manager's branches; of a complaint only who reads it; of call-backs no advisor, who must not hear of them (L2)."""
        if user.is_admin:
            return self.none()
        if user.is_compliance:
            return self.filter(Q(complaint=None) | complaints_seen_by(user, "complaint__"))
        mine = Q(owner=user) | Q(reported_by=user)
        nobodys = Q(branch__in=user.branches.all()) if user.is_manager else mine
        theirs = seen_by(user, "client__") | mine & Q(client__is_restricted=False)
        seen = self.filter(Q(client=None) & nobodys | Q(client__isnull=False) & theirs)
        seen = seen.filter(Q(complaint=None) | complaints_seen_by(user, "complaint__"))
        return seen.exclude(measure="callback") if user.is_advisor else seen

    def standing(self) -> PledgeBreachQuerySet[M]:
        """Those that nothing took back."""
        return self.exclude(state="void")

    def found_in(self, branch: Branch, first: date, last: date) -> PledgeBreachQuerySet[M]:
        """What nights found of a span of days of a branch, for the night."""
        return self.filter(branch=branch, reported_by=None, on__range=(first, last))

    def counted(self, branch: Branch, first: date) -> Mapping[tuple[str, date], int]:
        """(Measure, day) → standing breaches of a branch since a day."""
        rows = self.standing().filter(branch=branch, on__gte=first).order_by()
        return {(measure, day): n for measure, day, n in rows.values_list("measure", "on").annotate(Count("pk"))}


class PledgeMonthQuerySet(models.QuerySet[M]):
    def since(self, branches: Iterable[Branch], month: date) -> PledgeMonthQuerySet[M]:
        """The counts of some branches since a month, which name nobody."""
        return self.filter(branch__in=list(branches), month__gte=month).order_by("month")
