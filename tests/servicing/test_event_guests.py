"""Guests of education events (S13): seats and the waiting list, who came, and what is asked of whom afterwards."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from clients.models import CardChange, Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.events.answering import AnsweredMeanwhile, Answers, record_answers
from servicing.events.holding import cancel_event, close_event, hold_event, reopen_event, tick
from servicing.events.invariants import broken_events
from servicing.events.planning import change_event, plan_of
from servicing.events.seats import ask_again, decline, register
from servicing.models import Guest, Task
from servicing.pages.events.words import step_of
from servicing.perceptions import SOURCES, Answer
from servicing.rounds.words import reason_of
from tests.servicing.desk import AT, DAY
from tests.servicing.event_hall import (
    BEGINS,
    OVER,
    Hall,
    guests,
    held,
    make_hall,
    open_tasks,
    opened,
    state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall()


# Seats


def test_seats_go_in_order_and_who_declines_makes_room(hall: Hall) -> None:
    event = opened(hall, quota=2)
    found = guests(hall, event, 5)
    answers = [register(guest, by=hall.advisor, at=AT + timedelta(minutes=n)) for n, guest in enumerate(found)]
    assert answers == ["registered", "registered", "waiting", "waiting", "waiting"]
    assert open_tasks("event") == []
    assert decline(found[2], by=hall.advisor, at=AT), "who waits may leave the queue"
    assert decline(found[0], by=hall.advisor, at=AT)
    assert [state(guest) for guest in found] == ["declined", "registered", "declined", "registered", "waiting"]
    assert open_tasks("event_seat") == [found[3].client_id]
    assert not decline(found[0], by=hall.advisor, at=AT)
    assert register(found[0], by=hall.advisor, at=AT + timedelta(hours=1)) == "waiting", "back at the end of the queue"


@pytest.mark.parametrize("seed", range(2))
def test_whatever_clients_say_no_seat_is_given_twice_and_none_is_left_while_somebody_waits(
    hall: Hall, seed: int
) -> None:
    event, dice = opened(hall, quota=3), Random(seed)
    found = guests(hall, event, 8)
    for step in range(40):
        at = AT + timedelta(minutes=step)
        dice.choice((register, register, decline, ask_again))(dice.choice(found), by=hall.advisor, at=at)
        if step % 10 == 9:
            event.refresh_from_db()
            more = replace(plan_of(event), quota=event.quota + dice.randint(0, 1))
            change_event(event, more, seen=event.version, by=hall.manager, at=at)
        assert not list(broken_events(hall.branch))


def test_an_answer_can_be_undone(hall: Hall) -> None:
    event = opened(hall, quota=1)
    first, second = guests(hall, event, 2)
    register(first, by=hall.advisor, at=AT)
    register(second, by=hall.advisor, at=AT)
    assert ask_again(first, by=hall.advisor, at=AT)
    assert (state(first), state(second)) == ("invited", "registered")
    assert open_tasks("event") == [first.client_id]
    assert not ask_again(first, by=hall.advisor, at=AT)


def test_who_may_not_come_any_more_is_not_registered(hall: Hall) -> None:
    event = opened(hall, product_risk="R2")
    told = {"risk_level": "C2", "risk_expires_on": DAY + timedelta(days=5)}
    expired, restricted, closed = guests(hall, event, 3, **told)
    Client.objects.filter(pk=restricted.client_id).update(is_restricted=True)
    Client.objects.filter(pk=closed.client_id).update(closed_on=DAY)
    for guest, at in ((expired, AT + timedelta(days=6)), (restricted, AT), (closed, AT)):
        with pytest.raises(Refused):
            register(guest, by=hall.manager, at=at)
    assert Guest.objects.filter(state="invited").count() == 3


def test_registration_ends_and_the_level_of_knowledge_is_that_of_the_day(hall: Hall) -> None:
    event = opened(hall)
    first, second = guests(hall, event, 2)
    first.client.background.knowledge = "some"
    first.client.background.save()
    register(first, by=hall.advisor, at=AT)
    assert Guest.objects.get(pk=first.pk).knowledge_before == "some"
    with pytest.raises(Refused):
        register(second, by=hall.advisor, at=event.closes_at)
    assert decline(first, by=hall.advisor, at=event.closes_at), "who cannot come says so until the end"
    with pytest.raises(Refused):
        ask_again(first, by=hall.advisor, at=event.closes_at)
    assert step_of(Guest.objects.get(pk=first.pk), event, event.closes_at) == ""


# Holding


def test_a_cancelled_event_is_told_to_those_who_come_and_nobody_is_invited_any_more(hall: Hall) -> None:
    event = opened(hall, quota=1)
    first, second, third = guests(hall, event, 3)
    register(first, by=hall.advisor, at=AT)
    register(second, by=hall.advisor, at=AT)
    with pytest.raises(Refused):
        cancel_event(event, why=" ", by=hall.manager, at=AT)
    assert cancel_event(event, why="讲师生病", by=hall.manager, at=AT)
    assert not cancel_event(event, why="再说一次", by=hall.manager, at=AT)
    assert open_tasks("event_off") == [first.client_id, second.client_id]
    assert open_tasks("event") == []
    assert "讲师生病" in reason_of(Task.objects.filter(rule="event_off").first())
    with pytest.raises(Refused):
        decline(third, by=hall.advisor, at=AT)


def test_who_is_not_ticked_did_not_come_and_everybody_is_asked_afterwards(hall: Hall) -> None:
    event, (came, absent) = held(hall, 1, 1)
    assert (came.attendance, absent.attendance) == ("came", "absent")
    assert (open_tasks("event_after"), open_tasks("event_missed")) == ([came.client_id], [absent.client_id])
    assert not hold_event(event, by=hall.manager, at=OVER)
    assert tick(absent, "came", by=hall.advisor, at=OVER), "it may be put right"
    assert not tick(absent, "came", by=hall.advisor, at=OVER)


def test_attendance_is_noted_from_the_beginning_and_holding_after_the_end(hall: Hall) -> None:
    event = opened(hall)
    registered, invited = guests(hall, event, 2)
    register(registered, by=hall.advisor, at=AT)
    with pytest.raises(Refused):
        tick(registered, "came", by=hall.advisor, at=BEGINS - timedelta(minutes=1))
    with pytest.raises(Refused):
        tick(invited, "came", by=hall.advisor, at=BEGINS)
    with pytest.raises(Refused):
        hold_event(event, by=hall.manager, at=BEGINS)


def test_a_closed_event_asks_nothing_more_and_can_be_reopened(hall: Hall) -> None:
    event, (came, absent) = held(hall, 1, 1)
    record_answers(came, Answers("some", 4, 5), seen=0, by=hall.advisor, at=OVER)
    assert close_event(event, by=hall.manager, at=OVER)
    assert not close_event(event, by=hall.manager, at=OVER)
    assert open_tasks("event_missed") == []
    with pytest.raises(Refused):
        record_answers(absent, Answers("some"), seen=0, by=hall.advisor, at=OVER)
    assert reopen_event(event, by=hall.manager, at=OVER)
    assert (open_tasks("event_after"), open_tasks("event_missed")) == ([], [absent.client_id])


# Answers


def test_answers_settle_the_task_and_stand_on_the_clients_card(hall: Hall) -> None:
    _event, (came,) = held(hall)
    said = Answers("some", 3, 5, "讲得清楚")
    assert record_answers(came, said, seen=0, by=hall.advisor, at=OVER)
    assert not record_answers(came, said, seen=0, by=hall.advisor, at=OVER), "a double click"
    assert Client.objects.get(pk=came.client_id).background.knowledge == "some"
    assert CardChange.objects.filter(client=came.client_id, card="background").count() == 1
    assert Task.objects.get(rule="event_after").state == "done"
    assert "讲得清楚" not in str(AuditEvent.objects.filter(action="answer-guest").values_list("detail", flat=True))
    with pytest.raises(AnsweredMeanwhile) as told:
        record_answers(came, Answers("expert", 1, 1), seen=0, by=hall.manager, at=OVER)
    assert told.value.guest.perceived == 5
    assert record_answers(came, Answers("expert", 1, 1), seen=1, by=hall.manager, at=OVER)


@pytest.mark.parametrize(
    ("number", "said", "field"),
    [
        (0, Answers(""), "knowledge"),
        (0, Answers("some"), "expected"),
        (0, Answers("some", 5, 6), "perceived"),
        (1, Answers("some", 3, None), "expected"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_beside_its_field(
    hall: Hall, number: int, said: Answers, field: str
) -> None:
    _event, found = held(hall, 1, 1)
    with pytest.raises(Refused) as refused:
        record_answers(found[number], said, seen=0, by=hall.advisor, at=OVER)
    assert refused.value.field == field


def test_who_said_how_it_was_did_come(hall: Hall) -> None:
    _event, (came,) = held(hall)
    record_answers(came, Answers("some", 3, 5), seen=0, by=hall.advisor, at=OVER)
    with pytest.raises(Refused):
        tick(came, "absent", by=hall.advisor, at=OVER)


def test_the_trend_reads_what_guests_hoped_for_and_found_in_the_days_on_which_they_said_it(hall: Hall) -> None:
    _event, (came, disappointed, absent) = held(hall, 2, 1)
    record_answers(came, Answers("some", 3, 5), seen=0, by=hall.advisor, at=OVER)
    record_answers(disappointed, Answers("some", 4, 3), seen=0, by=hall.advisor, at=OVER)
    record_answers(absent, Answers("some"), seen=0, by=hall.advisor, at=OVER)
    read, day = SOURCES["event"].read, timedelta(days=1)
    here = hall.advisor.pk
    assert set(read(hall.branch, OVER, OVER + day)) == {Answer(here, True, 5, 3), Answer(here, False, 3, 4)}
    assert not list(read(hall.branch, OVER - day, OVER))
    Client.objects.filter(pk=came.client_id).update(is_restricted=True)
    assert list(read(hall.branch, OVER, OVER + day)) == [Answer(here, False, 3, 4)]
