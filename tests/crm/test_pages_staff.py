"""Staff: who comes by a link that works once, what they may, when they are away, and how they leave."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm import staffing
from crm.models import AuditEvent, Branch, Invitation, Leave, Staff
from tests.crm.page_firm import NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet river at night"


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.other = Branch.objects.create(code="1102", name="望湖营业部")
        self.admin = staff("root", "admin")
        self.advisor = staff("hers", "advisor", self.branch)
        self.boss = staff("boss", "manager", self.branch)
        self.browser = browser_of(self.admin)

    def fields(self, person=None, **more):
        told = {
            "username": "zhaoyiran", "name": "赵亦然", "role": "advisor", "branches": [self.branch.pk],
            "employee_code": "", "registration_number": "", "registration_category": "",
            "registration_status": "none", "uid": str(uuid4()),
        }  # fmt: skip
        if person:
            told |= {"username": person.username, "name": person.name, "role": person.role, "version": person.version}
        return told | more

    def invite(self, **more):
        return self.browser.post(reverse("invite-staff"), self.fields(**more))

    def change(self, person, **more):
        return self.browser.post(reverse("change-staff", args=[person.pk]), self.fields(person, **more))


@pytest.fixture
def firm():
    return Firm()


def path_of(response):
    return response.context["link"].removeprefix("http://testserver")


def test_an_invited_person_sets_a_password_by_a_link_that_is_shown_once_and_works_once(firm):
    response = firm.invite()
    assert response["Cache-Control"] == "no-store"
    link = path_of(response)
    person = Staff.objects.get(username="zhaoyiran")
    assert not person.has_usable_password()
    guest = Browser()
    assert guest.get(link).status_code == 200
    chosen = guest.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert chosen["Location"] == reverse("log-in")
    assert 'role="status"' in guest.get(reverse("log-in")).content.decode()  # says that the password is set
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert guest.get(link).status_code == 410
    assert guest.post(link, {"password": "another " + PASSWORD, "again": "another " + PASSWORD}).status_code == 410
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    actions = set(AuditEvent.objects.filter(table="crm_staff", key=person.pk).values_list("action", flat=True))
    assert actions >= {"add-staff", "invite-staff", "accept-invitation"}
    assert link.split("/")[-2] not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_an_invitation_sent_twice_makes_one_person_and_shows_the_same_link(firm):
    uid = str(uuid4())
    first, second = firm.invite(uid=uid), firm.invite(uid=uid)
    assert path_of(first) == path_of(second)
    assert Staff.objects.filter(username="zhaoyiran").count() == Invitation.objects.count() == 1
    with time_machine.travel(Invitation.objects.get().made_at + timedelta(minutes=5), tick=False):
        assert firm.invite(uid=uid).context["link"] == ""


def test_a_link_ends_after_72_hours_by_a_newer_one_and_when_it_is_not_ours(firm):
    link = path_of(firm.invite())
    with time_machine.travel(Invitation.objects.get().expires_at + timedelta(hours=1), tick=False):
        assert Browser().get(link).status_code == 410
    person = Staff.objects.get(username="zhaoyiran")
    newer = path_of(firm.browser.post(reverse("make-staff-link", args=[person.pk]), {"uid": str(uuid4())}))
    gone = Browser().get(link)
    assert gone.status_code == 410
    assert Browser().get(newer).status_code == 200
    forged = Browser().get(reverse("accept-invitation", args=["nonsense"]))
    assert forged.status_code == 410
    assert forged.context["request"].path != link


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("1234567890123", "1234567890123", "password"),
        (PASSWORD, PASSWORD + "x", "again"),
        ("", "", "password"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_beside_its_field(firm, password, again, field):
    link = path_of(firm.invite())
    response = Browser().post(link, {"password": password, "again": again})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Browser().get(link).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "Zhao Yi"}, "username"),
        ({"username": "hers"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"branches": []}, "branches"),
        ({"branches": ["999999"]}, "branches"),
        ({"registration_status": "perhaps"}, "registration_status"),
        ({"employee_code": "x" * 31}, "employee_code"),
    ],
)
def test_rubbish_about_a_person_gives_a_message_beside_the_field(firm, wrong, field):
    response = firm.invite(**wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert Staff.objects.count() == 3


def test_another_role_is_audited_with_both_and_ends_the_sessions_at_once(firm):
    session = browser_of(firm.advisor)
    assert session.get(reverse("today")).status_code == 200
    assert firm.change(firm.advisor, role="manager").status_code == 302
    assert session.get(reverse("today"))["Location"].startswith(reverse("log-in"))
    row = AuditEvent.objects.get(action="change-permissions")
    assert (row.detail["before"]["role"], row.detail["after"]["role"]) == ("advisor", "manager")
    other = browser_of(firm.boss)
    assert firm.change(firm.boss, name="另名").status_code == 302
    assert other.get(reverse("today")).status_code == 200  # a name is no permission
    assert AuditEvent.objects.get(action="change-staff").detail["after"] == {"name": "另名"}


def test_of_two_editors_the_second_is_told_with_both_versions_and_keeps_what_was_typed(firm):
    opened = firm.fields(firm.advisor, name="第二人写的")
    firm.change(firm.advisor, name="第一人写的")
    address = reverse("change-staff", args=[firm.advisor.pk])
    response = firm.browser.post(address, opened)
    assert response.status_code == 409
    assert response.context["other"][0][1:] == ("第二人写的", "第一人写的")
    assert response.context["form"]["name"].value() == "第二人写的"
    firm.advisor.refresh_from_db()
    assert firm.advisor.name == "第一人写的"
    firm.browser.post(address, opened | {"version": response.context["form"]["version"].value()})
    firm.advisor.refresh_from_db()
    assert firm.advisor.name == "第二人写的"


def test_whoever_owns_clients_stays_an_advisor_of_the_branch_until_they_are_handed_over(firm):
    client(firm.branch, advisor=firm.advisor)
    for wrong, field in (({"role": "manager"}, "role"), ({"branches": [firm.other.pk]}, "branches")):
        response = firm.change(firm.advisor, **wrong)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}
    assert firm.change(firm.advisor, branches=[firm.branch.pk, firm.other.pk]).status_code == 302


def test_nobody_deactivates_or_demotes_themselves_and_the_last_admin_stays(firm):
    today = timezone.localdate()
    response = firm.browser.post(reverse("deactivate-staff", args=[firm.admin.pk]), {"left_on": today})
    assert response.status_code == 422
    assert firm.change(firm.admin, role="compliance", branches=[]).status_code == 422
    second = staff("second", "admin")
    assert browser_of(second).post(
        reverse("deactivate-staff", args=[firm.admin.pk]), {"left_on": today}
    ).status_code == 302  # fmt: skip
    with pytest.raises(staffing.StaffRefused, match="last_admin"):
        staffing.deactivate(second, left_on=today, by=firm.boss, at=NOW)
    second.refresh_from_db()
    assert second.is_active


def test_leaving_ends_log_in_session_and_link_once_and_opens_the_hand_over(firm):
    client(firm.branch, advisor=firm.advisor)
    session, address = browser_of(firm.advisor), reverse("deactivate-staff", args=[firm.advisor.pk])
    link = path_of(firm.browser.post(reverse("make-staff-link", args=[firm.advisor.pk]), {"uid": str(uuid4())}))
    today = timezone.localdate()
    for _twice in range(2):
        response = firm.browser.post(address, {"left_on": today})
        assert response["Location"] == reverse("hand-over", args=[firm.advisor.pk])
    assert session.get(reverse("today"))["Location"].startswith(reverse("log-in"))
    assert Browser().get(link).status_code == 410
    refused = Browser().post(reverse("log-in"), {"username": "hers", "password": "a long pass phrase"})
    assert refused.status_code == 200  # the form again
    assert AuditEvent.objects.filter(action="deactivate-staff").count() == 1
    assert firm.browser.get(reverse("staff-list")).context["waiting"] == [firm.advisor]
    firm.browser.post(reverse("reactivate-staff", args=[firm.advisor.pk]))
    firm.advisor.refresh_from_db()
    assert (firm.advisor.is_active, firm.advisor.left_on) == (True, None)
    assert session.get(reverse("today")).status_code == 302  # the old session stays ended


@pytest.mark.parametrize("day", ["", "nonsense", str(date(2126, 1, 1))])
def test_a_last_day_that_cannot_be_is_refused_beside_its_field(firm, day):
    response = firm.browser.post(reverse("deactivate-staff", args=[firm.advisor.pk]), {"left_on": day})
    assert response.status_code == 422
    assert "left_on" in response.context["leaving_form"].errors
    firm.advisor.refresh_from_db()
    assert firm.advisor.is_active


def test_whoever_is_on_leave_suspended_or_gone_receives_nobody(firm):
    today = timezone.localdate()
    away, barred, gone = (staff(name, "advisor", firm.branch) for name in ("away", "barred", "gone"))
    Staff.objects.filter(pk=barred.pk).update(registration_status="suspended")
    staffing.deactivate(gone, left_on=today, by=firm.admin, at=NOW)
    told = {"from_day": today, "until_day": today + timedelta(days=7), "uid": str(uuid4())}
    for _twice in range(2):
        assert firm.browser.post(reverse("take-leave", args=[away.pk]), told).status_code == 302
    assert Leave.objects.count() == 1
    assert set(Staff.objects.receiving_on(today)) == {firm.advisor}
    assert set(Staff.objects.receiving_on(today + timedelta(days=7))) == {firm.advisor, away}
    leave = Leave.objects.get()
    firm.browser.post(reverse("withdraw-leave", args=[away.pk, leave.pk]))
    assert set(Staff.objects.receiving_on(today)) == {firm.advisor, away}


@pytest.mark.parametrize(
    ("start", "back", "field"),
    [("", "2026-12-01", "from_day"), ("2026-12-02", "2026-12-02", "until_day"), ("x", "y", "from_day")],
)
def test_a_leave_that_cannot_be_is_refused_beside_its_field(firm, start, back, field):
    address = reverse("take-leave", args=[firm.advisor.pk])
    response = firm.browser.post(address, {"from_day": start, "until_day": back})
    assert response.status_code == 422
    assert field in response.context["leave_form"].errors


def test_leaves_of_one_person_do_not_overlap(firm):
    address = reverse("take-leave", args=[firm.advisor.pk])
    firm.browser.post(address, {"from_day": "2026-12-01", "until_day": "2026-12-10"})
    assert firm.browser.post(address, {"from_day": "2026-12-09", "until_day": "2026-12-12"}).status_code == 422
    assert firm.browser.post(address, {"from_day": "2026-12-10", "until_day": "2026-12-12"}).status_code == 302


def test_a_manager_reads_the_own_branch_and_changes_nobody(firm):
    elsewhere = staff("elsewhere", "advisor", firm.other)
    boss = browser_of(firm.boss)
    body = boss.get(reverse("staff-list"))
    assert {row.staff.username for row in body.context["people"]} == {"hers", "boss"}
    assert boss.get(reverse("staff-detail", args=[firm.advisor.pk])).status_code == 200
    missing = boss.get(reverse("staff-detail", args=[999_999]))
    assert boss.get(reverse("staff-detail", args=[elsewhere.pk])).status_code == missing.status_code == 404
    assert b"deactivate" not in boss.get(reverse("staff-detail", args=[firm.advisor.pk])).content


def test_the_list_says_clients_by_the_night_and_is_narrowed_by_state_role_and_name(firm):
    from segmentation.figures import write_figures

    published = night(firm.branch)
    for _n in range(3):
        stand(published, client(firm.branch, advisor=firm.advisor))
    published.refresh_from_db()  # now it declares its clients
    write_figures(published)
    fresh = Staff.objects.create_user("fresh", None, name="新来的", role="advisor")
    fresh.branches.set([firm.branch])

    def names(**asked):
        return {row.staff.username for row in firm.browser.get(reverse("staff-list"), asked).context["people"]}

    rows = {row.staff.username: row for row in firm.browser.get(reverse("staff-list")).context["people"]}
    assert (rows["hers"].clients, rows["boss"].clients, rows["fresh"].state) == (3, None, "uninvited")
    assert names(state="uninvited") == {"fresh"}
    assert names(role="admin") == {"root"}
    assert names(q="新来") == {"fresh"}
    assert names(branch="1101") == {"hers", "boss", "fresh"}
    assert names(state="left") == set()


def test_the_queries_of_the_list_do_not_grow_with_the_staff(firm):
    night(firm.branch)
    firm.browser.get(reverse("staff-list"))

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert firm.browser.get(reverse("staff-list")).status_code == 200
        return len(caught)

    before = queries()
    for n in range(12):
        staff(f"more{n}", "advisor", firm.branch)
    assert queries() == before <= 16


@pytest.mark.parametrize("asked", ["q=%00", "after=%00~1", "after=x", "role=%00", "branch=%00", "state=%00"])
def test_rubbish_in_the_address_is_no_error(firm, asked):
    assert firm.browser.get(f"{reverse('staff-list')}?{asked}").status_code in {200, 404}


def test_page_after_page_of_staff_without_a_gap(firm):
    for n in range(120):
        Staff.objects.create(username=f"p{n:03d}", name="某人", role="admin")
    seen, address = [], reverse("staff-list")
    while address:
        response = firm.browser.get(address)
        seen += [row.staff.username for row in response.context["people"]]
        address = response.context["next_url"] and reverse("staff-list") + response.context["next_url"]
    assert seen == sorted(Staff.objects.values_list("username", flat=True))
