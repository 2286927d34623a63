"""Who lets a sending go, who stops it, and what a test and a letter are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from clients.models import Consent
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from segmentation.models import Threshold
from servicing.messages import outbox
from servicing.messages.addresses import recipient_of
from servicing.messages.letters import batch_of, settle_batch, take_batch
from servicing.messages.sender import send_due
from servicing.messages.sendings import TESTS, decide_sending, send_test, start_sending, stop_sending
from servicing.models import Message, Sending
from tests.servicing.mailroom import AT, PHONE, Provider, approved, going, later, make_desk, planned, reachable, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def small():
    """More than one client needs a second person."""
    Threshold.objects.filter(key="message_second_person").update(value=1)


def two(desk):
    return [reachable(desk, "甲"), reachable(desk, "乙")]


def test_the_same_form_twice_is_one_sending(desk):
    uid, clients, version = uuid4(), two(desk), approved(desk)
    first = planned(desk, clients, version, uid=uid)
    second = planned(desk, clients, version, uid=uid)
    assert first.pk == second.pk
    assert Message.objects.count() == 2
    assert start_sending(first, by=desk.advisor, at=AT) == start_sending(second, by=desk.advisor, at=AT) == "going"
    assert AuditEvent.objects.filter(action="start-sending").count() == 1


def test_a_large_one_waits_for_a_second_person_who_is_not_the_first(desk, small):
    sending = planned(desk, two(desk))
    assert start_sending(sending, by=desk.advisor, at=AT) == "waiting"
    send_due(desk.branch.pk, later(minutes=1), ways=(provider := Provider()))
    assert provider.got == []
    with pytest.raises(Refused):
        decide_sending(sending, approve=True, by=desk.advisor, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sending.objects.update(decided_by=desk.advisor)
    assert decide_sending(sending, approve=True, by=desk.manager, at=AT)
    assert not decide_sending(sending, approve=True, by=desk.manager, at=AT)
    send_due(desk.branch.pk, later(minutes=1), ways=provider)
    assert states(sending) == ["sent", "sent"]


def test_the_second_person_counts_whom_it_reaches_not_who_is_left_out(desk, small):
    sending = planned(desk, [reachable(desk, "甲"), reachable(desk, "乙", said="refused")])
    assert start_sending(sending, by=desk.advisor, at=AT) == "going"


def test_a_list_in_two_halves_is_one(desk, small):
    version = approved(desk)
    first, second, third, later_on = (
        planned(desk, [reachable(desk, name)], version, kind="list") for name in "甲乙丙丁"
    )
    one, other = (
        planned(desk, [reachable(desk, "戊")], version, kind="one"),
        planned(desk, [reachable(desk, "己")], kind="list"),
    )
    assert start_sending(first, by=desk.advisor, at=AT) == "going"
    assert start_sending(second, by=desk.advisor, at=AT + timedelta(minutes=1)) == "waiting"
    assert decide_sending(second, approve=True, by=desk.manager, at=AT + timedelta(minutes=2))
    assert start_sending(one, by=desk.advisor, at=AT + timedelta(minutes=3)) == "going"  # written to one person
    assert start_sending(other, by=desk.advisor, at=AT + timedelta(minutes=3)) == "going"  # another text
    stop_sending(first, by=desk.advisor, at=AT + timedelta(minutes=4))
    assert (
        start_sending(third, by=desk.advisor, at=AT + timedelta(minutes=5)) == "going"
    )  # what a second person allowed does not count
    assert start_sending(later_on, by=desk.advisor, at=AT + timedelta(days=1, minutes=6)) == "going"


def test_a_refused_one_goes_nowhere(desk, small):
    sending = planned(desk, two(desk))
    start_sending(sending, by=desk.advisor, at=AT)
    assert decide_sending(sending, approve=False, by=desk.manager, at=AT)
    assert states(sending) == ["cancelled stopped"] * 2
    assert not decide_sending(sending, approve=True, by=desk.manager, at=AT)


def test_a_text_that_expired_while_it_waited_is_not_approved(desk, small):
    sending = planned(desk, two(desk), approved(desk, expires_at=AT + timedelta(hours=1)))
    start_sending(sending, by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        decide_sending(sending, approve=True, by=desk.manager, at=AT + timedelta(hours=1))


def test_nobody_is_sent_nothing(desk):
    sending = planned(desk, [reachable(desk, said="refused")])
    with pytest.raises(Refused):
        start_sending(sending, by=desk.advisor, at=AT)


def test_stopped_keeps_back_what_nobody_has_claimed_and_tells_how_many(desk):
    clients = [reachable(desk, f"客{n}") for n in range(3)]
    sending = going(desk, clients)
    outbox.claim(Message.objects.order_by("pk")[0].pk, AT)
    test = send_test(sending, to=PHONE, by=desk.advisor, at=AT)
    assert stop_sending(sending, by=desk.manager, at=AT) == 2, "a test is of no client"
    assert Message.objects.get(pk=test.pk).state == "cancelled"
    assert stop_sending(sending, by=desk.manager, at=AT) is None
    assert states(sending) == ["sending", "cancelled stopped", "cancelled stopped"]
    send_due(desk.branch.pk, later(minutes=1), ways=(provider := Provider()))
    assert provider.got == []


def test_a_test_goes_to_the_typed_address_and_tells_of_no_client(desk):
    client = reachable(desk, form_of_address="沈总")
    sending = planned(desk, [client], approved(desk, "email", body="{称呼}您好，{客户经理}敬上。"))
    send_test(sending, to="me@example.com", by=desk.advisor, at=AT)
    send_due(desk.branch.pk, later(minutes=1), ways=(provider := Provider()))
    (got,) = provider.got
    assert got.to == "me@example.com"
    assert got.subject == "【测试】讲座邀请"
    assert got.body.startswith("【测试】\n沈老师您好，员工advisor敬上。")
    assert "沈总" not in got.body
    assert "/o/" not in got.body
    assert states(sending) == ["queued"]


def test_tests_are_few(desk):
    sending = planned(desk, [reachable(desk)])
    for _n in range(TESTS):
        send_test(sending, to="16400000000", by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        send_test(sending, to="16400000000", by=desk.advisor, at=AT)


def test_letters_wait_for_a_person_who_prints_them(desk):
    sending = going(desk, two(desk), approved(desk, "letter"))
    send_due(desk.branch.pk, later(minutes=1), ways=(provider := Provider()))
    assert provider.got == []
    assert take_batch(sending, by=desk.advisor, at=AT) == 2
    assert take_batch(sending, by=desk.advisor, at=AT) == 2  # the same batch
    assert {recipient_of(letter) for letter in batch_of(sending)} == {"临江路1号"}
    assert settle_batch(sending, printed=False, by=desk.advisor, at=AT) == 2
    assert states(sending) == ["queued"] * 2
    take_batch(sending, by=desk.advisor, at=AT)
    assert settle_batch(sending, printed=True, by=desk.advisor, at=AT) == 2
    assert settle_batch(sending, printed=True, by=desk.advisor, at=AT) == 0
    assert states(sending) == ["sent"] * 2
    sending.refresh_from_db()
    assert sending.state == "finished"


def test_whoever_opted_out_of_letters_meanwhile_is_not_printed(desk):
    clients = two(desk)
    sending = going(desk, clients, approved(desk, "letter"))
    Consent.objects.filter(client=clients[0]).update(letter="refused")
    assert take_batch(sending, by=desk.advisor, at=AT) == 1
    assert states(sending) == ["cancelled opted_out", "sending"]
