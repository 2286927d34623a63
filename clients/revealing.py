"""Personal values of a client: masked for everyone, shown one by one on purpose, with a reason and an audit row first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Account, Client, CloseContact
from clients.profile.contacts import open_phone
from crm import access, audit
from crm.lib.crypto import unseal
from crm.models import AuditEvent, Staff

CLIENT_FIELDS = ("phone", "identity")
ACCOUNT_FIELDS = ("number", "card")
ACTION = "reveal"


class RevealRefused(Exception):
    """No reason given, the day's limit is reached, or the role may not; the message says which."""


def masked_values(client: Client) -> Mapping[str, str]:
    """Phone and identity number with their middle hidden; empty where none is known."""
    return {
        "phone": access.mask_phone(_open(client, "phone")),
        "identity": access.mask_identity(_open(client, "identity")),
    }


def reveal(
    client: Client,
    field: str,
    *,
    account: Account | None = None,
    contact: CloseContact | None = None,
    by: Staff,
    reason: str,
    day_began: datetime,
    limit: int,
    address: str | None = None,
) -> str:
    """One value in clear. The audit row is committed before the value is read. Raises RevealRefused without a reason, for
    a role that may not, or when the person has revealed `limit` values since `day_began`."""
    subject = account or contact or client
    detail = {"field": field, "client": client.pk}
    note_reveal(subject, detail, by=by, reason=reason, day_began=day_began, limit=limit, address=address)
    if account is not None:
        return account.number if field == "number" else _open_card(account)
    return open_phone(contact) if contact is not None else _open(client, field)


def note_reveal(
    subject: Any,
    detail: dict[str, Any],
    *,
    by: Staff,
    reason: str,
    day_began: datetime,
    limit: int,
    address: str | None = None,
) -> None:
    """The audit row that comes before a personal value of a row is read; the row knows its branch. Raises RevealRefused
    without a reason, for a role that may not, or when the person has revealed `limit` values since `day_began`."""
    if not access.may_reveal(by):
        raise RevealRefused(_("This role may not show personal values."))
    if len(reason.strip()) < 2:
        raise RevealRefused(_("Please say why."))
    with transaction.atomic():
        # two windows of one person count one after the other
        Staff.objects.select_for_update().get(pk=by.pk)
        done = AuditEvent.objects.filter(actor=by, action=ACTION, at__gte=day_began).count()
        if done >= limit:
            raise RevealRefused(_("Today's limit of {limit} values is reached.").format(limit=limit))
        audit.record(
            ACTION,
            actor=by,
            of=subject,
            detail=detail,
            reason=reason.strip(),
            address=address,
        )


def _open(client: Client, field: str) -> str:
    sealed: str = getattr(client, f"{field}_sealed")
    return unseal(sealed, table="clients_client", column=field, owner=client.uid)


def _open_card(account: Account) -> str:
    return unseal(account.card_sealed, table="clients_account", column="card", owner=account.client.uid)
