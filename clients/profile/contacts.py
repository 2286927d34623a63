"""The phone of a close contact (P6): sealed like a client's, bound to the contact's own uid, shown masked."""

from uuid import UUID

from clients.models import CloseContact
from crm.access import mask_phone
from crm.lib.crypto import seal, unseal

_CELL = {"table": "clients_closecontact", "column": "phone"}


def open_phone(contact: CloseContact) -> str:
    """The number in clear, for a reveal that left its audit row."""
    return unseal(contact.phone_sealed, owner=contact.uid, **_CELL)


def masked_phone(contact: CloseContact) -> str:
    """138••••5678; '' where none is known."""
    return mask_phone(open_phone(contact))


def sealed_phone(phone: str, *, owner: UUID, known: CloseContact | None) -> str:
    """A number ready to store; the same number keeps its seal, so that saving twice changes nothing."""
    if known is not None and open_phone(known) == phone:
        return known.phone_sealed
    return seal(phone, owner=owner, **_CELL)
