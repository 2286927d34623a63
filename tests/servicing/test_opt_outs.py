"""Opting out by link: no log-in, nothing about the client, not by a mere look; and reports that gateways post."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import CardChange, Consent
from clients.profile import editing
from clients.profile.kinds import CONSENT
from clients.profile.opening import open_card
from servicing.messages import outbox
from servicing.messages.gateways.web import signature
from servicing.messages.invariants import broken
from servicing.messages.optouts import opt_out
from servicing.messages.sender import send_due
from servicing.messages.tokens import token_of
from servicing.models import Message
from tests.crm.page_firm import browser_of
from tests.servicing.mailroom import AT, PHONE, Provider, going, later, make_desk, reachable, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def client(desk):
    return reachable(desk)


def link(message):
    return reverse("opt-out", args=[token_of(message)])


def test_a_look_at_the_link_opts_nobody_out_and_tells_nothing_about_the_client(desk, client):
    going(desk, [client])
    page = Browser().get(link(Message.objects.get()))
    assert page.status_code == 200
    for told in (client.name, client.client_number, PHONE):
        assert told not in page.content.decode()
    assert Consent.objects.get().sms == "given"


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "One-Click"}])
def test_a_post_does_it_with_history_and_what_waits_is_cancelled(desk, client, body):
    first, second = going(desk, [client]), going(desk, [client])
    by_mail = Message.objects.filter(sending=first).get()
    answer = Browser(enforce_csrf_checks=True).post(link(by_mail), body)
    assert answer.status_code == 200
    card = Consent.objects.get()
    assert (card.sms, card.email, card.sms_source) == ("refused", "given", "退订链接")
    assert card.sms_on == timezone.localdate()
    change = CardChange.objects.get()
    assert (change.staff, change.before["sms"], change.after["sms"]) == (None, "given", "refused")
    assert states(first) == states(second) == ["cancelled opted_out"]
    Browser().post(link(by_mail))
    assert CardChange.objects.count() == 1


def test_the_card_tells_that_the_client_said_so(desk, client):
    going(desk, [client])
    Browser().post(link(Message.objects.get()))
    history = browser_of(desk.advisor).get(reverse("card-history", args=[client.pk, "consent"]))
    assert "客户本人" in history.content.decode()
    assert open_card("consent", client).by == "客户本人"


def test_a_client_of_whom_no_consent_is_written_can_opt_out(desk, client):
    going(desk, [client])
    Consent.objects.all().delete()
    assert opt_out(Message.objects.get(), AT)
    assert Consent.objects.get().sms == "refused"


def test_what_may_have_gone_stays_unknown(desk, client):
    sending = going(desk, [client])
    Message.objects.update(maybe_sent=True)
    opt_out(Message.objects.get(), AT)
    assert states(sending) == ["unknown"]


@pytest.mark.parametrize("token", ["x", "A" * 32, "=" * 32, "é" * 32])
def test_a_token_that_was_never_made_is_no_page(token):
    assert Browser().get(reverse("opt-out", args=[token])).status_code == 404
    assert Browser().post(reverse("opt-out", args=[token])).status_code == 404


def test_the_invariant_finds_a_message_that_went_after_an_opt_out(desk, client):
    sending = going(desk, [client])
    message = Message.objects.get()
    opt_out(message, AT)
    assert list(broken(AT)) == []
    Message.objects.update(state="sent", reason="", claimed_at=AT + timedelta(minutes=1))
    assert any("opted out of sms" in sentence for sentence in broken(AT))
    assert states(sending) == ["sent"]


def test_given_again_it_may_go_again(desk, client):
    going(desk, [client])
    opt_out(Message.objects.get(), AT)
    card = Consent.objects.get()
    seen = editing.Version(card.pk, card.version)
    editing.save(CONSENT, client, {"sms": "given"}, seen=seen, by=desk.advisor, at=AT + timedelta(minutes=1))
    going(desk, [client], at=AT + timedelta(minutes=2))
    send_due(desk.branch.pk, later(minutes=3), ways=Provider())
    assert Message.objects.filter(state="sent").count() == 1
    assert list(broken(AT)) == []


SECRET = "a shared secret"


@pytest.fixture
def report(settings):
    settings.MESSAGE_GATEWAYS = {"sms": {"kind": "http", "url": "http://127.0.0.1:1/", "secret": SECRET}}

    def post(message, status="delivered", *, ago=0, secret=SECRET, channel="sms", body=None):
        told = {"key": str(message.uid), "status": status, "at": AT.isoformat()}
        raw = json.dumps(told).encode() if body is None else body
        moment = int(time.time()) - ago
        return Browser(enforce_csrf_checks=True).post(
            reverse("receive-report", args=[channel]), raw, content_type="application/json",
            headers={"X-Signature": signature(secret, moment, raw)},
        ).status_code  # fmt: skip

    return post


@pytest.fixture
def message(desk, client):
    going(desk, [client])
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    return Message.objects.get()


def test_reports_are_kept_once_and_nothing_known_better_is_lost(report, message):
    for status, then in [
        ("delivered", "delivered"), ("delivered", "delivered"), ("opened", "opened"), ("delivered", "opened"),
        ("bounced", "opened"),
    ]:  # fmt: skip
        assert report(message, status) == 204
        message.refresh_from_db()
        assert message.delivery == then
    assert (message.state, message.delivered_at) == ("sent", AT)


def test_a_report_of_an_unknown_one_says_that_it_went(report, message):
    Message.objects.update(state="unknown", maybe_sent=True)
    assert report(message, "bounced") == 204
    message.refresh_from_db()
    assert (message.state, message.delivery) == ("sent", "bounced")


@pytest.mark.parametrize(
    "told",
    [{"secret": "another"}, {"ago": 3600}, {"ago": -3600}, {"channel": "wecom"}, {"channel": "email"}],
    ids=["forged", "replayed later", "from the future", "of another channel", "of a channel without a gateway"],
)
def test_a_report_that_is_not_the_gateways_changes_nothing(report, message, told):
    assert report(message, **told) == 401
    message.refresh_from_db()
    assert message.delivery == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"key": 1, "status": "delivered", "at": 3}', b"\xff"])
def test_a_report_that_cannot_be_read_is_refused(report, message, body):
    assert report(message, body=body) == 422


def test_a_report_of_nobody_is_answered_and_changes_nothing(report, message):
    message.uid = uuid4()
    assert report(message) == 204


def test_a_message_that_waits_cannot_have_been_delivered(report, desk, client):
    going(desk, [client])
    waiting = Message.objects.get()
    assert report(waiting) == 204
    waiting.refresh_from_db()
    assert (waiting.state, waiting.delivery) == ("queued", "")
    assert outbox.claim(waiting.pk, AT) is not None
