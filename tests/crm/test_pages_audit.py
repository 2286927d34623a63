"""The audit trail: found by any of its sides, readable, without a client's identity for the admin."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm import audit
from crm.models import Branch
from tests.crm.page_firm import browser_of, client, staff

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


class Trail:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.admin, self.compliance = staff("root", "admin"), staff("law", "compliance")
        self.boss = staff("boss", "manager", self.branch)
        self.client = client(self.branch, "沈慕云")
        audit.record("pin-tier", actor=self.boss, table="segmentation_tierpin", key=7, branch=self.branch,
                     detail={"client": self.client.pk, "tier": "vip"}, reason="沈慕云说的", address="10.1.2.3")  # fmt: skip
        audit.record("reveal", actor=self.boss, table="clients_client", key=self.client.pk, branch=self.branch,
                     detail={"field": "phone"}, reason=f"回电 {PHONE}")  # fmt: skip
        before, after = {"name": "沈慕云", "occupation": "教师"}, {"name": "沈暮云", "occupation": "医生"}
        audit.record("change-client", actor=self.boss, table="clients_client", key=self.client.pk, branch=self.branch,
                     detail={"before": before, "after": after})  # fmt: skip
        audit.record("change-permissions", actor=self.admin, table="crm_staff", key=self.boss.pk,
                     detail={"before": {"role": "advisor"}, "after": {"role": "manager"}})  # fmt: skip

    def found(self, who=None, **asked):
        response = browser_of(who or self.compliance).get(reverse("audit-list"), asked)
        return [told.event.action for told in response.context["events"]]


@pytest.fixture
def trail():
    return Trail()


def test_the_trail_is_narrowed_by_person_action_table_branch_days_and_key(trail):
    assert trail.found(person="root") == ["change-permissions"]
    assert trail.found(action="reveal") == ["reveal"]
    assert trail.found(table="segmentation_tierpin") == ["pin-tier"]
    assert trail.found(branch="1101") == ["change-client", "reveal", "pin-tier"]
    assert trail.found(table="crm_staff", key=str(trail.boss.pk)) == ["change-permissions"]
    assert trail.found(start="2000-01-01", end="2000-12-31") == []
    assert len(trail.found(start=str(date(2000, 1, 1)))) == 4
    assert trail.found(person="nobody") == []


def test_the_admin_reads_what_was_done_but_nothing_that_tells_who_the_client_is(trail):
    response = browser_of(trail.admin).get(reverse("audit-list"))
    body = response.content.decode()
    for told in ("沈慕云", "沈暮云", PHONE, "教师", "医生", reverse("client-detail", args=[trail.client.pk])):
        assert told not in body
    by_action = {told.event.action: told for told in response.context["events"]}
    assert by_action["reveal"].key == by_action["reveal"].reason == "••••"
    assert [(line.before, line.after) for line in by_action["change-permissions"].lines] == [("投资顾问", "营业部经理")]
    assert trail.found(trail.admin, key=str(trail.client.pk), table="clients_client") == []


def test_compliance_reads_before_and_after_with_personal_values_masked_and_opens_the_client(trail):
    response = browser_of(trail.compliance).get(reverse("audit-list"))
    body = response.content.decode()
    assert reverse("client-detail", args=[trail.client.pk]) in body
    assert PHONE not in body
    assert "••••5678" in body
    assert "沈慕云" not in body
    assert "沈••说的" in body
    change = next(told for told in response.context["events"] if told.event.action == "change-client")
    assert ("沈••", "沈••") not in [(line.before, line.after) for line in change.lines]  # alike when masked: left out
    assert ("教师", "医生") in [(line.before, line.after) for line in change.lines]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "yesterday"}, "start"),
        ({"end": "2026-02-30"}, "end"),
        ({"start": "2026-03-01", "end": "2026-02-01"}, "end"),
        ({"key": "x" * 65}, "key"),
    ],
)
def test_rubbish_in_a_filter_is_told_and_nothing_is_listed(trail, asked, field):
    response = browser_of(trail.compliance).get(reverse("audit-list"), asked)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert response.context["events"] == []


def test_extreme_days_are_days(trail):
    assert len(trail.found(start="0001-01-01", end="9999-12-31")) == 4
    assert browser_of(trail.admin).get(reverse("audit-list"), {"after": "rubbish"}).status_code == 404


def test_a_long_trail_is_read_page_after_page_with_the_same_few_queries(trail):
    for n in range(140):
        audit.record("upload", actor=trail.admin, table="clients_importbatch", key=n, detail={"size": n})
    browser, address, seen = browser_of(trail.compliance), reverse("audit-list") + "?action=upload", []
    browser.get(address)
    while address:
        with CaptureQueriesContext(connection) as caught:
            response = browser.get(address)
        assert len(caught) <= 11
        seen += [told.event.key for told in response.context["events"]]
        address = response.context["next_url"]
    assert seen == [str(n) for n in reversed(range(140))]


def test_managers_and_advisors_have_no_trail(trail):
    assert browser_of(trail.boss).get(reverse("audit-list")).status_code == 404
