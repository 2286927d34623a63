"""The audit trail: one call by the code that acts, inside its own transaction."""

import hashlib
import json
from typing import Any

from crm.models import AuditEvent, Branch, Staff


def record(
    action: str,
    *,
    actor: Staff | None,
    table: str = "",
    key: object = "",
    branch: Branch | None = None,
    detail: dict[str, Any] | None = None,
    reason: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Write one audit row; the action is a verb or verb-noun. Bulk work passes counts and a checksum in `detail`; no full
    personal value belongs there."""
    return AuditEvent.objects.create(
        action=action,
        actor=actor,
        table=table,
        key=str(key),
        branch=branch,
        detail=detail or {},
        reason=reason[:200],
        address=address,
    )


def checksum(rows: Any) -> str:
    """A short digest of the keys or counts a bulk write touched, so that the one row stands for all of them."""
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:16]
