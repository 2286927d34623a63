"""What every write to a complaint does: keep the reading before it, write the audit row, tell a second editor."""

from datetime import datetime
from typing import Any

from crm import audit
from crm.models import Staff
from servicing.models import Complaint, ComplaintChange


class ComplaintConflict(Exception):
    """Somebody else wrote to the complaint meanwhile: `current` is what it says now. Nothing was written."""

    def __init__(self, current: Complaint) -> None:
        super().__init__(f"complaint {current.pk} is at version {current.version}")
        self.current = current


def reading(complaint: Complaint) -> dict[str, Any]:
    """What a complaint says now, as JSON: the shape of ComplaintChange.before."""
    names = ("client_id", "about_id", "category", "severity", "text", "owner_id", "stage")
    return {name.removesuffix("_id"): getattr(complaint, name) for name in names}


def keep_reading(complaint: Complaint, *, by: Staff, at: datetime) -> None:
    """Keep what the complaint says before a write, inside the caller's transaction."""
    ComplaintChange.objects.create(
        complaint=complaint, version=complaint.version, staff=by, before=reading(complaint), at=at
    )


def tell(action: str, complaint: Complaint, *, by: Staff | None, **detail: Any) -> None:
    """The audit row of one step: keys, stages and days, never what was written."""
    audit.record(
        action,
        actor=by,
        table=Complaint._meta.db_table,
        key=complaint.pk,
        branch=complaint.branch,
        detail={"client": complaint.client_id, **detail},
    )
