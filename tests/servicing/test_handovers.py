"""Clients who change their advisor (S17): with what is open for them, once, by name refused, and given back on demand."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import mirror
from clients.fact_tables import CLIENTS
from clients.models import Client, FactChange
from clients.owners import CannotOwn
from crm.models import AuditEvent, Branch
from servicing.handovers import SeveralBranches, hand_over, undo_hand_over
from servicing.models import Contact, HandOver, Promise, Task
from tests.clients import files
from tests.clients.desk import Desk
from tests.crm.page_firm import NOW, client, staff

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
DUE = date(2026, 12, 1)


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.boss = staff("boss", "manager", self.branch)
        self.old, self.new = (staff(name, "advisor", self.branch) for name in ("old", "new"))
        self.hers = client(self.branch, "沈慕云", advisor=self.old)
        self.his = client(self.branch, "顾承远", advisor=self.old)

    def move(self, *clients, to=None, **more):
        return hand_over(clients, to=to or self.new, by=self.boss, at=NOW, reason="休长假", **more)


@pytest.fixture
def firm():
    return Firm()


def promised(who, owner, state="open"):
    said = Contact.objects.create(
        branch=who.branch, client=who, staff=owner, happened_at=NOW, channel="phone", summary="谈", recorded_at=NOW
    )
    return Promise.objects.create(
        branch=who.branch, client=who, contact=said, owner=owner, text="寄资料", due_on=DUE, state=state
    )


def asked(who, owner):
    return Task.objects.create(
        branch=who.branch,
        client=who,
        owner=owner,
        key=str(uuid4()),
        title="回访",
        due_on=DUE,
        made_by=owner,
        made_at=NOW,
    )


def owner_of(row):
    return type(row).objects.get(pk=row.pk).owner.username


def advisor_of(who):
    found = Client.objects.get(pk=who.pk).advisor
    return found.username if found else None


def test_clients_go_with_what_is_open_for_them_and_what_is_settled_stays(firm):
    promise, task = promised(firm.hers, firm.old), asked(firm.hers, firm.old)
    kept = promised(firm.hers, firm.old, state="kept")
    managers_own, others = asked(firm.hers, firm.boss), asked(firm.his, firm.old)
    done = firm.move(firm.hers)
    assert (advisor_of(firm.hers), advisor_of(firm.his)) == ("new", "old")
    assert (owner_of(promise), owner_of(task)) == ("new", "new")
    assert (owner_of(kept), owner_of(managers_own), owner_of(others)) == ("old", "boss", "old")
    row = AuditEvent.objects.get(action="hand-over")
    assert row.detail == {
        "to": firm.new.pk,
        "clients": 1,
        "promises": 1,
        "tasks": 1,
        "ideas": 0,
        "checksum": row.detail["checksum"],
    }
    assert (row.key, row.reason, row.branch) == (str(done.uid), "休长假", firm.branch)


def test_the_columnar_copy_follows(firm):
    firm.move(firm.hers)
    known = mirror.open_facts([firm.branch], None, tables=[CLIENTS])
    rows = known.execute("SELECT client_id, advisor_id FROM clients WHERE client_id = ?", [firm.hers.pk]).fetchall()
    assert rows == [(firm.hers.pk, firm.new.pk)]
    before = mirror.open_facts([firm.branch], NOW - timedelta(minutes=1), tables=[CLIENTS])
    assert before.execute("SELECT count(*) FROM clients").fetchall() == [(0,)]  # nothing was recorded before NOW


def test_it_is_given_back_with_what_was_open_unless_somebody_moved_it_since(firm):
    third = staff("third", "advisor", firm.branch)
    promise, settled = promised(firm.hers, firm.old), asked(firm.hers, firm.old)
    done = firm.move(firm.hers, firm.his)
    Task.objects.filter(pk=settled.pk).update(state="done")
    firm.move(firm.his, to=third)
    back = undo_hand_over(done, by=firm.boss, at=LATER)
    assert (back.given_back, back.stayed) == (1, 1)
    assert (advisor_of(firm.hers), advisor_of(firm.his)) == ("old", "third")
    assert (owner_of(promise), owner_of(settled)) == ("old", "new")
    again = undo_hand_over(done, by=firm.boss, at=LATER)
    assert (again.given_back, again.stayed) == (0, 0)
    assert AuditEvent.objects.filter(action="undo-hand-over").count() == 1


def test_nobody_is_given_back_to_somebody_who_has_left(firm):
    promise = promised(firm.hers, firm.old)
    done = firm.move(firm.hers)
    firm.old.is_active = False
    firm.old.save()
    assert undo_hand_over(done, by=firm.boss, at=LATER).stayed == 1
    assert (advisor_of(firm.hers), owner_of(promise)) == ("new", "new")


def test_a_client_without_an_owner_may_have_none_again(firm):
    orphan = client(firm.branch, "无主")
    done = firm.move(orphan)
    assert advisor_of(orphan) == "new"
    undo_hand_over(done, by=firm.boss, at=LATER)
    assert advisor_of(orphan) is None


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("role", {"role": "manager"}),
        ("left", {"left_on": date(2026, 11, 1)}),
        ("inactive", {"is_active": False}),
        ("registration", {"registration_status": "ended"}),
        ("registration", {"registration_status": "suspended"}),
        ("branch", {}),
    ],
)
def test_who_may_not_own_clients_is_refused_by_name_and_nothing_moves(firm, why, told):
    for name, value in told.items():
        setattr(firm.new, name, value)
    firm.new.save()
    if why == "branch":
        firm.new.branches.set([firm.elsewhere])
    with pytest.raises(CannotOwn, match="员工new") as refused:
        firm.move(firm.hers)
    assert refused.value.why == why
    assert advisor_of(firm.hers) == "old"
    assert not HandOver.objects.exists()
    assert not AuditEvent.objects.filter(action="hand-over").exists()


def test_one_branch_at_a_time(firm):
    firm.new.branches.add(firm.elsewhere)
    with pytest.raises(SeveralBranches):
        firm.move(firm.hers, client(firm.elsewhere))
    assert advisor_of(firm.hers) == "old"


def test_a_double_click_hands_over_once_and_who_is_there_already_stays_untouched(firm):
    uid = uuid4()
    first, second = firm.move(firm.hers, uid=uid), firm.move(firm.hers, uid=uid)
    assert first == second
    firm.move(firm.hers)
    assert FactChange.objects.filter(table=CLIENTS.db_table, key=firm.hers.pk).count() == 1
    assert HandOver.objects.count() == 2
    assert HandOver.objects.latest("pk").clients.count() == 0


def test_a_hundred_clients_take_no_more_statements_than_ten(firm):
    few = [client(firm.branch, advisor=firm.old) for _ in range(10)]
    many = [client(firm.branch, advisor=firm.old) for _ in range(100)]
    with CaptureQueriesContext(connection) as ten:
        firm.move(*few)
    with CaptureQueriesContext(connection) as hundred:
        firm.move(*many)
    assert len(hundred) <= len(ten) + 1  # SQLite takes a thousand values per statement


def test_a_later_file_does_not_take_the_client_back_until_the_hand_over_is_undone(tmp_path: Path):
    desk = Desk(tmp_path)
    branch = desk.branch()
    boss = staff("boss", "manager", branch)
    rows = [files.client("00310001", 客户经理编号="A1", 客户经理="林知远")]
    desk.bring(rows, create_unknown=True)
    who = Client.objects.get(client_number="00310001")
    assert who.advisor is not None
    assert who.advisor.employee_code == "A1"
    new = staff("new", "advisor", branch)
    who.advisor.branches.add(branch)
    done = hand_over([who], to=new, by=boss, at=desk.clock(), reason="休长假")
    desk.bring([files.client("00310001", 客户经理编号="A2", 客户经理="宋知行")], create_unknown=True)
    assert advisor_of(who) == "new"
    undo_hand_over(done, by=boss, at=desk.clock())
    desk.bring([files.client("00310001", 客户经理编号="A2", 客户经理="宋知行", 职业="教师")], create_unknown=True)
    assert Client.objects.get(pk=who.pk).advisor.employee_code == "A2"
