"""The life of an event: opened for registration, held, closed, or cancelled with a reason. Each step is a conditional update
under the event's lock, so that a double click takes it once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.events.asking import AFTER, AFTERWARDS, BEFORE_IT, MISSED, OFF, ask_guests, withdraw_asked
from servicing.events.planning import check_lead
from servicing.events.turning import lock, tell, tell_guest
from servicing.models import Event, Guest

State, Attendance = Event.State, Guest.Attendance


def open_event(event: Event, *, by: Staff, at: datetime) -> bool:
    """Open a planned event for invitations and registration; False where it is open. Raises Refused once registration would
    be over."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.state != State.PLANNED:
            return False
        if at >= now.closes_at:
            raise Refused(_("Registration would be over already; change the plan first."))
        _turn(now, State.OPEN, by=by, at=at)
        tell("open-event", now, by=by)
    return True


def cancel_event(event: Event, *, why: str, by: Staff, at: datetime) -> bool:
    """Cancel an event that is still to come, with a reason: who had a seat or waited for one is told by the own advisor, nobody
    is invited any more. False where it is cancelled. Raises Refused without a reason, or once it was held."""
    check_lead(event, by)
    if not why.strip():
        raise Refused(_("Say why."), "why")
    with transaction.atomic():
        now = lock(event)
        if now.state == State.CANCELLED:
            return False
        if now.state not in {State.PLANNED, State.OPEN}:
            raise Refused(_("It has been held already."))
        _turn(now, State.CANCELLED, by=by, at=at, why=why.strip())
        withdraw_asked(now, BEFORE_IT, by=by, at=at)
        told = ask_guests(now, Guest.objects.coming(now.pk), OFF, by=by, at=at, why=why.strip())
        tell("cancel-event", now, by=by, reason=why.strip(), clients=told)
    return True


def tick(guest: Guest, attendance: str, *, by: Staff, at: datetime) -> bool:
    """Note whether a registered client came; it may be put right until the event is closed. False where it stands so. Raises
    Refused before the event begins, and for who is not registered."""
    with transaction.atomic():
        event = lock(guest.event)
        now = Guest.objects.select_related("branch").get(pk=guest.pk)
        if event.state not in {State.OPEN, State.HELD} or at < event.starts_at:
            raise Refused(_("Attendance is noted from the beginning of the event until it is closed."))
        if now.state != Guest.State.REGISTERED:
            raise Refused(_("Only who is registered is ticked."))
        if now.attendance == attendance:
            return False
        if event.state == State.HELD and not attendance:
            raise Refused(_("Say whether the client came."))
        if now.perceived is not None and attendance != Attendance.CAME:
            raise Refused(_("The client has said how it was."))
        Guest.objects.filter(pk=now.pk).update(attendance=attendance, turned_by=by, turned_at=at)
        tell_guest("tick-guest", now, by=by, state=attendance, before=now.attendance)
    return True


def hold_event(event: Event, *, by: Staff, at: datetime) -> bool:
    """The event was held: who is registered and not ticked did not come; everybody registered is asked afterwards, by a task
    for the advisor. False where it is so. Raises Refused before its end."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.state in {State.HELD, State.CLOSED}:
            return False
        if now.state != State.OPEN or at < now.ends_at:
            raise Refused(_("It has not been held yet."))
        registered = Guest.objects.filter(event=now, state=Guest.State.REGISTERED)
        absent = registered.filter(attendance="").update(attendance=Attendance.ABSENT, turned_by=by, turned_at=at)
        _turn(now, State.HELD, by=by, at=at)
        withdraw_asked(now, BEFORE_IT, by=by, at=at)
        came = ask_guests(now, registered.filter(attendance=Attendance.CAME), AFTER, by=by, at=at)
        ask_guests(now, registered.filter(attendance=Attendance.ABSENT), MISSED, by=by, at=at)
        tell("hold-event", now, by=by, came=came, absent=absent)
    return True


def close_event(event: Event, *, by: Staff, at: datetime) -> bool:
    """Nothing more is asked about the event: what was answered stands. False where it is closed. Raises Refused before it was
    held."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.state == State.CLOSED:
            return False
        if now.state != State.HELD:
            raise Refused(_("It has not been held yet."))
        _turn(now, State.CLOSED, by=by, at=at)
        tell("close-event", now, by=by, withdrawn=withdraw_asked(now, AFTERWARDS, by=by, at=at))
    return True


def reopen_event(event: Event, *, by: Staff, at: datetime) -> bool:
    """Undo of closing: answers are taken again; False where it is not closed."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.state != State.CLOSED:
            return False
        _turn(now, State.HELD, by=by, at=at)
        unanswered = Guest.objects.filter(event=now, state=Guest.State.REGISTERED, answers=0)
        ask_guests(now, unanswered.filter(attendance=Attendance.CAME), AFTER, by=by, at=at)
        ask_guests(now, unanswered.filter(attendance=Attendance.ABSENT), MISSED, by=by, at=at)
        tell("reopen-event", now, by=by)
    return True


def _turn(event: Event, state: str, *, by: Staff, at: datetime, why: str = "") -> None:
    Event.objects.filter(pk=event.pk).update(state=state, why=why, changed_by=by, changed_at=at)
