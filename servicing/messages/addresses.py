"""Where messages reach a client, where they went, and the e-mail addresses from which they came back for good."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from clients.models import Client
from crm.lib.crypto import blind_index, seal, unseal
from crm.models import Branch
from servicing.models import DeadAddress, Message, Task
from servicing.models.messages import MessageChannel

RULE = "address"  # the rule of the night that makes a task of a dead address
_CELL = {"table": "servicing_message", "column": "recipient"}


def address_of(client: Client, channel: str) -> str:
    """Where messages of a channel reach a client, in clear; '' where nobody knows."""
    if channel == MessageChannel.SMS:
        return unseal(client.phone_sealed, table="clients_client", column="phone", owner=client.uid)
    if channel == MessageChannel.WECOM:
        background = getattr(client, "background", None)
        return background.wecom_id if background else ""
    return client.email if channel == MessageChannel.EMAIL else client.address


def recipient_of(message: Message) -> str:
    """Where a message went or, as a test, goes; in clear."""
    return unseal(message.recipient_sealed, owner=message.uid, **_CELL)


def sealed_recipient(to: str, uid: UUID) -> str:
    """An address ready to store with a message."""
    return seal(to, owner=uid, **_CELL)


def note_dead(message: Message, code: str, at: datetime) -> None:
    """A message came back because of its address: no other goes there until it is another, or somebody has asked. A report of
    a message that is older news than the answer of whoever asked changes nothing."""
    if message.client_id is None:
        return
    told = {"message": message, "code": code, "found_at": at}
    row, is_new = DeadAddress.objects.select_for_update().get_or_create(
        client_id=message.client_id, index=_index(recipient_of(message)), defaults=told
    )
    if not is_new and row.pk in _asked_about([row]) and message.pk > row.message_id:
        DeadAddress.objects.filter(pk=row.pk).update(**told)


def dead_among(clients: Iterable[int]) -> set[int]:
    """Those of some clients whose present e-mail address does not work."""
    rows = list(DeadAddress.objects.of(clients))
    return {row.client_id for row in _standing(rows)}


def dead_in(branch: Branch) -> list[DeadAddress]:
    """The present addresses that do not work, of the clients of a branch whom somebody serves."""
    return list(_standing(list(DeadAddress.objects.served_in(branch))))


def key_of(row: DeadAddress) -> str:
    """The key of the task that an address makes."""
    return f"{RULE}:{row.pk}:{row.message_id}"


def _standing(rows: list[DeadAddress]) -> Iterator[DeadAddress]:
    present = [row for row in rows if row.index == _index(row.client.email)]
    asked = _asked_about(present)
    return (row for row in present if row.pk not in asked)


def _asked_about(rows: list[DeadAddress]) -> set[int]:
    """Those about which somebody has settled the task."""
    keys = {key_of(row): row.pk for row in rows}
    settled = Task.objects.filter(key__in=list(keys), state=Task.State.DONE) if keys else Task.objects.none()
    return {keys[key] for key in settled.values_list("key", flat=True)}


def _index(address: str) -> str:
    return blind_index(address.strip().lower(), column="servicing_deadaddress.index")
