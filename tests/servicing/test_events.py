"""Education events (S13): who is invited and who is left out, seats and the waiting list, who came, and what is asked of whom."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from clients.models import CardChange, Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.events.answering import AnsweredMeanwhile, Answers, record_answers
from servicing.events.holding import cancel_event, close_event, hold_event, open_event, reopen_event, tick
from servicing.events.invariants import broken_events
from servicing.events.inviting import invite, judged, take_back
from servicing.events.planning import ChangedMeanwhile, change_event, plan_event, plan_of
from servicing.events.seats import ask_again, decline, register
from servicing.models import Event, Guest, Task
from servicing.perceptions import SOURCES, Answer
from servicing.rounds.words import reason_of, title_of
from tests.crm.page_firm import client, night, stand
from tests.servicing.desk import AT, DAY
from tests.servicing.event_hall import BEGINS, OVER, Hall, guests, held, make_hall, opened, plan, planned, reachable

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def state(guest: Guest) -> str:
    return Guest.objects.get(pk=guest.pk).state


def open_tasks(rule: str) -> list[int]:
    return list(Task.objects.filter(rule=rule, state="open").order_by("client").values_list("client", flat=True))


# Planning


def test_the_same_form_plans_one_event(hall: Hall) -> None:
    uid = uuid4()
    first = plan_event(hall.branch, plan(hall), uid=uid, by=hall.manager, at=AT)
    assert plan_event(hall.branch, plan(hall), uid=uid, by=hall.manager, at=AT).pk == first.pk
    assert Event.objects.count() == AuditEvent.objects.filter(action="plan-event").count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("starts_at", {"starts_at": AT}),
        ("ends_at", {"ends_at": BEGINS}),
        ("closes_at", {"closes_at": BEGINS + timedelta(minutes=1)}),
    ],
)
def test_moments_that_cannot_be_are_refused_beside_their_field(hall: Hall, field: str, wrong: dict) -> None:
    with pytest.raises(Refused) as refused:
        planned(hall, **wrong)
    assert refused.value.field == field


def test_the_host_works_in_the_branch(hall: Hall) -> None:
    with pytest.raises(Refused) as refused:
        planned(hall, host=hall.stranger)
    assert refused.value.field == "host"


def test_a_second_editor_is_told_and_nothing_is_lost(hall: Hall) -> None:
    event = planned(hall, host=hall.advisor)
    assert change_event(event, replace(plan_of(event), title="年报精读"), seen=1, by=hall.advisor, at=AT)
    with pytest.raises(ChangedMeanwhile) as told:
        change_event(event, replace(plan_of(event), title="季报怎么读"), seen=1, by=hall.manager, at=AT)
    assert told.value.event.title == "年报精读"
    assert not change_event(event, plan_of(told.value.event), seen=1, by=hall.manager, at=AT), "the same is no change"


def test_nobody_loses_a_seat_by_a_smaller_quota_and_a_larger_one_seats_who_waits(hall: Hall) -> None:
    event = opened(hall, quota=1)
    first, second = guests(hall, event, 2)
    register(first, by=hall.manager, at=AT)
    register(second, by=hall.manager, at=AT)
    assert state(second) == "waiting"
    with pytest.raises(Refused) as refused:
        change_event(event, replace(plan_of(event), quota=0), seen=1, by=hall.manager, at=AT)
    assert refused.value.field == "quota"
    change_event(event, replace(plan_of(event), quota=2), seen=1, by=hall.manager, at=AT)
    assert state(second) == "registered"
    assert open_tasks("event_seat") == [second.client_id]


def test_another_time_is_told_to_those_who_come(hall: Hall) -> None:
    event = opened(hall)
    first, _second = guests(hall, event, 2)
    register(first, by=hall.manager, at=AT)
    later = plan(hall, starts_at=BEGINS + timedelta(days=1))
    change_event(event, later, seen=1, by=hall.manager, at=AT)
    assert open_tasks("event_moved") == [first.client_id]


def test_only_host_and_manager_lead_it(hall: Hall) -> None:
    event = planned(hall)
    for person in (hall.advisor, hall.stranger, hall.law):
        with pytest.raises(Refused):
            open_event(event, by=person, at=AT)
        with pytest.raises(Refused):
            change_event(event, plan(hall, quota=5), seen=1, by=person, at=AT)
    with pytest.raises(Refused):
        open_event(event, by=hall.manager, at=BEGINS)
    assert open_event(event, by=hall.manager, at=AT)
    assert not open_event(event, by=hall.manager, at=AT)


# Inviting


def test_everybody_asked_for_is_invited_or_left_out_for_the_first_reason(hall: Hall) -> None:
    event = opened(hall, product_risk="R3")
    fit = {"risk_level": "C3", "risk_expires_on": DAY + timedelta(days=90)}
    chosen = {
        "fit": reachable(hall, **fit),
        "restricted": reachable(hall, is_restricted=True, **fit),
        "closed": reachable(hall, closed_on=DAY, **fit),
        "frozen": reachable(hall, state="frozen", **fit),
        "no_address": reachable(hall, phone="", **fit),
        "opted_out": reachable(hall, said="refused", closed_on=None, risk_level="C1"),
        "no_consent": reachable(hall, said="", **fit),
        "unsuitable": reachable(hall, risk_level="C2", risk_expires_on=DAY + timedelta(days=90)),
        "elsewhere": client(hall.stranger.branches.get(), **fit),
    }
    busy = reachable(hall, **fit)
    published = night(hall.branch)
    stand(published, busy)
    published.behaviours.create(client=busy, is_overtrading=True)
    chosen["overtrading"] = busy
    found = judged(event, chosen.values(), AT)
    assert [one.pk for one in found.fit] == [chosen["fit"].pk]
    assert found.left_out == dict.fromkeys(chosen.keys() - {"fit"}, 1)
    assert len(found.fit) + sum(found.left_out.values()) == len(chosen)


def test_over_trading_and_levels_matter_only_where_a_product_is_presented(hall: Hall) -> None:
    event, busy = opened(hall), reachable(hall)
    published = night(hall.branch)
    stand(published, busy)
    published.behaviours.create(client=busy, is_overtrading=True)
    assert [one.pk for one in judged(event, [busy], AT).fit] == [busy.pk]


def test_a_client_is_invited_once_and_the_advisor_gets_the_task(hall: Hall) -> None:
    event, who, step = opened(hall), reachable(hall), uuid4()
    assert invite(event, [who], step=step, by=hall.manager, at=AT) == 1
    assert invite(event, [who], step=step, by=hall.manager, at=AT) == 1, "a double click"
    assert judged(event, [who], AT).left_out == {"already": 1}
    assert invite(event, [who], step=uuid4(), by=hall.manager, at=AT) == 0
    task = Task.objects.get(rule="event")
    assert (task.owner, task.client, task.due_on) == (hall.advisor, who, DAY + timedelta(days=5))
    assert title_of(task)
    assert "年报怎么读" in reason_of(task)
    assert Guest.objects.get().knowledge_before == "vague"
    told = AuditEvent.objects.get(action="invite-guests").detail
    assert (told["clients"], told["left_out"]) == (1, 0)


def test_an_invitation_is_due_by_the_end_of_registration(hall: Hall) -> None:
    event = opened(hall, starts_at=AT + timedelta(days=3), closes_at=AT + timedelta(hours=1))
    guests(hall, event)
    assert Task.objects.get(rule="event").due_on == DAY


def test_nobody_is_invited_before_it_is_open_nor_after_registration(hall: Hall) -> None:
    event, who = planned(hall), reachable(hall)
    with pytest.raises(Refused):
        invite(event, [who], step=uuid4(), by=hall.manager, at=AT)
    open_event(event, by=hall.manager, at=AT)
    with pytest.raises(Refused):
        invite(event, [who], step=uuid4(), by=hall.manager, at=BEGINS - timedelta(days=1))


def test_an_invitation_of_many_is_taken_back_for_those_who_have_not_answered(hall: Hall) -> None:
    event, step = opened(hall), uuid4()
    chosen = [reachable(hall, f"客户{number}") for number in range(3)]
    invite(event, chosen, step=step, by=hall.manager, at=AT)
    register(Guest.objects.get(client=chosen[0]), by=hall.advisor, at=AT)
    assert take_back(step, by=hall.advisor, at=AT) == 0, "it was somebody else's step"
    assert take_back(step, by=hall.manager, at=AT) == 2
    assert take_back(step, by=hall.manager, at=AT) == 0
    assert open_tasks("event") == []
    assert invite(event, chosen, step=uuid4(), by=hall.manager, at=AT) == 2
    assert open_tasks("event") == [one.pk for one in chosen[1:]]


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
    assert list(read(hall.branch, OVER, OVER + day)) == [Answer(here, True, 5, 3), Answer(here, False, 3, 4)]
    assert not list(read(hall.branch, OVER - day, OVER))
    Client.objects.filter(pk=came.client_id).update(is_restricted=True)
    assert list(read(hall.branch, OVER, OVER + day)) == [Answer(here, False, 3, 4)]
