"""Two at once on the database where writers run side by side: approvals, openings of one link, one that is taken back,
and the links that messages carry."""

from uuid import uuid4

import pytest

from crm.models import AuditEvent
from servicing.materials.deciding import decide_material
from servicing.materials.reading import open_share
from servicing.materials.sharing import withdraw_share
from servicing.messages import outbox
from servicing.messages.gateways import Sent
from servicing.messages.sender import send_due
from servicing.models import MaterialReading, MaterialShare, Message
from tests.servicing import mailroom
from tests.servicing.desk import AT, make_desk
from tests.servicing.library import Library, approved, given, make_library, waiting
from tests.servicing.material_mail import carrying, in_force, sums
from tests.servicing.test_contact_races import TIMES, at_once, failed
from tests.servicing.test_message_races import NotLocked, meeting

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


def test_many_workers_make_one_link_for_each_message() -> None:
    desk = make_desk()
    material, clients = in_force(desk), [mailroom.reachable(desk, f"客{n}") for n in range(12)]
    mailroom.going(desk, clients, carrying(desk), material=material)
    ways = mailroom.Provider([Sent(f"p{n}") for n in range(12)])
    assert failed(at_once(lambda _n: send_due(desk.branch.pk, lambda: AT, ways=ways))) == []
    assert sums(material) == (12, 0)
    assert set(MaterialShare.objects.values_list("uid")) == set(Message.objects.values_list("uid"))


def test_two_claims_after_the_same_look_make_one_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the client's lock they look side by side: whoever loses the message makes no link either."""
    desk = make_desk()
    material = in_force(desk)
    mailroom.going(desk, [mailroom.reachable(desk)], carrying(desk), material=material)
    key = Message.objects.get().pk
    monkeypatch.setattr(outbox, "Client", NotLocked)
    meeting(monkeypatch, outbox, "_allowed")
    answers = at_once(lambda _n: outbox.claim(key, AT))
    assert failed(answers) == []
    assert (sums(material), MaterialShare.objects.count()) == ((1, 0), 1)
