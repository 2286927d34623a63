"""Every named read of risk alerts; each starts at `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class RiskAlertQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> RiskAlertQuerySet[M]:
        """Alerts about the clients that the user sees; the branches are said twice, so that an index is read."""
        seen = self.filter(seen_by(user, "client__"))
        return seen if user.is_compliance else seen.filter(branch__in=user.branches.all())

    def standing(self) -> RiskAlertQuerySet[M]:
        """Those that still hold, acknowledged or not."""
        return self.exclude(state="over")

    def in_branch(self, branch: int) -> RiskAlertQuerySet[M]:
        """Those of a branch, for the night, which looks at everybody."""
        return self.filter(branch=branch)

    def of_client(self, client: Client) -> RiskAlertQuerySet[M]:
        """Those about one client, the latest first."""
        return self.filter(client=client).order_by("-seen_from", "-pk")
