"""What every step of an event needs: the lock under which seats are counted, and the audit row."""

from datetime import datetime
from typing import Any

from clients.models import Background, Client
from crm import audit
from crm.lib import formats
from crm.models import Staff
from servicing.models import Event, Guest


def lock(event: Event) -> Event:
    """The event as it is now, held until the transaction ends: seats are counted by one at a time."""
    return Event.objects.select_for_update(of=("self",)).select_related("branch", "host", "changed_by").get(pk=event.pk)


def turn(guest: Guest, state: str, *, by: Staff | None, at: datetime, **more: Any) -> None:
    """Put a guest, whose event is locked, into another state; `by` None: the night."""
    Guest.objects.filter(pk=guest.pk).update(state=state, turned_by=by, turned_at=at, **more)


def tell(action: str, event: Event, *, by: Staff, reason: str = "", **detail: Any) -> None:
    """The audit row of one step of an event."""
    table = Event._meta.db_table
    audit.record(action, actor=by, table=table, key=event.pk, branch=event.branch, detail=detail, reason=reason)


def moved_money(name: str, before: int | None, after: int | None) -> dict[str, Any]:
    """What an audit row tells of fen that were put right."""
    return {"before": {name: formats.yuan(before)}, "after": {name: formats.yuan(after)}}


def tell_guest(action: str, guest: Guest, *, by: Staff | None, **detail: Any) -> None:
    """The audit row of one step of a guest; nothing of what was answered is in it."""
    audit.record(
        action,
        actor=by,
        of=guest,
        detail={"client": guest.client_id, "event": guest.event_id, **detail},
    )


def knowledge_of(client: Client) -> str:
    """The knowledge level on the client's card, "" where nobody knows."""
    card: Background | None = getattr(client, "background", None)
    return card.knowledge if card else ""
