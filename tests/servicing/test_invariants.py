"""A promise cannot lose its owner (S6, A5): whatever happens in whatever order, everything that is open is somebody's who works
here; and a row that is broken by hand is told in a sentence."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clients.grants import grant_until_evening
from clients.models import Client
from crm import checkup
from crm.lib.refusals import Refused
from crm.models import Branch, Leave, Staff
from crm.staffing import StaffRefused, take_leave
from servicing import promises, todo
from servicing.arrivals import announce, end, take
from servicing.complaints.invariants import broken_complaints
from servicing.complaints.owners import candidates, hand_over_all, reassign
from servicing.complaints.receiving import Given, receive_complaint
from servicing.contacts import record_contact, restore_contact, withdraw_contact
from servicing.handovers import hand_over, undo_hand_over
from servicing.invariants import broken
from servicing.leaving import end_work
from servicing.models import Complaint, Contact, HandOver, Promise, SelfReviewAction, Task
from servicing.quarters import Quarter
from servicing.reassignments import follow_clients
from servicing.selfreviews.actions import add_action, reopen_action, settle_action
from servicing.selfreviews.writing import begin_review
from tests.crm.page_firm import client, staff
from tests.servicing.desk import AT, due, make_desk, said, talk

pytestmark = pytest.mark.django_db


class Firm:
    """A branch in which things happen: advisors come, talk, promise, hand over, leave; `at` goes on."""

    def __init__(self) -> None:
        self.desk = make_desk()
        self.clients = [self.desk.client, client(self.desk.branch, "无主客户")]
        self.people = [self.desk.advisor, staff("second", "advisor", self.desk.branch)]
        self.admin, self.compliance = staff("admin", "admin"), staff("compliance", "compliance")
        staff("deputy", "manager", self.desk.branch)
        self.at = AT

    @property
    def boss(self) -> Staff:
        """A manager who is here: one always is."""
        return self.managers()[0]

    def managers(self) -> list[Staff]:
        return list(Staff.objects.working_in(self.desk.branch).filter(role="manager").order_by("pk"))

    def here(self) -> list[Staff]:
        return list(Staff.objects.working_in(self.desk.branch).filter(role="advisor").order_by("pk"))

    def do(self, what: str, n: int) -> None:
        self.at += timedelta(minutes=1)
        getattr(self, what)(n)

    def record(self, n: int) -> None:
        one = Client.objects.get(pk=self.clients[n % 2].pk)
        by = one.advisor if one.advisor in self.here() else self.boss
        told = said(happened_at=self.at - timedelta(minutes=1))
        record_contact(one, told, uid=uuid4(), by=by, at=self.at, promise=due(), step=due("致电"))

    def hand_over(self, n: int) -> None:
        here = self.here()
        if here:
            hand_over(self.clients[n % 2 :], to=here[n % len(here)], by=self.boss, at=self.at, reason="x")

    def read_file(self, n: int) -> None:
        """A file names another advisor, and the night follows."""
        if here := self.here():
            Client.objects.filter(pk=self.clients[0].pk).update(advisor=here[n % len(here)])
            follow_clients(self.desk.branch, self.at)

    def give_back(self, n: int) -> None:
        if rows := list(HandOver.objects.order_by("pk")):
            undo_hand_over(rows[n % len(rows)], by=self.boss, at=self.at)

    def leave(self, n: int) -> None:
        here = self.here()
        if len(here) > 1:
            gone, stays = here[n % len(here)], here[(n + 1) % len(here)]
            self.end(gone)
            owned = list(Client.objects.filter(advisor=gone))
            hand_over(owned, to=stays, by=self.boss, at=self.at, reason="leaves")

    def leave_as_manager(self, n: int) -> None:
        here = self.managers()
        if len(here) > 1:
            self.end(here[n % len(here)])

    def end(self, gone: Staff) -> None:
        """Their complaints go to a manager first, or they cannot leave."""
        if Complaint.objects.open_of(gone):
            with pytest.raises(StaffRefused):
                end_work(gone, left_on=self.at.date(), by=self.admin, at=self.at)
        other = next(one for one in self.managers() if one != gone)
        for to in (other, self.compliance):  # who is complained about does not get it
            hand_over_all(gone, to, seen_by=self.compliance, at=self.at)
        assert end_work(gone, left_on=self.at.date(), by=self.admin, at=self.at)

    def be_away(self, n: int) -> None:
        day = self.at.date()
        for person in self.here()[n % 2 : n % 2 + 1]:
            if not Leave.objects.filter(staff=person).exists():
                take_leave(person, from_day=day, until_day=day + timedelta(9), uid=uuid4(), by=self.admin, at=self.at)

    def come_back(self, _n: int) -> None:
        Staff.objects.filter(role__in=["advisor", "manager"]).update(is_active=True, left_on=None)

    def complain(self, n: int) -> None:
        about = [None, *self.here(), *self.managers()][n % 4 % (1 + len(self.here()) + len(self.managers()))]
        given = Given("conduct", "serious", "无人回电", about)
        receive_complaint(
            self.desk.branch, given, how="phone", uid=uuid4(), at=self.at, by=self.boss, client=self.clients[n % 2]
        )

    def reassign(self, n: int) -> None:
        rows = list(Complaint.objects.still_open().order_by("pk"))
        for row in rows[n % 3 : n % 3 + 1]:
            may = candidates(row.branch, row.about)
            reassign(row, may[n % len(may)], version=row.version, by=self.boss, at=self.at)

    def withdraw(self, n: int) -> None:
        if rows := list(Contact.objects.order_by("pk")):
            withdraw_contact(rows[n % len(rows)], by=self.boss, at=self.at)

    def restore(self, n: int) -> None:
        if rows := list(Contact.objects.order_by("pk")):
            restore_contact(rows[n % len(rows)], by=self.boss, at=self.at)

    def settle(self, n: int) -> None:
        for rows, act in ((Promise, promises.keep_promise), (Task, todo.settle_task)):
            if found := list(rows.objects.order_by("pk")):
                act(found[n % len(found)], by=self.boss, at=self.at)

    def reopen(self, n: int) -> None:
        for rows, act in ((Promise, promises.reopen_promise), (Task, todo.reopen_task)):
            if found := list(rows.objects.order_by("pk")):
                try:
                    act(found[n % len(found)], by=self.boss, at=self.at)
                except Refused:
                    continue

    def set_out(self, n: int) -> None:
        review = begin_review(self.desk.branch, Quarter.of(self.at.date()), by=self.boss, at=self.at)
        people = [*self.here(), *self.managers()]
        owner = people[n % len(people)]
        add_action(review, "补登需求卡", owner, self.at.date(), uid=uuid4(), by=self.boss, at=self.at)

    def turn_action(self, n: int) -> None:
        for action in SelfReviewAction.objects.select_related("review__branch").order_by("pk")[n % 3 : n % 3 + 1]:
            act = reopen_action if action.done_at or action.ended_at else partial(settle_action, at=self.at)
            act(action, by=[self.boss, action.owner][n % 2])

    def receive(self, n: int) -> None:
        made = announce(self.clients[0], way="here", to=None, uid=uuid4(), by=self.boss, at=self.at)
        take(made, by=self.boss if n % 2 else made.to, at=self.at)
        end(made, by=self.boss, at=self.at)


DEEDS = [
    name for name in vars(Firm) if not name.startswith("_") and name not in {"here", "managers", "boss", "end", "do"}
]
DEEDS += [
    "record",
    "record",
    "set_out",
    "leave",
    "leave_as_manager",
]  # what makes owners and what takes them away is common


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 5)), min_size=6, max_size=16))
@example(history=[("record", 1), ("leave_as_manager", 0)])  # what a manager promised to a client whom nobody serves
@example(history=[("set_out", 0), ("turn_action", 0), ("leave", 0), ("turn_action", 0), ("leave_as_manager", 0)])
@example(
    history=[("hand_over", 0), ("hand_over", 1), ("record", 1), ("give_back", 1)]
)  # promised between a hand-over and its undo
@example(history=[("record", 0), ("settle", 0), ("read_file", 1), ("reopen", 0)])
@example(history=[("record", 0), ("complain", 0), ("be_away", 0), ("leave", 0), ("reopen", 0)])
def test_whatever_happens_everything_open_has_an_owner_who_works_here(db, history):
    with transaction.atomic():
        branch = Firm()
        for what, n in history:
            branch.do(what, n)
        assert [*broken(branch.desk.branch), *broken_complaints(branch.desk.branch)] == []
        for rows in (Promise, Task):
            held = rows.objects.filter(state="open", owner__role="advisor", client__advisor__in=branch.here())
            assert not held.exclude(owner=F("client__advisor")).exists(), "an advisor owes what they cannot see"
        transaction.set_rollback(True)


def test_what_a_self_assessment_asks_of_who_works_elsewhere_is_told():
    branch = Firm()
    branch.do("set_out", 0)
    SelfReviewAction.objects.update(owner=branch.compliance)
    words = "1101: 1 open actions of a self-assessment whose owner does not work here"
    assert list(broken(branch.desk.branch)) == [words]


def test_who_left_before_a_promise_is_reopened_does_not_get_it_back():
    branch = Firm()
    branch.do("record", 0)
    branch.do("settle", 0)
    branch.do("leave", 0)
    branch.do("reopen", 0)
    assert Promise.objects.get().owner == Client.objects.get(pk=branch.clients[0].pk).advisor
    assert list(broken(branch.desk.branch)) == []


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE crm_staff SET is_active = FALSE", "1101: 1 open promises whose owner does not work here"),
        ("DELETE FROM crm_staff_branches", "1101: 1 open tasks whose owner does not work here"),
        ("UPDATE servicing_promise SET state = 'kept'", "1101: 1 settled promises that do not say who and when"),
        ("UPDATE servicing_task SET state = 'done'", "1101: 1 settled tasks that do not say who and when"),
        ("UPDATE servicing_task SET settled_at = due_on", "1101: 1 open tasks with a day of settling"),
        ("UPDATE servicing_contact SET withdrawn_at = recorded_at", "1101: 1 open promises made in a withdrawn contact"),
        ("UPDATE servicing_contact SET client_id = {other}", "1101: 1 contacts with clients of another branch"),
        ("UPDATE clients_accessgrant SET until_at = '2026-12-24'", "1101: 1 grants longer than a day"),
    ],
)  # fmt: skip
def test_a_row_that_is_broken_by_hand_is_told(sql, sentence):
    desk = make_desk()
    talk(desk, promise=due(), step=due("致电"))
    grant_until_evening(desk.client, to=desk.manager, key="x", reason="x", by=desk.manager, at=AT)
    other = client(Branch.objects.create(code="1102", name="望湖营业部"))
    assert list(broken(desk.branch)) == []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(other=other.pk))
    assert sentence in list(broken(desk.branch))


def test_the_check_of_the_data_asks_for_it():
    desk = make_desk()
    talk(desk, promise=due())
    Staff.objects.filter(pk=desk.advisor.pk).update(is_active=False)
    part = next(part for part in checkup.parts(AT) if part.name == "service")
    assert part.branch == desk.branch
    assert len(list(part.broken())) == 1
