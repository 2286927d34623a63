"""Two workers, an opt-out in the middle of a thousand messages: on the database where writers run side by
side, each with the control that goes red without its guard."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
from django.db import connection

from clients.models import Client, Consent
from clients.profile import editing
from clients.profile.kinds import CONSENT
from segmentation.models import Threshold
from servicing.messages import outbox
from servicing.messages.gateways import Sent
from servicing.messages.invariants import broken
from servicing.messages.optouts import opt_out
from servicing.messages.sender import send_due
from servicing.messages.sendings import start_sending
from servicing.models import Message, Sending
from tests.servicing.mailroom import AT, approved, going, make_desk, planned, reachable, states
from tests.servicing.test_contact_races import at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 6


@pytest.fixture
def desk():
    return make_desk()


class Counting:
    """A provider that counts per key."""

    def __init__(self):
        self.lock, self.counts = Lock(), {}

    def __call__(self, _channel):
        return self

    def send(self, written):
        with self.lock:
            self.counts[written.key] = self.counts.get(written.key, 0) + 1
        return Sent(written.key)


def meeting(monkeypatch, module, name):
    """All look before any of them writes: the moment at which a second look would be too late."""
    ready, plain = Barrier(TIMES, timeout=5), getattr(module, name)

    def look(*args, **kwargs):
        found = plain(*args, **kwargs)
        ready.wait()
        return found

    monkeypatch.setattr(module, name, look)


def test_many_workers_send_each_message_once(desk):
    going(desk, [reachable(desk, f"客{n}") for n in range(12)])
    provider = Counting()
    answers = at_once(lambda _n: send_due(desk.branch.pk, lambda: AT, ways=provider), times=4)
    assert failed(answers) == []
    assert len(provider.counts) == 12
    assert set(provider.counts.values()) == {1}
    assert list(broken(AT)) == []


def test_two_claims_of_one_message_after_the_same_look_are_one(desk, monkeypatch):
    """Without the client's lock they look side by side, and still the row count of the update lets one through."""
    going(desk, [reachable(desk)])
    key = Message.objects.get().pk
    monkeypatch.setattr(outbox, "Client", NotLocked)
    meeting(monkeypatch, outbox, "_allowed")
    answers = at_once(lambda _n: outbox.claim(key, AT))
    assert failed(answers) == []
    assert len([claimed for claimed in answers if claimed]) == 1


def test_it_is_the_condition_of_the_update_that_makes_them_one(desk, monkeypatch):
    """The control: an update that asks for nothing lets all of them through."""
    going(desk, [reachable(desk)])
    key = Message.objects.get().pk
    monkeypatch.setattr(outbox, "Client", NotLocked)
    monkeypatch.setattr(outbox, "_still_queued", lambda message: Message.objects.filter(pk=message.pk))
    meeting(monkeypatch, outbox, "_allowed")
    answers = at_once(lambda _n: outbox.claim(key, AT))
    assert len([claimed for claimed in answers if claimed]) == TIMES


class NotLocked:
    """Clients of a claim that takes no lock."""

    class objects:
        @staticmethod
        def select_for_update():
            return Client.objects.all()


def opted_out_in_the_middle(desk, *, many):
    """One client with many messages; while a worker sends them the client opts out. What the provider got after the opt-out
    had been committed."""
    Threshold.objects.filter(key="message_cap_sms").update(value=0)  # no cap
    Threshold.objects.filter(key="message_second_person").update(value=many)
    client, version = reachable(desk), approved(desk)
    first = planned(desk, [client], version)
    row = Message.objects.get()
    others = [
        Message(key=f"{first.uid}:{client.pk}:{n}:sms", sending=first, branch=desk.branch, client=client, channel="sms")
        for n in range(2, many + 1)
    ]
    Message.objects.bulk_create(others)
    Sending.objects.update(size=many)
    start_sending(first, by=desk.advisor, at=AT)
    some, gone, late = Event(), Event(), []

    class Watching(Counting):
        def send(self, written):
            if gone.is_set():
                late.append(written.key)
            answer = super().send(written)
            if len(self.counts) == 20:
                some.set()
            return answer

    provider = Watching()

    def work(number):
        if number:
            while send_due(desk.branch.pk, lambda: AT, ways=provider, most=40):
                pass
        else:
            some.wait(30)
            opt_out(row, AT)
            time.sleep(0.05)  # who had claimed before has handed over by now
            gone.set()

    assert failed(at_once(work, times=3)) == []
    return provider, late, first


def test_an_opt_out_against_a_thousand_messages_wins(desk):
    provider, late, sending = opted_out_in_the_middle(desk, many=1000)
    assert late == []
    assert 20 <= len(provider.counts) < 1000
    told = states(sending)
    assert told.count("sent") == len(provider.counts)
    assert told.count("cancelled opted_out") == 1000 - len(provider.counts)
    assert list(broken(AT)) == []


def test_without_the_lock_on_the_client_an_opt_out_is_overtaken(desk, monkeypatch):
    """The control: a claim that has looked, and does not hold the client, sends after the opt-out has been committed."""
    client = reachable(desk)
    going(desk, [client])
    message = Message.objects.get()
    looked, opted = Event(), Event()
    plain = outbox._allowed

    def slow(*args):
        found = plain(*args)
        looked.set()
        opted.wait(1)
        return found

    monkeypatch.setattr(outbox, "_allowed", slow)

    def race(*, locks):
        if not locks:
            monkeypatch.setattr(outbox, "Client", NotLocked)
        looked.clear()
        opted.clear()
        Consent.objects.update(sms="given")
        Message.objects.all().update(state="queued", attempt=0, claimed_at=None)
        order = []

        def claim():
            try:
                if outbox.claim(message.pk, AT):
                    order.append("claimed")
            finally:
                connection.close()

        def refuse():
            try:
                looked.wait(5)
                card = Consent.objects.get()  # the card alone, as an editor writes it: nothing is cancelled
                seen = editing.Version(card.pk, card.version)
                editing.save(CONSENT, client, {"sms": "refused"}, seen=seen, by=None, at=AT)
                order.append("opted out")
                opted.set()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(claim), pool.submit(refuse)]:
                done.result()
        return order

    assert race(locks=True) == ["claimed", "opted out"]  # the opt-out waited for the claim
    assert race(locks=False) == ["opted out", "claimed"]  # and without the lock it did not
