"""The funnel A–D (R5): moved by a person or with a contact, back only with a reason, each move kept, each undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.models import Contact, ServiceStage
from servicing.stages import set_stage, undo_stage
from tests.crm.page_firm import browser_of, client, night, staff, stand
from tests.servicing.desk import AT, DAY, Desk, make_desk, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def move(desk: Desk, stage: str, **more: Any) -> ServiceStage | None:
    return set_stage(desk.client, stage, **{"by": desk.advisor, "at": AT, **more})


def stage_of(who: Client) -> str:
    latest = ServiceStage.objects.latest_of(who)
    return latest.stage if latest else ""


def test_a_move_is_made_once_and_every_move_stays(desk: Desk) -> None:
    assert move(desk, "a")
    assert move(desk, "a") is None
    assert move(desk, "c")
    assert [row.stage for row in ServiceStage.objects.history_of(desk.client)] == ["c", "a"]
    assert AuditEvent.objects.filter(action="set-stage").count() == 2
    assert stage_of(desk.client) == "c"


@pytest.mark.parametrize("back", ["a", "out"])
def test_whoever_goes_back_has_a_reason(desk: Desk, back: str) -> None:
    move(desk, "b")
    with pytest.raises(Refused) as refused:
        move(desk, back, why=" ")
    assert refused.value.field == "why"
    assert move(desk, back, why="资金另有用途")
    assert move(desk, "b")  # in again


def test_a_second_mover_is_told_where_the_client_is_now(desk: Desk) -> None:
    first = move(desk, "a", seen=0)
    assert first
    second = move(desk, "b", seen=first.pk, by=desk.manager)
    assert second
    with pytest.raises(Refused, match=desk.manager.name):
        move(desk, "c", seen=first.pk)
    assert stage_of(desk.client) == "b"


def test_an_undo_gives_stage_and_day_back_unless_somebody_moved_since(desk: Desk) -> None:
    first = move(desk, "a", at=AT - timedelta(days=9))
    second = move(desk, "b")
    assert first
    assert second
    assert not undo_stage(first, by=desk.advisor, at=AT)
    assert undo_stage(second, by=desk.advisor, at=AT)
    latest = ServiceStage.objects.latest_of(desk.client)
    assert latest
    assert (latest.stage, latest.since) == ("a", DAY - timedelta(days=9))
    assert undo_stage(latest, by=desk.advisor, at=AT)  # the undo is a move like another
    assert stage_of(desk.client) == "b"


def test_a_contact_moves_the_client_in_the_same_step(desk: Desk) -> None:
    move(desk, "c")
    contact = talk(desk, stage="a")  # what was said is the reason
    latest = ServiceStage.objects.latest_of(desk.client)
    assert latest
    assert (latest.stage, latest.contact) == ("a", contact)
    with pytest.raises(Refused):
        talk(desk, stage="moon")
    assert Contact.objects.count() == 1


def test_the_log_asks_for_the_stage(desk: Desk) -> None:
    browser = browser_of(desk.advisor)
    told = {"channel": "phone", "direction": "out", "mood": "", "summary": "想再看看", "stage": "b"}
    assert browser.post(reverse("record-contact", args=[desk.client.pk]), told).status_code == 302
    assert stage_of(desk.client) == "b"


def test_the_board_moves_by_a_click_and_tells_when_it_is_old(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    row = move(desk, "a", at=AT - timedelta(days=3))
    assert row
    browser, address = browser_of(desk.advisor), reverse("move-client", args=[desk.client.pk])
    columns = browser.get(reverse("stage-board")).context["columns"]
    assert [(one["count"], one["reference"]) for one in columns] == [(1, 10), (0, 5), (0, 2), (0, 1)]
    assert columns[0]["rows"][0]["days"] == 3
    swap = {"HX-Request": "true"}
    moved = browser.post(address, {"stage": "b", "seen": row.pk}, headers=swap)
    latest = ServiceStage.objects.latest_of(desk.client)
    assert latest
    undo = reverse("undo-stage", args=[desk.client.pk, latest.pk])
    assert undo in moved.headers["HX-Trigger"]
    assert browser.post(address, {"stage": "c", "seen": row.pk}, headers=swap).status_code == 422
    assert browser.post(address, {"stage": "moon"}, headers=swap).status_code == 422
    assert browser.post(undo, headers=swap).status_code == 204
    assert stage_of(desk.client) == "a"
    colleague = staff("colleague", "advisor", desk.branch)
    for foreign in (browser_of(colleague), browser_of(staff("root", "admin"))):
        assert foreign.post(undo).status_code == 404


def test_a_long_board_costs_the_same_and_masks_for_compliance(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(33):
        who = client(desk.branch, f"沈{number}", advisor=desk.advisor)
        set_stage(who, "a", by=desk.advisor, at=AT)
    for who_asks in (desk.manager, staff("law", "compliance")):
        browser = browser_of(who_asks)
        with django_assert_max_num_queries(10):
            response = browser.get(reverse("stage-board"))
        lane = response.context["columns"][0]
        assert (lane["count"], len(lane["rows"])) == (33, 30)
    assert "沈1<" not in response.content.decode()


def test_the_client_list_is_filtered_by_stage(desk: Desk) -> None:
    published = night(desk.branch)
    other = client(desk.branch, "无阶段", advisor=desk.advisor)
    for who in (desk.client, other):
        stand(published, who)
    move(desk, "b")
    browser = browser_of(desk.advisor)
    for asked, name, missing in (("b", "沈慕云", "无阶段"), ("none", "无阶段", "沈慕云")):
        body = browser.get(reverse("client-list") + f"?f=stage:{asked}").content.decode()
        assert name in body
        assert missing not in body
