"""The phone of a person who opens an account, or whom a client recommended: sealed like a client's, shown masked, revealed with
a reason."""

from datetime import datetime
from uuid import UUID

from clients.imports.person_values import indexes
from clients.revealing import note_reveal
from crm.access import mask_phone
from crm.lib.crypto import seal, unseal
from crm.models import Staff
from servicing.models import Opening, Referral

Reachable = Opening | Referral
_COLUMNS = ("phone_sealed", "phone_index", "phone_tail_index")


def masked_phone(row: Reachable) -> str:
    """138••••5678; empty where none is known."""
    return mask_phone(_open(row))


def phone_columns(
    phone: str, *, owner: UUID, of: type[Reachable] = Opening, known: Reachable | None = None
) -> dict[str, str]:
    """A number as such a row stores it, with the keys by which a client is found; the same number keeps its seal, and
    without a number the known one stays."""
    if known is not None and phone in {"", _open(known)}:
        return {name: getattr(known, name) for name in _COLUMNS}
    if not phone:
        return dict.fromkeys(_COLUMNS, "")
    _identity, whole, tail = indexes(None, phone)
    sealed = seal(phone, table=of._meta.db_table, column="phone", owner=owner)
    return dict(zip(_COLUMNS, (sealed, whole or "", tail or ""), strict=True))


def reveal_phone(
    row: Reachable, *, by: Staff, reason: str, day_began: datetime, limit: int, address: str | None = None
) -> str:
    """The number in clear, after the audit row. Raises RevealRefused as `clients.revealing.reveal` does."""
    note_reveal(row, {"field": "phone"}, by=by, reason=reason, day_began=day_began, limit=limit, address=address)
    return _open(row)


def _open(row: Reachable) -> str:
    if not row.phone_sealed:
        return ""
    return unseal(row.phone_sealed, table=row._meta.db_table, column="phone", owner=row.uid)
