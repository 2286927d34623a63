"""Every named read of contacts; each starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Max

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


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

    def latest_of(self, clients: Iterable[int]) -> dict[int, datetime]:
        """Client id → moment of the last standing contact, of the named clients who have one."""
        return self.filter(client__in=list(clients))._latest()

    def latest_in(self, branch: int, since: date) -> dict[int, datetime]:
        """The same of the clients of a branch who were spoken to on or after a day."""
        return self.filter(branch=branch, happened_at__date__gte=since)._latest()

    def _latest(self) -> dict[int, datetime]:
        return dict(self.standing().order_by().values_list("client").annotate(Max("happened_at")))
