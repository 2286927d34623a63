"""The contact log (S6): recorded once, edited with its history, withdrawn and restored; no text is ever lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.contacts import (
    ContactConflict,
    edit_contact,
    record_contact,
    restore_contact,
    said_before,
    said_in,
    withdraw_contact,
)
from servicing.models import Contact, Promise, Task
from servicing.todo import add_task, settle_task
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY, TOMORROW, due, make_desk, said, talk

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def desk():
    return make_desk()


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_contact_brings_its_promise_and_next_step_each_with_an_owner_and_an_audit_row(desk):
    contact = talk(desk, promise=due(), step=due("准备持仓说明"))
    promise, task = Promise.objects.get(), Task.objects.get()
    assert (promise.owner, promise.due_on, promise.state) == (desk.advisor, TOMORROW, "open")
    assert (task.owner, task.title, task.contact, task.due_on) == (desk.advisor, "准备持仓说明", contact, TOMORROW)
    assert actions() == ["record-contact", "make-promise", "add-task"]


def test_a_double_click_records_once_with_all_that_came_of_it(desk):
    uid = uuid4()
    first = talk(desk, uid=uid, promise=due(), step=due())
    second = talk(desk, uid=uid, promise=due(), step=due())
    assert first.pk == second.pk
    assert (Contact.objects.count(), Promise.objects.count(), Task.objects.count()) == (1, 1, 1)
    assert len(actions()) == 3


def test_more_typed_after_a_lost_answer_is_an_edit_and_not_forgotten(desk):
    uid = uuid4()
    talk(desk, "说了一半", uid=uid)
    again = talk(desk, "说了一半，又想起来一句", uid=uid)
    assert Contact.objects.get().summary == again.summary == "说了一半，又想起来一句"
    assert again.changes.get().before["summary"] == "说了一半"


def test_a_form_of_another_client_or_person_records_nothing(desk):
    uid = uuid4()
    talk(desk, uid=uid)
    other = client(desk.branch, "别人", advisor=desk.advisor)
    with pytest.raises(Refused):
        record_contact(other, said(), uid=uid, by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        record_contact(desk.client, said(), uid=uid, by=desk.manager, at=AT)
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "more", "field"),
    [
        ({"happened_at": AT + timedelta(minutes=1)}, {}, "happened_at"),
        ({"summary": "  "}, {}, "summary"),
        ({"channel": "pigeon"}, {}, "channel"),
        ({}, {"promise": due(day=DAY - timedelta(days=1))}, "promise_due"),
        ({}, {"promise": due("  ")}, "promise"),
        ({}, {"step": due(day=DAY - timedelta(days=1))}, "step_due"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_leaves_nothing(desk, wrong, more, field):
    with pytest.raises(Refused) as refused:
        record_contact(desk.client, said(**wrong), uid=uuid4(), by=desk.advisor, at=AT, **more)
    assert refused.value.field == field
    assert not Contact.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_promise_due_today_is_allowed_also_late_in_the_evening_of_shanghai(desk):
    evening = AT.replace(hour=15, minute=59)  # 23:59 in Shanghai
    talk(desk, at=evening, promise=due(day=DAY))
    with pytest.raises(Refused):
        talk(desk, at=evening + timedelta(minutes=1), promise=due(day=DAY))


def test_what_a_client_without_advisor_was_promised_belongs_to_whoever_promised(desk):
    Client.objects.filter(pk=desk.client.pk).update(advisor=None)
    desk.client.refresh_from_db()
    talk(desk, by=desk.manager, promise=due(), step=due())
    assert Promise.objects.get().owner == Task.objects.get().owner == desk.manager


def test_an_edit_keeps_the_earlier_reading_and_the_same_text_changes_nothing(desk):
    contact = talk(desk, "原来的话")
    before = said_in(contact)
    edited = edit_contact(contact, said("改过的话", mood="low"), version=1, by=desk.advisor, at=LATER)
    assert (edited.version, edited.summary, edited.mood) == (2, "改过的话", "low")
    change = contact.changes.get()
    assert said_before(change.before) == before
    assert (change.version, change.at, change.staff) == (1, LATER, desk.advisor)
    edit_contact(edited, said("改过的话", mood="low"), version=2, by=desk.advisor, at=LATER)
    assert contact.changes.count() == 1
    assert AuditEvent.objects.get(action="edit-contact").detail == {
        "client": desk.client.pk, "fields": ["summary", "mood"],
    }  # fmt: skip


def test_a_second_editor_is_told_what_the_first_one_wrote_and_overwrites_only_knowingly(desk):
    contact = talk(desk, "原来的话")
    edit_contact(contact, said("甲写的"), version=1, by=desk.advisor, at=LATER)
    with pytest.raises(ContactConflict) as conflict:
        edit_contact(contact, said("乙写的"), version=1, by=desk.manager, at=LATER)
    assert conflict.value.current.summary == "甲写的"
    assert Contact.objects.get().summary == "甲写的"
    edit_contact(contact, said("乙写的"), version=2, by=desk.manager, at=LATER)
    assert [c.before["summary"] for c in contact.changes.order_by("version")] == ["原来的话", "甲写的"]


def test_a_double_click_on_save_is_no_conflict(desk):
    contact = talk(desk)
    for _ in range(2):
        edit_contact(contact, said("改过的话"), version=1, by=desk.advisor, at=LATER)
    assert (Contact.objects.get().version, contact.changes.count()) == (2, 1)


def test_withdrawing_takes_along_what_came_of_it_and_restoring_brings_it_back(desk):
    errand = add_task(desk.client, "季度电话", DAY, key="hand:1", by=desk.advisor, at=AT)
    contact = talk(desk, promise=due(), step=due(), settles=errand)
    promise, step = Promise.objects.get(), Task.objects.exclude(pk=errand.pk).get()

    def states():
        for row in (promise, step, errand):
            row.refresh_from_db()
        return promise.state, step.state, errand.state

    assert states() == ("open", "open", "done")
    assert withdraw_contact(contact, by=desk.advisor, at=LATER)
    assert not withdraw_contact(contact, by=desk.advisor, at=LATER)
    assert states() == ("withdrawn", "withdrawn", "open")
    assert not Contact.objects.standing().exists()
    assert restore_contact(contact, by=desk.advisor, at=LATER)
    assert not restore_contact(contact, by=desk.advisor, at=LATER)
    assert states() == ("open", "open", "done")
    assert Contact.objects.standing().get().version == 3


def test_what_was_settled_before_the_withdrawal_stays_settled_after_the_restoring(desk):
    contact = talk(desk, step=due())
    step = Task.objects.get()
    settle_task(step, by=desk.advisor, at=AT)
    withdraw_contact(contact, by=desk.advisor, at=LATER)
    restore_contact(contact, by=desk.advisor, at=LATER)
    step.refresh_from_db()
    assert (step.state, step.settled_at) == ("done", AT)


def test_a_withdrawn_contact_is_not_edited(desk):
    contact = talk(desk)
    withdraw_contact(contact, by=desk.advisor, at=LATER)
    with pytest.raises(Refused):
        edit_contact(contact, said("改过的话"), version=2, by=desk.advisor, at=LATER)


def test_a_promise_that_a_contact_keeps_is_open_again_when_the_contact_is_withdrawn(desk):
    talk(desk, promise=due())
    promise = Promise.objects.get()
    contact = talk(desk, "诊断已送到", settles=promise)
    promise.refresh_from_db()
    assert (promise.state, promise.settled_contact) == ("kept", contact)
    withdraw_contact(contact, by=desk.advisor, at=LATER)
    promise.refresh_from_db()
    assert promise.state == "open"


def test_the_audit_trail_holds_nothing_that_was_said(desk):
    talk(desk, "客户说了很私人的话", promise=due("私人的约定"), step=due("私人的任务"))
    told = " ".join(f"{e.action}{e.detail}{e.reason}" for e in AuditEvent.objects.all())
    assert "私人" not in told
    assert desk.client.name not in told
