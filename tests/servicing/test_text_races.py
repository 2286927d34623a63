"""Two people at once, on the database where writers run side by side: one decides, one saves."""

import pytest

from crm.models import AuditEvent
from servicing.models import MessageText, TextVersion
from servicing.texts.deciding import ask_approval, decide_text
from servicing.texts.writing import Wording, save_wording
from servicing.versions import deciding
from servicing.versions.writing import VersionConflict
from tests.servicing.desk import AT
from tests.servicing.test_contact_races import TIMES, at_once, failed
from tests.servicing.text_desk import Writers, approved, draft, make_writers, waiting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writers() -> Writers:
    return make_writers()


def decided_at_once(version: TextVersion, writers: Writers) -> list[object]:
    people = (writers.manager, writers.compliance)

    def one(number: int) -> bool:
        return decide_text(version, approve=number % 2 == 0, why="看过", by=people[number % 2], at=AT)

    return at_once(one)


def told() -> int:
    return AuditEvent.objects.filter(action__in=["approve-text", "refuse-text"]).count()


def test_of_two_who_decide_at_once_one_decides(writers: Writers) -> None:
    version = waiting(writers)
    answers = decided_at_once(version, writers)
    assert failed(answers) == []
    assert sorted(map(bool, answers)) == [False] * (TIMES - 1) + [True]
    assert told() == 1


def test_without_the_claim_all_of_them_would_decide(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above would see it."""
    version = waiting(writers)
    monkeypatch.setattr(deciding, "_claim", lambda version, **_told: bool(version))
    TextVersion.objects.filter(pk=version.pk).update(decided_by=writers.compliance, decided_at=AT)
    assert sum(map(bool, decided_at_once(version, writers))) > 1
    assert told() > 1


def test_two_approvals_at_once_leave_one_version_in_force(writers: Writers) -> None:
    first = approved(writers)
    second = save_wording(first.text, Wording("", "近来可好？"), seen=1, by=writers.colleague, at=AT)
    ask_approval(second, by=writers.colleague, at=AT)
    at_once(lambda n: decide_text(second, approve=True, why="", by=(writers.manager, writers.compliance)[n % 2], at=AT))
    assert dict(first.text.versions.values_list("number", "state")) == {1: "ended", 2: "approved"}


def test_of_writers_at_once_one_saves_and_the_others_are_told(writers: Writers) -> None:
    text = MessageText.objects.get(pk=draft(writers).text_id)
    answers = at_once(lambda n: save_wording(text, Wording("", f"第{n}人"), seen=1, by=writers.colleague, at=AT))
    assert len(failed(answers)) == TIMES - 1
    assert all(isinstance(answer, VersionConflict) for answer in failed(answers))
    assert text.versions.count() == 2
