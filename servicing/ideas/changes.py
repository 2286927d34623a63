"""What every write to an idea does: look whether somebody wrote meanwhile, and put the audit row down."""

from collections.abc import Callable
from typing import Any

from crm import audit
from crm.models import Staff
from servicing.models import Idea


class IdeaConflict(Exception):
    """Somebody else wrote to the idea meanwhile: `current` is how it stands now. Nothing was written."""

    def __init__(self, current: Idea) -> None:
        super().__init__(f"{current} is at version {current.version}")
        self.current = current


def locked(idea: Idea, version: int, *, unless: Callable[[Idea], bool]) -> Idea:
    """The idea as it stands, locked inside the caller's transaction. Raises IdeaConflict where it is not at the version that
    was read, unless it already says what is to be written."""
    row = Idea.objects.select_for_update(of=("self",)).select_related("branch", "client", "owner").get(pk=idea.pk)
    if row.version != version and not unless(row):
        raise IdeaConflict(row)
    return row


def tell(action: str, idea: Idea, *, by: Staff, **detail: Any) -> None:
    """The audit row of one step: keys, states and days, never what was written."""
    audit.record(
        action,
        actor=by,
        table=Idea._meta.db_table,
        key=idea.pk,
        branch=idea.branch,
        detail={"client": idea.client_id, **detail},
    )
