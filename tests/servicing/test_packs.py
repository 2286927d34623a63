"""The pack of a hand-over (S17): the receiver finds promises, tasks, preferences, close contacts and last talks of every client,
and ticks what was read."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import CloseContact, PreferenceCard
from crm.models import AuditEvent
from servicing.contacts import record_contact
from servicing.handovers import hand_over, undo_hand_over
from servicing.models import HandOverClient
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.desk import AT, due, make_desk, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def receiver(desk):
    return staff("receiver", "advisor", desk.branch)


def moved(desk, receiver, *more):
    return hand_over([desk.client, *more], to=receiver, by=desk.manager, at=AT, reason="离职交接")


def known(desk, one=None):
    """What the former advisor leaves behind about a client."""
    one = one or desk.client
    for n in range(5):
        at = AT - timedelta(days=n)
        told = said(f"第{n}次谈话", happened_at=at)
        more = {"promise": due("送三季度持仓诊断"), "step": due("致电确认")} if n == 0 else {}
        record_contact(one, told, uid=uuid4(), by=desk.advisor, at=at, **more)
    common = {"branch": desk.branch, "client": one, "changed_by": desk.advisor, "changed_at": AT}
    PreferenceCard.objects.create(**common, seat="二楼 A07", taboos="基金亏损")
    CloseContact.objects.create(**common, name="邵秘书", relation="secretary", can_tell="行程")
    CloseContact.objects.create(**common, name="旧秘书", relation="secretary", withdrawn_at=AT)


def pack(person, done):
    return browser_of(person).get(reverse("pack-detail", args=[done.uid]))


def tick(person, done, one, read="1"):
    return browser_of(person).post(reverse("tell-read-client", args=[done.uid, one.pk]), {"read": read})


def test_the_receiver_finds_everything(desk, receiver):
    known(desk)
    page = pack(receiver, moved(desk, receiver)).content.decode()
    for text in ("送三季度持仓诊断", "致电确认", "二楼 A07", "基金亏损", "邵秘书", "行程", "第0次谈话", "第2次谈话"):
        assert text in page
    for text in ("第3次谈话", "旧秘书"):
        assert text not in page


def test_what_is_unread_is_seen_by_receiver_and_manager_until_it_is_ticked(desk, receiver):
    done = moved(desk, receiver)
    for person in (receiver, desk.manager):
        assert browser_of(person).get(reverse("pack-list")).context["page"].rows[0].unread == 1
    assert browser_of(receiver).get(reverse("today")).context["unread"] == 1
    assert tick(receiver, done, desk.client).status_code == tick(receiver, done, desk.client).status_code == 302
    assert HandOverClient.objects.get().read_at == AT
    assert AuditEvent.objects.filter(action="read-hand-over").count() == 1
    assert browser_of(receiver).get(reverse("today")).context["unread"] == 0
    assert browser_of(desk.manager).get(reverse("pack-list")).context["page"].rows[0].unread == 0
    tick(receiver, done, desk.client, read="0")
    assert HandOverClient.objects.get().read_at is None


def test_a_tick_by_htmx_brings_the_count_of_the_head_along(desk, receiver):
    done = moved(desk, receiver)
    answer = browser_of(receiver).post(
        reverse("tell-read-client", args=[done.uid, desk.client.pk]), {"read": "1"}, headers={"HX-Request": "true"}
    )
    assert 'id="pack-unread"' in answer.content.decode()
    assert answer.context["unread"] == 0


def test_only_the_receiver_ticks_and_only_receiver_and_manager_read(desk, receiver):
    done = moved(desk, receiver)
    there = type(desk.branch).objects.create(code="1102", name="望湖营业部")
    strangers = [
        desk.advisor,
        staff("elsewhere", "manager", there),
        staff("admin", "admin"),
        staff("law", "compliance"),
    ]
    for stranger in strangers:
        missing = browser_of(stranger).get(reverse("pack-detail", args=[uuid4()]))
        answer = pack(stranger, done)
        assert answer.status_code == missing.status_code == 404
        assert same(answer.content) == same(missing.content)
        assert tick(stranger, done, desk.client).status_code == 404
    assert pack(desk.manager, done).status_code == 200
    assert tick(desk.manager, done, desk.client).status_code == 404
    assert HandOverClient.objects.get().read_at is None


def test_whoever_was_handed_on_leaves_the_pack_and_an_undone_hand_over_has_none(desk, receiver):
    other = client(desk.branch, "另一位", advisor=desk.advisor)
    done = moved(desk, receiver, other)
    hand_over([other], to=desk.advisor, by=desk.manager, at=AT, reason="换回")
    assert [one.row.client for one in pack(receiver, done).context["packs"]] == [desk.client]
    assert tick(receiver, done, other).status_code == 404
    undo_hand_over(done, by=desk.manager, at=AT)
    assert pack(receiver, done).status_code == 404
    assert browser_of(receiver).get(reverse("pack-list")).context["page"].rows == []


def test_a_pack_asks_no_more_for_more_clients(desk, receiver):
    def asked(count):
        more = [client(desk.branch, "客户", advisor=desk.advisor) for _ in range(count)]
        for one in more:
            known(desk, one)
        done = hand_over(more, to=receiver, by=desk.manager, at=AT, reason="交接")
        browser = browser_of(receiver)
        browser.get(reverse("pack-detail", args=[done.uid]))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("pack-detail", args=[done.uid]))
        return len(queries)

    assert asked(1) == asked(4) <= 15
