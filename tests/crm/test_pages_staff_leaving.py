"""Staff: when they are away, how they leave, and the list of them all."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm import staffing
from crm.models import AuditEvent, Leave, Staff
from tests.crm.page_firm import NOW, browser_of, client, night, staff, stand
from tests.crm.staff_firm import Firm, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return Firm()


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
        address = response.context["next_url"]
    assert seen == sorted(Staff.objects.values_list("username", flat=True))
