"""The pages of complaints: each stage by its form, a second editor, rubbish, the list behind every number, the client's link."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from servicing.complaints.owners import name_officer
from servicing.models import Complaint, ComplaintAction, ComplaintOfficer
from tests.crm.page_firm import browser_of, client
from tests.servicing.complaint_desk import AT, DAY, TEXT, ComplaintDesk, make_complaint_desk

pytestmark = pytest.mark.django_db
NOW = AT + timedelta(days=8)  # a Saturday; what came on the 20th is four working days late
EN = {"accept-language": "en"}
SAID = {
    "received": {"how": "phone", "words": "已告知由我负责"},
    "cause": {"talk": "客户说明经过", "cause": "neglect", "root_cause": "休假无人代班"},
    "answer": {"solution": "同事代班", "how": "letter", "answer": "已书面说明", "apology": "written"},
    "follow_up": {"left_out": "客户要求不再联系"},
    "improve": {"lesson": "须交接", "no_remedy": "制度已有", "satisfaction": "4"},
}


@pytest.fixture
def desk() -> Iterator[ComplaintDesk]:
    with time_machine.travel(NOW, tick=False):
        yield make_complaint_desk()


@pytest.fixture
def manager(desk: ComplaintDesk) -> Browser:
    return browser_of(desk.manager)


def page(complaint: Complaint) -> str:
    return reverse("complaint-detail", args=[complaint.pk])


def leave(browser: Browser, complaint: Complaint, stage: str, **more: object):
    address = reverse("leave-complaint-stage", args=[complaint.pk, stage])
    return browser.post(address, {"version": complaint.version, **SAID[stage], **more}, headers=EN)


def test_a_complaint_is_worked_through_from_the_phone_to_closing(desk: ComplaintDesk, manager: Browser) -> None:
    sent = {
        "uid": uuid4(),
        "how": "visit",
        "branch": "1101",
        "client_number": desk.client.client_number,
        "about": desk.advisor.pk,
        "category": "conduct",
        "severity": "serious",
        "text": TEXT,
    }
    for _twice in range(2):
        response = manager.post(reverse("receive-complaint"), sent)
    complaint = Complaint.objects.get()
    assert response["Location"] == page(complaint)
    for stage in SAID:
        assert f"leave/{stage}/" in manager.get(page(complaint)).content.decode()
        assert leave(manager, complaint, stage).status_code == 302
        complaint.refresh_from_db()
    assert (complaint.stage, complaint.satisfaction) == ("closed", 4)
    closed = manager.get(page(complaint), headers=EN).content.decode()
    assert closed.count("left out") == 2  # the follow-up ended without a satisfied client, and there is no action
    assert "休假无人代班" in closed
    again = reverse("reopen-complaint", args=[complaint.pk])
    assert manager.post(again, {"version": complaint.version, "why": ""}).status_code == 422
    assert manager.post(again, {"version": complaint.version, "why": "没有兑现"}).status_code == 302
    assert "opened again" in manager.get(page(complaint), headers=EN).content.decode()


@pytest.mark.parametrize(
    ("stage", "wrong"),
    [
        ("received", {"words": ""}),
        ("received", {"how": "pigeon"}),
        ("cause", {"cause": "fate"}),
        ("answer", {"apology": "none"}),
        ("follow_up", {"left_out": ""}),
        ("improve", {"satisfaction": "6"}),
        ("improve", {"satisfaction": "", "not_asked": ""}),
        ("improve", {"remedy": "交接清单"}),
        ("improve", {"remedy": "交接清单", "remedy_owner": "999999"}),
        ("improve", {"remedy": "交接清单", "remedy_owner": "1e9", "remedy_due": "2026-13-40"}),
        ("improve", {"lesson": "长" * 1001}),
        ("improve", {"version": "x"}),
    ],
)
def test_what_is_missing_or_rubbish_is_said_beside_its_field(
    desk: ComplaintDesk, manager: Browser, stage: str, wrong: dict[str, object]
) -> None:
    complaint = desk.work(desk.receive(), until=stage)
    response = leave(manager, complaint, stage, **wrong)
    assert response.status_code == 422
    assert re.search(r'class="(e|late)"', response.content.decode())
    complaint.refresh_from_db()
    assert complaint.stage == stage


def test_a_second_editor_is_told_and_what_was_typed_can_be_sent_again(desk: ComplaintDesk, manager: Browser) -> None:
    complaint = desk.work(desk.receive(), until="cause")
    deputy, correct = browser_of(desk.deputy), reverse("correct-complaint", args=[complaint.pk])
    sent = {"version": complaint.version, "category": "process", "severity": "serious", "text": "副经理的说法"}
    assert deputy.post(correct, {**sent, "client_number": desk.client.client_number}).status_code == 302
    told = leave(manager, complaint, "cause")
    assert told.status_code == 409
    body = told.content.decode()
    assert "Somebody wrote to this complaint meanwhile" in body
    assert "副经理的说法" in body
    assert "休假无人代班" in body
    version = re.search(r'name="version" value="(\d+)"', body.split('id="stage"')[1])
    assert version is not None
    assert leave(manager, complaint, "cause", version=version[1]).status_code == 302
    late = leave(deputy, complaint, "cause")  # the stage was left meanwhile: its form is gone
    assert late.status_code == 409
    assert f'action="{reverse("leave-complaint-stage", args=[complaint.pk, "cause"])}"' not in late.content.decode()
    history = manager.get(page(complaint), headers=EN).content.decode()
    assert TEXT in history


def test_an_edit_loses_neither_whom_it_is_about_nor_who_complains(desk: ComplaintDesk, manager: Browser) -> None:
    complaint = desk.receive(about=desk.advisor)
    type(desk.advisor).objects.filter(pk=desk.advisor.pk).update(is_active=False)  # left since
    form, correct = (
        manager.get(page(complaint)).context["correct_form"],
        reverse("correct-complaint", args=[complaint.pk]),
    )
    assert f'value="{desk.advisor.pk}" selected' in str(form["about"])
    sent = {**form.initial, "text": "另一种说法"}
    assert manager.post(correct, {**sent, "client_number": ""}).status_code == 422
    assert manager.post(correct, sent).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.about, complaint.client, complaint.text) == (desk.advisor, desk.client, "另一种说法")


def test_a_follow_up_call_twice_is_one_and_shown(desk: ComplaintDesk, manager: Browser) -> None:
    complaint = desk.work(desk.receive(), until="follow_up")
    call = {"uid": uuid4(), "outcome": "not_yet", "note": "还要书面说明"}
    address = reverse("call-complainer", args=[complaint.pk])
    for _twice in range(2):
        assert manager.post(address, call).status_code == 302
    assert manager.get(page(complaint)).content.decode().count("还要书面说明") == 1
    assert manager.post(address, {**call, "uid": "x"}).status_code == 422
    assert manager.post(address, {**call, "uid": uuid4(), "note": ""}).status_code == 422


def test_another_owner_is_chosen_but_not_whom_it_is_about(desk: ComplaintDesk, manager: Browser) -> None:
    complaint = desk.receive(about=desk.advisor)
    address = reverse("reassign-complaint", args=[complaint.pk])
    assert manager.post(address, {"version": 1, "owner": desk.advisor.pk}).status_code == 422
    assert manager.post(address, {"version": 1, "owner": desk.colleague.pk}).status_code == 302
    complaint.refresh_from_db()
    assert complaint.owner == desk.colleague


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"open", "late"}),
        ("?state=closed", {"closed"}),
        ("?state=all", {"open", "late", "closed"}),
        ("?stage=cause", {"late"}),
        ("?category=process", {"open"}),
        ("?late=1", {"late"}),
        ("?state=all&cause=neglect", {"closed"}),
        ("?state=all&cause=none", {"open", "late"}),
        ("?state=all&month=2026-11", {"closed"}),
        ("?state=all&left=cause", {"late", "closed"}),
        ("?state=all&left=cause&tardy=1", {"late"}),
        ("?branch=1102", set()),
        ("?owner=x&month=2026-99&stage=void&client=%C2%B2&cause=%00", {"open", "late"}),
    ],
)
def test_an_address_says_which_complaints_are_listed(
    desk: ComplaintDesk, manager: Browser, asked: str, found: set[str]
) -> None:
    for word, more in (("open", {"category": "process"}), ("late", {})):
        desk.receive(word, received_at=NOW - timedelta(days=90), at=NOW, **more)
    late = Complaint.objects.get(text="late")
    Complaint.objects.filter(text="open").update(due_on=timezone.localdate(NOW) + timedelta(days=1))
    desk.work(late, until="cause")
    desk.work(desk.receive("closed"))
    response = manager.get(reverse("complaint-list") + asked)
    assert {one.text for one in response.context["told"]} == found


def test_a_list_is_read_page_by_page(desk: ComplaintDesk, manager: Browser) -> None:
    for _n in range(52):
        desk.receive(category="process")
    address = reverse("complaint-list") + "?category=process"
    first = manager.get(address)
    assert (len(first.context["told"]), first.context["previous_url"]) == (50, "")
    second = manager.get(first.context["next_url"])
    assert len(second.context["told"]) == 2
    assert "category=process" in second.context["previous_url"]
    assert manager.get(address + "&after=rubbish").status_code == 404


def test_pages_cost_the_same_for_many(desk: ComplaintDesk, manager: Browser, django_assert_max_num_queries) -> None:
    for _n in range(12):
        desk.receive(client=client(desk.branch, "温序", advisor=desk.advisor))
    closed = desk.work(desk.receive())
    for address, most in (
        (reverse("complaint-list"), 16),
        (reverse("today"), 21),
        (page(closed), 24),
        (reverse("complaint-lessons"), 16),
    ):
        manager.get(address)
        with django_assert_max_num_queries(most):
            assert manager.get(address).status_code == 200


def test_the_analysis_opens_the_rows_behind_each_number(desk: ComplaintDesk, manager: Browser) -> None:
    desk.work(desk.receive(received_at=AT))
    desk.receive()
    response = manager.get(reverse("complaint-lessons"), headers=EN)
    lessons = response.context["lessons"]
    for row in response.context["causes"]:
        assert len(manager.get(row["href"]).context["told"]) == row["total"]
        for count, href in row["cells"]:
            assert len(manager.get(href).context["told"]) == count
    for stage in response.context["stages"]:
        assert len(manager.get(stage["href"]).context["told"]) == stage["row"].judged
        assert len(manager.get(stage["late_href"]).context["told"]) == stage["row"].judged - stage["row"].in_time
    assert (lessons.stages[0].in_time, lessons.stages[0].still_late) == (1, 1)  # one that nobody took up is late
    assert lessons.iceberg.dissatisfied == 20
    assert "20 dissatisfied clients" in response.content.decode()
    assert response.context["chart"].title == "50% of complaints come from: too little attention"
    Complaint.objects.filter(cause="").update(cause="mistake")
    tied = manager.get(reverse("complaint-lessons"), headers=EN).context["chart"]
    assert tied.title.startswith("No cause stands out: ")
    assert tied.title.endswith(", 1 each")


def test_whoever_complained_again_is_counted_even_where_not_everybody_is_shown(
    desk: ComplaintDesk, manager: Browser
) -> None:
    for n in range(21):
        twice = client(desk.branch, f"客户{n}")
        for _again in range(2):
            desk.receive(client=twice)
    found = manager.get(reverse("complaint-lessons")).context
    again = next(stat for stat in found["stats"] if stat["href"] == "#repeated")
    assert (again["figure"], len(found["repeated"])) == ("21", 20)


def test_a_manager_names_the_complaint_officer(desk: ComplaintDesk, manager: Browser) -> None:
    address, today = reverse("complaint-officers"), timezone.localdate()
    sent = {"branch": "1101", "staff": desk.colleague.pk, "from_day": today}
    for _twice in range(2):
        assert manager.post(address, sent).status_code == 302
    assert ComplaintOfficer.objects.get().staff == desk.colleague
    assert manager.post(address, {**sent, "staff": desk.advisor.pk}).status_code == 422
    assert manager.post(address, {**sent, "from_day": today - timedelta(days=1)}).status_code == 422


def test_the_day_shows_timers_with_what_happens_next(desk: ComplaintDesk) -> None:
    desk.receive()
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    desk.receive("第二件", client=client(desk.branch, "温序"))
    for who, count in ((desk.manager, 2), (desk.deputy, 2), (desk.colleague, 1), (desk.advisor, 0)):
        response = browser_of(who).get(reverse("today"), headers=EN)
        assert len(response.context["complaints"]) == count, who
        assert ("the manager is told today" in response.content.decode()) == bool(count)


def test_an_action_that_is_late_stands_open_in_the_analysis(desk: ComplaintDesk, manager: Browser) -> None:
    complaint = desk.work(desk.receive(), until="improve")
    day = timezone.localdate() + timedelta(days=3)
    more = {"remedy": "交接清单", "remedy_owner": desk.colleague.pk, "remedy_due": day, "no_remedy": ""}
    assert leave(manager, complaint, "improve", **more).status_code == 302
    assert ComplaintAction.objects.get().due_on == day
    assert "交接清单" in manager.get(reverse("complaint-lessons")).content.decode()
    desk.colleague.branches.clear()  # who was to do it works elsewhere by now
    said = manager.get(page(complaint)).context["left"][-1][1]
    assert desk.colleague.name in [line.value for line in said]
