"""The audit trail: one call by the code that acts, inside its own transaction."""

import hashlib
import json
from typing import Any

from django.db.models import Model

from crm.models import AuditEvent, Branch, Staff


def record(
    action: str,
    *,
    actor: Staff | None,
    of: Model | None = None,
    table: str = "",
    key: object = "",
    branch: Branch | None = None,
    detail: dict[str, Any] | None = None,
    reason: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Write one audit row; the action is a verb or verb-noun. `of` is the row that it is about, whose table, key and branch
    count where none is named. Bulk work passes counts and a checksum in `detail`; no full personal value belongs there."""
    if of is not None:
        table, key = table or of._meta.db_table, key or of.pk
        branch = branch or getattr(of, "branch", None)
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


def tell(action: str, row: Any, *, by: Staff | None, **detail: Any) -> None:
    """The audit row of one step of something about a client: keys, states and days, never what was written."""
    record(action, actor=by, of=row, detail={"client": row.client_id, **detail})


def checksum(rows: Any) -> str:
    """A short digest of the keys or counts a bulk write touched, so that the one row stands for all of them."""
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:16]
