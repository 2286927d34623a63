"""Every named read of contacts; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery

from clients.querysets import seen_by
from crm.calendar import day_begins

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


def leads_on() -> Q:
    """The condition of contacts after which something is to be done: a next step, or a promise that stands."""
    from servicing.models import Promise

    promised = Promise.objects.filter(contact=OuterRef("pk")).exclude(state="withdrawn")
    return ~Q(next_step="") | Q(Exists(promised))


class ContactQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ContactQuerySet[M]:
        """Contacts with the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def standing(self) -> ContactQuerySet[M]:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)

    def of_client(self, client: Client) -> ContactQuerySet[M]:
        """What was said with one client, the latest first."""
        return self.filter(client=client).order_by("-happened_at", "-pk")

    def questions(self) -> ContactQuerySet[M]:
        """What came in and left something to do: a next step or a promise. `answered_at` is our first contact afterwards
        (S10)."""
        from servicing.models import Contact

        after = Contact.objects.standing().filter(client=OuterRef("client"), happened_at__gt=OuterRef("happened_at"))
        ours = after.filter(direction=Contact.Direction.OUT).order_by("happened_at").values("happened_at")[:1]
        asked = self.standing().filter(leads_on(), direction=Contact.Direction.IN)
        return cast("ContactQuerySet[M]", asked.annotate(answered_at=Subquery(ours)))

    def unanswered_for(self, user: Staff, since: datetime) -> ContactQuerySet[M]:
        """Questions since a moment that make the reader's day, the oldest first: an advisor's own clients, for a manager
        the branch."""
        seen = self.visible_to(user).filter(branch__in=user.branches.all(), client__closed_on=None)
        asked = seen.questions().filter(happened_at__gte=since, answered_at=None)
        return asked.select_related("client__advisor").prefetch_related("promises").order_by("happened_at", "pk")

    def asked_in(self, branch: int, begins: datetime, ends: datetime) -> ContactQuerySet[M]:
        """The questions of a branch between two moments, without those of restricted clients (L3)."""
        asked = {"branch": branch, "happened_at__gte": begins, "happened_at__lt": ends}
        return self.questions().filter(**asked, client__is_restricted=False)

    def latest_of(self, clients: Iterable[int]) -> dict[int, datetime]:
        """Client id → moment of the last standing contact, of the named clients who have one."""
        return self.filter(client__in=list(clients))._latest()

    def latest_in(self, branch: int, since: date) -> dict[int, datetime]:
        """The same of the clients of a branch who were spoken to on or after a day."""
        since_moment = day_begins(since)  # so that the index of the branch serves
        return self.filter(branch=branch, happened_at__gte=since_moment)._latest()

    def _latest(self) -> dict[int, datetime]:
        return dict(self.standing().order_by().values_list("client").annotate(Max("happened_at")))
