"""The client's own fields are corrected in place, and no later file silently overwrites the correction."""

from datetime import date

import pytest
from django.urls import reverse

from clients import mirror
from clients.fact_tables import CLIENTS
from clients.models import Client, FactChange, FactGeneration
from clients.profile import person_token, save_person
from clients.profile.editing import UndoRefused
from clients.profile.person import PersonChangedMeanwhile, undo_person
from crm.models import AuditEvent, Branch, Staff
from tests.clients import files
from tests.clients.desk import Desk, the_client
from tests.clients.profile_firm import Editor, browser
from tests.crm import page_firm

pytestmark = pytest.mark.django_db
SAID = {"职业": "教师", "通讯地址": "临江路 1 号", "电子邮箱": "shen@example.com", "出生日期": "1968-04-26"}


@pytest.fixture
def shen(desk: Desk) -> Client:
    """A client whom a file brought in."""
    desk.branch()
    desk.bring([files.client("00310001", "沈怀瑾", **SAID)])
    return the_client("00310001")


@pytest.fixture
def manager(desk: Desk) -> Staff:
    return page_firm.staff("manager", "manager", desk.branch())


def correct(client: Client, by: Staff, desk: Desk, **values: object) -> FactChange:
    change = save_person(client, values, token=person_token(client), by=by, at=desk.clock())
    assert change is not None
    return change


def test_a_correction_is_kept_when_the_next_file_still_says_the_old(desk: Desk, shen: Client, manager: Staff) -> None:
    editor = Editor(manager, shen, "person")
    assert editor.save(form_of_address="沈老师", occupation="退休教师", birthday_calendar="lunar") == 200
    batch = desk.bring([files.client("00310001", "沈怀瑾", **{**SAID, "学历": "本科", "称呼": "沈女士"})])
    after = the_client("00310001")
    assert (after.form_of_address, after.occupation, after.birthday_calendar) == ("沈老师", "退休教师", "lunar")
    assert after.education == "本科"  # nobody typed that
    assert batch.changed_count == 1


def test_a_correction_leaves_history_audit_and_a_raised_generation(desk: Desk, shen: Client, manager: Staff) -> None:
    before = FactGeneration.objects.get(table=CLIENTS.db_table).generation
    Editor(manager, shen, "person").save(occupation="退休教师")
    change = FactChange.objects.get(staff=manager)
    assert ((change.before or {})["occupation"], (change.after or {})["occupation"]) == ("教师", "退休教师")
    assert FactGeneration.objects.get(table=CLIENTS.db_table).generation == before + 1
    event = AuditEvent.objects.get(action="edit-client")
    assert event.detail["fields"] == ["occupation"]
    assert "退休" not in str(event.detail)
    told = browser(manager).get(reverse("card-history", args=[shen.pk, "person"])).content.decode()
    assert "退休教师" in told
    assert "员工manager" in told


def test_a_dry_run_that_saw_the_old_value_is_planned_anew(desk: Desk, shen: Client, manager: Staff) -> None:
    batch = desk.check([files.client("00310001", "沈怀瑾", **{**SAID, "职业": "会计"})])
    correct(shen, manager, desk, occupation="退休教师")
    desk.commit(batch)
    assert the_client("00310001").occupation == "退休教师"


def test_a_file_that_came_while_the_form_was_open_is_told(desk: Desk, shen: Client, manager: Staff) -> None:
    editor = Editor(manager, shen, "person")
    desk.bring([files.client("00310001", "沈怀瑾", **{**SAID, "职业": "会计"})], "新客户.csv")
    assert editor.save(occupation="退休教师", education="本科") == 422
    for text in ("会计", "退休教师", "新客户.csv"):
        assert text in editor.html
    assert the_client("00310001").occupation == "会计"
    assert editor.save() == 200
    assert (the_client("00310001").occupation, the_client("00310001").education) == ("退休教师", "本科")


def test_of_two_editors_the_second_is_told(desk: Desk, shen: Client, manager: Staff) -> None:
    seen = person_token(shen)
    correct(shen, manager, desk, occupation="会计")
    with pytest.raises(PersonChangedMeanwhile):
        save_person(shen, {"occupation": "医生"}, token=seen, by=manager, at=desk.clock())
    assert the_client("00310001").occupation == "会计"


def test_a_correction_is_undone_until_somebody_corrects_again(desk: Desk, shen: Client, manager: Staff) -> None:
    first = correct(shen, manager, desk, birthday=date(1968, 4, 27))
    undo_person(shen, first, by=manager, at=desk.clock())
    assert the_client("00310001").birthday == date(1968, 4, 26)
    again = correct(the_client("00310001"), manager, desk, occupation="会计")
    correct(the_client("00310001"), manager, desk, occupation="医生")
    with pytest.raises(UndoRefused):
        undo_person(shen, again, by=manager, at=desk.clock())
    assert the_client("00310001").occupation == "医生"


def test_the_copy_still_knows_the_clients_of_the_branch(desk: Desk, shen: Client, manager: Staff) -> None:
    correct(shen, manager, desk, occupation="会计")
    con = mirror.open_facts(list(Branch.objects.all()), desk.clock(), tables=[CLIENTS])
    assert con.execute("SELECT client_number FROM clients").fetchall() == [("00310001",)]


def test_an_undo_of_the_file_names_who_corrected_the_client_since(desk: Desk, shen: Client, manager: Staff) -> None:
    correct(shen, manager, desk, occupation="会计")
    assert ("clients", "by_hand") in desk.undo(shen.batch)
    assert the_client("00310001").occupation == "会计"


def test_an_undo_of_the_file_keeps_a_client_who_has_a_card(desk: Desk, shen: Client, manager: Staff) -> None:
    Editor(manager, shen, "permission").save(board="star", granted_on="2026-11-02", source="申请表")
    assert ("clients", "leaned_on") in desk.undo(shen.batch)
    assert Client.objects.filter(pk=shen.pk).exists()


@pytest.mark.parametrize(
    ("field", "rubbish", "said"),
    [
        ("birthday", "gestern", "Enter a valid date."),
        ("birthday", "0001-01-01", "Please check the year."),
        ("birthday", "2999-01-01", "This day has not come yet."),
        ("birthday_calendar", "martian", "Select a valid choice"),
        ("email", "not an address", "Enter a valid email address."),
        ("form_of_address", "x" * 61, "at most 60 characters"),
        ("occupation", "a\x00b", "Null characters are not allowed."),
    ],
)
def test_rubbish_in_a_field_is_answered_beside_it(
    desk: Desk, shen: Client, manager: Staff, field: str, rubbish: str, said: str
) -> None:
    editor = Editor(manager, shen, "person")
    assert editor.save(**{field: rubbish}) == 422
    beside = editor.html.split(f'for="card-{field}"')[1].split("</div>")[0]
    assert said in beside
    assert not FactChange.objects.exists()
