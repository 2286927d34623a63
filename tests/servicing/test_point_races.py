"""Two who spend at once, on the database where writers run side by side: the balance never falls below zero."""

from uuid import uuid4

import pytest

from clients.models import Client
from servicing.loyalty import ledger
from servicing.loyalty.ledger import balance_of, earn_points, spend_points
from servicing.models import PointEntry
from tests.servicing.desk import AT
from tests.servicing.loyalty_desk import LoyaltyDesk, make_desk, points_on
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


@pytest.fixture
def member(desk: LoyaltyDesk) -> Client:
    """Who has ten points."""
    points_on(desk)
    who = desk.person()
    earn_points(who, "event", "两融讲座", uid=uuid4(), by=desk.advisor, at=AT)
    return who


def spent_at_once(desk: LoyaltyDesk, who: Client) -> list[object]:
    return at_once(lambda _number: spend_points(who, 10, "换书", uid=uuid4(), by=desk.advisor, at=AT).pk)


def test_of_those_who_spend_the_same_points_at_once_one_spends_them(desk: LoyaltyDesk, member: Client) -> None:
    assert len(failed(spent_at_once(desk, member))) == TIMES - 1
    assert balance_of(member) == 0


def test_without_the_clients_lock_they_would_be_spent_several_times(
    desk: LoyaltyDesk, member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: everybody has looked before anybody writes."""
    from threading import Barrier

    ready, plain = Barrier(TIMES, timeout=5), ledger.balance_of

    def together(who: Client) -> int:
        found = plain(who)
        ready.wait()
        return found

    monkeypatch.setattr(ledger, "balance_of", together)
    monkeypatch.setattr(ledger, "_lock", lambda _client: None)
    spent_at_once(desk, member)
    assert balance_of(member) < 0


def test_identical_forms_at_once_book_once(desk: LoyaltyDesk, member: Client) -> None:
    uid = uuid4()
    answers = at_once(lambda _n: earn_points(member, "survey", "年度问卷", uid=uid, by=desk.advisor, at=AT).pk)
    assert failed(answers) == []
    assert len(set(answers)) == 1
    assert PointEntry.objects.filter(kind="survey").count() == 1
