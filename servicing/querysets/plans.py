"""Every named read of service plans; each starts at `visible_to`, but for the night, which serves everybody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class ServicePlanQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ServicePlanQuerySet[M]:
        """Plans of the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def in_force(self) -> ServicePlanQuerySet[M]:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)

    def of_client(self, client: Client) -> ServicePlanQuerySet[M]:
        """The one plan in force of a client, if there is one."""
        return self.in_force().filter(client=client)

    def served_in(self, branch: int) -> ServicePlanQuerySet[M]:
        """Plans in force of a branch whose open, unrestricted clients have an advisor: what the night looks at."""
        found = self.in_force().filter(branch=branch, client__closed_on=None, client__is_restricted=False)
        return found.filter(client__advisor__isnull=False)

    def cadences_in(self, branch: int) -> dict[int, int]:
        """Client → cadence of the plan, where it names one."""
        return dict(self.served_in(branch).exclude(cadence_days=None).values_list("client", "cadence_days"))

    def overdue_on(self, day: date) -> ServicePlanQuerySet[M]:
        """Plans in force of open clients whose review has passed."""
        return self.in_force().filter(next_review_on__lt=day, client__closed_on=None)
