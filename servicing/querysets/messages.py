"""Every named read of sendings and of the outbox; what people read starts at `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Count, Q

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)
GONE = ("sending", "sent", "unknown")  # it went, or may have gone


class SendingQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> SendingQuerySet[M]:
        """An advisor's own, a manager's branches, for compliance all; the admin writes to no client."""
        if user.is_compliance:
            return self.all()
        if user.is_manager:
            return self.filter(branch__in=user.branches.all())
        return self.filter(asked_by=user) if user.is_advisor else self.none()

    def told_to(self, user: Staff) -> SendingQuerySet[M]:
        """Those that somebody let go, and the user's own drafts; with what is shown of them."""
        told = self.filter(~Q(state="draft") | Q(asked_by=user))
        return told.select_related("branch", "asked_by", "text__text", "material")

    def waiting_for(self, user: Staff) -> SendingQuerySet[M]:
        """Those that the user may decide as the second person."""
        seen = self.visible_to(user) if user.is_manager or user.is_compliance else self.none()
        return seen.filter(state="waiting").exclude(asked_by=user)


class MessageQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> MessageQuerySet[M]:
        """Messages to the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def of_client(self, client: Client) -> MessageQuerySet[M]:
        """What went to one client or may have gone, and what waits for it."""
        return self.filter(client=client, state__in=GONE).select_related("sending__asked_by")

    def real(self) -> MessageQuerySet[M]:
        """Without tests, which go to staff."""
        return self.filter(is_test=False)

    def due(self, now: datetime) -> MessageQuerySet[M]:
        """What a worker may take up now, oldest first; letters wait for a person who prints."""
        ready = Q(not_before=None) | Q(not_before__lte=now)
        going = Q(sending__state="going") | Q(is_test=True)
        return self.filter(ready & going, state="queued").exclude(channel="letter").order_by("pk")

    def branches_due(self, now: datetime) -> list[int]:
        """The branches in which something is due."""
        return list(self.due(now).order_by().values_list("branch", flat=True).distinct())

    def abandoned_at(self, now: datetime) -> MessageQuerySet[M]:
        """On their way past the lease: nobody knows whether the provider has them."""
        return self.filter(state="sending", lease_until__lt=now)

    def open_of(self, sending: int) -> MessageQuerySet[M]:
        """What of a sending has still to go."""
        return self.filter(sending=sending, is_test=False, state__in=["queued", "sending"])

    def unsettled(self) -> MessageQuerySet[M]:
        """Those whose outcome a person has to find out."""
        return self.filter(state="unknown").select_related("sending", "client__branch", "branch")

    def counted(self, sendings: Iterable[int]) -> dict[int, dict[str, int]]:
        """Sending → state → how many messages."""
        found: dict[int, dict[str, int]] = {}
        rows = self.filter(sending__in=list(sendings), is_test=False).order_by()
        for sending, state, count in rows.values_list("sending", "state").annotate(Count("pk")):
            found.setdefault(sending, {})[state] = count
        return found

    def reasons(self, sending: int) -> dict[tuple[str, str], int]:
        """(State, reason) → how many of a sending were left out or cancelled for it."""
        kept_back = self.filter(sending=sending, is_test=False, state__in=["left_out", "cancelled"]).order_by()
        return {
            (state, reason): n for state, reason, n in kept_back.values_list("state", "reason").annotate(Count("pk"))
        }

    def reported(self, sending: int) -> list[tuple[str, int]]:
        """What gateways reported of the messages of a sending, and of how many."""
        known = self.filter(sending=sending, is_test=False).exclude(delivery="").order_by("delivery")
        return list(known.values_list("delivery").annotate(Count("pk")))

    def gone_since(self, clients: Iterable[int], channel: str, since: datetime) -> dict[int, int]:
        """Client → messages of a channel that went since a moment, or may have gone."""
        named = self.filter(client__in=list(clients), channel=channel, state__in=GONE, claimed_at__gte=since)
        return dict(named.order_by().values_list("client").annotate(Count("pk")))
