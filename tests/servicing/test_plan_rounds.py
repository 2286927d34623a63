"""What service plans ask for becomes tasks at night: once, on working days, and nothing that is worth nothing any more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from clients.models import Client
from crm.models import Holiday
from servicing import plans, todo
from servicing.handovers import hand_over
from servicing.models import ServiceItem, ServicePlan, Task
from servicing.plans.content import Action, Written, written_in
from servicing.rounds.words import reason_of, title_of, why_of
from tests.crm.page_firm import DAY, staff
from tests.servicing.rounds import SATURDAY, Rounds, at

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
FAR = date(2027, 2, 1)


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def action(
    day: date = MONDAY, every: int | None = None, text: str = "寄资料", item: str = "", name: str = "a1"
) -> Action:
    return Action(name, text, item, day, every)


def plan_of(
    rounds: Rounds, who: Client, *actions: Action, cadence: int | None = None, review: date = FAR
) -> ServicePlan:
    """A plan of the client that says this and nothing else."""
    plan = plans.make_plan(who, by=rounds.advisor, at=at(DAY, 9))
    return save(rounds, plan, actions=actions, cadence_days=cadence, next_review_on=review)


def save(rounds: Rounds, plan: ServicePlan, day: date = DAY, **changed: Any) -> ServicePlan:
    told = {**vars(written_in(plan)), **changed}
    told["actions"] = tuple(told["actions"])
    return plans.save_plan(
        plan, Written(**told), version=plan.version, owed_days=None, by=rounds.advisor, at=at(day, 9)
    )


def found(rounds: Rounds, **conditions: Any) -> list[tuple[str, date]]:
    with translation.override("en"):
        return [
            (title_of(task), task.due_on) for task in rounds.tasks(**{"rule__in": ["plan", "review"], **conditions})
        ]


def test_an_action_and_the_review_of_the_coming_days_are_tasks_of_the_advisor_and_twice_is_once(rounds: Rounds) -> None:
    who = rounds.person("small")
    plan_of(rounds, who, action(), action(date(2026, 12, 20), name="later"), review=date(2026, 11, 29))
    assert rounds.make()["added"] == 2
    assert found(rounds) == [("寄资料", MONDAY), ("Review the service plan", date(2026, 11, 30))]
    (task, _review) = rounds.tasks()
    assert (task.owner, task.client, task.made_by) == (rounds.advisor, who, None)
    with translation.override("en"):
        assert reason_of(task) == "the service plan says so for 2026-11-23"
    assert rounds.make() == {"added": 0, "reopened": 0, "withdrawn": 0}


def test_what_falls_on_a_holiday_is_due_on_the_next_working_day(rounds: Rounds) -> None:
    Holiday.objects.create(day=MONDAY, kind="holiday")
    plan_of(rounds, rounds.person("small"), action())
    rounds.make()
    assert found(rounds) == [("寄资料", date(2026, 11, 24))]


def test_an_action_of_a_day_that_passed_before_a_night_came_is_still_made(rounds: Rounds) -> None:
    plan_of(rounds, rounds.person("small"), action(DAY))
    rounds.make()
    assert found(rounds) == [("寄资料", MONDAY)]


def test_of_an_action_that_repeats_one_task_is_open_and_the_next_comes_when_it_is_settled(rounds: Rounds) -> None:
    plan_of(rounds, rounds.person("small"), action(MONDAY, 3))
    for day in range(5):
        rounds.make(SATURDAY + timedelta(days=day))
    assert found(rounds) == [("寄资料", MONDAY)]
    todo.settle_task(Task.objects.get(), by=rounds.advisor, at=at(date(2026, 11, 25), 9))
    rounds.make(date(2026, 11, 26))
    assert found(rounds) == [("寄资料", date(2026, 11, 26))]


def test_a_repeated_action_keeps_to_its_days(rounds: Rounds) -> None:
    plan = plan_of(rounds, rounds.person("small"), action(MONDAY, 7))
    days = []
    for step in range(24):
        rounds.make(SATURDAY + timedelta(days=step))
        for task in rounds.tasks(rule="plan", due_on__lte=SATURDAY + timedelta(days=step)):
            days.append(task.due_on)
            todo.settle_task(task, by=rounds.advisor, at=at(SATURDAY + timedelta(days=step), 9))
    assert days == [MONDAY + timedelta(weeks=week) for week in range(4)]
    assert plans.fulfilment_of(plan, days[-1]).done == 4


def test_an_item_past_its_shelf_life_is_withdrawn_as_expired_and_never_made(rounds: Rounds) -> None:
    plan = plan_of(
        rounds,
        rounds.person("small"),
        action(item="market_comment", text=""),
        action(SATURDAY, item="hot_topics", name="b1"),
    )
    rounds.make()
    assert found(rounds) == [("Market comment", MONDAY)], "what was planned for Saturday is worth nothing on Monday"
    assert rounds.make(MONDAY)["withdrawn"] == 0
    assert rounds.make(date(2026, 11, 24)) == {"added": 0, "reopened": 0, "withdrawn": 1}
    task = Task.objects.get()
    with translation.override("en"):
        assert (task.state, why_of(task)) == ("withdrawn", "it is worth nothing any more")
    (line, _other) = plans.fulfilment_of(plan, date(2026, 11, 24)).lines
    assert (line.done, line.due, line.next_on) == (0, 1, None)


def test_an_item_that_is_no_longer_offered_is_asked_of_nobody(rounds: Rounds) -> None:
    first = ServiceItem.objects.get(code="strategy")
    ServiceItem.objects.create(
        branch=None, code="strategy", from_day=SATURDAY, is_ended=True, source="停办", made_at=at(DAY),
        **{name: value for name, value in first.decided().items() if name != "is_ended"},
    )  # fmt: skip
    plan_of(rounds, rounds.person("small"), action(item="strategy"))
    assert rounds.make()["added"] == 0


def test_a_shorter_cadence_of_the_plan_counts_and_a_standard_that_became_shorter_counts_before_it(
    rounds: Rounds,
) -> None:
    key, vip = rounds.person("key"), rounds.person("vip")
    for who in (key, vip):
        rounds.talk(who, date(2026, 11, 10))
    plan_of(rounds, key, cadence=14)
    ServicePlan.objects.filter(pk=plan_of(rounds, vip).pk).update(cadence_days=90)
    rounds.make()
    assert [(task.client, task.due_on) for task in rounds.tasks(rule="cadence")] == [(key, date(2026, 11, 24))]
    rounds.make(date(2026, 11, 30))
    assert {(task.client, task.due_on) for task in rounds.tasks(rule="cadence")} >= {(vip, date(2026, 12, 10))}


def test_a_small_client_with_a_cadence_in_the_plan_is_called(rounds: Rounds) -> None:
    who = rounds.person("small")
    rounds.talk(who, date(2026, 10, 26))
    plan_of(rounds, who, cadence=30)
    rounds.make()
    assert [task.slots for task in rounds.tasks(rule="cadence")] == [
        {"days": 30, "channels": ["wecom", "sms", "email"]}
    ]


@pytest.mark.parametrize("every", [None, 30])
def test_what_the_plan_asks_no_more_is_withdrawn_at_once_and_asked_again_it_is_open_again(
    rounds: Rounds, every: int | None
) -> None:
    plan = plan_of(rounds, rounds.person("small"), action(MONDAY, every))
    rounds.make()
    plan = save(rounds, plan, SATURDAY, actions=())
    task = Task.objects.get()
    with translation.override("en"):
        assert (task.state, why_of(task)) == ("withdrawn", "the service plan has changed")
    plan = save(rounds, plan, SATURDAY, actions=(action(MONDAY, every, "寄报告"),))
    assert rounds.make(date(2026, 11, 22)) == {"added": 0, "reopened": 1, "withdrawn": 0}
    assert found(rounds) == [("寄报告", MONDAY)]
    plans.withdraw_plan(plan, by=rounds.advisor, at=at(date(2026, 11, 22), 9))
    assert rounds.tasks() == []
    assert rounds.make(MONDAY)["added"] == 0


def test_an_open_task_says_what_the_plan_says_now(rounds: Rounds) -> None:
    plan = plan_of(rounds, rounds.person("small"), action())
    rounds.make()
    save(rounds, plan, SATURDAY, actions=(action(text="当面解读", item="market_comment"),))
    assert found(rounds) == [("Market comment: 当面解读", MONDAY)]
    assert rounds.make(date(2026, 11, 24))["withdrawn"] == 1, "and expires as what it is now"


def test_the_owner_of_a_plan_is_whoever_has_the_client_now(rounds: Rounds) -> None:
    who = rounds.person("small")
    plan_of(rounds, who, action(), action(date(2026, 12, 1), name="b1"))
    rounds.make()
    heir = staff("heir", "advisor", rounds.branch)
    hand_over([who], to=heir, by=staff("boss", "manager", rounds.branch), at=at(MONDAY), reason="调岗")
    assert [task.owner for task in rounds.tasks()] == [heir, heir]
    rounds.make(MONDAY)
    assert {task.owner for task in rounds.tasks()} == {heir}


@pytest.mark.parametrize("change", [{"closed_on": DAY}, {"is_restricted": True}, {"advisor": None}])
def test_a_plan_of_somebody_who_is_not_served_asks_for_nothing(rounds: Rounds, change: dict[str, object]) -> None:
    who = rounds.person("small")
    plan_of(rounds, who, action())
    Client.objects.filter(pk=who.pk).update(**change)
    assert rounds.make()["added"] == 0


def test_done_ahead_of_its_day_is_done_and_the_night_asks_no_more(rounds: Rounds) -> None:
    plan = plan_of(rounds, rounds.person("small"), action(date(2026, 12, 1)))
    for _twice in range(2):
        plans.settle_action(plan, "a1", date(2026, 12, 1), by=rounds.advisor, at=at(DAY, 10))
    (line,) = plans.fulfilment_of(plan, DAY).lines
    assert (line.done, line.due, line.is_done) == (1, 1, True)
    assert rounds.make(date(2026, 11, 25))["added"] == 0
    assert Task.objects.count() == 1
