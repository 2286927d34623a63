"""The night frees the places of clients who have closed their account or are restricted."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from crm.models import Branch
from servicing.events.seats import fill_seats
from servicing.events.turning import lock, tell_guest, turn
from servicing.models import Event, Guest


def free_seats(branch: Branch, *, at: datetime, fence: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Free the seats and places in the queue that such clients have at events of a branch that have not begun, and move up who
    waits, one event after the other: how many were freed and seated. They come back by hand only; a second time frees
    none. `fence` is called inside each transaction and raises where the run is no longer the caller's."""
    counts = {"freed": 0, "seated": 0}
    lost = Guest.objects.gone(branch.pk, at)
    for event in Event.objects.filter(pk__in=lost.values("event")).order_by("pk"):
        with transaction.atomic():
            fence()
            now = lock(event)
            for guest in lost.filter(event=now).select_related("client", "branch").order_by("pk"):
                _free(guest, at=at)
                counts["freed"] += 1
            counts["seated"] += fill_seats(now, by=None, at=at)
    return counts


def _free(guest: Guest, *, at: datetime) -> None:
    why = Guest.Freed.RESTRICTED if guest.client.is_restricted else Guest.Freed.CLOSED
    turn(guest, Guest.State.WITHDRAWN, by=None, at=at, registered_at=None, why=why)
    tell_guest("free-seat", guest, by=None, before=guest.state, state=str(Guest.State.WITHDRAWN), why=str(why))
