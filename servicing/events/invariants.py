"""What must always hold of events and their guests; each check yields a sentence for everything that does not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from crm import calendar
from crm.models import Branch, JobRun, Publication
from servicing.models import Event, Guest
from servicing.querysets.events import is_gone

_TAKEN = Count("guests", filter=Q(guests__state=Guest.State.REGISTERED))
_QUEUE = Count("guests", filter=Q(guests__state=Guest.State.WAITING) & ~is_gone("guests__client__"))
_NIGHTS = 10  # the latest, of which one was no night of a past day


def broken_events(branch: Branch) -> Iterator[str]:
    """Everything about the events of one branch that does not hold."""
    events, guests = Event.objects.filter(branch=branch), Guest.objects.filter(branch=branch)
    counted = events.annotate(taken=_TAKEN, queue=_QUEUE)
    yield from _told(branch, counted.filter(taken__gt=F("quota")), "events with more guests than seats")
    idle = counted.filter(state=Event.State.OPEN, taken__lt=F("quota"), queue__gt=0)
    yield from _told(branch, idle, "events with a seat left and somebody waiting")
    yield from _told(branch, guests.filter(event__state=Event.State.PLANNED), "guests of events not open yet")
    over = guests.filter(event__state__in=[Event.State.HELD, Event.State.CLOSED], state=Guest.State.REGISTERED)
    yield from _told(branch, over.filter(attendance=""), "guests of held events of whom nobody said whether they came")
    early = guests.exclude(event__state__in=[Event.State.HELD, Event.State.CLOSED]).filter(answers__gt=0)
    yield from _told(branch, early, "answers about events that were not held")
    if night := _served(branch):
        kept = Guest.objects.gone(branch.pk, night).filter(client__recorded_at__lt=night)
        yield from _told(branch, kept, "places at events of clients who were closed or restricted before the night")
    away = guests.filter(~Q(event__branch=branch) | ~Q(client__branch=branch))
    yield from _told(branch, away, "guests whose event or client is of another branch")


def _served(branch: Branch) -> datetime | None:
    """When the last night was published that freed places: the night of a past day frees none."""
    nights = Publication.objects.filter(branch=branch, run__state=JobRun.State.DONE).order_by("-published_at")
    for as_of, at in nights.values_list("as_of", "published_at")[:_NIGHTS]:
        if as_of == calendar.last_trading_day_before(timezone.localdate(at)):
            return at
    return None


def _told(branch: Branch, rows: QuerySet[Any], what: str) -> Iterator[str]:
    if count := rows.count():
        yield f"{branch.code}: {count} {what}"
