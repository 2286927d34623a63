"""Two readers of one mailbox at once, on the database where writers run side by side: each mail counts once."""

import pytest

from servicing.messages.bounces import reading
from servicing.messages.bounces.reading import take_in
from servicing.messages.tokens import return_key
from servicing.models import DeadAddress, ReturnedMail
from tests.servicing.mailroom import AT, make_desk
from tests.servicing.returned_mail import postfix
from tests.servicing.test_bounces import sent
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_mail_that_many_readers_take_in_at_once_counts_once():
    raw = postfix(return_key(sent(make_desk()).uid))
    answers = at_once(lambda _n: take_in(raw, AT))
    assert failed(answers) == []
    assert sorted(answers) == [""] * (TIMES - 1) + ["failed"]
    assert ReturnedMail.objects.count() == DeadAddress.objects.count() == 1


def test_different_mails_about_one_message_at_once_are_one_bad_address():
    message = sent(make_desk())
    mails = [postfix(return_key(message.uid), to=f"b{n}@example.com") for n in range(TIMES)]
    answers = at_once(lambda n: take_in(mails[n], AT))
    assert failed(answers) == []
    assert ReturnedMail.objects.filter(outcome="failed").count() == TIMES
    assert DeadAddress.objects.count() == 1


def test_it_is_the_unique_digest_that_counts_one(monkeypatch):
    """The control: mails that are not known again are taken in by every reader."""
    raw, digests = postfix(return_key(sent(make_desk()).uid)), iter(map(str, range(TIMES)))
    monkeypatch.setattr(reading, "digest_of", lambda _raw: next(digests))
    assert at_once(lambda _n: reading.take_in(raw, AT)) == ["failed"] * TIMES
