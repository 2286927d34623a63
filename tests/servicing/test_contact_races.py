"""Two identical requests at once, on the database where writers run side by side: one contact, one task, one postponement."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from crm.models import AuditEvent
from servicing import contacts
from servicing.contacts import edit_contact, record_contact
from servicing.models import Contact, Promise, Task
from servicing.todo import add_task, postpone_task, settle_task
from tests.servicing.desk import AT, DAY, TOMORROW, due, make_desk, said, talk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 6


def at_once(work, times=TIMES):
    ready = Barrier(times)

    def one(number):
        try:
            ready.wait()
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def failed(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


@pytest.fixture
def desk():
    return make_desk()


def meeting(monkeypatch):
    """Every writer looks before any of them writes: the moment at which a second look would be too late."""
    ready, plain = Barrier(TIMES, timeout=5), contacts._record

    def record(*args, **kwargs):
        ready.wait()
        return plain(*args, **kwargs)

    monkeypatch.setattr(contacts, "_record", record)


def sent(desk, uid):
    return record_contact(desk.client, said(), uid=uid, by=desk.advisor, at=AT, promise=due(), step=due())


def test_identical_contacts_at_once_are_one_contact_with_one_promise_and_one_task(desk, monkeypatch):
    meeting(monkeypatch)
    uid = uuid4()
    answers = at_once(lambda _number: sent(desk, uid).pk)
    assert failed(answers) == []
    assert len(set(answers)) == 1
    assert (Contact.objects.count(), Promise.objects.count(), Task.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.filter(action="record-contact").count() == 1


def test_it_is_the_unique_uid_that_makes_them_one(desk, monkeypatch):
    """The control: without the constraint the same meeting records the contact again and again."""
    meeting(monkeypatch)
    uid = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'servicing_contact'::regclass AND contype = 'u'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE servicing_contact DROP CONSTRAINT "{name}"')
    try:
        at_once(lambda _number: record_contact(desk.client, said(), uid=uid, by=desk.advisor, at=AT).pk)
        assert Contact.objects.filter(uid=uid).count() == TIMES
    finally:
        Contact.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE servicing_contact ADD CONSTRAINT "{name}" UNIQUE (uid)')


def test_one_key_asked_for_at_once_is_one_task_and_done_at_once_is_done_once(desk):
    answers = at_once(lambda _n: add_task(desk.client, "电话", DAY, key="plan:1", by=desk.advisor, at=AT).pk)
    assert failed(answers) == []
    task = Task.objects.get()
    assert sorted(at_once(lambda _n: settle_task(task, by=desk.advisor, at=AT))) == [False] * (TIMES - 1) + [True]
    assert AuditEvent.objects.filter(action="settle-task").count() == 1


def test_a_postponement_sent_twice_at_once_keeps_the_day_before_for_its_undo(desk):
    task = add_task(desk.client, "电话", DAY, key="plan:1", by=desk.advisor, at=AT)
    assert sum(at_once(lambda _n: postpone_task(task, TOMORROW, by=desk.advisor, at=AT))) == 1
    task.refresh_from_db()
    assert (task.due_on, task.due_before) == (TOMORROW, DAY)


def test_of_editors_at_once_one_saves_and_all_others_are_told(desk):
    contact = talk(desk, "原来的话")
    answers = at_once(lambda n: edit_contact(contact, said(f"第{n}人"), version=1, by=desk.advisor, at=AT))
    told = failed(answers)
    assert len(told) == TIMES - 1
    saved = Contact.objects.get().summary
    assert {error.current.summary for error in told} == {saved}
    assert contact.changes.get().before["summary"] == "原来的话"
