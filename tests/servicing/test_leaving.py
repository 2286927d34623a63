"""Who leaves, or works elsewhere from now on, leaves nothing open without an owner (A5, S6)."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Client
from crm import staffing
from crm.models import AuditEvent, Branch, Staff
from servicing.contacts import record_contact
from servicing.invariants import broken
from servicing.leaving import change_person, end_work, pass_on_open
from servicing.models import Promise, SelfReviewAction, Task
from servicing.promises import keep_promise, reopen_promise
from servicing.quarters import Quarter
from servicing.reassignments import follow_clients
from servicing.selfreviews.actions import add_action, end_actions, reopen_action, settle_action
from servicing.selfreviews.writing import begin_review
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.desk import AT, DAY, due, make_desk, said, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def admin():
    return staff("admin", "admin")


@pytest.fixture
def held(desk):
    """The manager promised something to a client whom nobody serves."""
    nobodys = client(desk.branch, "无主客户")
    record_contact(nobodys, said(), uid=uuid4(), by=desk.manager, at=AT, promise=due(), step=due("致电"))
    return nobodys


def owners():
    return {row.owner for rows in (Promise, Task) for row in rows.objects.filter(state="open")}


def test_what_a_manager_held_goes_to_another_manager(desk, admin, held):
    deputy = staff("deputy", "manager", desk.branch)
    assert end_work(desk.manager, left_on=DAY, by=admin, at=AT)
    assert owners() == {deputy}
    assert list(broken(desk.branch)) == []
    event = AuditEvent.objects.get(action="pass-on-open")
    assert (event.key, event.detail) == (str(desk.manager.pk), {"promises": 1, "tasks": 1})
    assert not end_work(desk.manager, left_on=DAY, by=admin, at=AT)
    assert pass_on_open(desk.manager, by=admin) == 0


def test_or_to_the_clients_advisor_where_there_is_one(desk, admin, held):
    Client.objects.filter(pk=held.pk).update(advisor=desk.advisor)
    end_work(desk.manager, left_on=DAY, by=admin, at=AT)
    assert owners() == {desk.advisor}


def test_an_advisor_whose_client_a_file_gave_to_a_colleague_takes_no_promise_along(desk, admin):
    talk(desk, promise=due(), step=due("致电"))
    colleague = staff("colleague", "advisor", desk.branch)
    Client.objects.filter(pk=desk.client.pk).update(advisor=colleague)
    end_work(desk.advisor, left_on=DAY, by=admin, at=AT)
    assert owners() == {colleague}


def test_what_was_promised_to_a_client_follows_to_whom_a_file_gave_the_client(desk):
    """Before, it was in nobody's day: the former advisor sees the client no more, and the present one owned nothing."""
    colleague, away = staff("colleague", "advisor", desk.branch), staff("away", "advisor")
    mine, nobodys, awayers = (client(desk.branch, name, advisor=desk.advisor) for name in "甲乙丙")
    for person in (desk.client, mine, nobodys, awayers):
        talk(replace(desk, client=person), promise=due(), step=due("致电"))
    for person, to in ((desk.client, colleague), (nobodys, None), (awayers, away)):
        Client.objects.filter(pk=person.pk).update(advisor=to)
    assert follow_clients(desk.branch, AT) == 2
    assert follow_clients(desk.branch, AT) == 0
    for rows in (Promise, Task):
        told = {row.client.name: row.owner for row in rows.objects.select_related("client", "owner")}
        assert told == {"沈慕云": colleague, "甲": desk.advisor, "乙": desk.advisor, "丙": desk.advisor}
        assert rows.objects.day_of(colleague).count() == 1
    event = AuditEvent.objects.get(action="follow-clients")
    assert (event.actor, event.branch, event.detail) == (
        None,
        desk.branch,
        {"clients": 0, "promises": 1, "tasks": 1, "ideas": 0},
    )


def test_what_is_opened_again_goes_to_whoever_has_the_client_now(desk):
    contact = talk(desk, promise=due())
    promise = Promise.objects.get()
    keep_promise(promise, by=desk.advisor, at=AT)
    colleague = staff("colleague", "advisor", desk.branch)
    Client.objects.filter(pk=desk.client.pk).update(advisor=colleague)
    assert reopen_promise(Promise.objects.get(), by=desk.manager, at=AT)
    assert Promise.objects.get(contact=contact).owner == colleague


def test_own_clients_wait_with_all_that_is_open_for_their_hand_over(desk, admin):
    talk(desk, promise=due(), step=due("致电"))
    end_work(desk.advisor, left_on=DAY, by=admin, at=AT)
    assert owners() == {desk.advisor}


def test_where_nobody_is_left_the_check_of_the_data_tells(desk, admin, held):
    Staff.objects.filter(pk=desk.advisor.pk).update(is_active=False)
    end_work(desk.manager, left_on=DAY, by=admin, at=AT)
    assert "1101: 1 open promises whose owner does not work here" in list(broken(desk.branch))


def test_who_works_at_another_branch_from_now_on_takes_nothing_along(desk, admin, held):
    deputy = staff("deputy", "manager", desk.branch)
    other = Branch.objects.create(code="1102", name="望湖营业部")
    before = staffing.wanted_of(desk.manager)
    both = staffing.Wanted(**{**vars(before), "branches": (desk.branch, other)})
    change_person(desk.manager, both, by=admin, at=AT, version=desk.manager.version, owns_in=())
    assert owners() == {desk.manager}
    moved = staffing.Wanted(**{**vars(before), "branches": (other,)})
    change_person(desk.manager, moved, by=admin, at=AT, version=desk.manager.version, owns_in=())
    assert owners() == {deputy}


def set_out(desk, owner, branch=None):
    """Somebody is to do something that a self-assessment asks for."""
    review = begin_review(branch or desk.branch, Quarter.of(DAY), by=desk.manager, at=AT)
    return add_action(review, "补登需求卡", owner, DAY, uid=uuid4(), by=desk.manager, at=AT)


def ends(*actions):
    rows = SelfReviewAction.objects.in_bulk([one.pk for one in actions])
    return [(rows[one.pk].ended_why, rows[one.pk].owner) for one in actions]


def test_what_a_self_assessment_asked_of_who_leaves_ends_with_the_reason(desk, admin):
    mine, done, managers = set_out(desk, desk.advisor), set_out(desk, desk.advisor), set_out(desk, desk.manager)
    assert settle_action(done, by=desk.advisor, at=AT)
    end_work(desk.advisor, left_on=DAY, by=admin, at=AT)
    assert ends(mine, done, managers) == [("left", desk.advisor), ("", desk.advisor), ("", desk.manager)]
    assert list(broken(desk.branch)) == []
    event = AuditEvent.objects.get(action="end-self-review-action")
    assert (event.key, event.detail["why"]) == (str(mine.pk), "left")
    assert end_actions(desk.advisor, by=admin, at=AT) == 0, "twice is once"
    assert not settle_action(mine, by=desk.manager, at=AT)


@pytest.mark.parametrize("is_done", [True, False])
def test_the_manager_who_opens_again_what_was_left_behind_takes_it_over(desk, admin, is_done):
    action = set_out(desk, desk.advisor)
    if is_done:
        settle_action(action, by=desk.advisor, at=AT)
    end_work(desk.advisor, left_on=DAY, by=admin, at=AT)
    assert not reopen_action(action, by=desk.advisor), "neither of both works here"
    assert reopen_action(action, by=desk.manager)
    assert ends(action) == [("", desk.manager)]
    assert list(broken(desk.branch)) == []


def test_who_moves_leaves_behind_only_what_is_to_be_done_where_they_were(desk, admin):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    desk.advisor.branches.add(other)
    here, there = set_out(desk, desk.advisor), set_out(desk, desk.advisor, other)
    moved = staffing.Wanted(**{**vars(staffing.wanted_of(desk.advisor)), "branches": (other,)})
    change_person(desk.advisor, moved, by=admin, at=AT, version=desk.advisor.version, owns_in=())
    assert ends(here, there) == [("moved", desk.advisor), ("", desk.advisor)]
    assert [*broken(desk.branch), *broken(other)] == []


def test_the_page_of_a_person_does_so(desk, admin, held):
    deputy = staff("deputy", "manager", desk.branch)
    browser_of(admin).post(reverse("deactivate-staff", args=[desk.manager.pk]), {"left_on": DAY})
    assert owners() == {deputy}
