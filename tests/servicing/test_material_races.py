"""Two at once on the database where writers run side by side: approvals, openings of one link, one that is taken back."""

from uuid import uuid4

import pytest

from crm.models import AuditEvent
from servicing.materials.deciding import decide_material
from servicing.materials.reading import open_share
from servicing.materials.sharing import withdraw_share
from servicing.models import MaterialReading
from tests.servicing.desk import AT
from tests.servicing.library import Library, approved, given, make_library, waiting
from tests.servicing.test_contact_races import TIMES, at_once, failed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def library() -> Library:
    return make_library()


def test_of_two_who_approve_at_once_one_approves(library: Library) -> None:
    version = waiting(library)
    people = (library.writers.manager, library.writers.compliance)
    answers = at_once(lambda n: decide_material(version, approve=True, why="", by=people[n % 2], at=AT))
    assert failed(answers) == []
    assert sorted(map(bool, answers)) == [False] * (TIMES - 1) + [True]
    assert AuditEvent.objects.filter(action="approve-material").count() == 1


def test_openings_at_once_are_all_logged_and_the_link_counts_once(library: Library) -> None:
    version = approved(library)
    share = given(library, version)
    assert failed(at_once(lambda _n: open_share(share, version, uid=uuid4(), at=AT))) == []
    version.refresh_from_db()
    assert (version.shared_count, version.opened_count) == (1, 1)
    assert MaterialReading.objects.count() == TIMES


def test_a_link_is_opened_or_taken_back_never_both(library: Library) -> None:
    version = approved(library)
    share = given(library, version)

    def one(number: int) -> object:
        if number % 2:
            return withdraw_share(share, by=library.writers.advisor, at=AT)
        return open_share(share, version, uid=uuid4(), at=AT)

    at_once(one)
    share.refresh_from_db()
    version.refresh_from_db()
    assert (share.opened_at is None) != (share.withdrawn_at is None)
    assert (version.shared_count, version.opened_count) == ((1, 1) if share.opened_at else (0, 0))
    assert MaterialReading.objects.exists() == (share.opened_at is not None)
