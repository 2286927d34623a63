"""Clients whom a file gives to another advisor (S17): their pack waits for the receiver the next morning, once."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clients import imports
from clients.imports.checking import file_day
from clients.models import Client, ImportBatch
from crm.models import AuditEvent, Staff
from servicing.handovers import hand_over, undo_hand_over
from servicing.models import HandOver, HandOverClient, Promise, Task
from servicing.reassignments import follow_clients
from tests.clients import desk as import_desk
from tests.clients import files
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.desk import AT, Desk, due, make_desk, talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def receiver(desk: Desk) -> Staff:
    return coded("receiver", desk, "E9")


def coded(name: str, desk: Desk, code: str) -> Staff:
    person = staff(name, "advisor", desk.branch)
    Staff.objects.filter(pk=person.pk).update(employee_code=code)
    return person


def bring(folder: Path, clients: list[Client], code: str, *, at=AT - timedelta(hours=9)) -> ImportBatch:
    """A file of the evening that says whose the clients are."""
    branch = clients[0].branch.code
    rows = [files.client(one.client_number, one.name, branch=branch, 客户经理工号=code) for one in clients]
    batch = imports.receive(files.write(folder / f"{code}-{timezone.localtime(at):%d%H}.csv", rows), by=None)
    imports.inspect(batch)
    checked = imports.check(batch, today=import_desk.TODAY)
    assert checked.state == "checked", (checked.error, list(checked.row_errors.values()))
    return imports.commit(checked, by=None, at=at, file_day=file_day(checked, import_desk.TODAY), fence=lambda: None)


def follow(desk: Desk) -> int:
    with transaction.atomic():
        return follow_clients(desk.branch, AT)


def test_whoever_gets_a_client_by_a_file_finds_the_pack_in_the_morning_once(desk, receiver, tmp_path):
    talk(desk, promise=due(), step=due("致电"))
    other = client(desk.branch, "王桂芳", advisor=desk.advisor)
    kept = client(desk.branch, "留下的", advisor=receiver)
    bring(tmp_path, [desk.client, other, kept], "E9")
    assert follow(desk) == 4  # two clients, a promise, a task
    assert follow(desk) == 0
    done = HandOver.objects.get()
    told = {row.client.name: row.former for row in done.clients.select_related("client", "former")}
    assert told == {desk.client.name: desk.advisor, "王桂芳": desk.advisor}
    assert {row.owner for rows in (Promise, Task) for row in rows.objects.select_related("owner")} == {receiver}
    assert HandOverClient.objects.unread_by(receiver) == 2
    event = AuditEvent.objects.get(action="follow-clients")
    assert (event.actor, event.detail) == (None, {"clients": 2, "promises": 1, "tasks": 1, "ideas": 0})
    browser = browser_of(receiver)
    for page in (browser.get(reverse("pack-list")), browser.get(reverse("pack-detail", args=[done.uid]))):
        assert "导入文件" in page.content.decode()
    assert "送三季度持仓诊断" in page.content.decode()


def test_whoever_had_nobody_comes_with_a_pack_and_who_has_nobody_still_with_none(desk, receiver, tmp_path):
    nobodys, still = (client(desk.branch, name, advisor=None) for name in ("无人", "仍无人"))
    bring(tmp_path, [nobodys], "E9")
    bring(tmp_path, [still], "", at=AT - timedelta(hours=8))
    follow(desk)
    assert [(row.client, row.former) for row in HandOverClient.objects.select_related("client")] == [(nobodys, None)]


def test_what_was_handed_on_or_undone_before_the_night_makes_no_pack(desk, receiver, tmp_path):
    other = client(desk.branch, "王桂芳", advisor=desk.advisor)
    batch = bring(tmp_path, [desk.client], "E9")
    bring(tmp_path, [other], "E9", at=AT - timedelta(hours=8))
    imports.undo(batch, by=None, at=AT - timedelta(hours=7))
    third = coded("third", desk, "E8")
    hand_over(
        [Client.objects.get(pk=other.pk)], to=third, by=desk.manager, at=AT - timedelta(hours=6), reason="区域调整"
    )
    assert follow(desk) == 0
    assert HandOver.objects.filter(made_by=None).count() == 0


def test_a_file_of_long_ago_and_a_client_who_is_hidden_make_none(desk, receiver, tmp_path):
    hidden = client(desk.branch, "受限", advisor=desk.advisor)
    bring(tmp_path, [hidden], "E9")
    bring(tmp_path, [desk.client], "E9", at=AT - timedelta(days=40))
    Client.objects.filter(pk=hidden.pk).update(is_restricted=True)
    follow(desk)
    assert not HandOver.objects.exists()


def test_a_manager_can_give_back_what_a_file_moved(desk, receiver, tmp_path):
    talk(desk, promise=due())
    bring(tmp_path, [desk.client], "E9")
    follow(desk)
    back = undo_hand_over(HandOver.objects.get(), by=desk.manager, at=AT)
    assert (back.given_back, back.stayed) == (1, 0)
    assert Client.objects.get(pk=desk.client.pk).advisor == desk.advisor
    assert Promise.objects.get().owner == desk.advisor
    assert follow(desk) == 0
