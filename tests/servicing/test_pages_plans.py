"""Service plans on screen: made, changed, reviewed and printed by whoever serves the client, read masked by compliance."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from servicing import plans
from servicing.models import PlanReview, PlanRevision, ServicePlan, ServiceStandard, Task
from tests.crm.page_firm import browser_of
from tests.servicing.desk import AT, DAY, Desk
from tests.servicing.plan_desk import NEXT_WEEK, SEND, address, fields, make, plan_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return plan_desk()


@pytest.fixture
def mine(desk: Desk) -> Browser:
    """The browser of the client's advisor."""
    return browser_of(desk.advisor)


def test_one_click_makes_a_plan_and_the_second_opens_the_same(desk: Desk, mine: Browser) -> None:
    panel = mine.get(reverse("client-detail", args=[desk.client.pk])).content.decode()
    assert address("make-plan", desk) in panel
    for _twice in range(2):
        response = mine.post(address("make-plan", desk))
        assert response["Location"] == address("edit-plan", desk)
    assert ServicePlan.objects.count() == PlanRevision.objects.count() == 1
    page = mine.get(address("plan-detail", desk)).content.decode()
    assert "10,000,000 ≥ 1,000,000" in page
    assert address("edit-plan", desk) in page
    assert address("plan-detail", desk) in mine.get(reverse("client-detail", args=[desk.client.pk])).content.decode()


def test_what_is_typed_is_the_next_revision_and_a_double_click_adds_nothing(desk: Desk, mine: Browser) -> None:
    plan = make(desk, mine)
    data = fields(
        SEND, {**SEND, "text": "", "item": "strategy", "every_days": "182"}, {"text": "", "item": "", "due_on": ""}
    )
    for _twice in range(2):
        assert mine.post(address("edit-plan", desk), data)["Location"] == address("plan-detail", desk)
    plan.refresh_from_db()
    assert (plan.version, plan.goal, plan.needs, plan.cadence_days) == (2, "分散持仓", ["收益", "被重视"], 14)
    assert [(one["id"], one["text"], one["item"], one["every_days"]) for one in plan.actions] == [
        ("a0", "寄资料", "", None),
        ("a1", "", "strategy", 182),
    ]
    page = mine.get(address("plan-revision", desk, 2)).content.decode()
    assert "分散持仓" in page
    assert "寄资料 · 2026-11-27" in page
    assert mine.get(address("plan-revision", desk, 1)).status_code == 200
    for wrong in ("?against=7", "?against=-1", "?against=9999999999999"):
        assert mine.get(address("plan-revision", desk, 2) + wrong).status_code in {200, 404}
    assert mine.get(address("plan-revision", desk, 9)).status_code == 404


def test_the_form_holds_what_the_plan_says_and_a_dropped_row_goes(desk: Desk, mine: Browser) -> None:
    plan = make(desk, mine)
    form = mine.get(address("edit-plan", desk)).context
    assert len(form["rows"].forms) == len(plan.actions) + 3
    assert len({row["id"].value() for row in form["rows"]}) == len(form["rows"].forms)
    mine.post(address("edit-plan", desk), fields(SEND))
    mine.post(address("edit-plan", desk), fields({**SEND, "drop": "on"}, version="2"))
    plan.refresh_from_db()
    assert (plan.version, plan.actions) == (3, [])


def test_a_second_editor_sees_both_versions_and_keeps_what_was_typed(desk: Desk, mine: Browser) -> None:
    make(desk, mine)
    mine.post(address("edit-plan", desk), fields(SEND))
    second = browser_of(desk.manager)
    told = second.post(address("edit-plan", desk), fields(goal="多联系", cadence_days="30", needs=""))
    assert told.status_code == 409
    body = told.content.decode()
    assert "员工advisor" in body
    assert {one.field: (one.before, one.after) for one in told.context["versions"]}["goal"] == ("分散持仓", "多联系")
    form = told.context["form"]
    assert (form["goal"].value(), form["cadence_days"].value(), form["version"].value()) == ("多联系", 14, 2)
    assert [row["text"].value() for row in told.context["rows"] if row.initial] == ["寄资料"]
    assert ServicePlan.objects.get().goal == "分散持仓"
    assert second.post(address("edit-plan", desk), fields(SEND, goal="多联系", version="2")).status_code == 302
    assert ServicePlan.objects.get().goal == "多联系"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"goal": ""}, "goal"),
        ({"goal": "a\0b"}, "goal"),
        ({"cadence_days": "31"}, "cadence_days"),
        ({"cadence_days": "0"}, "cadence_days"),
        ({"next_review_on": "2026-11-19"}, "next_review_on"),
        ({"next_review_on": "2026-02-31"}, "next_review_on"),
        ({"needs": "长" * 201}, "needs"),
        ({"why": "长" * 201}, "why"),
        ({"version": "rubbish"}, "version"),
    ],
)
def test_rubbish_is_answered_beside_its_field(desk: Desk, mine: Browser, wrong: dict[str, str], place: str) -> None:
    make(desk, mine)
    response = mine.post(address("edit-plan", desk), fields(SEND, **wrong))
    assert response.status_code == 422
    assert response.context["form"].errors[place]
    assert str(response.context["form"].errors[place][0]) in response.content.decode()
    assert PlanRevision.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2026-11-19"}, "due_on"),
        ({"every_days": "0"}, "every_days"),
        ({"item": "caviar"}, "item"),
        ({"id": "../../x"}, "id"),
        ({"text": "长" * 121}, "text"),
    ],
)
def test_a_wrong_row_is_answered_in_the_row(desk: Desk, mine: Browser, wrong: dict[str, str], place: str) -> None:
    make(desk, mine)
    response = mine.post(address("edit-plan", desk), fields({**SEND, **wrong}))
    assert response.status_code == 422
    assert response.context["rows"].forms[0].errors[place]
    assert PlanRevision.objects.count() == 1


def test_without_the_management_form_nothing_breaks(desk: Desk, mine: Browser) -> None:
    make(desk, mine)
    for total in ("", "x", "-1", "100000"):
        assert mine.post(address("edit-plan", desk), fields(SEND) | {"actions-TOTAL_FORMS": total}).status_code in {
            302,
            422,
        }


def test_an_action_is_done_from_the_plan_with_a_way_back(desk: Desk, mine: Browser) -> None:
    make(desk, mine)
    mine.post(address("edit-plan", desk), fields(SEND))
    for _twice in range(2):
        mine.post(address("settle-action", desk, "a0", NEXT_WEEK), headers={"HX-Request": "true"})
    task = Task.objects.get(rule="plan")
    assert (task.state, task.owner) == ("done", desk.advisor)
    assert "寄资料" in mine.get(address("plan-detail", desk)).content.decode()
    mine.post(reverse("reopen-task", args=[task.pk]))
    assert plans.fulfilment_of(ServicePlan.objects.get(), DAY).done == 0


def test_the_review_proposes_the_next_one_after_the_days_of_the_standard(desk: Desk, mine: Browser) -> None:
    make(desk, mine)
    ServiceStandard.objects.filter(tier="vip").update(review_days=28)
    form = mine.get(address("review-plan", desk)).context["form"]
    assert form["next_review_on"].value() == DAY + timedelta(days=28)


def test_a_phase_is_closed_in_the_drawer(desk: Desk, mine: Browser) -> None:
    make(desk, mine)
    good = {"version": "1", "result": "需求已了解", "lessons": "", "next_review_on": NEXT_WEEK.isoformat()}
    for wrong in ({"result": ""}, {"next_review_on": DAY.isoformat()}, {"version": "x"}):
        response = mine.post(address("review-plan", desk), {**good, **wrong})
        assert response.status_code == 422
        assert response.context["form"].errors
    assert mine.post(address("review-plan", desk), good, headers={"HX-Request": "true"}).status_code == 204
    told = browser_of(desk.manager).post(address("review-plan", desk), {**good, "result": "另一个"})
    assert told.status_code == 422
    assert "员工advisor" in told.content.decode()
    assert PlanReview.objects.count() == 1
    assert "需求已了解" in mine.get(address("plan-detail", desk)).content.decode()
    assert "需求已了解" in mine.get(address("print-plan", desk)).content.decode()


def test_a_withdrawn_plan_can_be_put_in_force_again(desk: Desk, mine: Browser) -> None:
    plan = make(desk, mine)
    answer = mine.post(address("withdraw-plan", desk), headers={"HX-Request": "true"})
    assert address("restore-plan", desk, plan.pk) in answer["HX-Trigger"]
    assert mine.get(address("print-plan", desk)).status_code == 404
    mine.post(address("restore-plan", desk, plan.pk))
    assert mine.get(address("print-plan", desk)).status_code == 200


def test_the_pages_of_a_plan_ask_as_often_for_a_long_history(
    desk: Desk, mine: Browser, django_assert_max_num_queries: Any
) -> None:
    make(desk, mine)
    for version in range(1, 8):
        mine.post(
            address("edit-plan", desk),
            fields(SEND, SEND, version=str(version), goal=f"目标{version}") | {"actions-1-id": "b1"},
        )
    with django_assert_max_num_queries(17):
        mine.get(address("plan-detail", desk))
    with django_assert_max_num_queries(17):
        mine.get(address("edit-plan", desk))
