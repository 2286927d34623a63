"""A message goes at most once per key; what surely was not sent is tried again, what may have gone waits for a person."""

from datetime import time, timedelta

import pytest

from clients.models import Background, Client, Consent
from crm.lib.refusals import Refused
from servicing.messages import outbox
from servicing.messages.addresses import recipient_of
from servicing.messages.gateways import NotSent
from servicing.messages.invariants import broken
from servicing.messages.previews import sendable
from servicing.messages.sender import send_due
from servicing.messages.sendings import send_test, start_sending, stop_sending
from servicing.models import Message, Sending
from servicing.texts.bans import ban_phrase, lift_ban
from tests.servicing.desk import DAY
from tests.servicing.mailroom import (
    AT,
    PHONE,
    Provider,
    approved,
    going,
    later,
    make_desk,
    planned,
    reachable,
    states,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


def run(desk, provider, **after):
    return send_due(desk.branch.pk, later(**(after or {"minutes": 1})), ways=provider)


def test_a_message_goes_once_to_the_clients_own_address_and_the_sending_is_finished(desk):
    provider, sending = Provider(), going(desk, [reachable(desk)])
    assert run(desk, provider) == 1
    assert run(desk, provider) == 0
    (got,) = provider.got
    assert (got.to, got.subject) == (PHONE, "讲座邀请")
    assert got.body.startswith("沈慕云您好，讲座周五开始。\n退订：http://127.0.0.1:8000/o/")
    message = Message.objects.get()
    assert (message.state, message.attempt, message.provider_id, got.key) == ("sent", 1, "p1", str(message.uid))
    assert PHONE not in message.recipient_sealed
    assert recipient_of(message) == PHONE
    sending.refresh_from_db()
    assert sending.state == "finished"
    assert list(broken(AT)) == []


@pytest.mark.parametrize(("channel", "to"), [("wecom", "wx"), ("email", "shen@example.com"), ("sms", PHONE)])
def test_each_channel_has_its_own_address(desk, channel, to):
    provider, client = Provider(), reachable(desk)
    going(desk, [client], approved(desk, channel))
    run(desk, provider)
    assert provider.got[0].to.startswith(to)
    has_link = [name for name, _value in provider.got[0].headers]
    assert has_link == (["List-Unsubscribe", "List-Unsubscribe-Post"] if channel == "email" else [])


def change(model, **told):
    def do(client):
        model.objects.filter(**{"pk" if model is Client else "client": client.pk}).update(**told)

    return do


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (change(Consent, sms="refused"), "opted_out"),
        (change(Consent, sms=""), "no_consent"),
        (change(Client, is_restricted=True), "restricted"),
        (change(Client, state="closed"), "closed"),
        (change(Client, state="frozen"), "frozen"),
        (change(Client, phone_sealed=""), "no_address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_is_read_again_when_it_is_claimed(desk, meanwhile, reason):
    provider, client = Provider(), reachable(desk)
    sending = going(desk, [client])
    meanwhile(client)
    run(desk, provider)
    assert provider.got == []
    assert states(sending) == [f"cancelled {reason}"]


def test_past_its_hour_a_text_is_not_sent(desk):
    provider = Provider()
    sending = going(desk, [reachable(desk)], approved(desk, expires_at=AT + timedelta(hours=2)))
    run(desk, provider, hours=2)
    assert provider.got == []
    assert states(sending) == ["cancelled expired"]


def test_a_text_that_lost_its_approval_is_not_sent(desk):
    provider, version = Provider(), approved(desk)
    sending = going(desk, [reachable(desk)], version)
    type(version).objects.update(state="ended")
    run(desk, provider)
    assert states(sending) == ["cancelled withdrawn"]


def test_a_phrase_that_was_banned_meanwhile_is_sent_by_nothing(desk):
    """S14: neither what is queued goes, nor a draft, nor is such a text offered."""
    version = approved(desk, body="{称呼}，我们准能帮上忙")
    sending, draft = going(desk, [reachable(desk)], version), planned(desk, [reachable(desk, "顾承远")], version)
    assert version in sendable(desk.branch, AT)
    ban = ban_phrase("准能", "说得过满", by=desk.manager, at=AT)
    run(desk, provider := Provider())
    assert (provider.got, states(sending)) == ([], ["cancelled withdrawn"])
    with pytest.raises(Refused, match="准能"):
        start_sending(draft, by=desk.advisor, at=AT)
    assert version not in sendable(desk.branch, AT)
    lift_ban(ban, by=desk.manager, on=DAY)
    assert start_sending(draft, by=desk.advisor, at=AT) == "going"


def test_in_quiet_hours_it_waits_for_the_morning(desk):
    provider = Provider()
    sending = going(desk, [reachable(desk, quiet=(time(10), time(15)))])  # it is 10:30
    assert Message.objects.get().not_before == AT + timedelta(hours=4, minutes=30)
    run(desk, provider, hours=4)
    assert states(sending) == ["queued"]
    run(desk, provider, hours=4, minutes=30)
    assert states(sending) == ["sent"]


def test_hours_that_became_quiet_meanwhile_count_too(desk):
    provider, client = Provider(), reachable(desk)
    sending = going(desk, [client])
    Consent.objects.filter(client=client).update(quiet_from=time(10), quiet_until=time(15))
    run(desk, provider)
    assert provider.got == []
    assert states(sending) == ["queued"]
    assert Message.objects.get().not_before == AT + timedelta(hours=4, minutes=30)


def test_what_surely_was_not_sent_is_tried_again_under_the_same_key_after_longer_and_longer_pauses(desk):
    refused = NotSent("http: ConnectionRefusedError", again=True)
    provider = Provider([refused] * outbox.ATTEMPTS)
    sending = going(desk, [reachable(desk)])
    waits, at = [], AT
    for _n in range(outbox.ATTEMPTS):
        send_due(desk.branch.pk, lambda: at, ways=provider)  # noqa: B023
        message = Message.objects.get()
        if message.state == "queued":
            waits.append(message.not_before - at)
            send_due(desk.branch.pk, lambda: message.not_before - timedelta(seconds=1), ways=provider)  # noqa: B023
            at = message.not_before
    assert len({got.key for got in provider.got}) == 1
    assert len(provider.got) == outbox.ATTEMPTS
    assert waits == [timedelta(minutes=4**n) for n in range(outbox.ATTEMPTS - 1)]
    assert states(sending) == ["failed"]


def test_what_was_on_its_way_when_the_sending_was_stopped_is_not_tried_again(desk):
    sending = going(desk, [reachable(desk)])
    claimed = outbox.claim(Message.objects.get().pk, AT)
    assert stop_sending(sending, by=desk.manager, at=AT) == 0
    assert outbox.mark(claimed, NotSent("http: 429", again=True), AT)
    assert states(sending) == ["cancelled stopped"]
    assert list(broken(AT)) == []


def test_a_test_that_waits_is_no_message_left_behind(desk):
    sending = going(desk, [reachable(desk)])
    run(desk, Provider())
    send_test(sending, to=PHONE, by=desk.advisor, at=AT)
    assert states(sending) == ["sent"]
    assert list(broken(AT)) == []


def test_a_refusal_for_good_is_a_failure_at_once(desk):
    sending = going(desk, [reachable(desk)])
    run(desk, Provider([NotSent("http: 422")]))
    assert states(sending) == ["failed"]
    assert Message.objects.get().trouble == "http: 422"


def test_a_gateway_that_is_away_is_not_asked_for_everybody(desk):
    provider = Provider([NotSent("http: ConnectionRefusedError", again=True)] * 9)
    going(desk, [reachable(desk, f"客{n}") for n in range(9)])
    run(desk, provider)
    assert len(provider.got) == 3


def test_an_address_that_no_key_opens_holds_up_nobody_behind_it(desk):
    broken_one, fine = reachable(desk, "甲"), reachable(desk, "乙")
    sending = going(desk, [broken_one, fine])
    Client.objects.filter(pk=broken_one.pk).update(phone_sealed=fine.phone_sealed)
    run(desk, Provider())
    assert states(sending) == ["queued", "sent"]


def test_a_draft_sends_nothing(desk):
    planned(desk, [reachable(desk)])
    assert run(desk, provider := Provider()) == 0
    assert provider.got == []


def test_the_invariants_name_what_does_not_hold(desk):
    one, two = reachable(desk, "甲"), reachable(desk, "乙")
    sending = going(desk, [one, two])
    run(desk, Provider())
    Message.objects.update(provider_id="p1")
    Message.objects.filter(client=one).update(state="sending", lease_until=AT - timedelta(hours=2), attempt=1)
    Sending.objects.update(size=3)
    Message.objects.filter(client=two).update(state="queued")
    told = "\n".join(broken(AT))
    for words in (
        "past its lease",
        "same key of the provider",
        "2 messages, 3 clients",
        "finished, and messages are queued",
    ):
        assert words in told
    assert str(sending.uid) in told


def test_wecom_needs_an_id(desk):
    client = reachable(desk)
    Background.objects.filter(client=client).update(wecom_id="")
    assert states(planned(desk, [client], approved(desk, "wecom"))) == ["left_out no_address"]
