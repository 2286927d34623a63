"""Who is left out of a sending, and why: one reason each, the first in order, and the counts add up (R8, S15)."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.refusals import Refused
from crm.models import Branch
from segmentation.models import Behaviour, Threshold
from servicing.contacts import record_contact
from servicing.messages.guards import RULES, Asked, Known, first_reason
from servicing.messages.hours import Quiet, next_allowed
from servicing.messages.sender import send_due
from servicing.models import LeftOut, Message
from tests.crm.page_firm import night, stand
from tests.servicing.desk import AT, DAY, said
from tests.servicing.mailroom import Provider, approved, going, later, make_desk, planned, reachable, states

NIGHT = Quiet(time(21), time(8, 30))
FLAGS = st.booleans()
KNOWN = st.builds(
    Known, client_id=st.integers(1, 10**6), is_restricted=FLAGS, is_closed=FLAGS, is_frozen=FLAGS, has_address=FLAGS,
    said=st.sampled_from(["given", "refused", ""]), allowed_at=st.sampled_from([None, AT]), lately=st.integers(0, 4),
    has_complaint=FLAGS, is_overtrading=FLAGS, is_suitable=FLAGS, is_resting=FLAGS,
)  # fmt: skip
ASKED = st.builds(
    Asked, channel=st.sampled_from(["sms", "letter"]), cap=st.integers(0, 3), raises_trading=FLAGS, keep_rest=FLAGS
)


@given(st.lists(KNOWN, max_size=30), ASKED, st.randoms())
def test_included_and_left_out_are_all_whatever_the_order(clients, asked, chance):
    told = {one.client_id: first_reason(one, asked) for one in clients}
    shuffled = list(clients)
    chance.shuffle(shuffled)
    again = Counter(first_reason(one, asked) for one in shuffled)
    counts = Counter(first_reason(one, asked) for one in clients)
    assert again == counts
    assert sum(counts.values()) == len(clients)
    order = [reason for reason, _holds in RULES]
    for one in {one.client_id: one for one in clients}.values():
        holding = [reason for reason, holds in RULES if holds(one, asked)]
        assert told[one.client_id] == (min(holding, key=order.index) if holding else None)


def test_the_order_of_the_rules_is_the_order_of_the_words():
    order = [reason for reason, _holds in RULES]
    assert order == list(LeftOut)[: len(order)]


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_message_waits_for_the_first_minute_outside_all_quiet_hours(now, begins, until, own_begins, own_until):
    def clock(minute):
        return time(minute // 60, minute % 60)

    hours = [Quiet(clock(begins), clock(until)), Quiet(clock(own_begins), clock(own_until))]

    def is_quiet(minute):
        pairs = ((begins, until), (own_begins, own_until))
        return any(a <= minute < b if a <= b else minute >= a or minute < b for a, b in pairs)

    moment = datetime(2026, 11, 19, 16, tzinfo=UTC) + timedelta(minutes=now)  # midnight in Shanghai and on
    waits = next((n for n in range(1440) if not is_quiet((now + n) % 1440)), None)
    assert next_allowed(moment, hours) == (None if waits is None else moment + timedelta(minutes=waits))


@pytest.mark.parametrize(
    ("at", "goes"),
    [("20:59", "20:59"), ("21:00", "+8:30"), ("00:00", "8:30"), ("8:29", "8:30"), ("8:30", "8:30")],
)
def test_quiet_hours_end_in_the_morning(at, goes):
    def moment(text):
        hour, minute = text.removeprefix("+").split(":")
        day = 21 if text.startswith("+") else 20
        return datetime(2026, 11, day, int(hour), int(minute), tzinfo=UTC) - timedelta(hours=8)

    assert next_allowed(moment(at), [NIGHT]) == moment(goes)


pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


def test_every_reason_is_found_in_the_rows(desk):
    trading = approved(desk, product_risk="R3")
    rated = {"risk_level": "C3", "risk_expires_on": date(2027, 6, 1)}
    hidden = reachable(desk, "甲", is_restricted=True, **rated)
    gone = reachable(desk, "乙", state="closed", **rated)
    leaving = reachable(desk, "乙二", closed_on=DAY, **rated)
    frozen = reachable(desk, "丙", state="frozen", **rated)
    nowhere = reachable(desk, "丁", phone="", **rated)
    refused = reachable(desk, "戊", said="refused", **rated)
    unasked = reachable(desk, "己", said="", **rated)
    never = reachable(desk, "庚", quiet=(time(8), time(22)), **rated)
    busy = reachable(desk, "辛", **rated)
    cautious = reachable(desk, "壬", risk_level="C2", risk_expires_on=date(2027, 6, 1))
    unrated = reachable(desk, "癸", risk_level="C5", risk_expires_on=DAY)
    rested = reachable(desk, "子", **rated)
    fine = reachable(desk, "丑", **rated)
    published = night(desk.branch)
    stand(published, busy)
    Behaviour.objects.create(publication=published, client=busy, is_overtrading=True)
    record_contact(rested, said(), uid=uuid4(), by=desk.advisor, at=AT)
    everybody = [
        hidden, gone, leaving, frozen, nowhere, refused, unasked, never, busy, cautious, unrated, rested, fine,
    ]  # fmt: skip
    sending = planned(desk, everybody, trading, keep_rest=True)
    found = dict(Message.objects.filter(sending=sending).values_list("client__name", "reason"))
    assert found == {
        "甲": "restricted", "乙": "closed", "乙二": "closed", "丙": "frozen", "丁": "no_address", "戊": "opted_out",
        "己": "no_consent", "庚": "quiet", "辛": "overtrading", "壬": "unsuitable", "癸": "unsuitable", "子": "recent",
        "丑": "",
    }  # fmt: skip
    assert sending.size == Message.objects.filter(sending=sending).count() == len(everybody)


def test_clients_of_two_branches_are_not_one_sending(desk):
    other = replace(desk, branch=Branch.objects.create(code="1102", name="望湖营业部"))
    with pytest.raises(Refused):
        planned(desk, [reachable(desk), reachable(other)])


def test_who_has_had_enough_lately_gets_no_more(desk):
    client, version = reachable(desk), approved(desk)
    for _n in range(2):
        going(desk, [client], version)
        send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    third = planned(desk, [client], version)
    assert states(third) == ["left_out cap"]
    Threshold.objects.filter(key="message_cap_sms").update(value=3)
    assert states(planned(desk, [client], version)) == ["queued"]
    eight_days = AT + timedelta(days=8)
    Threshold.objects.filter(key="message_cap_sms").update(value=2)
    assert states(planned(desk, [client], version, at=eight_days)) == ["queued"]


def test_what_people_write_into_a_message_that_is_not_known_is_refused(desk):
    with pytest.raises(Refused, match="item"):
        planned(desk, [reachable(desk)], approved(desk, body="{称呼}您好，{服务项目}已备好。"))


@pytest.mark.parametrize("state", ["draft", "waiting", "refused", "ended"])
def test_only_an_approved_text_is_sent(desk, state):
    with pytest.raises(Refused):
        planned(desk, [reachable(desk)], approved(desk, state=state))


def test_a_plan_asks_as_much_of_the_database_for_many_clients_as_for_one(desk, django_assert_max_num_queries):
    many = [reachable(desk, f"客{n}") for n in range(30)]
    version = approved(desk)
    with django_assert_max_num_queries(16):
        planned(desk, many, version)
