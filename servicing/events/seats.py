"""Seats: a client registers while there are some and waits in order when there are none; who declines makes room."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.suitability import investor_of, judge
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.events.asking import BEFORE_IT, INVITE, SEAT, ask_advisors, settle_asked
from servicing.events.turning import knowledge_of, lock, tell_guest, turn
from servicing.models import Event, Guest
from servicing.querysets.events import COMING

State = Guest.State


def register(guest: Guest, *, by: Staff, at: datetime) -> str:
    """The client wants to come: registered where a seat is left, else on the waiting list; returns which. Asked again it is
    what it was. Raises Refused when registration is over, or for a client whom the event may not be offered to (L1, L3)."""
    with transaction.atomic():
        event, now = lock(guest.event), _now(guest)
        if now.state in COMING:
            return now.state
        _check(event, now, at)
        state = State.REGISTERED if seats_left(event) > 0 else State.WAITING
        turn(now, state, by=by, at=at, registered_at=at, knowledge_before=knowledge_of(now.client))
        settle_asked(now, [INVITE], done=True, by=by, at=at)
        tell_guest("register-guest", now, by=by, state=str(state))
    return state


def decline(guest: Guest, *, by: Staff, at: datetime) -> bool:
    """The client does not want to come, or not any more; the next one waiting gets the seat. False where it was said already.
    Raises Refused once the event is over."""
    with transaction.atomic():
        event, now = lock(guest.event), _now(guest)
        if now.state in {State.DECLINED, State.WITHDRAWN}:
            return False
        _check_open(event)
        turn(now, State.DECLINED, by=by, at=at, registered_at=None, attendance="")
        settle_asked(now, BEFORE_IT, done=True, by=by, at=at)
        tell_guest("decline-guest", now, by=by, before=now.state, state=str(State.DECLINED))
        fill_seats(event, by=by, at=at)
    return True


def ask_again(guest: Guest, *, by: Staff, at: datetime) -> bool:
    """Undo of an answer: the client is invited, as if nothing had been said; a seat that was kept goes to who waits. False
    where it is so already. Raises Refused once nobody can register any more."""
    with transaction.atomic():
        event, now = lock(guest.event), _now(guest)
        if now.state in {State.INVITED, State.WITHDRAWN}:
            return False
        _check_open(event)
        _check_time(event, at)
        turn(now, State.INVITED, by=by, at=at, registered_at=None, attendance="")
        ask_advisors(event, [now.client], INVITE, by=by, at=at)
        tell_guest("ask-guest-again", now, by=by, before=now.state, state=str(State.INVITED))
        fill_seats(event, by=by, at=at)
    return True


def fill_seats(event: Event, *, by: Staff | None, at: datetime) -> int:
    """Give the seats that are left to those who wait, in order, and have their advisors tell them; how many. `by` None: the
    night. Inside the transaction that holds the event."""
    left = seats_left(event)
    if left <= 0:
        return 0
    next_ones: Iterable[Guest] = Guest.objects.queue(event.pk).select_related("client", "branch")[:left]
    moved = list(next_ones)
    for guest in moved:
        turn(guest, State.REGISTERED, by=by, at=at)
        tell_guest("seat-guest", guest, by=by)
    ask_advisors(event, [guest.client for guest in moved], SEAT, by=by, at=at)
    return len(moved)


def seats_left(event: Event) -> int:
    """How many seats nobody has."""
    return event.quota - Guest.objects.filter(event=event, state=State.REGISTERED).count()


def _now(guest: Guest) -> Guest:
    rows = Guest.objects.select_related("client__background", "client__branch", "branch", "event")
    return rows.get(pk=guest.pk)


def _check(event: Event, guest: Guest, at: datetime) -> None:
    _check_open(event)
    if guest.state == State.WITHDRAWN:
        raise Refused(_("The invitation was taken back."))
    _check_time(event, at)
    if guest.client.is_restricted or guest.client.closed_on is not None:
        raise Refused(_("This client cannot be registered any more."))
    if event.product_risk:
        verdict = judge(investor_of(guest.client), event.product_risk, timezone.localdate(at))
        if not verdict.passes:
            raise Refused(verdict.reason)


def _check_open(event: Event) -> None:
    if event.state != Event.State.OPEN:
        raise Refused(_("This event is not open any more."))


def _check_time(event: Event, at: datetime) -> None:
    if at >= event.closes_at:
        raise Refused(_("Registration is over."))
