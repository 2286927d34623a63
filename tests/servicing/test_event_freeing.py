"""Places of clients who have closed their account or are restricted: the night frees them, whoever waits moves up (S13, L3)."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Consent
from crm import calendar
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Publication, Staff
from servicing.events.freeing import free_seats
from servicing.events.holding import tick
from servicing.events.invariants import broken_events
from servicing.events.inviting import invite
from servicing.events.seats import ask_again, decline, register
from servicing.models import Event, Guest, Task
from servicing.pages.events.words import word_of
from tests.crm.page_firm import browser_of, night, staff
from tests.servicing.desk import AT, DAY
from tests.servicing.event_hall import BEGINS, Hall, address, guests, make_hall, open_tasks, opened, state

pytestmark = pytest.mark.django_db
GONE: dict[str, dict[str, Any]] = {"closed": {"closed_on": DAY}, "restricted": {"is_restricted": True}}
NONE = {"freed": 0, "seated": 0}


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def seated(hall: Hall, seats: int, count: int) -> tuple[Event, list[Guest]]:
    """An event with so many seats, and guests in the order in which they registered."""
    event = opened(hall, quota=seats)
    found = guests(hall, event, count)
    for number, guest in enumerate(found):
        register(guest, by=hall.advisor, at=AT + timedelta(minutes=number))
    return event, found


def make(guest: Guest, **change: object) -> None:
    Client.objects.filter(pk=guest.client_id).update(**change)


@pytest.mark.parametrize("why", GONE)
def test_the_night_frees_the_seat_of_who_is_gone_and_the_first_who_waits_is_told(hall: Hall, why: str) -> None:
    _event, (gone, first, second) = seated(hall, 1, 3)
    make(gone, **GONE[why])
    assert free_seats(hall.branch, at=AT) == {"freed": 1, "seated": 1}
    row = Guest.objects.get(pk=gone.pk)
    assert (row.state, row.why, row.turned_by, row.registered_at) == ("withdrawn", why, None, None)
    assert [state(one) for one in (first, second)] == ["registered", "waiting"]
    assert open_tasks("event_seat") == [first.client_id]
    told = AuditEvent.objects.filter(actor=None).order_by("pk").values_list("action", "key", "detail__why")
    assert list(told) == [("free-seat", str(gone.pk), why), ("seat-guest", str(first.pk), None)]
    assert free_seats(hall.branch, at=AT) == NONE, "twice is once"
    assert AuditEvent.objects.filter(actor=None).count() == 2


def test_who_is_frozen_or_wants_no_more_calls_keeps_the_seat_that_was_asked_for(hall: Hall) -> None:
    _event, (frozen, silent, waits) = seated(hall, 2, 3)
    make(frozen, state="frozen")
    Consent.objects.filter(client=silent.client).update(phone="refused")
    assert free_seats(hall.branch, at=AT) == NONE
    assert [state(one) for one in (frozen, silent, waits)] == ["registered", "registered", "waiting"]


@pytest.mark.parametrize("why", GONE)
def test_who_waits_and_is_gone_is_passed_over_by_hand_and_leaves_the_queue_at_night(hall: Hall, why: str) -> None:
    _event, (first, gone, last) = seated(hall, 1, 3)
    make(gone, **GONE[why])
    assert decline(first, by=hall.advisor, at=AT)
    assert [state(one) for one in (gone, last)] == ["waiting", "registered"]
    assert not list(broken_events(hall.branch))
    assert free_seats(hall.branch, at=AT) == {"freed": 1, "seated": 0}
    assert [state(one) for one in (gone, last)] == ["withdrawn", "registered"]


def test_once_the_event_has_begun_nobody_loses_a_seat(hall: Hall) -> None:
    _event, (gone, waits) = seated(hall, 1, 2)
    make(gone, closed_on=DAY)
    assert free_seats(hall.branch, at=BEGINS) == NONE
    assert tick(gone, "came", by=hall.manager, at=BEGINS)
    assert state(waits) == "waiting"


def test_the_seat_comes_back_by_hand_only(hall: Hall) -> None:
    event, (gone,) = seated(hall, 1, 1)
    make(gone, closed_on=DAY)
    free_seats(hall.branch, at=AT)
    make(gone, closed_on=None)
    assert free_seats(hall.branch, at=AT) == NONE
    assert state(gone) == "withdrawn"
    with pytest.raises(Refused):
        register(gone, by=hall.advisor, at=AT)
    client = Client.objects.select_related("branch").get(pk=gone.client_id)
    assert invite(event, [client], step=uuid4(), by=hall.manager, at=AT) == 1
    assert register(gone, by=hall.advisor, at=AT) == "registered"
    assert Guest.objects.get(pk=gone.pk).why == ""


def test_of_a_client_whom_nobody_has_the_host_is_asked_or_a_manager_where_the_host_has_left(hall: Hall) -> None:
    _event, found = seated(hall, 2, 4)
    Client.objects.filter(pk__in=[one.client_id for one in found]).update(advisor=None)
    deputy = staff("deputy", "manager", hall.branch)
    for gone in found[:2]:
        make(gone, is_restricted=True)
        assert free_seats(hall.branch, at=AT) == {"freed": 1, "seated": 1}
        Staff.objects.filter(pk=hall.manager.pk).update(is_active=False)
    assert list(Task.objects.filter(rule="event_seat").order_by("pk").values_list("owner", flat=True)) == [
        hall.manager.pk,
        deputy.pk,
    ]


def test_the_events_page_says_why_a_place_was_freed_to_those_who_see_the_client(hall: Hall) -> None:
    event, (closed, restricted) = seated(hall, 2, 2)
    make(closed, closed_on=DAY)
    make(restricted, is_restricted=True)
    free_seats(hall.branch, at=AT)
    for person, seen in ((hall.manager, [closed]), (hall.law, [closed, restricted])):
        page = browser_of(person).get(address("event-detail", event), headers={"accept-language": "en"})
        assert [one.row.pk for one in page.context["guests"]] == [one.pk for one in seen]
        words = [one.word for one in page.context["guests"]]
        assert words[0] == "place freed: account closed"
    client = browser_of(hall.manager).get(reverse("client-detail", args=[closed.client_id]))
    panel, row = client.context["events"]["guests"][0].word, "投教活动 · 名额已释放：客户已销户"
    assert panel in row
    assert row in client.content.decode()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_by_day_after_the_night_nobody_who_is_gone_has_a_place(hall: Hall, seed: int) -> None:
    event, dice = opened(hall, quota=3), Random(seed)
    found = guests(hall, event, 8)
    back = {"closed_on": None, "is_restricted": False}
    for step in range(40):
        at, guest = AT + timedelta(minutes=step), dice.choice(found)
        deeds: list[Any] = [register, register, decline, ask_again, *GONE.values(), back]
        deed = dice.choice(deeds)
        if isinstance(deed, dict):
            make(guest, **deed)
        else:
            guest.client.refresh_from_db()
            try:
                deed(guest, by=hall.advisor, at=at)
            except Refused:
                continue
        assert not list(broken_events(hall.branch))
        if step % 5 == 4:
            free_seats(hall.branch, at=at)
            assert not Guest.objects.gone(hall.branch.pk, at).exists()
            assert free_seats(hall.branch, at=at) == NONE
            assert not list(broken_events(hall.branch))


def test_the_check_of_the_data_tells_of_a_place_that_a_night_left(hall: Hall) -> None:
    _event, (gone,) = seated(hall, 1, 1)
    make(gone, closed_on=DAY, recorded_at=AT)
    last = night(hall.branch, calendar.last_trading_day_before(timezone.localdate(AT) + timedelta(days=1)))
    nights = Publication.objects.filter(pk=last.pk)
    nights.update(published_at=AT - timedelta(hours=1))
    assert not list(broken_events(hall.branch)), "the next night will free it"
    nights.update(published_at=AT + timedelta(days=1), as_of=last.as_of - timedelta(days=30))
    assert not list(broken_events(hall.branch)), "the night of a past day frees none"
    nights.update(as_of=last.as_of)
    assert list(broken_events(hall.branch)) == [
        "1101: 1 places at events of clients who were closed or restricted before the night"
    ]
    free_seats(hall.branch, at=AT)
    assert not list(broken_events(hall.branch))
    assert word_of(Guest.objects.get())
