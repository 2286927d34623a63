"""Two clients and one seat, on the database where writers run side by side."""

from threading import Barrier
from uuid import uuid4

import pytest

from clients.models import Client
from crm.models import AuditEvent
from servicing.events import freeing, inviting, seats
from servicing.events.freeing import free_seats
from servicing.events.invariants import broken_events
from servicing.events.inviting import invite
from servicing.events.seats import decline, register
from servicing.models import Event, Guest
from tests.servicing.desk import AT, DAY
from tests.servicing.event_hall import Hall, guests, make_hall, opened, reachable
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def registered_at_once(hall: Hall) -> list[object]:
    found = guests(hall, opened(hall, quota=1), TIMES)
    return at_once(lambda number: register(found[number], by=hall.manager, at=AT))


def free(event: Event) -> Event:
    """The lock, taken away."""
    return Event.objects.select_related("branch").get(pk=event.pk)


def test_of_clients_who_want_the_last_seat_at_once_one_gets_it_and_the_others_wait(hall: Hall) -> None:
    answers = registered_at_once(hall)
    assert failed(answers) == []
    assert sorted(map(str, answers)) == ["registered"] + ["waiting"] * (TIMES - 1)
    assert not list(broken_events(hall.branch))


def test_without_the_events_lock_several_would_get_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has counted before anybody sits down; the invariant tells."""
    ready, plain = Barrier(TIMES, timeout=5), seats.seats_left

    def together(event: Event) -> int:
        left = plain(event)
        ready.wait()
        return left

    monkeypatch.setattr(seats, "lock", free)
    monkeypatch.setattr(seats, "seats_left", together)
    assert list(map(str, registered_at_once(hall))).count("registered") > 1
    assert "more guests than seats" in " ".join(broken_events(hall.branch))


def invited_at_once(hall: Hall) -> list[object]:
    event, who = opened(hall), reachable(hall)
    return at_once(lambda _number: invite(event, [who], step=uuid4(), by=hall.manager, at=AT))


def test_of_colleagues_who_invite_the_same_client_at_once_one_does(hall: Hall) -> None:
    answers = invited_at_once(hall)
    assert failed(answers) == []
    assert sorted(map(int, map(str, answers))) == [0] * (TIMES - 1) + [1]
    assert Guest.objects.count() == 1


def test_without_the_lock_the_others_would_only_fail(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the database keeps the promise, but people would see an error."""
    ready, plain = Barrier(TIMES, timeout=5), inviting.judged

    def together(*args: object) -> inviting.Judged:
        found = plain(*args)  # type: ignore[arg-type]
        ready.wait()
        return found

    monkeypatch.setattr(inviting, "lock", free)
    monkeypatch.setattr(inviting, "judged", together)
    assert failed(invited_at_once(hall))
    assert Guest.objects.count() <= 1


def two_seats(hall: Hall) -> list[Guest]:
    """Two seats, one of a client who is gone, and two more clients who wait."""
    found = guests(hall, opened(hall, quota=2), 4)
    for guest in found:
        register(guest, by=hall.manager, at=AT)
    Client.objects.filter(pk=found[0].client_id).update(closed_on=DAY)
    return found


def freed_at_once(hall: Hall, found: list[Guest], times: int) -> list[object]:
    """The night frees the seat of who is gone while the other one declines."""

    def work(number: int) -> bool:
        if number % 2:
            return decline(found[1], by=hall.manager, at=AT)
        return free_seats(hall.branch, at=AT)["freed"] == 1

    return at_once(work, times)


def test_a_seat_that_the_night_frees_and_one_freed_by_hand_go_to_two_who_wait_once_each(hall: Hall) -> None:
    answers = freed_at_once(hall, two_seats(hall), TIMES)
    assert failed(answers) == []
    assert answers.count(True) == 2
    states = Guest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "declined", "registered", "registered"]
    assert AuditEvent.objects.filter(action="seat-guest").count() == 2
    assert not list(broken_events(hall.branch))


def test_without_the_lock_both_would_go_to_the_same_client(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have counted before either gives a seat away; the invariant tells of the one that is left."""
    found = two_seats(hall)
    ready, plain = Barrier(2, timeout=5), seats.seats_left

    def together(event: Event) -> int:
        left = plain(event)
        ready.wait()
        return left

    for module in (seats, freeing):
        monkeypatch.setattr(module, "lock", free)
    monkeypatch.setattr(seats, "seats_left", together)
    freed_at_once(hall, found, 2)
    assert "a seat left and somebody waiting" in " ".join(broken_events(hall.branch))
