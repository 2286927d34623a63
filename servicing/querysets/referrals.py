"""Every named read of referrals; each starts at `visible_to`, but for the night and for sums of a branch."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
OPEN = ("named", "contacted")


class ReferralQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ReferralQuerySet[M]:
        """Referrals by the clients whom the user sees, unless they became a client whom nobody but compliance sees."""
        seen = self.filter(seen_by(user, "referrer__"))
        return seen if user.is_compliance else seen.exclude(client__is_restricted=True)

    def of_client(self, client: Client) -> ReferralQuerySet[M]:
        """Those that a client made, and the one by which a client came."""
        return self.filter(Q(referrer=client) | Q(client=client))

    def under_way(self) -> ReferralQuerySet[M]:
        """Neither opened nor lost."""
        return self.filter(state__in=OPEN)

    def opened_in(self, branch: int) -> ReferralQuerySet[M]:
        """Those of a branch that became clients."""
        return self.filter(branch=branch, state="opened")

    def named_between(self, first: date, last: date) -> ReferralQuerySet[M]:
        """Named in a period, both ends included."""
        return self.filter(named_on__range=(first, last))

    def without_referrer(self) -> ReferralQuerySet[M]:
        """Lost or under way, by clients who have left us."""
        return self.exclude(state="opened").filter(Q(referrer__closed_on__isnull=False) | Q(reason="referrer"))

    def to_restrict(self, branch: int, lost_before: date) -> ReferralQuerySet[M]:
        """Lost before a day."""
        return self.filter(branch=branch, state="lost", ended_on__lt=lost_before, is_restricted=False)

    def uncalled(self, branch: int) -> ReferralQuerySet[M]:
        """Named persons of a branch whom nobody has spoken to, by open clients who have an advisor."""
        named = self.filter(branch=branch, state="named", may_call=True, referrer__advisor__isnull=False)
        return named.filter(referrer__closed_on=None, referrer__is_restricted=False)
