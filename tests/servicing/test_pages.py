"""The forms of service as people use them: one click, two clicks, rubbish, somebody else in between, and the way back."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from servicing.models import Contact, Promise, Task
from servicing.todo import add_task
from tests.crm.page_firm import browser_of, client, night, stand
from tests.servicing.desk import AT, DAY, make_desk, talk

pytestmark = pytest.mark.django_db
SWAP = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def browser(desk):
    return browser_of(desk.advisor)


def contact_form(**more):
    return {"uid": uuid4(), "channel": "phone", "direction": "out", "mood": "", "summary": "问候近况", **more}


def record(browser, desk, asked="", **more):
    address = reverse("record-contact", args=[desk.client.pk]) + asked
    return browser.post(address, contact_form(**more), headers=SWAP | {"accept-language": "en"})


def told(response):
    assert response.status_code == 204, response.content.decode()
    return json.loads(response["HX-Trigger"])


def test_the_drawer_has_everything_and_offers_the_usual_days(browser, desk):
    body = browser.get(reverse("record-contact", args=[desk.client.pk]), headers=SWAP).content.decode()
    for name in ("channel", "direction", "happened_at", "mood", "summary", "promise", "promise_due", "next_step"):
        assert f'name="{name}"' in body
    assert f'data-value="{DAY + timedelta(days=3)}"' in body  # over the weekend
    assert f'data-draft="{desk.advisor.pk}:contact:{desk.client.pk}"' in body


def test_recording_closes_the_drawer_and_offers_undo(browser, desk):
    due = DAY + timedelta(days=2)
    answer = told(record(browser, desk, promise="送诊断", promise_due=due, next_step="再打电话", step_due=due))
    contact = Contact.objects.get()
    assert (contact.staff, contact.summary) == (desk.advisor, "问候近况")
    assert (Promise.objects.get().due_on, Task.objects.get().title) == (due, "再打电话")
    assert answer["toast"] == {"text": "Recorded: 沈慕云", "undo": reverse("withdraw-contact", args=[contact.pk])}
    assert answer["serviced"] == {"client": desk.client.pk}
    undone = told(browser.post(answer["toast"]["undo"], headers=SWAP))
    assert not Contact.objects.standing().exists()
    told(browser.post(undone["toast"]["undo"], headers=SWAP))
    assert Contact.objects.standing().exists()


def test_a_double_click_is_one_contact(browser, desk):
    uid = uuid4()
    for _ in range(2):
        told(record(browser, desk, uid=uid))
    assert Contact.objects.count() == 1


def test_log_and_done_settles_the_task_of_this_client_only(browser, desk):
    mine = add_task(desk.client, "电话", DAY, key="a", by=desk.advisor, at=AT)
    other = client(desk.branch, "别人", advisor=desk.advisor)
    theirs = add_task(other, "电话", DAY, key="b", by=desk.advisor, at=AT)
    assert told(record(browser, desk, f"?task={mine.pk}"))["toast"]["text"] == "Recorded and done: 沈慕云"
    assert told(record(browser, desk, f"?task={theirs.pk}"))["toast"]["text"] == "Recorded: 沈慕云"
    assert set(Task.objects.values_list("key", "state")) == {("a", "done"), ("b", "open")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"summary": "长" * 2001}, "summary"),
        ({"channel": "pigeon"}, "channel"),
        ({"direction": "up"}, "direction"),
        ({"mood": "furious"}, "mood"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "2999-01-01T10:00"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00"}, "happened_at"),
        ({"summary": "空\0字符"}, "summary"),
        ({"promise": "送诊断"}, "promise_due"),
        ({"promise_due": "2999-01-01"}, "promise"),
        ({"promise": "送诊断", "promise_due": "2020-01-01"}, "promise_due"),
        ({"promise": "送诊断", "promise_due": "2026-02-30"}, "promise_due"),
        ({"promise": "长" * 201, "promise_due": "2999-01-01"}, "promise"),
        ({"next_step": "打电话"}, "step_due"),
        ({"next_step": "打电话", "step_due": "2020-01-01"}, "step_due"),
    ],
)
@pytest.mark.parametrize("asked", ["", "?inline=1"])
def test_rubbish_gets_a_message_beside_its_field_and_keeps_the_text(browser, desk, wrong, field, asked):
    response = record(browser, desk, asked, **{"summary": "已经写好的话", **wrong})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    body = response.content.decode()
    assert "data-draft-sent" in body
    if "summary" not in wrong:
        assert "已经写好的话" in body
    if asked == "" or field not in {"direction", "happened_at", "next_step", "step_due"}:
        assert 'class="e"' in body
    assert not Contact.objects.exists()


def test_numbers_that_are_none_in_the_address_settle_nothing(browser, desk):
    for asked in ("?task=x", "?task=" + "9" * 40, "?promise=-1", "?task=²"):
        told(record(browser, desk, asked, uid=uuid4()))


def test_a_second_editor_sees_both_texts_and_saves_knowingly(browser, desk):
    contact = talk(desk, "原来的话")
    address = reverse("contact-detail", args=[contact.pk])
    form = {"channel": "phone", "direction": "out", "mood": "", "happened_at": "2026-11-20T10:25"}
    told(browser.post(address, {**form, "summary": "甲写的", "version": 1}, headers=SWAP))
    boss = browser_of(desk.manager)
    response = boss.post(address, {**form, "summary": "乙写的", "version": 1}, headers=SWAP)
    assert response.status_code == 422
    body = response.content.decode()
    assert "甲写的" in body
    assert "乙写的" in body
    assert 'name="version" value="2"' in body
    told(boss.post(address, {**form, "summary": "乙写的", "version": 2}, headers=SWAP))
    assert Contact.objects.get().summary == "乙写的"
    history = browser.get(address, headers=SWAP).content.decode()
    assert "甲写的" in history
    assert "原来的话" in history


def test_an_edit_is_undone_unless_somebody_changed_it_since(browser, desk):
    contact = talk(desk, "原来的话")
    address = reverse("contact-detail", args=[contact.pk])
    form = {"channel": "phone", "direction": "out", "mood": "", "happened_at": "2026-11-20T10:25"}
    undo = told(browser.post(address, {**form, "summary": "改过", "version": 1}, headers=SWAP))["toast"]["undo"]
    for _ in range(2):  # twice is once
        browser.post(undo, headers=SWAP)
    assert (Contact.objects.get().summary, Contact.objects.get().version) == ("原来的话", 3)
    undo = told(browser.post(address, {**form, "summary": "再改", "version": 3}, headers=SWAP))["toast"]["undo"]
    told(browser.post(address, {**form, "summary": "又改", "version": 4}, headers=SWAP))
    assert told(browser.post(undo, headers=SWAP))["toast"]["stay"]
    assert Contact.objects.get().summary == "又改"
    nothing = reverse("undo-edit-contact", args=[contact.pk, 99])
    assert told(browser.post(nothing, headers=SWAP))["toast"]["stay"]


@pytest.mark.parametrize("version", ["", "x", "-1", "99"])
def test_an_edit_without_a_true_version_overwrites_nothing(browser, desk, version):
    contact = talk(desk, "原来的话")
    form = {"channel": "phone", "direction": "out", "mood": "", "summary": "改", "version": version}
    response = browser.post(reverse("contact-detail", args=[contact.pk]), form, headers=SWAP)
    assert response.status_code == 422
    assert Contact.objects.get().summary == "原来的话"


def test_a_task_is_added_once_and_taken_back(browser, desk):
    form = {"uid": uuid4(), "title": "寄策略报告", "reason": "电话里问起", "due_on": DAY}
    for _ in range(2):
        answer = told(browser.post(reverse("add-task", args=[desk.client.pk]), form, headers=SWAP))
    task = Task.objects.get()
    assert (task.owner, task.reason) == (desk.advisor, "电话里问起")
    told(browser.post(answer["toast"]["undo"], headers=SWAP))
    task.refresh_from_db()
    assert task.state == "withdrawn"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": ""}, "title"), ({"title": "长" * 121}, "title"), ({"due_on": "soon"}, "due_on"),
     ({"due_on": "2020-01-01"}, "due_on"), ({"uid": "no"}, "uid")],
)  # fmt: skip
def test_a_task_that_cannot_be_is_refused_beside_its_field(browser, desk, wrong, field):
    form = {"uid": uuid4(), "title": "电话", "due_on": DAY, **wrong}
    response = browser.post(reverse("add-task", args=[desk.client.pk]), form, headers=SWAP)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Task.objects.exists()


def test_for_whom_a_task_is_added_is_found_among_ones_own_clients(browser, desk):
    client(desk.branch, "沈别人")
    found = browser.get(reverse("choose-task-client"), {"q": "沈"}, headers=SWAP).content.decode()
    assert reverse("add-task", args=[desk.client.pk]) in found
    assert "沈别人" not in found
    assert browser.get(reverse("choose-task-client"), {"q": "沈\0"}, headers=SWAP).status_code == 200
    assert "<form" not in browser.get(reverse("choose-task-client"), headers=SWAP).content.decode()


def test_each_step_of_a_task_and_a_promise_answers_with_its_way_back(browser, desk):
    talk(desk)
    task = add_task(desk.client, "电话", DAY, key="a", by=desk.advisor, at=AT)
    later = DAY + timedelta(days=5)

    def step(route, row, **data):
        answer = told(browser.post(reverse(route, args=[row.pk]), data, headers=SWAP))
        row.refresh_from_db()
        return answer["toast"].get("undo", "")

    back = step("postpone-task", task, due_on=later)
    assert task.due_on == later
    told(browser.post(back, headers=SWAP))
    task.refresh_from_db()
    assert task.due_on == DAY
    assert step("settle-task", task) == reverse("reopen-task", args=[task.pk])
    assert step("reopen-task", task) == ""
    assert task.state == "open"
    record(browser, desk, promise="送诊断", promise_due=later)
    promise = Promise.objects.get()
    assert (
        step("keep-promise", promise)
        == step("withdraw-promise", promise)
        == reverse("reopen-promise", args=[promise.pk])
    )
    assert promise.state == "kept"
    step("reopen-promise", promise)
    assert promise.state == "open"


@pytest.mark.parametrize("day", ["", "soon", "2020-01-01"])
def test_postponing_to_no_day_changes_nothing_and_says_so(browser, desk, day):
    task = add_task(desk.client, "电话", DAY, key="a", by=desk.advisor, at=AT)
    answer = told(browser.post(reverse("postpone-task", args=[task.pk]), {"due_on": day}, headers=SWAP))
    assert answer["toast"]["stay"]
    assert "serviced" not in answer
    answer = told(browser.post(reverse("put-off-client", args=[desk.client.pk]), {"due_on": day}, headers=SWAP))
    assert answer["toast"]["stay"]
    assert Task.objects.get().due_on == DAY


def test_a_client_at_stake_becomes_a_task_with_the_next_action_once_per_row(browser, desk):
    reasons = [{"code": "outflow", "slots": {"amount": 42_000_000, "percent": 38}}]
    stand(night(desk.branch), desk.client, tier="vip", at_risk_fen=900_000, churn_band="high", churn_reasons=reasons)
    address, row = reverse("put-off-client", args=[desk.client.pk]), {"uid": uuid4(), "due_on": DAY}
    for _ in range(2):
        answer = told(browser.post(address, row, headers=SWAP | {"accept-language": "en"}))
    assert Task.objects.get().title == "Ask what the money was taken out for"
    told(browser.post(answer["toast"]["undo"], headers=SWAP))
    told(browser.post(reverse("settle-client", args=[desk.client.pk]), {"uid": uuid4()}, headers=SWAP))
    assert set(Task.objects.values_list("state", flat=True)) == {"withdrawn", "done"}


def test_without_scripts_an_action_ends_on_the_clients_page_and_says_what_was_done(browser, desk):
    response = browser.post(reverse("record-contact", args=[desk.client.pk]), contact_form(), follow=True)
    assert response.redirect_chain[0][0] == reverse("client-detail", args=[desk.client.pk])
    assert "已登记" in response.content.decode()


def test_the_last_talks_stand_in_the_drawer_without_the_withdrawn_ones(browser, desk):
    kept, taken = talk(desk, "留下的话"), talk(desk, "撤回的话")
    told(browser.post(reverse("withdraw-contact", args=[taken.pk]), headers=SWAP))
    body = browser.get(reverse("record-contact", args=[desk.client.pk]), headers=SWAP).content.decode()
    assert kept.summary in body
    assert taken.summary not in body
