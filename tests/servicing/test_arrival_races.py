"""Several who go to one client, or tell of one, at once, on the database where writers run side by side: one of them does."""

from threading import Barrier
from uuid import uuid4

import pytest

from clients.models import AccessGrant, Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Staff
from servicing import arrivals
from servicing.arrivals import announce, pass_on, take
from servicing.models import Arrival
from tests.servicing.desk import AT, Desk, make_desk
from tests.servicing.test_arrivals import send_away, staff
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def people(desk: Desk) -> list[Staff]:
    """Who may go to the client: the colleague of an advisor who is away, and the managers."""
    send_away(desk.advisor)
    return [staff("next", "advisor", desk.branch), *(staff(f"m{n}", "manager", desk.branch) for n in range(TIMES - 1))]


def told(desk: Desk, people: list[Staff]) -> Arrival:
    made = announce(desk.client, way="here", to=None, uid=uuid4(), by=desk.manager, at=AT)
    assert made.to == people[0]
    return made


def taken_at_once(made: Arrival, people: list[Staff]) -> list[object]:
    """Everybody has the notice open and says "I take it"."""
    return at_once(lambda n: take(Arrival.objects.get(pk=made.pk), by=people[n], at=AT))


def counted(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_of_several_who_take_one_client_at_once_one_does(desk: Desk, people: list[Staff]) -> None:
    answers = taken_at_once(told(desk, people), people)
    assert answers.count(True) == 1
    winner = people[answers.index(True)]
    refused = failed(answers)
    assert len(refused) == TIMES - 1
    assert {str(error) for error in refused if isinstance(error, Refused)} == {str(refused[0])}
    assert winner.name in str(refused[0])
    assert Arrival.objects.get().taken_by == winner
    assert counted("take-arrival") == 1
    assert list(AccessGrant.objects.values_list("staff", flat=True)) == ([winner.pk] if winner.is_advisor else [])


def test_it_is_the_condition_of_the_update_that_lets_one_through(
    desk: Desk, people: list[Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an update that asks for nothing lets all of them take the client."""
    made = told(desk, people)
    monkeypatch.setattr(arrivals, "_waiting", lambda arrival, _at: Arrival.objects.filter(pk=arrival.pk))
    assert taken_at_once(made, people).count(True) == TIMES
    assert counted("take-arrival") == TIMES


def test_a_double_click_takes_once(desk: Desk, people: list[Staff]) -> None:
    answers = taken_at_once(told(desk, people), [people[0]] * TIMES)
    assert sorted(map(bool, answers)) == [False] * (TIMES - 1) + [True]
    assert failed(answers) == []
    assert AccessGrant.objects.count() == counted("grant-access") == 1


def test_taken_and_passed_on_at_once_the_client_is_with_one_of_them(desk: Desk, people: list[Staff]) -> None:
    made, (colleague, manager) = told(desk, people), people[:2]

    def one(number: int) -> bool:
        arrival = Arrival.objects.get(pk=made.pk)
        return take(arrival, by=colleague, at=AT) if number else pass_on(arrival, to=manager, by=colleague, at=AT)

    answers = at_once(one, times=2)
    assert [answer is True for answer in answers].count(True) == 1
    assert len(failed(answers)) == 1
    found = Arrival.objects.get()
    assert (found.to, found.taken_by) == ((colleague, colleague) if answers[1] is True else (manager, None))
    assert AccessGrant.objects.count() == (answers[1] is True)


def told_at_once(desk: Desk) -> list[object]:
    return at_once(lambda _n: announce(desk.client, way="here", to=None, uid=uuid4(), by=desk.manager, at=AT).pk)


def test_several_who_tell_of_one_client_at_once_tell_once(desk: Desk) -> None:
    answers = told_at_once(desk)
    assert failed(answers) == []
    assert len(set(answers)) == Arrival.objects.count() == counted("announce-arrival") == 1


def test_without_the_clients_lock_each_would_tell(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has looked before anybody writes."""
    ready, plain = Barrier(TIMES, timeout=5), Arrival.objects.create

    def together(**told: object) -> Arrival:
        ready.wait()
        return plain(**told)

    monkeypatch.setattr(Arrival.objects, "create", together)
    monkeypatch.setattr(Client.objects, "select_for_update", Client.objects.all, raising=False)
    told_at_once(desk)
    assert Arrival.objects.count() == TIMES
