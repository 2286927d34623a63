"""Somebody who complains and is not known as a client: name and phone are sealed, the phone is shown for a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clients.revealing import note_reveal
from crm.lib.crypto import seal, unseal
from crm.models import Staff
from servicing.models import Complaint

_TABLE = Complaint._meta.db_table


@dataclass(frozen=True)
class Caller:
    """Who complains, as far as they said."""

    name: str
    phone: str = ""


def sealed(uid: UUID, caller: Caller | None) -> dict[str, str]:
    """The columns of a complaint that hold its caller."""
    if caller is None:
        return {}
    return {
        "caller_sealed": seal(caller.name.strip(), table=_TABLE, column="caller", owner=uid),
        "phone_sealed": seal(caller.phone.strip(), table=_TABLE, column="phone", owner=uid),
    }


def caller_of(complaint: Complaint) -> Caller | None:
    """Who complained without being known as a client; None where nobody said."""
    if not complaint.caller_sealed:
        return None
    name, phone = (
        unseal(value, table=_TABLE, column=column, owner=complaint.uid)
        for value, column in ((complaint.caller_sealed, "caller"), (complaint.phone_sealed, "phone"))
    )
    return Caller(name, phone)


def show_phone(
    complaint: Complaint, *, by: Staff, reason: str, day_began: datetime, limit: int, address: str | None = None
) -> str:
    """The phone of the caller in clear, after its audit row. Raises RevealRefused as `clients.revealing.reveal` does."""
    detail = {"field": "phone", "complaint": complaint.pk}
    note_reveal(complaint, detail, by=by, reason=reason, day_began=day_began, limit=limit, address=address)
    caller = caller_of(complaint)
    return caller.phone if caller else ""
