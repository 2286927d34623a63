"""Messages of which nobody knows whether they went: they wait for a person."""

from datetime import timedelta

import pytest

from clients.models import Consent
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.messages import outbox
from servicing.messages.gateways import NotSent, Sent, Unclear
from servicing.messages.sender import send_due
from servicing.messages.unknown import send_again, settle_unknown
from servicing.models import Message
from tests.servicing.mailroom import (
    AT,
    Provider,
    going,
    later,
    make_desk,
    reachable,
    states,
)
from tests.servicing.test_outbox import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.mark.parametrize("sent", [True, False])
def test_an_unknown_outcome_waits_for_a_person_who_says_with_a_note_whether_it_went(desk, sent):
    sending = going(desk, [reachable(desk)])
    run(desk, Provider([Unclear("http: TimeoutError")]))
    assert states(sending) == ["unknown"]
    assert run(desk, provider := Provider(), hours=3) == 0
    assert provider.got == []
    message = Message.objects.get()
    with pytest.raises(Refused):
        settle_unknown(message, sent=sent, note=" ", by=desk.advisor, at=AT)
    assert settle_unknown(message, sent=sent, note="网关后台已查", by=desk.advisor, at=AT)
    assert not settle_unknown(message, sent=sent, note="网关后台已查", by=desk.advisor, at=AT)
    assert states(sending) == ["sent" if sent else "failed"]
    event = AuditEvent.objects.get(action="settle-message")
    assert (event.reason, event.detail["sent"]) == ("网关后台已查", sent)


def test_sent_again_it_goes_under_the_same_key(desk):
    sending = going(desk, [reachable(desk)])
    first = Provider([Unclear("http: 502")])
    run(desk, first)
    sending.refresh_from_db()
    assert sending.state == "finished"
    assert send_again(Message.objects.get(), note="网关未收到", by=desk.advisor, at=AT)
    assert not send_again(Message.objects.get(), note="网关未收到", by=desk.advisor, at=AT)
    second = Provider()
    run(desk, second)
    assert [got.key for got in second.got] == [got.key for got in first.got]
    assert states(sending) == ["sent"]
    assert Message.objects.get().attempt == 2


def test_what_may_have_gone_is_never_called_cancelled_or_failed_by_a_machine(desk):
    client = reachable(desk)
    sending = going(desk, [client])
    run(desk, Provider([Unclear("http: 502")]))
    send_again(Message.objects.get(), note="网关未收到", by=desk.advisor, at=AT)
    Consent.objects.update(sms="refused")
    run(desk, provider := Provider())
    assert provider.got == []
    assert states(sending) == ["unknown"]
    Consent.objects.update(sms="given")
    send_again(Message.objects.get(), note="客户又同意了", by=desk.advisor, at=AT)
    run(desk, Provider([NotSent("http: 422")]))
    assert states(sending) == ["unknown"]


def test_a_worker_that_died_between_call_and_mark_leaves_an_unknown_one(desk):
    sending = going(desk, [reachable(desk)])
    key = Message.objects.get().pk
    assert outbox.claim(key, AT) is not None
    assert outbox.claim(key, AT) is None  # nobody else has it
    assert outbox.give_up_abandoned(AT + timedelta(seconds=1)) == 0
    assert outbox.give_up_abandoned(AT + timedelta(hours=1)) == 1
    assert states(sending) == ["unknown"]


def test_a_mark_of_an_attempt_that_is_over_changes_nothing(desk):
    going(desk, [reachable(desk)])
    late = outbox.claim(Message.objects.get().pk, AT)
    outbox.give_up_abandoned(AT + timedelta(hours=1))
    send_again(Message.objects.get(), note="网关未收到", by=desk.advisor, at=AT)
    again = outbox.claim(Message.objects.get().pk, AT + timedelta(hours=1))
    assert not outbox.mark(late, NotSent("http: 422"), AT)
    assert outbox.mark(again, Sent("p9"), AT)
    assert Message.objects.get().provider_id == "p9"


def test_a_late_answer_of_the_latest_attempt_settles_what_was_unknown(desk):
    sending = going(desk, [reachable(desk)])
    claimed = outbox.claim(Message.objects.get().pk, AT)
    outbox.give_up_abandoned(AT + timedelta(hours=1))
    assert outbox.mark(claimed, Sent("p1"), AT + timedelta(hours=1))
    assert states(sending) == ["sent"]


def test_a_gateway_that_raises_is_an_unknown_outcome(desk):
    class Broken:
        def send(self, _written):
            raise ZeroDivisionError

    sending = going(desk, [reachable(desk)])
    send_due(desk.branch.pk, later(minutes=1), ways=lambda _channel: Broken())
    assert states(sending) == ["unknown"]
