"""The audit trail can be added to and never changed, on either database."""

import pytest
from django.db import DatabaseError, connection, transaction

from crm import audit
from crm.models import AuditEvent
from tests.conftest import audit_unlocked
from tests.segmentation.nights import make_branch

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    return audit.record("reveal", actor=None, table="clients_client", key=7, branch=make_branch(), reason="call back")


def test_an_event_says_who_did_what_to_whom_and_why(event: AuditEvent) -> None:
    stored = AuditEvent.objects.get()
    assert (stored.action, stored.table, stored.key, stored.reason) == ("reveal", "clients_client", "7", "call back")
    assert stored.at is not None


@pytest.mark.parametrize(
    "attempt",
    [
        lambda e: AuditEvent.objects.filter(pk=e.pk).update(reason="nothing"),
        lambda e: AuditEvent.objects.filter(pk=e.pk).delete(),
        lambda e: e.delete(),
        lambda e: (setattr(e, "action", "view"), e.save()),
        lambda e: connection.cursor().execute("UPDATE crm_auditevent SET action = 'x'"),
        lambda e: connection.cursor().execute("DELETE FROM crm_auditevent"),
    ],
    ids=["update", "delete", "delete one", "save again", "plain update", "plain delete"],
)
def test_an_event_is_neither_changed_nor_removed(event: AuditEvent, attempt: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        attempt(event)  # type: ignore[operator]
    assert AuditEvent.objects.get(pk=event.pk).action == "reveal"


@pytest.mark.postgres
def test_the_table_is_not_emptied_at_once_either(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("TRUNCATE crm_auditevent")
    assert AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_it_would_be_changed(event: AuditEvent) -> None:
    with audit_unlocked():
        connection.cursor().execute("DELETE FROM crm_auditevent")
    assert not AuditEvent.objects.exists()


def test_what_is_rolled_back_leaves_no_trace_and_what_is_done_leaves_one() -> None:
    with transaction.atomic():
        audit.record("import", actor=None)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_a_checksum_stands_for_the_rows_whatever_their_order_of_keys() -> None:
    assert audit.checksum({"a": 1, "b": 2}) == audit.checksum({"b": 2, "a": 1})
    assert audit.checksum([1, 2]) != audit.checksum([2, 1])
