"""Openings (S7, S18): written down once, six steps in any order, completed, dropped, linked to the client they became."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch
from segmentation.models import Threshold
from servicing.models import Opening, OpeningStep, Task
from servicing.openings.ending import drop_opening, reopen_opening
from servicing.openings.facts import follow_openings
from servicing.openings.linking import link_client, proposals, unlink_client
from servicing.openings.people import OpeningConflict, begin_opening, branches_held, edit_opening, move_openings
from servicing.openings.phones import masked_phone
from servicing.openings.steps import MANDATORY, ORDER, left_out, take_back_step, take_step, waited_for
from tests.crm.page_firm import client, staff
from tests.servicing.openings import AT, DAY, PHONE, Openings, at, person
from tests.servicing.rounds import Rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Openings:
    return Openings()


def test_the_same_form_twice_writes_a_person_down_once(firm: Openings) -> None:
    uid = uuid4()
    said = {"branch": firm.branch, "owner": firm.advisor, "uid": uid, "by": firm.advisor, "at": AT}
    assert begin_opening(person(), **said) == begin_opening(person(), **said)
    assert AuditEvent.objects.filter(action="begin-opening").count() == 1
    with pytest.raises(Refused):
        begin_opening(person(), **{**said, "by": firm.colleague})


def test_the_phone_is_sealed_and_masked_and_an_empty_one_leaves_it(firm: Openings) -> None:
    opening = firm.begin()
    assert PHONE not in opening.phone_sealed
    edited = edit_opening(
        opening, person(phone="", note="关注佣金"), owner=firm.advisor, version=1, by=firm.advisor, at=AT
    )
    assert (edited.phone_sealed, masked_phone(edited), edited.note) == (opening.phone_sealed, "164••••5678", "关注佣金")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": ""}, "phone"),
        ({"started_on": DAY + timedelta(days=1)}, "started_on"),
        ({"source": "referral"}, "referrer"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(firm: Openings, more: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        firm.begin(**more)
    assert refused.value.field == field


def test_an_opening_belongs_to_an_advisor_who_works_there(firm: Openings) -> None:
    elsewhere = staff("elsewhere", "advisor", Branch.objects.create(code="1102", name="望湖营业部"))
    for who in (elsewhere, firm.manager):
        with pytest.raises(Refused) as refused:
            firm.begin(owner=who)
        assert refused.value.field == "owner"


def test_a_second_editor_is_told_and_nothing_is_lost(firm: Openings) -> None:
    opening = firm.begin()
    edit_opening(opening, person(name="沈慕雲"), owner=firm.advisor, version=1, by=firm.manager, at=AT)
    with pytest.raises(OpeningConflict) as conflict:
        edit_opening(opening, person(note="两融"), owner=firm.advisor, version=1, by=firm.advisor, at=AT)
    assert conflict.value.current.name == "沈慕雲"
    edited = edit_opening(opening, person(note="两融"), owner=firm.advisor, version=2, by=firm.advisor, at=AT)
    assert (edited.name, edited.note, edited.version) == ("沈慕云", "两融", 3)


def test_steps_in_order_complete_an_opening_and_say_how_long_each_took(firm: Openings) -> None:
    opening = firm.begin()
    for number, step in enumerate(ORDER):
        assert opening.step == step
        firm.take(opening, step, on=opening.started_on + timedelta(days=number * 2))
    assert (opening.state, opening.ended_on) == ("completed", DAY)
    assert list(OpeningStep.objects.order_by("taken_on").values_list("days", flat=True)) == [0, 2, 2, 2, 2, 2]


def test_a_step_left_out_is_said_and_holds_the_completion_up(firm: Openings) -> None:
    opening = firm.take(firm.begin(), "form", "verification", "agreement", "deposit")
    assert (opening.state, opening.step) == ("open", "deposit")
    assert left_out(OpeningStep.objects.taken_of([opening.pk])[opening.pk]) == ["branch", "documents"]
    firm.take(opening, "documents")  # whoever came has chosen the branch: it need not be written down
    assert opening.state == "completed"


def test_a_step_is_taken_once_and_taken_back(firm: Openings) -> None:
    opening = firm.take(firm.begin(), *ORDER)
    assert take_step(opening, "form", on=DAY, by=firm.advisor, at=AT) is None
    assert take_back_step(opening, "verification", by=firm.advisor, at=AT)
    assert not take_back_step(opening, "verification", by=firm.advisor, at=AT)
    opening.refresh_from_db()
    assert (opening.state, opening.ended_on, opening.step) == ("open", None, "deposit")
    firm.take(opening, "verification")
    assert opening.state == "completed"
    assert OpeningStep.objects.filter(opening=opening, step="verification").count() == 2  # nothing is deleted (L3)


@pytest.mark.parametrize("day", [DAY + timedelta(days=1), DAY - timedelta(days=11)])
def test_a_step_is_neither_yet_to_come_nor_before_the_first_visit(firm: Openings, day: object) -> None:
    with pytest.raises(Refused) as refused:
        take_step(firm.begin(), "form", on=day, by=firm.advisor, at=AT)  # type: ignore[arg-type]
    assert refused.value.field == "taken_on"


@given(taken=st.sets(st.sampled_from(ORDER)))
def test_what_is_waited_for_comes_after_all_that_was_done_or_left_out(taken: set[str]) -> None:
    out, waited = left_out(taken), ORDER.index(waited_for(taken))
    assert not set(out) & taken
    assert set(ORDER[:waited]) <= taken | set(out)
    assert (taken >= MANDATORY) == (not set(out) & MANDATORY and "deposit" in taken)


def test_a_dropped_opening_has_a_reason_takes_no_step_and_is_taken_up_again(firm: Openings) -> None:
    opening = firm.take(firm.begin(), "branch", "form")
    for reason, text, field in (("", "", "reason"), ("other", " ", "reason_text")):
        with pytest.raises(Refused) as refused:
            drop_opening(opening, reason, text=text, by=firm.advisor, at=AT)
        assert refused.value.field == field
    assert drop_opening(opening, "price", by=firm.advisor, at=AT)
    assert not drop_opening(opening, "product", by=firm.advisor, at=AT)
    with pytest.raises(Refused):
        take_step(opening, "documents", on=DAY, by=firm.advisor, at=AT)
    assert reopen_opening(opening, by=firm.advisor)
    assert not reopen_opening(opening, by=firm.advisor)
    opening.refresh_from_db()
    assert (opening.state, opening.reason, opening.step, opening.ended_on) == ("open", "", "documents", None)


def test_a_completed_opening_is_not_dropped(firm: Openings) -> None:
    with pytest.raises(Refused):
        drop_opening(firm.take(firm.begin(), *ORDER), "price", by=firm.advisor, at=AT)


def test_a_client_with_the_same_phone_is_proposed_to_whoever_sees_them(firm: Openings) -> None:
    opening, who = firm.begin(), firm.client()
    firm.client("16412349999")
    assert proposals([opening], firm.advisor) == {opening.pk: [who]}
    assert proposals([opening], firm.colleague) == {}
    link_client(opening, who, by=firm.advisor, at=AT)
    assert proposals([firm.begin("另一位")], firm.advisor) == {}  # somebody's already


def test_a_link_is_made_once_within_the_branch_and_for_one_opening(firm: Openings) -> None:
    opening, who = firm.begin(), firm.client()
    assert link_client(opening, who, by=firm.advisor, at=AT)
    assert not link_client(opening, who, by=firm.advisor, at=AT)
    stranger = client(Branch.objects.create(code="1102", name="望湖营业部"))
    for wrong, whom in ((firm.begin("甲"), who), (firm.begin("乙"), stranger), (opening, firm.client("16412340001"))):
        with pytest.raises(Refused):
            link_client(wrong, whom, by=firm.advisor, at=AT)


def test_the_files_say_when_the_account_was_opened_and_the_first_money_came(firm: Openings) -> None:
    opening = firm.take(firm.begin(), "branch", "form", "documents", "verification", on=DAY - timedelta(days=6))
    who = firm.client(opened_on=DAY - timedelta(days=5))
    link_client(opening, who, by=firm.advisor, at=AT)
    opening.refresh_from_db()
    assert opening.step == "deposit"
    firm.pay_in(who, DAY - timedelta(days=3), fen=-100_00)
    firm.pay_in(who, DAY - timedelta(days=3), kind="internal")
    assert follow_openings(firm.branch, day=DAY, at=AT)["taken"] == 0
    firm.pay_in(who, DAY - timedelta(days=1))
    firm.pay_in(who, DAY)
    assert follow_openings(firm.branch, day=DAY, at=AT)["taken"] == 1
    assert follow_openings(firm.branch, day=DAY, at=AT)["taken"] == 0
    opening.refresh_from_db()
    assert (opening.state, opening.ended_on) == ("completed", DAY - timedelta(days=1))
    told = OpeningStep.objects.filter(opening=opening, by=None).order_by("taken_on").values_list("step", "days")
    assert list(told) == [("agreement", 1), ("deposit", 4)]


def test_taking_a_link_back_takes_back_what_the_files_said(firm: Openings) -> None:
    opening, who = firm.take(firm.begin(), "form"), firm.client(opened_on=DAY)
    firm.pay_in(who, DAY)
    link_client(opening, who, by=firm.advisor, at=AT)
    assert unlink_client(opening, by=firm.advisor, at=AT)
    assert not unlink_client(opening, by=firm.advisor, at=AT)
    opening.refresh_from_db()
    assert (opening.client, opening.step) == (None, "documents")


def test_the_night_hides_those_who_did_not_become_clients_when_the_days_have_passed(firm: Openings) -> None:
    Threshold.objects.create(key="opening_retention", value=30, unit="days", from_day=DAY, source="合规")
    dropped, waiting = firm.begin("放弃"), firm.begin("跟进")
    drop_opening(dropped, "no_answer", by=firm.advisor, at=AT)
    last = DAY + timedelta(days=30)
    assert follow_openings(firm.branch, day=last, at=at(last))["restricted"] == 0
    assert follow_openings(firm.branch, day=last + timedelta(days=1), at=at(last))["restricted"] == 1
    assert set(Opening.objects.filter(is_restricted=True)) == {dropped}
    assert Opening.objects.visible_to(firm.manager).count() == 2  # it still counts
    assert list(Opening.objects.visible_to(firm.advisor)) == [waiting]
    with pytest.raises(Refused):
        reopen_opening(dropped, by=firm.manager)
    with pytest.raises(Refused):
        edit_opening(dropped, person(), owner=firm.advisor, version=1, by=firm.manager, at=AT)


def test_openings_under_way_move_to_a_colleague_once(firm: Openings) -> None:
    moving, done = firm.begin(), firm.take(firm.begin("已开户"), *ORDER)
    assert branches_held(firm.advisor) == {firm.branch.pk: 1}
    for moved in (1, 0):
        assert move_openings(firm.advisor, firm.branch, to=firm.colleague, by=firm.manager, at=AT) == moved
    moving.refresh_from_db()
    done.refresh_from_db()
    assert (moving.owner, done.owner) == (firm.colleague, firm.advisor)
    assert branches_held(firm.advisor) == {}


def test_the_welcome_calls_count_from_the_day_on_which_the_client_opened_the_account() -> None:
    rounds = Rounds()
    who = rounds.person("vip", opened_on=DAY - timedelta(days=1))
    opening = begin_opening(person(), branch=rounds.branch, owner=rounds.advisor, uid=uuid4(), by=rounds.advisor, at=AT)
    link_client(opening, who, by=rounds.advisor, at=AT)
    rounds.make(DAY)
    first = Task.objects.filter(rule="welcome", client=who).order_by("due_on").first()
    assert first is not None
    assert first.slots == {"days": 3}
    assert first.due_on == DAY + timedelta(days=3)  # the third day is a Sunday
