"""Two people at once, on the database where writers run side by side: one decides, one of two overlapping requests stands."""

from uuid import uuid4

import pytest

from crm.models import AuditEvent
from servicing.concessions import asking, deciding
from servicing.concessions.deciding import decide_concession
from servicing.models import Concession
from tests.servicing.concession_desk import Office, asked, make_office
from tests.servicing.desk import AT
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office() -> Office:
    return make_office()


def decided_at_once(row: Concession, office: Office) -> list[object]:
    people = (office.manager, office.second)

    def one(number: int) -> bool:
        return decide_concession(row, approve=number % 2 == 0, why="看过", by=people[number % 2], at=AT)

    return at_once(one)


def told() -> int:
    return AuditEvent.objects.filter(action__in=["approve-concession", "refuse-concession"]).count()


def test_of_managers_who_decide_at_once_one_decides(office: Office) -> None:
    answers = decided_at_once(asked(office), office)
    assert failed(answers) == []
    assert sorted(map(bool, answers)) == [False] * (TIMES - 1) + [True]
    assert told() == 1


def test_without_the_claim_all_of_them_would_decide(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above would see it."""
    row = asked(office)
    monkeypatch.setattr(deciding, "_claim", lambda row, **_told: bool(row))
    assert sum(map(bool, decided_at_once(row, office))) > 1
    assert told() > 1


def asked_at_once(office: Office) -> list[object]:
    return at_once(lambda _number: asked(office, uid=uuid4()).pk)


def test_of_overlapping_requests_at_once_one_stands(office: Office) -> None:
    assert len(failed(asked_at_once(office))) == TIMES - 1
    assert Concession.objects.count() == 1


def test_without_the_clients_lock_several_would_stand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has looked before anybody writes."""
    from threading import Barrier

    ready, plain = Barrier(TIMES, timeout=5), asking.check_terms

    def together(*args: object, **more: object) -> None:
        plain(*args, **more)  # type: ignore[arg-type]
        ready.wait()

    monkeypatch.setattr(asking, "check_terms", together)
    monkeypatch.setattr(asking, "_lock", lambda _client: None)
    asked_at_once(office)
    assert Concession.objects.count() > 1
