"""Clients of colleagues, opened for the rest of a day (S16): given with an audit row, and read where one client is looked up.

A grant opens one client and lengthens no list: only a look-up that found nothing of the reader's own asks for grants, so that
lists ask the database exactly what they asked before, and cost the same."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clients.models import AccessGrant, Client
from crm import audit
from crm.access import sees_names
from crm.calendar import day_begins
from crm.models import Staff


def grant_until_evening(client: Client, *, to: Staff, key: str, reason: str, by: Staff, at: datetime) -> AccessGrant:
    """Open a client to a colleague until the day of `at` ends in Shanghai; the same `key` twice is one grant."""
    until = day_begins(timezone.localdate(at) + timedelta(days=1))
    with transaction.atomic():
        grant, is_new = AccessGrant.objects.get_or_create(
            key=key,
            defaults={
                "staff": to,
                "client": client,
                "from_at": at,
                "until_at": until,
                "reason": reason[:200],
                "made_by": by,
            },
        )
        if is_new:
            audit.record(
                "grant-access",
                actor=by,
                table=AccessGrant._meta.db_table,
                key=grant.pk,
                branch=client.branch,
                reason=reason,
                detail={"client": client.pk, "staff": to.pk, "until": until.isoformat()},
            )
    return grant


def with_grants(user: Staff, at: datetime) -> Staff:
    """The reader with the clients that grants open at a moment: from here on `visible_to` lets this reader see them, and
    what belongs to them. Asked of the one reader of one request."""
    if user.is_advisor:
        user.opened = frozenset(AccessGrant.objects.in_force(user, at).values_list("client_id", flat=True))
    return user


def look_up(user: Staff, pk: int, at: datetime) -> Client | None:
    """One client with branch and advisor: the reader's own, or one that a grant opens at a moment; None for any other."""
    found = _found(user, pk)
    return found if found or not user.is_advisor else _found(with_grants(user, at), pk)


def is_guest(user: Staff, client: Client) -> bool:
    """Whether somebody sees a client by a grant only: to read, and to log a contact."""
    return client.pk in user.opened and client.advisor_id != user.pk


def serves(user: Staff, client: Client) -> bool:
    """Whether somebody who sees a client works for the client too: the advisor or a manager, never a guest. What a page
    offers by this is what the addresses open that do not look for grants."""
    return sees_names(user) and not is_guest(user, client)


def _found(user: Staff, pk: int) -> Client | None:
    return Client.objects.visible_to(user).select_related("branch", "advisor").filter(pk=pk).first()
