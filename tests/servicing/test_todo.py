"""Tasks and promises (S5, S6): each step once, each with its way back, none without an owner."""

from datetime import date, timedelta

import pytest

from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.contacts import withdraw_contact
from servicing.forms import due_choices
from servicing.models import Promise, Task
from servicing.promises import keep_promise, reopen_promise, withdraw_promise
from servicing.todo import add_task, postpone_task, reopen_task, settle_task, undo_postpone, withdraw_task
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY, TOMORROW, due, make_desk, talk

pytestmark = pytest.mark.django_db
MONDAY = DAY + timedelta(days=3)


@pytest.fixture
def desk():
    return make_desk()


def task_of(desk, **more):
    return add_task(desk.client, "季度持仓诊断电话", DAY, **{"key": "plan:1", "by": desk.manager, "at": AT, **more})


def fresh(row):
    row.refresh_from_db()
    return row


def counted(action):
    return AuditEvent.objects.filter(action=action).count()


def test_asking_twice_adds_one_task_and_it_belongs_to_the_clients_advisor(desk):
    first, second = task_of(desk), task_of(desk)
    assert first.pk == second.pk
    assert Task.objects.get().owner == desk.advisor
    assert Task.objects.get().made_by == desk.manager
    assert counted("add-task") == 1


def test_a_key_of_another_client_is_refused(desk):
    task_of(desk)
    with pytest.raises(Refused):
        add_task(client(desk.branch, "别人"), "电话", DAY, key="plan:1", by=desk.advisor, at=AT)


@pytest.mark.parametrize(("title", "day", "field"), [("  ", DAY, "title"), ("电话", DAY - timedelta(days=1), "due_on")])
def test_a_task_needs_a_title_and_a_day_to_come(desk, title, day, field):
    with pytest.raises(Refused) as refused:
        add_task(desk.client, title, day, key="plan:1", by=desk.advisor, at=AT)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_postponing_twice_to_one_day_is_once_and_the_undo_gives_the_overdue_day_back(desk):
    task = task_of(desk)
    next_week = AT + timedelta(days=7)
    for _ in range(2):
        postpone_task(task, DAY + timedelta(days=10), by=desk.advisor, at=next_week)
    assert fresh(task).due_on == DAY + timedelta(days=10)
    assert counted("postpone-task") == 1
    assert undo_postpone(task, by=desk.advisor)
    assert not undo_postpone(task, by=desk.advisor)
    assert fresh(task).due_on == DAY  # by then a day that has passed
    assert counted("undo-postpone-task") == 1


def test_nothing_is_postponed_into_the_past_or_after_it_is_done(desk):
    task = task_of(desk)
    with pytest.raises(Refused):
        postpone_task(task, DAY - timedelta(days=1), by=desk.advisor, at=AT)
    settle_task(task, by=desk.advisor, at=AT)
    assert not postpone_task(task, MONDAY, by=desk.advisor, at=AT)
    assert fresh(task).due_on == DAY


def test_done_twice_is_done_once_by_the_first_and_opens_again(desk):
    task = task_of(desk)
    assert settle_task(task, by=desk.advisor, at=AT)
    assert not settle_task(task, by=desk.manager, at=AT + timedelta(seconds=1))
    assert (fresh(task).state, task.settled_by, task.settled_at) == ("done", desk.advisor, AT)
    assert counted("settle-task") == 1
    assert reopen_task(task, by=desk.advisor, at=AT)
    assert not reopen_task(task, by=desk.advisor, at=AT)
    assert (fresh(task).state, task.settled_by, task.settled_at) == ("open", None, None)


def test_a_task_is_withdrawn_open_or_done_and_stays_readable(desk):
    task = task_of(desk)
    settle_task(task, by=desk.advisor, at=AT)
    assert withdraw_task(task, by=desk.advisor, at=AT)
    assert not withdraw_task(task, by=desk.advisor, at=AT)
    assert fresh(task).state == "withdrawn"


def test_a_promise_is_kept_or_withdrawn_once_and_opens_again_with_its_owner(desk):
    talk(desk, promise=due())
    promise = Promise.objects.get()
    assert keep_promise(promise, by=desk.advisor, at=AT)
    assert not keep_promise(promise, by=desk.advisor, at=AT)
    assert not withdraw_promise(promise, by=desk.advisor, at=AT)
    assert fresh(promise).state == "kept"
    assert reopen_promise(promise, by=desk.advisor, at=AT)
    assert withdraw_promise(promise, by=desk.manager, at=AT)
    assert (fresh(promise).state, promise.owner) == ("withdrawn", desk.advisor)


def test_what_came_of_a_withdrawn_contact_opens_only_with_it(desk):
    contact = talk(desk, promise=due(), step=due())
    withdraw_contact(contact, by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        reopen_promise(Promise.objects.get(), by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        reopen_task(Task.objects.get(), by=desk.advisor, at=AT)


def test_an_advisors_day_is_their_own_and_a_managers_the_branchs(desk):
    task_of(desk)
    foreign = client(desk.branch, "同事的客户")
    add_task(foreign, "电话", DAY, key="plan:2", by=desk.manager, at=AT)
    add_task(desk.client, "以后", TOMORROW, key="plan:3", by=desk.advisor, at=AT)

    def day(user):
        return [task.key for task in Task.objects.day_of(user).open_until(DAY)]

    assert day(desk.advisor) == ["plan:1"]
    assert day(desk.manager) == ["plan:1", "plan:2"]


@pytest.mark.parametrize(
    ("today", "offered"),
    [
        (
            date(2026, 11, 17),
            {"明天": date(2026, 11, 18), "3个交易日后": date(2026, 11, 20), "下周一": date(2026, 11, 23)},
        ),
        (date(2026, 11, 22), {"明天": date(2026, 11, 23), "3个交易日后": date(2026, 11, 25)}),
        (date(2026, 11, 20), {"下周一": date(2026, 11, 23), "3个交易日后": date(2026, 11, 25)}),
        (date(2026, 9, 30), {"节后首日": date(2026, 10, 8), "3个交易日后": date(2026, 10, 12)}),
        (
            date(2026, 10, 9),
            {"明天": date(2026, 10, 10), "3个交易日后": date(2026, 10, 14), "下周一": date(2026, 10, 12)},
        ),
    ],
)
def test_what_is_put_off_is_offered_working_days(today, offered):
    """S5: over weekends, a long holiday, and to a make-up Saturday."""
    assert dict(due_choices(today)) == offered
