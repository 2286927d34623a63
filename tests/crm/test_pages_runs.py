"""Nightly runs: what ran, what failed and why, and asking for a day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import AuditEvent, Branch, JobRun
from segmentation.models import TierMove, TierScheme
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


def at(day):
    return reverse("run-list") + f"?until={day}"


def test_the_calendar_shows_seconds_failures_and_what_is_still_open(branch):
    night(branch)
    for day, state, error in (
        (DAY - timedelta(days=1), "failed", "MissingRate: HKD"),
        (DAY - timedelta(days=2), "queued", ""),
    ):
        JobRun.objects.create(
            kind="night", key=str(day), branch=branch, as_of=day, state=state, error=error, cutoff=NOW
        )
    response = browser_of(staff("boss", "manager", branch)).get(at(DAY))
    ((_branch, cells),) = response.context["rows"]
    assert [(cell.kind, cell.text) for cell in cells[-3:]] == [("open", "…"), ("fail", "!"), ("q4", "3.0")]
    assert "every 3s" in response.content.decode()
    failed = JobRun.objects.get(state="failed")
    assert (
        "MissingRate: HKD"
        in browser_of(staff("b2", "manager", branch)).get(at(DAY) + f"&run={failed.pk}").content.decode()
    )


def test_the_page_stops_asking_when_nothing_runs(branch):
    night(branch)
    browser = browser_of(staff("boss", "manager", branch))
    assert "every 3s" not in browser.get(at(DAY)).content.decode()
    assert b"<html" not in browser.get(at(DAY), headers={"HX-Request": "true"}).content


def test_the_admin_reads_who_moved_without_a_full_name_or_a_link(branch):
    published = night(branch)
    person = client(branch, "沈慕云")
    stand(published, person, tier="key")
    TierMove.objects.create(
        client=person, publication=published, branch=branch, day=DAY, from_tier="vip", to_tier="key", why="others",
        scheme=TierScheme.objects.get(branch=None), measure_fen=1, rank=31, from_rank=30, from_measure_fen=1,
    )  # fmt: skip
    body = browser_of(staff("root", "admin")).get(at(DAY)).content.decode()
    assert "沈••" in body
    assert "沈慕云" not in body
    assert reverse("client-detail", args=[person.pk]) not in body
    assert "沈慕云" in browser_of(staff("boss", "manager", branch)).get(at(DAY)).content.decode()


def test_a_manager_asks_for_a_day_of_the_own_branch_and_it_is_written_down(branch):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    boss = staff("boss", "manager", branch)
    day = timezone.localdate() - timedelta(days=3)
    response = browser_of(boss).post(reverse("start-night"), {"day": day, "branch": ""})
    assert response.status_code == 302
    run = JobRun.objects.get(kind="night")
    assert (run.branch, run.as_of, run.requested_by, run.state) == (branch, day, boss, "queued")
    assert AuditEvent.objects.get(action="start-night").detail["runs"] == [run.pk]
    browser_of(boss).post(reverse("start-night"), {"day": day, "branch": other.code})
    assert not JobRun.objects.filter(branch=other).exists()


def test_a_day_that_has_not_come_is_refused(branch):
    boss = staff("boss", "manager", branch)
    for day in (timezone.localdate() + timedelta(days=1), "", "nonsense"):
        browser_of(boss).post(reverse("start-night"), {"day": day})
    assert not JobRun.objects.exists()
    assert browser_of(boss).get(reverse("start-night")).status_code == 405
