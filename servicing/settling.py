"""The states of promises and tasks: each step is a conditional update, so that done twice is done once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from clients.models import Client
from crm.audit import tell
from crm.models import Staff
from servicing.models import Promise, Task

OPEN = "open"


def owner_for(client: Client, by: Staff) -> Staff:
    """Who answers for a promise or task: the client's advisor, or who records it where nobody has the client or whoever has
    does not work there any more (A5)."""
    advisor = client.advisor
    return advisor if advisor and _works_in(advisor, client.branch_id) else by


def owners_for(clients: Iterable[Client], by: Staff) -> dict[int, int]:
    """The same for many clients in one query: client → owner."""
    chosen = list(clients)
    here = set(Staff.objects.advisors().filter(pk__in={one.advisor_id for one in chosen}).values_list("pk", flat=True))
    return {one.pk: one.advisor_id if one.advisor_id and one.advisor_id in here else by.pk for one in chosen}


def _answers(owner: Staff, client: Client) -> bool:
    """Whether somebody may go on owning what is open for a client: not who has left, nor an advisor who gave the client away."""
    return (not owner.is_advisor or client.advisor_id == owner.pk) and _works_in(owner, client.branch_id)


def _works_in(person: Staff, branch: int) -> bool:
    return bool(Staff.objects.working_in(branch).filter(pk=person.pk).exists())


def turn(
    row: Promise | Task, to: str, *, since: Iterable[str], by: Staff, at: datetime, action: str, **more: Any
) -> bool:
    """Turn a row from one of the states `since` into another, with an audit row, inside the caller's transaction. False
    where somebody was quicker or it is so already; `more` are columns set with it. What is open again goes to somebody
    who works there and sees the client: its owner, or who answers for the client now."""
    if to == OPEN and not _answers(row.owner, row.client):
        more["owner"] = owner_for(row.client, by)
    settled = {"settled_at": None, "settled_by": None} if to == OPEN else {"settled_at": at, "settled_by": by}
    rows = type(row)._default_manager.filter(pk=row.pk, state__in=list(since))
    if not rows.update(state=to, **settled, **more):
        return False
    tell(action, row, by=by)
    return True


def noun(row: Promise | Task) -> str:
    """The word of a row in the names of actions."""
    return "task" if isinstance(row, Task) else "promise"
