"""The pages of messages: what a drawer says before it sends, who sees which sending, and each step on its page."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Client, Consent
from crm.models import Branch
from segmentation.models import Threshold
from servicing.messages.gateways import Unclear
from servicing.messages.sender import send_due
from servicing.messages.sendings import send_test
from servicing.models import Message, Sending
from tests.crm.page_firm import browser_of, night, stand
from tests.servicing.mailroom import (
    AT,
    Provider,
    approved,
    going,
    later,
    lift_quiet_hours,
    make_desk,
    planned,
    reachable,
    staff,
    states,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture(autouse=True)
def no_quiet_hours():
    lift_quiet_hours()


def page(sending, name="sending-detail", **query):
    return reverse(name, args=[sending.uid]), query


def drawer_of(client):
    return reverse("write-message", args=[client.pk])


def test_the_drawer_shows_the_text_as_the_client_will_read_it_and_the_verdict(desk):
    client, version = reachable(desk, form_of_address="沈总"), approved(desk)
    browser = browser_of(desk.advisor)
    shown = browser.get(drawer_of(client), {"text": version.pk}).content.decode()
    assert "沈总您好，讲座周五开始。" in shown
    assert "可以发送" in shown
    Consent.objects.update(sms="refused")
    shown = browser.get(drawer_of(client), {"text": version.pk}).content.decode()
    assert "已退订该渠道" in shown
    assert Sending.objects.count() == 0


def test_what_waits_for_a_second_person_is_not_said_to_be_on_its_way(desk):
    Threshold.objects.filter(key="message_second_person").update(value=0)
    sent = {"text": approved(desk).pk, "uid": uuid4()}
    answer = browser_of(desk.advisor).post(drawer_of(reachable(desk)), sent, headers={"HX-Request": "true"})
    assert Sending.objects.get().state == "waiting"
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "已提请第二人批准。"


def test_a_text_about_a_service_item_asks_which_one(desk):
    client, version = reachable(desk), approved(desk, body="{称呼}您好，{服务项目}已备好。")
    browser = browser_of(desk.advisor)
    assert "［服务项目］已备好" in browser.get(drawer_of(client), {"text": version.pk}).content.decode()
    sent = {"text": version.pk, "uid": uuid4()}
    answer = browser.post(drawer_of(client), sent)
    assert answer.status_code == 422
    assert "请填写服务项目" in answer.content.decode()
    browser.post(drawer_of(client), {**sent, "item": "持仓诊断"})
    assert Message.objects.get().body.startswith("沈慕云您好，持仓诊断已备好。")


def test_without_a_gateway_the_pages_say_that_it_reaches_nobody(desk, settings):
    client, version = reachable(desk), approved(desk)
    browser, address = browser_of(desk.advisor), page(planned(desk, [client], version))[0]
    for shown in (browser.get(drawer_of(client), {"text": version.pk}), browser.get(address)):
        assert "尚未接入该渠道" in shown.content.decode()
    settings.MESSAGE_GATEWAYS = {"sms": {"kind": "http", "url": "http://127.0.0.1:1/", "secret": "x"}}
    for shown in (browser.get(drawer_of(client), {"text": version.pk}), browser.get(address)):
        assert "尚未接入该渠道" not in shown.content.decode()


def test_a_message_is_sent_once_however_often_the_button_is_pressed(desk):
    client, version, uid = reachable(desk), approved(desk), uuid4()
    browser = browser_of(desk.advisor)
    for _n in range(2):
        answer = browser.post(drawer_of(client), {"text": version.pk, "uid": uid})
        assert answer.status_code == 302
    sending = Sending.objects.get()
    assert (sending.kind, sending.state, states(sending)) == ("one", "going", ["queued"])


def test_who_must_not_get_it_is_refused_with_the_reason(desk):
    client, version = reachable(desk, said="refused"), approved(desk)
    answer = browser_of(desk.advisor).post(drawer_of(client), {"text": version.pk, "uid": uuid4()})
    assert answer.status_code == 422
    assert "已退订该渠道" in answer.content.decode()
    assert Sending.objects.count() == 0


@pytest.mark.parametrize("sent", [{}, {"text": "999999"}, {"text": "x", "uid": "y"}])
def test_what_cannot_be_read_is_told_beside_the_field(desk, sent):
    approved(desk)
    assert browser_of(desk.advisor).post(drawer_of(reachable(desk)), sent).status_code == 422


def test_only_approved_texts_in_force_are_offered(desk):
    approved(desk, state="draft", decided_by=None, decided_at=None)
    approved(desk, expires_at=AT - timedelta(days=9999))
    assert "没有可用模板" in browser_of(desk.advisor).get(drawer_of(reachable(desk))).content.decode()


@pytest.fixture
def listed(desk):
    """Three clients on the list: one refused."""
    clients = [reachable(desk, "甲一"), reachable(desk, "乙二", said="refused"), reachable(desk, "丙三")]
    published = night(desk.branch)
    for client in clients:
        stand(published, client)
    return clients


def test_a_list_becomes_a_draft_whose_page_tells_who_gets_it_and_who_does_not(desk, listed):
    version, browser = approved(desk), browser_of(desk.advisor)
    chosen = {"client": [client.pk for client in listed], "text": version.pk, "uid": uuid4()}
    answer = browser.post(reverse("write-messages"), chosen)
    sending = Sending.objects.get()
    assert answer.url == reverse("sending-detail", args=[sending.uid])
    shown = browser.get(answer.url)
    assert [(one["state"], one["n"]) for one in shown.context["counts"]] == [("queued", 2), ("left_out", 1)]
    assert [(one["reason"], one["n"]) for one in shown.context["reasons"]] == [("opted_out", 1)]
    assert [one["name"] for one in shown.context["previews"]] == ["甲一", "丙三"]
    behind = browser.get(answer.url, {"state": "left_out", "reason": "opted_out"})
    assert [row["name"] for row in behind.context["rows"]] == ["乙二"]
    assert states(sending).count("queued") == 2


def test_clients_of_two_branches_are_told_so_in_the_drawer(desk, listed):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    desk.advisor.branches.add(other)
    Client.objects.filter(pk=listed[0].pk).update(branch=other)
    stand(night(other), listed[0])
    chosen = {"client": [client.pk for client in listed], "text": approved(desk).pk, "uid": uuid4()}
    answer = browser_of(desk.advisor).post(reverse("write-messages"), chosen)
    assert answer.status_code == 422
    assert Sending.objects.count() == 0


def test_the_draft_is_started_by_whoever_made_it(desk):
    sending = planned(desk, [reachable(desk)])
    for person in (desk.manager, staff("colleague", "advisor", desk.branch)):
        assert browser_of(person).post(page(sending, "start-sending")[0]).status_code == 404
    browser_of(desk.advisor).post(page(sending, "start-sending")[0])
    sending.refresh_from_db()
    assert sending.state == "going"


def test_a_large_one_stands_with_the_approvals_of_the_manager_and_nobody_decides_on_the_own(desk):
    Threshold.objects.filter(key="message_second_person").update(value=0)
    sending = planned(desk, [reachable(desk)], by=desk.manager)
    browser_of(desk.manager).post(page(sending, "start-sending")[0])
    second = staff("second", "manager", desk.branch)
    assert sending.text.text.name in browser_of(second).get(reverse("approval-list")).content.decode()
    assert sending.text.text.name not in browser_of(desk.manager).get(reverse("approval-list")).content.decode()
    decide = page(sending, "decide-sending")[0]
    browser_of(desk.manager).post(decide, {"decision": "approve"})
    sending.refresh_from_db()
    assert sending.state == "waiting"
    browser_of(second).post(decide, {"decision": "nonsense"})
    browser_of(second).post(decide, {"decision": "approve", "from-approvals": "1"})
    sending.refresh_from_db()
    assert (sending.state, sending.decided_by) == ("going", second)


def test_stopping_says_what_stays_and_what_went(desk):
    sending = going(desk, [reachable(desk, f"客{n}") for n in range(3)])
    send_due(desk.branch.pk, later(minutes=1), ways=Provider(), most=1)
    answer = browser_of(desk.manager).post(page(sending, "stop-sending")[0], follow=True)
    assert "已停止：2 条不再发出。其中 1 条此前已发出。" in answer.content.decode()


def test_the_counts_come_alone_while_it_goes(desk):
    sending = going(desk, [reachable(desk)])
    answer = browser_of(desk.advisor).get(page(sending)[0], headers={"HX-Request": "true", "HX-Target": "counts"})
    assert answer.templates[0].name == "servicing/_sending_counts.html"
    assert "every 2s" in answer.content.decode()
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    assert "every 2s" not in browser_of(desk.advisor).get(page(sending)[0]).content.decode()


@pytest.mark.parametrize(("outcome", "then"), [("sent", "sent"), ("failed", "failed"), ("again", "queued")])
def test_an_unknown_one_is_settled_on_its_page_with_a_note(desk, outcome, then):
    sending = going(desk, [reachable(desk)])
    send_due(desk.branch.pk, later(minutes=1), ways=Provider([Unclear("http: 502")]))
    browser = browser_of(desk.advisor)
    assert "有消息结果不明" in browser.get(reverse("sending-list")).content.decode()
    address = reverse("settle-message", args=[Message.objects.get().uid])
    browser.post(address, {"outcome": outcome})
    assert states(sending) == ["unknown"]
    browser.post(address, {"outcome": outcome, "note": "通道后台已核对"})
    assert states(sending) == [then]
    assert browser_of(staff("colleague", "advisor", desk.branch)).post(address, {}).status_code == 404


def test_only_what_the_reader_can_settle_is_said_to_wait_for_them(desk):
    """Not a test, nor what went to a client who is a colleague's now: behind the notice there was nothing to settle."""
    moved = reachable(desk)
    sending = going(desk, [moved])
    Message.objects.update(state="unknown", trouble="stopped", maybe_sent=True)
    browser = browser_of(desk.advisor)
    assert "发送已停止" in browser.get(page(sending)[0], {"state": "unknown"}).content.decode()
    Client.objects.filter(pk=moved.pk).update(advisor=staff("colleague", "advisor", desk.branch))
    send_test(sending, to="16400000001", by=desk.advisor, at=AT)
    Message.objects.filter(is_test=True).update(state="unknown")
    assert "有消息结果不明" not in browser.get(reverse("sending-list")).content.decode()
    assert "有消息结果不明" in browser_of(desk.manager).get(reverse("sending-list")).content.decode()


def test_a_test_needs_an_address_of_the_channel(desk):
    sending = planned(desk, [reachable(desk)])
    browser, address = browser_of(desk.advisor), page(sending, "test-sending")[0]
    assert browser.post(address, {"to": "me@example.com"}).status_code == 422
    assert browser.post(address, {"to": "16400000001"}).status_code == 302
    assert Message.objects.filter(is_test=True).count() == 1
    Message.objects.filter(is_test=True).update(state="failed", trouble="http: 422")
    assert "http: 422" in browser.get(page(sending)[0]).content.decode()


def test_letters_are_printed_one_to_a_page(desk):
    sending = going(desk, [reachable(desk, "甲一"), reachable(desk, "乙二")], approved(desk, "letter"))
    browser = browser_of(desk.advisor)
    answer = browser.post(page(sending, "take-letters")[0], follow=True)
    shown = answer.content.decode()
    assert shown.count('<article class="paper">') == 2
    assert "临江路1号" in shown
    assert answer["Cache-Control"] == "no-store"
    browser.post(page(sending, "settle-letters")[0], {"outcome": "printed"})
    assert states(sending) == ["sent", "sent"]
    assert "没有正在打印的信函" in browser.get(page(sending, "print-letters")[0]).content.decode()
    assert browser.get(page(planned(desk, [reachable(desk)]), "print-letters")[0]).status_code == 404


def test_a_message_stands_on_the_line_of_time_without_the_clients_link(desk):
    client = reachable(desk)
    going(desk, [client])
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    shown = browser_of(desk.advisor).get(reverse("client-timeline", args=[client.pk])).content.decode()
    assert "讲座周五开始" in shown
    assert "/o/…" in shown


def test_the_list_asks_as_much_for_many_sendings_as_for_few(desk, django_assert_max_num_queries):
    client, version = reachable(desk), approved(desk)
    for _n in range(12):
        going(desk, [client], version)
    browser = browser_of(desk.advisor)
    with django_assert_max_num_queries(8):
        assert len(browser.get(reverse("sending-list")).context["rows"]) == 12
