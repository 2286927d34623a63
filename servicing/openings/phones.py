"""The phone of a person who opens an account: sealed like a client's, shown masked, revealed with a reason."""

from datetime import datetime
from uuid import UUID

from clients.imports.person_values import indexes
from clients.revealing import note_reveal
from crm.access import mask_phone
from crm.lib.crypto import seal, unseal
from crm.models import Staff
from servicing.models import Opening

_CELL = {"table": "servicing_opening", "column": "phone"}


def masked_phone(opening: Opening) -> str:
    """138••••5678."""
    return mask_phone(_open(opening))


def phone_columns(phone: str, *, owner: UUID, known: Opening | None = None) -> dict[str, str]:
    """A number as an opening stores it, with the keys by which a client is found; the same number keeps its seal, and
    without a number the known one stays."""
    if known is not None and phone in {"", _open(known)}:
        return {name: getattr(known, name) for name in ("phone_sealed", "phone_index", "phone_tail_index")}
    _identity, whole, tail = indexes(None, phone)
    sealed = seal(phone, owner=owner, **_CELL)
    return {"phone_sealed": sealed, "phone_index": whole or "", "phone_tail_index": tail or ""}


def reveal_phone(
    opening: Opening, *, by: Staff, reason: str, day_began: datetime, limit: int, address: str | None = None
) -> str:
    """The number in clear, after the audit row. Raises RevealRefused as `clients.revealing.reveal` does."""
    note_reveal(opening, {"field": "phone"}, by=by, reason=reason, day_began=day_began, limit=limit, address=address)
    return _open(opening)


def _open(opening: Opening) -> str:
    return unseal(opening.phone_sealed, owner=opening.uid, **_CELL)
