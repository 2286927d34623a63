"""Contradictions about who a client is wait for a person, who takes the new value or keeps the old one (P5)."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients import conflicts, mirror
from clients.fact_tables import CLIENTS
from clients.models import FactChange, FactGeneration, IdentityConflict
from crm.lib.crypto import unseal
from crm.models import AuditEvent, Branch, Staff
from tests.clients import files
from tests.clients.desk import Desk, the_client

pytestmark = pytest.mark.django_db

OLD, NEW = "990101198001011234", "990101198001015678"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def reviewer(db: None) -> Staff:
    return Staff.objects.create_user("admin", name="孟之恒", role="admin")


@pytest.fixture
def admin(reviewer: Staff) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(reviewer, backend=BACKEND)
    return browser


@pytest.fixture
def renamed(desk: Desk) -> IdentityConflict:
    """A client whom a later file calls by another name."""
    desk.branch()
    desk.bring([files.client("00310001", "沈怀瑾")])
    desk.bring([files.client("00310001", "欧阳明")])
    return IdentityConflict.objects.get()


@pytest.fixture
def redocumented(desk: Desk) -> IdentityConflict:
    """A client for whom a later file names another document."""
    desk.branch()
    desk.bring([files.client("00310001", "沈怀瑾", 证件号码=OLD)])
    desk.bring([files.client("00310001", "沈怀瑾", 证件号码=NEW)])
    return IdentityConflict.objects.get()


def decide(admin: Browser, conflict: IdentityConflict, answer: str) -> str:
    response = admin.post(reverse("decide-conflict", args=[conflict.pk]), {"decision": answer}, follow=True)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_until_somebody_decides_the_old_value_stays_and_both_are_shown_masked(
    admin: Browser, redocumented: IdentityConflict
) -> None:
    html = admin.get(reverse("conflict-list")).content.decode()
    assert "9901••••••••1234" in html
    assert "9901••••••••5678" in html
    for secret in (OLD, NEW, "沈怀瑾"):
        assert secret not in html


def test_a_new_name_is_taken_with_history_search_keys_and_audit(
    admin: Browser, renamed: IdentityConflict, reviewer: Staff
) -> None:
    decide(admin, renamed, "accept")
    client = the_client("00310001")
    assert (client.name, "|oym" in client.initials) == ("欧阳明", True)
    change = FactChange.objects.get(staff=reviewer)
    assert (change.before or {})["name"] == "沈怀瑾"
    event = AuditEvent.objects.get(action="accept-identity")
    assert (event.actor, event.branch) == (reviewer, client.branch)
    assert "欧阳" not in str(event.detail)


def test_a_new_document_is_taken_sealed_and_found_again(admin: Browser, redocumented: IdentityConflict) -> None:
    decide(admin, redocumented, "accept")
    client = the_client("00310001")
    assert unseal(client.identity_sealed, table="clients_client", column="identity", owner=client.uid) == NEW
    assert NEW not in client.identity_sealed


def test_the_same_file_again_says_nothing_new_once_its_value_was_taken(
    admin: Browser, desk: Desk, redocumented: IdentityConflict
) -> None:
    decide(admin, redocumented, "accept")
    again = desk.bring([files.client("00310001", "沈怀瑾", 证件号码=NEW)])
    assert (again.waiting_count, again.changed_count) == (0, 0)


def test_a_value_that_a_person_took_is_not_overwritten_by_a_later_file(
    admin: Browser, desk: Desk, renamed: IdentityConflict
) -> None:
    decide(admin, renamed, "accept")
    desk.bring([files.client("00310001", "沈怀瑾")])
    assert the_client("00310001").name == "欧阳明"


def test_a_refused_value_leaves_everything_as_it_was_and_is_not_asked_again(
    admin: Browser, desk: Desk, renamed: IdentityConflict
) -> None:
    decide(admin, renamed, "refuse")
    assert the_client("00310001").name == "沈怀瑾"
    assert not FactChange.objects.filter(staff__isnull=False).exists()
    desk.bring([files.client("00310001", "欧阳明")])
    assert not IdentityConflict.objects.waiting().exists()


def test_of_two_people_the_second_is_told_and_changes_nothing(admin: Browser, renamed: IdentityConflict) -> None:
    decide(admin, renamed, "refuse")
    assert "Somebody has decided this already" in decide(admin, renamed, "accept")
    assert the_client("00310001").name == "沈怀瑾"
    assert AuditEvent.objects.filter(table="clients_client").count() == 1


def test_an_answer_that_is_none_changes_nothing(admin: Browser, renamed: IdentityConflict) -> None:
    decide(admin, renamed, "")
    renamed.refresh_from_db()
    assert renamed.decision == "open"


def test_what_was_known_before_the_decision_stays_known_as_of_then(
    desk: Desk, reviewer: Staff, renamed: IdentityConflict
) -> None:
    decided_at = desk.clock()
    conflicts.decide(renamed, accept=True, by=reviewer, at=decided_at)
    digests = []
    for cutoff in (decided_at - timedelta(seconds=1), decided_at):
        con = mirror.open_facts(list(Branch.objects.all()), cutoff, tables=[CLIENTS])
        digests.append(
            con.execute("SELECT name_digest = md5('沈怀瑾'), name_digest = md5('欧阳明') FROM clients").fetchall()
        )
    assert digests == [[(True, False)], [(False, True)]]


def test_a_decision_voids_dry_runs_that_saw_the_old_value(
    reviewer: Staff, desk: Desk, renamed: IdentityConflict
) -> None:
    before = FactGeneration.objects.get(table=CLIENTS.db_table).generation
    conflicts.decide(renamed, accept=True, by=reviewer, at=desk.clock())
    assert FactGeneration.objects.get(table=CLIENTS.db_table).generation == before + 1


def test_an_undo_of_the_first_file_leaves_what_a_person_took_and_names_them(
    desk: Desk, reviewer: Staff, renamed: IdentityConflict
) -> None:
    first = the_client("00310001").batch
    conflicts.decide(renamed, accept=True, by=reviewer, at=desk.clock())
    assert ("clients", "by_hand") in desk.undo(first)
    assert the_client("00310001").name == "欧阳明"


def test_compliance_reads_the_queue_and_decides_nothing(renamed: IdentityConflict) -> None:
    reader = Browser()
    reader.force_login(Staff.objects.create_user("reader", name="合规", role="compliance"), backend=BACKEND)
    html = reader.get(reverse("conflict-list")).content.decode()
    assert "沈••" in html
    assert "decide/" not in html
    assert reader.post(reverse("decide-conflict", args=[renamed.pk]), {"decision": "accept"}).status_code == 404
