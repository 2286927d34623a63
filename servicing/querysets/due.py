"""Every named read of promises and tasks; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Max

from clients.querysets import seen_by

if TYPE_CHECKING:
    from uuid import UUID

    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
MISSED = ("expired", "past")  # why the night withdraws what was to be done, and was not while it was worth anything


class _DueQuerySet(models.QuerySet[M]):
    """What promises and tasks have in common: a client, an owner, a due day, a state."""

    def visible_to(self, user: Staff) -> _DueQuerySet[M]:
        """Those about the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def day_of(self, user: Staff) -> _DueQuerySet[M]:
        """Those that make the user's day: an advisor's own, for a manager those of the whole branch; read by an index."""
        seen = self.visible_to(user)
        return seen.filter(owner=user) if user.is_advisor else seen.filter(branch__in=user.branches.all())

    def planned_in(self, branch: int, first: date, last: date) -> _DueQuerySet[M]:
        """Those of a branch that are due in a span and that nobody withdrew."""
        return self.filter(branch=branch, due_on__range=(first, last)).exclude(state="withdrawn")

    def open_until(self, day: date) -> _DueQuerySet[M]:
        """Open ones due on or before a day, the earliest first."""
        return self.filter(state="open", due_on__lte=day).order_by("due_on", "pk")


class PromiseQuerySet(_DueQuerySet[M]):
    """Promises to the clients that the user sees."""


class TaskQuerySet(_DueQuerySet[M]):
    """Tasks about the clients that the user sees."""

    def planned_in(self, branch: int, first: date, last: date) -> TaskQuerySet[M]:
        """Those due in a span that were to be done: nobody withdrew them, or only the night because it was too late."""
        missed = models.Q(state="withdrawn", settled_why__in=MISSED)
        return self.filter(~models.Q(state="withdrawn") | missed, branch=branch, due_on__range=(first, last))

    def added_by_step(self, uid: UUID, user: Staff) -> TaskQuerySet[M]:
        """Those that the user added for many clients in one step (`todo.add_tasks`)."""
        seen = self.filter(seen_by(user, "client__")).select_related("branch")
        return seen.filter(made_by=user, key__startswith=f"step:{uid}:")

    def open_in(self, branch: int) -> TaskQuerySet[M]:
        """The open tasks of a branch, for the night, which serves everybody."""
        return self.filter(branch=branch, state="open")

    def open_of(self, client: int, rules: Iterable[str]) -> TaskQuerySet[M]:
        """The open tasks of a client that some rules of the night made."""
        return self.filter(client=client, state="open", rule__in=list(rules))

    def of_plans(self, branch: int, since: date) -> TaskQuerySet[M]:
        """The tasks of a branch for actions of service plans that are open, or were due or settled since a day; those that
        the night may reopen count as not made."""
        lately = models.Q(state="open") | models.Q(settled_at__date__gte=since) | models.Q(due_on__gte=since)
        return self.filter(lately, branch=branch, rule="plan", settled_why__in=["", "expired"])

    def open_rounds(self, branch: int, rule: str) -> set[int]:
        """Clients of a branch for whom a rule of the night has an open task."""
        return set(self.open_in(branch).filter(rule=rule).values_list("client_id", flat=True))

    def settled_by_people(self, rule: str, branch: int, since: date) -> dict[int, datetime]:
        """Client → when somebody last settled a task that a rule of the night had made, since a day."""
        found = self.filter(rule=rule, branch=branch, settled_by__isnull=False, settled_at__date__gte=since)
        return dict(found.order_by().values_list("client").annotate(Max("settled_at")))

    def cared_for(self, clients: Iterable[int], since: datetime) -> set[int]:
        """Of these clients those with an open task, or with one that was done since a moment: nobody needs to be told."""
        named = self.filter(client__in=list(clients))
        kept = named.filter(models.Q(state="open") | models.Q(state="done", settled_at__gte=since))
        return set(kept.order_by().values_list("client_id", flat=True))
