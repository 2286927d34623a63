"""E-mails that came back: each is read once, its message and its address are known as what they are, and whatever else lies in
the mailbox is left."""

import logging

import pytest
from django.utils import translation

from clients.models import Client
from crm.models import Publication
from servicing.messages import outbox
from servicing.messages.bounces import Read, mailboxes, reading
from servicing.messages.invariants import broken
from servicing.messages.tokens import return_key, token_of
from servicing.models import DeadAddress, Message, ReturnedMail, Task
from servicing.rounds import make_rounds
from servicing.rounds.words import reason_of, title_of
from servicing.todo import settle_task
from tests.crm.page_firm import night, stand
from tests.servicing.mailroom import approved, going, make_desk, planned, reachable, states
from tests.servicing.returned_mail import LATER, chinese, exchange, maildir, postfix, put, read, sent
from tests.servicing.rounds import SATURDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def box(var_dir):
    return maildir(var_dir)


def test_what_came_back_for_good_is_told_of_the_message_with_the_code(desk, box):
    message = sent(desk)
    put(box, postfix(return_key(message.uid)))
    assert read(box) == Read(failed=1)
    message.refresh_from_db()
    assert (message.state, message.delivery, message.delivered_at) == ("sent", "bounced", LATER)
    assert message.trouble == "mail: 5.1.1"
    assert ReturnedMail.objects.get().message == message
    assert [path.name for path in (box / "cur").iterdir()] == ["00.host:2,S"]
    assert not list((box / "new").iterdir())


def test_a_delay_is_noted_only(desk, box):
    message = sent(desk)
    put(box, postfix(return_key(message.uid), action="delayed", status="4.4.1"))
    assert read(box) == Read(delayed=1)
    message.refresh_from_db()
    assert (message.delivery, message.trouble) == ("", "mail: 4.4.1")
    put(box, postfix(return_key(message.uid)))
    read(box)
    put(box, postfix(return_key(message.uid), action="delayed", status="4.4.7"))
    read(box)  # out of order
    message.refresh_from_db()
    assert (message.delivery, message.trouble) == ("bounced", "mail: 5.1.1")


def test_a_report_proves_that_a_message_of_unknown_outcome_went(desk, box):
    message = sent(desk)
    Message.objects.update(state="unknown", maybe_sent=True, trouble="smtp: TimeoutError")
    put(box, chinese(return_key(message.uid)))
    read(box)
    message.refresh_from_db()
    assert (message.state, message.delivery, message.trouble) == ("sent", "bounced", "mail: 5.0.0")


def test_forged_foreign_and_malformed_mails_are_counted_and_left(desk, box):
    message = sent(desk)
    forged = "0" * 16 + return_key(message.uid)[16:]
    put(box, postfix(forged), postfix(message.uid.hex), postfix(token_of(message)), "团建通知".encode("gbk"), b"")
    assert read(box) == Read(left=5)
    assert len(list((box / "cur").iterdir())) == 5
    message.refresh_from_db()
    assert (message.delivery, message.trouble) == ("", "")
    assert not DeadAddress.objects.exists()


def test_a_key_of_a_message_by_another_channel_reports_nothing(desk, box):
    going(desk, [reachable(desk)])
    put(box, postfix(return_key(Message.objects.get().uid)))
    assert read(box) == Read(left=1)


def test_a_mail_that_no_parser_reads_holds_up_nobody_and_is_not_logged(desk, box, monkeypatch, caplog):
    message = sent(desk)
    plain = reading.read_report

    def fragile(raw):
        if b"shen" in raw:
            raise RecursionError(raw)
        return plain(raw)

    monkeypatch.setattr(reading, "read_report", fragile)
    put(box, b"To: shen@example.com", exchange(return_key(message.uid)))
    with caplog.at_level(logging.DEBUG):
        assert read(box) == Read(failed=1, left=1)
    assert "RecursionError" in caplog.text
    assert "shen" not in caplog.text


def test_a_message_whose_address_no_key_opens_holds_up_nobody(desk, box):
    locked, message = sent(desk), sent(desk)
    Message.objects.filter(pk=locked.pk).update(recipient_sealed="gone:AAAA")
    put(box, postfix(return_key(locked.uid)), postfix(return_key(message.uid)))
    assert read(box) == Read(failed=1, left=1)
    assert DeadAddress.objects.get().message == message


def test_a_reader_that_died_before_it_could_move_the_mail_counts_it_once(desk, box, monkeypatch):
    message = sent(desk)
    put(box, postfix(return_key(message.uid)), b"Subject: forged")

    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mailboxes, "_move", dies)
        with pytest.raises(KeyboardInterrupt):
            read(box)
    assert ReturnedMail.objects.count() == 1
    assert read(box) == Read(left=1)
    assert read(box) == Read()
    assert ReturnedMail.objects.count() == 2
    assert list(broken(LATER)) == []


def test_the_address_gets_no_more_e_mails_and_other_channels_and_clients_do(desk, box):
    message = sent(desk, email="Shen@example.com")
    put(box, postfix(return_key(message.uid)))
    read(box)
    client = Client.objects.get(pk=message.client_id)
    other = reachable(desk, "顾明远", email="gu@example.com")
    assert states(planned(desk, [client, other], approved(desk, "email"))) == ["left_out no_address", "queued"]
    assert states(planned(desk, [client])) == ["queued"]
    Client.objects.filter(pk=client.pk).update(email="shen.new@example.com")
    assert states(planned(desk, [client], approved(desk, "email"))) == ["queued"]


def test_what_was_queued_before_the_address_was_known_as_bad_does_not_go(desk, box):
    message = sent(desk)
    going(desk, [message.client], approved(desk, "email"))
    waiting = Message.objects.get(state="queued")
    put(box, postfix(return_key(message.uid)))
    read(box)
    assert outbox.claim(waiting.pk, LATER) is None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("cancelled", "no_address")


def test_a_full_mailbox_or_a_refused_text_leaves_the_address_good(desk, box):
    message = sent(desk)
    put(box, postfix(return_key(message.uid), status="5.2.2"))
    assert read(box) == Read(failed=1)
    assert not DeadAddress.objects.exists()


@pytest.fixture
def bad(desk, box):
    """A message to a client who stands in a night came back."""
    message = sent(desk)
    stand(night(desk.branch), message.client)
    put(box, postfix(return_key(message.uid)))
    read(box)
    return message


def asked(branch) -> list[Task]:
    """The open questions for an address after a night."""
    make_rounds(Publication.objects.get(branch=branch), day=SATURDAY, at=at(SATURDAY))
    return list(Task.objects.filter(rule="address", state="open"))


def test_the_night_asks_the_advisor_for_another_address_once(desk, bad):
    (task,) = asked(desk.branch)
    assert asked(desk.branch) == [task]
    assert task.owner == desk.advisor
    with translation.override("en"):
        assert title_of(task) == "Ask for an e-mail address that works"
        assert reason_of(task) == "a message came back (5.1.1)"


def test_with_another_address_the_night_withdraws_the_question(desk, bad):
    asked(desk.branch)
    Client.objects.filter(pk=bad.client_id).update(email="new@example.com")
    assert asked(desk.branch) == []
    assert Task.objects.get(rule="address").settled_why == "address"


def test_whoever_settles_the_question_says_that_the_address_is_right_until_it_comes_back_again(desk, bad, box):
    (task,) = asked(desk.branch)
    assert settle_task(task, by=desk.advisor, at=at(SATURDAY))
    second = sent(desk, bad.client)
    put(box, postfix(return_key(bad.uid), to="late@example.com"))  # once more of the first one: old news
    assert read(box) == Read(failed=1)
    assert asked(desk.branch) == []
    put(box, postfix(return_key(second.uid)))
    read(box)
    assert len(asked(desk.branch)) == 1
