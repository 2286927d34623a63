"""What every write to a complaint does: keep the reading before it, and tell a second editor."""

from datetime import datetime
from typing import Any

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
