"""Two people at once, on the database where writers run side by side: one paper is entered once, one correction stands."""

from datetime import timedelta
from uuid import uuid4

import pytest

from servicing.competence import papers
from servicing.competence.papers import PaperConflict, Written, correct_paper, enter_paper
from servicing.models import Paper
from tests.servicing.desk import AT, DAY, Desk, make_desk
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def told(days: int = 0) -> Written:
    return Written("adviser", DAY, DAY + timedelta(days=days), number="S0990123456")


def entered_at_once(desk: Desk) -> list[object]:
    return at_once(lambda _n: enter_paper(desk.advisor, told(), uid=uuid4(), by=desk.manager, at=AT).pk)


def test_of_people_who_enter_the_same_licence_at_once_one_does(desk: Desk) -> None:
    assert len(failed(entered_at_once(desk))) == TIMES - 1
    assert Paper.objects.count() == 1


def test_without_the_lock_it_would_be_entered_several_times(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above would see it."""
    monkeypatch.setattr(papers, "_lock", lambda _person: None)
    entered_at_once(desk)
    assert Paper.objects.count() > 1


def test_of_corrections_at_once_one_stands_and_the_others_are_told(desk: Desk) -> None:
    paper = enter_paper(desk.advisor, told(), uid=uuid4(), by=desk.manager, at=AT)
    answers = at_once(lambda n: correct_paper(paper, told(n + 1), uid=uuid4(), by=desk.manager, at=AT).pk)
    refused = failed(answers)
    assert len(refused) == TIMES - 1
    assert {type(one) for one in refused} == {PaperConflict}
    assert Paper.objects.standing().count() == 1
