"""Two nights of one branch at once, on the database where writers run side by side: one sample, each call-back once."""

from threading import Barrier
from uuid import uuid4

import pytest

from servicing.callbacks import making, recording
from servicing.callbacks.recording import Heard
from servicing.models import Callback, CallbackAttempt, CallbackSample
from tests.servicing.calling import JANUARY, SAFE, Calling, at
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calling() -> Calling:
    found = Calling()
    for _ in range(30):
        found.person()
    return found


def test_two_nights_at_once_draw_one_sample_and_add_each_call_back_once(calling: Calling) -> None:
    answers = at_once(lambda number: calling.make(seed=f"seed {number}")["added"])
    assert failed(answers) == []
    assert sorted(answers) == [0] * (TIMES - 1) + [3]
    assert CallbackSample.objects.count() == 1
    assert Callback.objects.count() == 3


def test_without_the_branchs_lock_they_would_stand_in_each_others_way(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: everybody has looked before anybody draws."""
    ready, plain = Barrier(TIMES, timeout=5), making.base_of

    def together(*args: object) -> list[int]:
        found = plain(*args)  # type: ignore[arg-type]
        ready.wait()
        return found

    monkeypatch.setattr(making, "base_of", together)
    monkeypatch.setattr(making.Branch.objects, "select_for_update", making.Branch.objects.all, raising=False)
    answers = at_once(lambda number: calling.make(seed=f"seed {number}")["added"])
    assert failed(answers)
    assert CallbackSample.objects.count() == 1


def test_caller_and_manager_who_record_at_once_leave_one_call(calling: Calling) -> None:
    callback = calling.new()
    people = (calling.colleague, calling.manager)

    def call(number: int) -> object:
        heard, by = Heard("reached", SAFE), people[number % 2]
        return recording.record_attempt(callback, heard, uid=uuid4(), by=by, at=at(JANUARY, 11))

    assert len(failed(at_once(call))) == TIMES - 1
    assert CallbackAttempt.objects.count() == 1
