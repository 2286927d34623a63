"""Two rounds of one branch at once, on the database where writers run side by side: each task once."""

from datetime import date
from threading import Barrier

import pytest

from crm.models import Branch
from servicing.models import Task
from servicing.rounds import writing
from tests.servicing.rounds import SATURDAY, Rounds
from tests.servicing.test_contact_races import at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rounds() -> Rounds:
    found = Rounds()
    for _ in range(20):
        found.talk(found.person("vip"), date(2026, 10, 26))
    return found


def test_two_rounds_at_once_make_each_task_once(rounds, monkeypatch):
    answers = at_once(lambda _number: rounds.make(SATURDAY)["added"])
    assert failed(answers) == []
    assert sorted(answers) == [0, 0, 0, 0, 0, 20]
    assert Task.objects.count() == 20


def test_without_the_branchs_lock_they_would_stand_in_each_others_way(rounds, monkeypatch):
    """The control: everybody has asked what is wanted before anybody writes. Who is slow may still find the others' tasks."""
    ready, plain = Barrier(6, timeout=5), writing.wanted

    def together(*args):
        found = list(plain(*args))
        ready.wait()
        return found

    monkeypatch.setattr(writing, "wanted", together)
    monkeypatch.setattr(writing.Branch.objects, "select_for_update", Branch.objects.all, raising=False)
    answers = at_once(lambda _number: rounds.make(SATURDAY)["added"])
    assert failed(answers)
    assert Task.objects.count() == 20
