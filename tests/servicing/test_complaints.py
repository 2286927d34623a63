"""Complaints (S9): received by somebody else than whom they are about, led through five stages, closed with a lesson."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Leave, Staff
from servicing.complaints.callers import Caller, caller_of
from servicing.complaints.changes import ComplaintConflict
from servicing.complaints.invariants import broken_complaints
from servicing.complaints.owners import choose_owner, hand_over_all, name_officer, pass_on_stray, reassign
from servicing.complaints.receiving import Given, correct_complaint
from servicing.complaints.stages import (
    FollowedUp,
    Improved,
    check_action,
    leave_stage,
    record_call,
    reopen_complaint,
    settle_action,
)
from servicing.models import Complaint, ComplaintAction, ComplaintCall, ComplaintStep
from tests.crm.page_firm import client
from tests.servicing.complaint_desk import AT, DAY, HOUR, SAID, TEXT, ComplaintDesk, make_complaint_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> ComplaintDesk:
    return make_complaint_desk()


def given_of(complaint: Complaint) -> Given:
    return Given(complaint.category, complaint.severity, complaint.text, complaint.about)


def test_the_dedicated_person_receives_and_the_manager_where_nobody_was_named(desk: ComplaintDesk) -> None:
    assert desk.receive().owner == desk.manager
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    assert desk.receive().owner == desk.colleague
    assert desk.receive(received_at=AT - timedelta(days=3)).owner == desk.colleague


def test_the_person_complained_about_never_owns_it(desk: ComplaintDesk) -> None:
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    assert desk.receive(about=desk.colleague).owner == desk.manager
    assert desk.receive(about=desk.manager).owner == desk.colleague
    complaint = desk.receive(about=desk.advisor)
    with pytest.raises(Refused):
        reassign(complaint, desk.advisor, version=1, by=desk.manager, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(owner=desk.advisor)


def test_without_another_manager_compliance_owns_what_is_about_the_manager(desk: ComplaintDesk) -> None:
    desk.deputy.is_active = False
    desk.deputy.save()
    assert choose_owner(desk.branch, desk.manager, DAY) == desk.compliance
    desk.compliance.is_active = False
    desk.compliance.save()
    with pytest.raises(Refused) as refused:
        choose_owner(desk.branch, desk.manager, DAY)
    assert refused.value.field == "about"


def test_a_complaint_of_a_restricted_client_is_owned_by_compliance(desk: ComplaintDesk) -> None:
    hidden = client(desk.branch, "温序", is_restricted=True)
    complaint = desk.receive(client=hidden)
    assert complaint.owner == desk.compliance
    with pytest.raises(Refused):
        reassign(complaint, desk.manager, version=1, by=desk.compliance, at=AT)


def test_an_unknown_caller_is_sealed_until_somebody_finds_the_client(desk: ComplaintDesk) -> None:
    complaint = desk.receive(caller=Caller("沈先生", "16412345678"), client=None)
    assert "沈" not in complaint.caller_sealed
    assert "16412345678" not in complaint.phone_sealed
    assert caller_of(complaint) == Caller("沈先生", "16412345678")
    known = correct_complaint(complaint, given_of(complaint), client=desk.client, version=1, by=desk.manager, at=AT)
    assert known.client == desk.client
    assert Complaint.objects.with_open_complaint(desk.branch) == {desk.client.pk}
    with pytest.raises(Refused) as refused:
        desk.receive(caller=Caller(" "), client=None)
    assert refused.value.field == "caller"


def test_the_same_form_twice_is_one_complaint(desk: ComplaintDesk) -> None:
    uid = uuid4()
    assert desk.receive(uid=uid).pk == desk.receive(uid=uid).pk
    assert AuditEvent.objects.filter(action="receive-complaint").count() == 1
    assert TEXT not in str(AuditEvent.objects.get(action="receive-complaint").detail)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"category": "weather"}, "category"),
        ({"severity": "huge"}, "severity"),
        ({"received_at": AT + HOUR}, "received_at"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(desk: ComplaintDesk, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.receive(**wrong)
    assert refused.value.field == field
    assert not Complaint.objects.exists()


def test_five_stages_lead_to_closing_and_leave_their_trace(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(about=desk.advisor))
    assert (complaint.stage, complaint.satisfaction, complaint.asked_by) == ("closed", 4, desk.manager)
    assert (complaint.cause, complaint.due_on) == ("neglect", None)
    steps = list(complaint.steps.order_by("pk"))
    assert [step.stage for step in steps] == ["received", "cause", "answer", "follow_up", "improve"]
    assert all(step.left_at - step.entered_at == HOUR for step in steps)
    assert steps[2].said["apology"] == "spoken"
    assert Complaint.objects.with_open_complaint([desk.client.pk]) == set()


@pytest.mark.parametrize("stage", list(SAID))
def test_leaving_a_stage_twice_is_once_and_a_second_editor_is_told(desk: ComplaintDesk, stage: str) -> None:
    complaint = desk.work(desk.receive(), until=stage)
    if stage == "follow_up":
        record_call(complaint, "satisfied", "", uid=uuid4(), by=desk.manager, at=AT + 8 * HOUR)
    for _twice in range(2):
        after = leave_stage(complaint, SAID[stage], version=complaint.version, by=desk.manager, at=AT + 9 * HOUR)
    assert after.version == complaint.version + 1
    assert ComplaintStep.objects.filter(stage=stage).count() == 1
    with pytest.raises(ComplaintConflict) as conflict:
        leave_stage(complaint, SAID[stage], version=complaint.version, by=desk.deputy, at=AT + 9 * HOUR)
    assert conflict.value.current.stage == after.stage


@pytest.mark.parametrize(
    ("stage", "more", "field"),
    [
        ("received", {"words": ""}, "words"),
        ("cause", {"talk": " "}, "talk"),
        ("cause", {"cause": ""}, "cause"),
        ("cause", {"root_cause": ""}, "root_cause"),
        ("answer", {"solution": ""}, "solution"),
        ("answer", {"answer": ""}, "answer"),
        ("answer", {"apology": ""}, "apology"),
        ("answer", {"apology": "none"}, "no_apology"),
        ("improve", {"lesson": ""}, "lesson"),
        ("improve", {"no_remedy": ""}, "no_remedy"),
        ("improve", {"satisfaction": None}, "not_asked"),
        ("improve", {"satisfaction": 6}, "satisfaction"),
        ("improve", {"remedy": "交接清单"}, "remedy_owner"),
    ],
)
def test_a_stage_is_not_left_without_what_it_must_say(
    desk: ComplaintDesk, stage: str, more: dict[str, object], field: str
) -> None:
    complaint = desk.work(desk.receive(), until=stage)
    with pytest.raises(Refused) as refused:
        leave_stage(
            complaint, replace(SAID[stage], **more), version=complaint.version, by=desk.manager, at=AT + 9 * HOUR
        )
    assert refused.value.field == field
    assert Complaint.objects.get(pk=complaint.pk).stage == stage


def test_following_up_ends_with_a_satisfied_client_or_a_reason(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(), until="follow_up")
    uid, settings = uuid4(), {"by": desk.manager, "at": AT + 8 * HOUR}
    with pytest.raises(Refused):
        record_call(complaint, "not_yet", "", uid=uid, **settings)
    for _twice in range(2):
        record_call(complaint, "not_yet", "还要书面说明", uid=uid, **settings)
    assert ComplaintCall.objects.count() == 1
    with pytest.raises(Refused) as refused:
        leave_stage(complaint, FollowedUp(), version=complaint.version, **settings)
    assert refused.value.field == "left_out"
    left = leave_stage(complaint, FollowedUp("客户要求不再联系"), version=complaint.version, **settings)
    assert left.stage == "improve"
    with pytest.raises(Refused):
        record_call(left, "satisfied", "", uid=uuid4(), **settings)


def test_a_corrective_action_has_an_owner_is_done_and_then_checked(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(about=desk.advisor), until="improve")
    said = Improved("须交接", "休假交接清单", desk.advisor.pk, "2026-12-10", not_asked="客户出国")
    settings = {"version": complaint.version, "by": desk.manager, "at": AT + 9 * HOUR}
    with pytest.raises(Refused) as refused:
        leave_stage(complaint, said, **settings)
    assert refused.value.field == "remedy_owner"
    leave_stage(complaint, replace(said, remedy_owner=desk.colleague.pk), **settings)
    action = ComplaintAction.objects.get()
    assert set(ComplaintAction.objects.visible_to(desk.colleague)) == {action}
    assert not Complaint.objects.visible_to(desk.colleague).exists()
    with pytest.raises(Refused):
        check_action(action, effective=True, by=desk.manager, at=AT)
    assert [settle_action(action, by=desk.colleague, at=AT) for _ in range(2)] == [True, False]
    assert [check_action(action, effective=False, by=desk.manager, at=AT) for _ in range(2)] == [True, False]
    assert not ComplaintAction.objects.still_open().exists()


def test_a_closed_complaint_opens_again_with_a_new_clock(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive())
    later = AT + timedelta(days=10)
    for _twice in range(2):
        again = reopen_complaint(complaint, "客户说没有兑现", version=complaint.version, by=desk.manager, at=later)
    assert (again.stage, again.round, again.satisfaction, again.clock_from) == ("cause", 1, None, later.date())
    assert again.due_on > later.date()
    closed = desk.work(again)
    assert (closed.stage, closed.steps.filter(round=1).count()) == ("closed", 4)


def test_an_edit_keeps_the_reading_before_and_tells_a_second_editor(desk: ComplaintDesk) -> None:
    complaint = desk.receive()
    before = complaint.due_on
    grave = replace(given_of(complaint), severity="grave", about=desk.manager)
    settings = {"client": desk.client, "version": 1, "at": AT}
    for _twice in range(2):
        edited = correct_complaint(complaint, grave, by=desk.manager, **settings)
    assert (edited.owner, edited.version, edited.due_on) == (desk.deputy, 2, before)
    assert complaint.changes.get().before["owner"] == desk.manager.pk
    with pytest.raises(ComplaintConflict):
        correct_complaint(complaint, replace(grave, text="另一种说法"), by=desk.deputy, **settings)
    elsewhere = client(type(desk.branch).objects.create(code="1102", name="望湖营业部"))
    with pytest.raises(Refused):
        correct_complaint(complaint, grave, client=elsewhere, version=2, by=desk.deputy, at=AT)


def test_nobody_is_complained_about_who_asked_how_satisfied_the_client_is(desk: ComplaintDesk) -> None:
    closed = desk.work(desk.receive())
    values = {"client": desk.client, "by": desk.compliance, "at": AT + timedelta(days=1)}
    about = replace(given_of(closed), about=desk.manager)
    with pytest.raises(Refused) as refused:
        correct_complaint(closed, about, version=closed.version, **values)
    assert refused.value.field == "about"
    again = reopen_complaint(closed, "其实是经理", version=closed.version, by=desk.deputy, at=values["at"])
    assert correct_complaint(again, about, version=again.version, **values).owner == desk.deputy


def test_an_open_complaint_is_never_with_somebody_who_may_not_work_on_it(desk: ComplaintDesk) -> None:
    moved, mine = desk.receive(), desk.receive()
    caller, unknown = (desk.receive(client=None, caller=Caller("王先生")) for _n in range(2))
    closed = desk.work(desk.receive())
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=True)
    secret = client(desk.branch, "秦保密", is_restricted=True)
    named = correct_complaint(caller, given_of(caller), client=secret, version=1, by=desk.manager, at=AT)
    again = reopen_complaint(closed, "没有兑现", version=closed.version, by=desk.compliance, at=AT + timedelta(days=3))
    assert {named.owner, again.owner} == {desk.compliance}
    assert len(list(broken_complaints(desk.branch))) == 2
    assert [pass_on_stray(AT), pass_on_stray(AT)] == [2, 0]
    assert {Complaint.objects.get(pk=row.pk).owner for row in (moved, mine)} == {desk.compliance}
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=False)
    Complaint.objects.update(owner=desk.manager)
    desk.manager.branches.clear()
    assert pass_on_stray(AT) == 5
    assert list(broken_complaints(desk.branch)) == []
    assert {Complaint.objects.get(pk=row.pk).owner for row in (mine, unknown)} == {desk.deputy}


def test_whoever_leaves_hands_over_what_they_own(desk: ComplaintDesk) -> None:
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    mine, about_deputy = desk.receive(), desk.receive(about=desk.deputy)
    assert hand_over_all(desk.colleague, desk.deputy, seen_by=desk.manager, at=AT) == 1
    mine.refresh_from_db()
    about_deputy.refresh_from_db()
    assert (mine.owner, about_deputy.owner) == (desk.deputy, desk.colleague)
    assert hand_over_all(desk.colleague, desk.deputy, seen_by=desk.manager, at=AT) == 0


def test_an_officer_is_named_for_a_day_to_come_once(desk: ComplaintDesk) -> None:
    settings = {"by": desk.manager, "at": AT}
    first = name_officer(desk.branch, desk.colleague, from_day=DAY, **settings)
    assert name_officer(desk.branch, desk.colleague, from_day=DAY, **settings) == first
    for person, day in ((desk.advisor, DAY), (desk.colleague, DAY - timedelta(days=1)), (desk.admin, DAY)):
        with pytest.raises(Refused):
            name_officer(desk.branch, person, from_day=day, **settings)


def test_an_officer_on_leave_is_passed_over_and_nobody_here_is_better_than_somebody_away(desk: ComplaintDesk) -> None:
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    days = {"from_day": DAY, "until_day": DAY + timedelta(days=3), "made_by": desk.manager, "made_at": AT}
    Leave.objects.create(staff=desk.colleague, **days)
    assert choose_owner(desk.branch, None, DAY) == desk.manager
    assert choose_owner(desk.branch, None, DAY + timedelta(days=3)) == desk.colleague
    Staff.objects.exclude(pk__in=[desk.colleague.pk, desk.manager.pk]).update(is_active=False)
    Leave.objects.create(staff=desk.manager, **days)
    assert choose_owner(desk.branch, None, DAY) == desk.colleague
