"""Who reads a complaint and what may be done to it: never the person complained about; for the others it is missing, byte for
byte."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from crm.models import AuditEvent, Branch, Staff
from servicing.complaints.callers import Caller
from servicing.complaints.owners import name_officer
from servicing.complaints.stages import Improved, leave_stage
from servicing.models import Complaint, ComplaintAction
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.complaint_desk import AT, DAY, HOUR, SAID, TEXT, ComplaintDesk, make_complaint_desk

pytestmark = pytest.mark.django_db
WHO = ("advisor", "colleague", "manager", "deputy", "compliance", "admin", "elsewhere")
# About whom (None: nobody), who owns it → who reads it.
MATRIX = [
    (None, "manager", {"manager", "deputy", "compliance"}),
    (None, "colleague", {"colleague", "manager", "deputy", "compliance"}),
    ("advisor", "manager", {"manager", "deputy", "compliance"}),
    ("advisor", "colleague", {"colleague", "manager", "deputy", "compliance"}),
    ("manager", "deputy", {"deputy", "compliance"}),
    ("manager", "colleague", {"colleague", "deputy", "compliance"}),
    ("manager", "compliance", {"deputy", "compliance"}),
]


@pytest.fixture
def desk() -> Iterator[ComplaintDesk]:
    with time_machine.travel(AT + HOUR, tick=False):
        yield make_complaint_desk()


def person(desk: ComplaintDesk, who: str) -> Staff:
    if who != "elsewhere":
        return getattr(desk, who)
    branch, _made = Branch.objects.get_or_create(code="1102", defaults={"name": "望湖营业部"})
    return Staff.objects.filter(username="elsewhere").first() or staff("elsewhere", "manager", branch)


def complaint_of(desk: ComplaintDesk, about: str | None, owner: str) -> Complaint:
    complaint = desk.receive(about=person(desk, about) if about else None)
    Complaint.objects.filter(pk=complaint.pk).update(owner=person(desk, owner))
    complaint.refresh_from_db()
    return complaint


@pytest.mark.parametrize(("about", "owner", "readers"), MATRIX)
def test_owner_managers_and_compliance_read_it_and_never_whom_it_is_about(
    desk: ComplaintDesk, about: str | None, owner: str, readers: set[str]
) -> None:
    complaint = complaint_of(desk, about, owner)
    address, missing = reverse("complaint-detail", args=[complaint.pk]), reverse("complaint-detail", args=[999_999])
    for who in WHO:
        browser = browser_of(person(desk, who))
        response, lost = browser.get(address), browser.get(missing)
        assert (response.status_code == 200) == (who in readers), who
        assert Complaint.objects.visible_to(person(desk, who)).exists() == (who in readers), who
        if who not in readers:
            assert response.status_code == 404
            assert same(response.content) == same(lost.content)
        if who != "admin":
            assert (TEXT[:10] in browser.get(reverse("complaint-list")).content.decode()) == (who in readers), who


POSTS = {
    "leave-complaint-stage": {"words": "已告知", "how": "phone"},
    "correct-complaint": {"category": "process", "severity": "minor", "text": "另一种说法"},
    "reassign-complaint": {},
    "call-complainer": {"outcome": "satisfied"},
    "reopen-complaint": {"why": "没有兑现"},
}
WORKS, STEERS = {"colleague", "manager", "deputy"}, {"colleague", "manager", "deputy", "compliance"}


@pytest.mark.parametrize("route", POSTS)
def test_nobody_else_does_anything_to_it(desk: ComplaintDesk, route: str) -> None:
    complaint = complaint_of(desk, "advisor", "colleague")
    allowed = STEERS if route in {"correct-complaint", "reassign-complaint"} else WORKS
    extra = ["received"] if route == "leave-complaint-stage" else []
    for who in WHO:
        browser = browser_of(person(desk, who))
        sent = {"version": 0, "uid": uuid4(), **POSTS[route]}  # a version nobody has: told, and nothing written
        found = browser.post(reverse(route, args=[complaint.pk, *extra]), sent)
        lost = browser.post(reverse(route, args=[999_999, *extra]), sent)
        assert lost.status_code == 404
        assert (found.status_code in {409, 422}) == (who in allowed), f"{who}: {found.status_code}"
        if who not in allowed:
            assert same(found.content) == same(lost.content)
    complaint.refresh_from_db()
    assert complaint.version == 1


def test_nobody_gets_in_without_logging_in(desk: ComplaintDesk) -> None:
    complaint = desk.receive()
    for route in ("complaint-detail", "reveal-caller"):
        assert Browser().get(reverse(route, args=[complaint.pk])).status_code == 302


def test_compliance_reads_names_masked(desk: ComplaintDesk) -> None:
    complaint = desk.receive(text=f"{desk.client.name} 说没有人回电", about=desk.advisor)
    unknown = desk.receive(caller=Caller("沈慕云", "16412345678"), client=None)
    browser = browser_of(desk.compliance)
    pages = [reverse("complaint-detail", args=[row.pk]) for row in (complaint, unknown)]
    for address in (*pages, reverse("complaint-list"), reverse("complaint-lessons")):
        page = browser.get(address).content.decode()
        assert desk.client.name not in page
        assert "16412345678" not in page
    assert "沈••" in browser.get(pages[0]).content.decode()


def test_a_complaint_of_a_restricted_client_is_read_by_compliance_only(desk: ComplaintDesk) -> None:
    complaint = complaint_of(desk, None, "manager")
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=True)
    seen = {who for who in WHO if Complaint.objects.visible_to(person(desk, who)).filter(pk=complaint.pk).exists()}
    assert seen == {"compliance"}


@pytest.mark.parametrize(("about", "is_told"), [(None, True), ("colleague", True), ("advisor", False)])
def test_the_client_page_tells_of_it_but_not_to_whom_it_is_about(
    desk: ComplaintDesk, about: str | None, is_told: bool
) -> None:
    complaint = desk.receive(about=person(desk, about) if about else None)
    address = reverse("complaint-detail", args=[complaint.pk])
    english = {"accept-language": "en"}
    client_page = reverse("client-detail", args=[desk.client.pk])
    advisors = browser_of(desk.advisor).get(client_page, headers=english).content.decode()
    managers = browser_of(desk.manager).get(client_page, headers=english).content.decode()
    assert ("open complaint" in advisors) == is_told
    assert address not in advisors
    assert TEXT[:10] not in advisors
    assert address in managers
    assert TEXT[:10] in managers
    # the guard of the messages counts what its reader may not see
    assert Complaint.objects.with_open_complaint([desk.client.pk]) == {desk.client.pk}


def test_whoever_takes_it_down_does_not_read_it_afterwards(desk: ComplaintDesk) -> None:
    browser = browser_of(desk.advisor)
    sent = {"uid": uuid4(), "how": "phone", "category": "process", "severity": "minor", "text": TEXT}
    response = browser.post(reverse("receive-complaint") + f"?client={desk.client.pk}", sent)
    assert response["Location"] == reverse("client-detail", args=[desk.client.pk])
    assert Complaint.objects.get().received_by == desk.advisor
    assert browser.get(reverse("complaint-detail", args=[Complaint.objects.get().pk])).status_code == 404


def test_nobody_takes_a_complaint_down_for_a_client_they_do_not_see(desk: ComplaintDesk) -> None:
    other = client(desk.branch, "温序", advisor=desk.colleague)
    browser = browser_of(desk.advisor)
    assert browser.get(reverse("receive-complaint") + f"?client={other.pk}").status_code == 404
    sent = {
        "uid": uuid4(),
        "how": "phone",
        "category": "process",
        "severity": "minor",
        "text": TEXT,
        "branch": "1101",
        "client_number": other.client_number,
    }
    response = browser.post(reverse("receive-complaint"), sent)
    assert response.status_code == 422
    assert not Complaint.objects.exists()


def test_a_corrective_action_is_done_by_whom_it_was_given_to_without_the_complaint(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(about=desk.advisor), until="improve")
    said = replace(SAID["improve"], remedy="交接清单", remedy_owner=desk.colleague.pk, remedy_due="2026-12-10")
    assert isinstance(said, Improved)
    leave_stage(complaint, said, version=complaint.version, by=desk.manager, at=AT + 9 * HOUR)
    action = ComplaintAction.objects.get()
    done, checked = (reverse(name, args=[action.pk]) for name in ("settle-complaint-action", "check-complaint-action"))
    for who in ("advisor", "admin", "elsewhere"):
        assert browser_of(person(desk, who)).post(done).status_code == 404
    colleague = browser_of(desk.colleague)
    page = colleague.get(reverse("complaint-list")).content.decode()
    assert "交接清单" in page
    assert TEXT[:10] not in page
    assert colleague.post(done)["Location"] == reverse("complaint-list")
    assert colleague.post(checked, {"effective": "1"}).status_code == 404
    assert browser_of(desk.manager).post(checked, {"effective": "1"}).status_code == 302
    action.refresh_from_db()
    assert action.is_effective


def test_the_phone_of_a_caller_is_shown_for_a_reason_and_noted(desk: ComplaintDesk) -> None:
    complaint = desk.receive(caller=Caller("沈先生", "16412345678"), client=None)
    address = reverse("reveal-caller", args=[complaint.pk])
    for who in ("advisor", "colleague", "admin", "elsewhere"):
        assert browser_of(person(desk, who)).get(address).status_code == 404
    browser = browser_of(desk.manager)
    assert "164••••5678" in browser.get(reverse("complaint-detail", args=[complaint.pk])).content.decode()
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert "16412345678" in browser.post(address, {"reason": "回电告知受理"}).content.decode()
    assert AuditEvent.objects.get(action="reveal").detail == {"field": "phone", "complaint": complaint.pk}


def test_whoever_owns_open_complaints_cannot_leave_until_they_are_handed_over(desk: ComplaintDesk) -> None:
    name_officer(desk.branch, desk.colleague, from_day=DAY, by=desk.manager, at=AT)
    desk.receive()
    leave = reverse("deactivate-staff", args=[desk.colleague.pk])
    admin = browser_of(desk.admin)
    assert admin.post(leave, {"left_on": DAY}).status_code == 422
    hand_over = reverse("hand-over-complaints", args=[desk.colleague.pk])
    for who in ("advisor", "admin", "elsewhere"):
        assert browser_of(person(desk, who)).post(hand_over, {"to": desk.deputy.pk}).status_code == 404
    assert browser_of(desk.manager).post(hand_over, {"to": "10" * 12}).status_code == 404
    for _twice in range(2):
        assert browser_of(desk.manager).post(hand_over, {"to": desk.compliance.pk}).status_code == 302
    assert Complaint.objects.get().owner == desk.compliance
    assert admin.post(leave, {"left_on": DAY}).status_code == 302
