"""Education events (S13): the plan, who leads it, who is invited and who is left out."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.events.holding import open_event
from servicing.events.inviting import invite, judged, take_back
from servicing.events.planning import ChangedMeanwhile, change_event, plan_event, plan_of
from servicing.events.seats import register
from servicing.models import Event, Guest, Task
from servicing.rounds.words import reason_of, title_of
from tests.crm.page_firm import client, night, stand
from tests.servicing.desk import AT, DAY
from tests.servicing.event_hall import (
    BEGINS,
    Hall,
    guests,
    make_hall,
    open_tasks,
    opened,
    plan,
    planned,
    reachable,
    state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall()


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
