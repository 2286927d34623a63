"""Service plans (S4): made from the standard, saved as revisions, told to a second editor, reviewed phase by phase."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from clients.models import Need
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from segmentation.models import Threshold
from servicing import plans, todo
from servicing.models import PlanReview, PlanRevision, ServiceItem, ServicePlan, ServiceStandard, Task
from servicing.plans import PlanChanged
from servicing.plans.content import action_key, read, written_in
from tests.crm.page_firm import staff
from tests.servicing.desk import AT, DAY, TOMORROW, Desk
from tests.servicing.plan_desk import NEXT_WEEK, action, plan_desk


@pytest.fixture
def desk(db: None) -> Desk:
    return plan_desk()


def need(desk: Desk, kind: str, strength: int, day: date = DAY, note: str = "") -> None:
    Need.objects.create(
        branch=desk.branch, client=desk.client, kind=kind, strength=strength, source="面谈", note=note, noted_on=day,
        changed_by=desk.advisor, changed_at=AT,
    )  # fmt: skip


def make(desk: Desk) -> ServicePlan:
    with translation.override("en"):
        return plans.make_plan(desk.client, by=desk.advisor, at=AT)


def save(
    plan: ServicePlan, desk: Desk, *, version: int | None = None, owed: int | None = 30, **changed: Any
) -> ServicePlan:
    said = replace(written_in(plan), **changed)
    by, seen = changed.get("by", desk.advisor), plan.version if version is None else version
    return plans.save_plan(plan, said, version=seen, owed_days=owed, by=by, at=AT, why="试")


def test_a_plan_starts_from_the_standard_the_entitlements_and_the_needs(desk: Desk) -> None:
    need(desk, "return", 1, DAY - timedelta(days=9))
    need(desk, "return", 3, note="高于存款")
    need(desk, "asked", 2)
    need(desk, "system", 0)
    plan = make(desk)
    assert plan.needs == ["return above savings (strong): 高于存款", "consulting, asked for (clear)"]
    assert (plan.cadence_days, plan.phase, plan.period, plan.version) == (30, "before", 1, 1)
    assert plan.next_review_on == DAY + timedelta(days=90)
    items = {one["item"]: one["every_days"] for one in plan.actions}
    assert items == {"company_research": 30, "portfolio_review": 91, "strategy": 182, "trade_review": 30}, (
        "what expires or goes to the group is not planned ahead"
    )
    assert [one["due_on"] for one in plan.actions] == [str(DAY + timedelta(weeks=n)) for n in range(1, 5)]


def test_the_plan_of_a_vip_client_is_reviewed_after_the_days_of_the_branchs_standard(desk: Desk) -> None:
    owed = ServiceStandard.objects.get(tier="vip", branch=None)
    Threshold.objects.filter(key="plan_review").update(value=120)
    owed.pk, owed.branch, owed.from_day, owed.review_days = None, desk.branch, DAY, 28
    owed.save(force_insert=True)
    assert make(desk).next_review_on == DAY + timedelta(days=28)


def test_where_no_standard_is_in_force_the_number_says_when_the_plan_is_reviewed(desk: Desk) -> None:
    Threshold.objects.filter(key="plan_review").update(value=35)
    ServiceStandard.objects.all().delete()
    assert make(desk).next_review_on == DAY + timedelta(days=35)


def test_a_plan_made_on_a_sunday_asks_for_working_days_and_what_is_due_daily_for_every_day(desk: Desk) -> None:
    ServiceItem.objects.filter(code="strategy").update(times_a_year=366)
    plan = plans.make_plan(desk.client, by=desk.advisor, at=AT + timedelta(days=2))
    days = [date.fromisoformat(one["due_on"]) for one in plan.actions] + [plan.next_review_on]
    assert [day for day in days if day.weekday() > 4] == []
    assert {one["every_days"] for one in plan.actions if one["item"] == "strategy"} == {1}


def test_where_no_need_is_known_the_first_thing_is_to_ask(desk: Desk) -> None:
    first = make(desk).actions[0]
    assert (first["text"], first["item"], first["every_days"]) == (
        "Ask what the client needs from us, and write it down",
        "",
        None,
    )


def test_a_double_click_adds_nothing_and_a_client_has_one_plan(desk: Desk) -> None:
    plan = make(desk)
    assert make(desk).pk == plan.pk
    assert PlanRevision.objects.count() == AuditEvent.objects.filter(action="make-plan").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ServicePlan.objects.create(
            branch=desk.branch, client=desk.client, goal="二", next_review_on=DAY, phase_from=DAY, made_by=desk.advisor,
            made_at=AT,
        )  # fmt: skip


def test_whoever_has_closed_the_account_gets_no_plan(desk: Desk) -> None:
    desk.client.closed_on = DAY
    with pytest.raises(Refused):
        make(desk)


def test_every_save_is_a_revision_and_the_same_again_is_none(desk: Desk) -> None:
    plan = make(desk)
    saved = save(plan, desk, goal="帮客户分散持仓", actions=(action(),))
    assert saved.version == 2
    again = save(saved, desk, version=1, goal="帮客户分散持仓", actions=(action(),))
    assert again.version == 2, "a double click: the same words, the version of before"
    kept = PlanRevision.objects.get(plan=plan, number=2)
    assert read(kept.written) == written_in(saved)
    assert (kept.why, kept.staff) == ("试", desk.advisor)
    event = AuditEvent.objects.get(action="save-plan")
    assert "分散" not in str(event.detail)


def test_a_second_editor_is_told_and_nothing_is_written(desk: Desk) -> None:
    plan = make(desk)
    save(plan, desk, goal="第一位的目标")
    with pytest.raises(PlanChanged) as told:
        save(plan, desk, version=1, goal="第二位的目标")
    assert told.value.current.goal == "第一位的目标"
    assert PlanRevision.objects.count() == 2


def test_a_plan_asks_for_more_contact_than_the_standard_never_for_less(desk: Desk) -> None:
    """S2, S8."""
    plan = make(desk)
    with pytest.raises(Refused) as told:
        save(plan, desk, cadence_days=31)
    assert told.value.field == "cadence_days"
    plan = save(plan, desk, cadence_days=14)
    assert save(plan, desk, cadence_days=None).cadence_days is None
    plan.refresh_from_db()
    assert save(plan, desk, owed=None, cadence_days=90).cadence_days == 90


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"goal": " "}, "goal"),
        ({"needs": tuple("需求" for _n in range(13))}, "needs"),
        ({"cadence_days": 0}, "cadence_days"),
        ({"next_review_on": DAY - timedelta(days=1)}, "next_review_on"),
        ({"actions": (action(text=""),)}, "actions"),
        ({"actions": (action(every=0),)}, "actions"),
        ({"actions": (action(day=DAY - timedelta(days=1)),)}, "actions"),
        ({"actions": (action(), action())}, "actions"),
        ({"actions": tuple(action(f"a{n}") for n in range(31))}, "actions"),
    ],
)
def test_what_a_plan_cannot_say_is_refused_beside_its_field(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    plan = make(desk)
    with pytest.raises(Refused) as told:
        save(plan, desk, **wrong)
    assert told.value.field == field
    assert PlanRevision.objects.count() == 1


def test_a_day_that_has_passed_since_may_stay_where_it_stands(desk: Desk) -> None:
    plan = save(make(desk), desk, actions=(action(day=DAY),), next_review_on=DAY)
    said = replace(written_in(plan), goal="改一改")
    later = AT + timedelta(days=30)
    assert plans.save_plan(plan, said, version=2, owed_days=30, by=desk.advisor, at=later).version == 3


def test_a_phase_closes_with_result_and_lessons_and_the_next_opens(desk: Desk) -> None:
    plan = make(desk)
    before = plan.next_review_on
    task = todo.add_task(desk.client, "评估", before, key=f"review:{desk.client.pk}:{before}", by=desk.advisor, at=AT)
    review = close(plan, desk, "需求已了解")
    plan.refresh_from_db()
    assert (review.phase, review.period, review.result, review.lessons) == ("before", 1, "需求已了解", "多听")
    assert (plan.phase, plan.period, plan.version, plan.next_review_on) == ("during", 1, 2, NEXT_WEEK)
    task.refresh_from_db()
    assert (task.state, task.settled_by) == ("done", desk.advisor)
    for days, result in ((1, "已送达"), (2, "客户满意")):
        plan.refresh_from_db()
        close(plan, desk, result, days)
    plan.refresh_from_db()
    assert (plan.phase, plan.period) == ("before", 2)
    assert list(plan.reviews.order_by("pk").values_list("phase", flat=True)) == ["before", "during", "after"]


def close(plan: ServicePlan, desk: Desk, result: str, days: int = 0, version: int | None = None) -> PlanReview:
    return plans.close_phase(
        plan, result=result, lessons="多听", next_review_on=NEXT_WEEK + timedelta(days=days),
        version=plan.version if version is None else version, by=desk.advisor, at=AT,
    )  # fmt: skip


def test_closing_twice_is_once_and_a_colleague_who_was_slower_is_told(desk: Desk) -> None:
    plan = make(desk)
    first = close(plan, desk, "需求已了解", version=1)
    assert close(plan, desk, "需求已了解", version=1).pk == first.pk
    with pytest.raises(PlanChanged):
        close(plan, desk, "另一个结果", version=1)
    assert PlanReview.objects.count() == 1


@pytest.mark.parametrize(("wrong", "field"), [({"result": " "}, "result"), ({"next_review_on": DAY}, "next_review_on")])
def test_a_review_says_what_came_of_it_and_when_the_next_one_is(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    given_words = {"result": "好", "lessons": "", "next_review_on": NEXT_WEEK, "version": 1, **wrong}
    with pytest.raises(Refused) as told:
        plans.close_phase(make(desk), **given_words, by=desk.advisor, at=AT)
    assert told.value.field == field


def test_done_is_told_by_the_tasks_and_by_nothing_else(desk: Desk) -> None:
    plan = save(make(desk), desk, actions=(action("a1", DAY), action("b1", DAY, 7), action("c1")))
    for _twice in range(2):
        plans.settle_action(plan, "a1", DAY, by=desk.advisor, at=AT)
        plans.settle_action(plan, "b1", DAY, by=desk.advisor, at=AT)
    one, many, none = plans.fulfilment_of(plan, DAY).lines
    assert (one.is_done, one.done, one.due, one.last_on) == (True, 1, 1, DAY)
    assert (many.is_done, many.done, many.next_on) == (False, 1, NEXT_WEEK)
    assert (none.done, none.due, none.next_on) == (0, 0, NEXT_WEEK)
    todo.reopen_task(Task.objects.get(key=action_key(desk.client.pk, "a1", DAY)), by=desk.advisor, at=AT)
    found = plans.fulfilment_of(plan, TOMORROW)
    assert (found.done, found.due) == (1, 2)
    assert [(line.action.id, line.is_late) for line in found.to_come] == [("a1", True), ("b1", False), ("c1", False)]


def test_nothing_is_settled_that_the_plan_does_not_ask_for(desk: Desk) -> None:
    plan = save(make(desk), desk, actions=(action("a1", DAY),))
    for name, day in (("nobody", DAY), ("a1", TOMORROW)):
        assert plans.settle_action(plan, name, day, by=desk.advisor, at=AT) is None
    plans.withdraw_plan(plan, by=desk.advisor, at=AT)
    assert plans.settle_action(plan, "a1", DAY, by=desk.advisor, at=AT) is None
    assert not Task.objects.exists()


def test_what_the_plan_asks_again_after_it_had_dropped_it_is_still_to_come(desk: Desk) -> None:
    plan = save(make(desk), desk, actions=(action("a1"),))
    task = plans.settle_action(plan, "a1", NEXT_WEEK, by=desk.advisor, at=AT)
    assert task is not None
    todo.reopen_task(task, by=desk.advisor, at=AT)
    plan = save(plan, desk, actions=())
    plan = save(plan, desk, actions=(action("a1"),))
    (line,) = plans.fulfilment_of(plan, DAY).lines
    assert (line.occasion, line.done, line.due) == (NEXT_WEEK, 0, 0)
    plans.settle_action(plan, "a1", NEXT_WEEK, by=desk.advisor, at=AT)
    assert plans.fulfilment_of(plan, DAY).done == 1


def test_a_withdrawn_plan_comes_back_unless_another_one_stands_in_its_place(desk: Desk) -> None:
    plan = make(desk)
    assert plans.withdraw_plan(plan, by=desk.advisor, at=AT)
    assert not plans.withdraw_plan(plan, by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        save(plan, desk, goal="还改")
    assert plans.restore_plan(plan, by=desk.advisor)
    plans.withdraw_plan(plan, by=desk.advisor, at=AT)
    assert make(desk).pk != plan.pk
    with pytest.raises(Refused):
        plans.restore_plan(plan, by=desk.advisor)


def test_the_moment_of_a_night_before_shanghai_midnight_is_still_its_day(desk: Desk) -> None:
    plan = plans.make_plan(
        desk.client, by=staff("late", "manager", desk.branch), at=datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    )
    assert plan.phase_from == TOMORROW
