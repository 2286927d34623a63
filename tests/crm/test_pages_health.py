"""The health page: every state that is not well says what to do, and a worker checks what must always hold."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from clients.freshness import newest_days
from clients.models import Client
from crm import bell, checkup, heartbeats, jobs, tasks
from crm.models import AuditEvent, Branch, Holiday, JobRun
from crm.pages import health_checks
from crm.pages.health_checks import BAD, LOOK, OK, installation
from tests.crm.firm_facts import make_firm_branch
from tests.crm.page_firm import NOW, browser_of, client, staff

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def states(now=NOW, today=TODAY):
    with translation.override("en"):
        return {str(one.name): one for one in installation(now, today)}


def perform(run, now=NOW):
    jobs.perform(run.pk, tasks.Handlers(), worker="here/1/1", now=now)
    run.refresh_from_db()
    return run


def test_without_a_clock_and_a_worker_the_page_says_what_to_start():
    found = states()
    assert [found[name].state for name in ("Clock", "Workers")] == [BAD, BAD]
    assert all(one.advice for one in found.values() if one.state != OK)


def test_what_the_clock_sent_and_a_worker_did_says_that_both_live():
    tasks.reconcile_jobs()
    now = timezone.localtime()
    found = states(now, now.date())
    assert [found[name].state for name in ("Clock", "Workers")] == [OK, OK]
    found = states(now + timedelta(minutes=3), now.date())
    assert [found[name].state for name in ("Clock", "Workers")] == [BAD, BAD]


def test_a_worker_that_is_busy_for_long_lives_by_its_lease():
    heartbeats.beat([heartbeats.CLOCK, heartbeats.this_worker()], NOW - timedelta(hours=1))
    run = jobs.enqueue("night", "night/1", ring=False)
    jobs.claim(run.pk, "there/2/2", NOW)
    found = states()
    assert (found["Workers"].state, found["Clock"].state) == (OK, LOOK)


def test_a_broker_that_is_away_and_work_that_waits_are_told(monkeypatch):
    monkeypatch.setattr(bell, "has_broker", lambda: True)
    monkeypatch.setattr(bell, "waiting", lambda: None)
    run = jobs.enqueue("check", "check/1", ring=False)
    JobRun.objects.filter(pk=run.pk).update(created_at=NOW - timedelta(minutes=10))
    found = states()
    assert [found[name].state for name in ("Broker", "Queue")] == [BAD, BAD]
    monkeypatch.setattr(bell, "waiting", lambda: 1)
    assert states()["Broker"].state == OK


@pytest.mark.parametrize(("free", "state"), [(50, OK), (9, LOOK), (4, BAD)])
def test_the_disk_is_judged_by_the_number_that_was_decided(monkeypatch, free, state):
    usage = type("Usage", (), {"total": 100, "used": 100 - free, "free": free})
    monkeypatch.setattr(health_checks.shutil, "disk_usage", lambda _path: usage)
    assert states()["Disk"].state == state


def test_a_calendar_that_ends_asks_for_the_next_year_in_december():
    last = Holiday.objects.order_by("-day").first().day.year
    assert states(today=date(last, 11, 30))["Calendar"].state == OK
    assert states(today=date(last, 12, 1))["Calendar"].state == LOOK


def test_facts_are_late_by_trading_days():
    monday = date(2026, 11, 30)
    assert [health_checks.days_behind(day, monday) for day in (date(2026, 11, 27), date(2026, 11, 25), None)] == [
        0,
        2,
        None,
    ]
    assert [health_checks.state_of_age(n, monday) for n in (0, 2, 3, None)] == [OK, LOOK, BAD, BAD]


def test_the_newest_day_of_each_kind_is_read_for_all_branches_in_one_query(django_assert_num_queries):
    branches = [make_firm_branch(clients=5), Branch.objects.create(code="0999", name="empty")]
    with django_assert_num_queries(1):
        found = newest_days(branches)
    assert found[branches[0].pk]["trades"] is not None
    assert set(found[branches[1].pk].values()) == {None}


def test_the_check_runs_once_however_often_it_is_asked_for_and_keeps_what_it_found():
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    client(branch, "沈慕云")  # has no advisor and no account of its number
    browser = browser_of(staff("root", "admin"))
    for _twice in range(2):
        assert browser.post(reverse("start-checkup")).status_code == 302
    run = JobRun.objects.get(kind="checkup")
    assert AuditEvent.objects.filter(action="start-checkup").count() == 1
    waiting = browser.get(reverse("health-detail"))
    assert waiting.context["checkup"]["is_open"]
    assert b"every 3s" in waiting.content
    assert b"<html" not in browser.get(reverse("health-detail"), headers={"HX-Request": "true"}).content
    perform(run)
    found = {step["name"]: step["broken"] for step in run.steps}
    assert (run.state, found["facts"], run.counts["broken"]) == ("done", 2, sum(found.values()))
    told = browser.get(reverse("health-detail")).context["checkup"]
    facts = next(row for row in told["rows"] if row["broken"])
    assert (told["check"].state, facts["branch"], facts["broken"]) == (BAD, branch.name, 2)
    assert facts["advice"]
    Client.objects.all().delete()
    again = perform(checkup.start_checkup(NOW + timedelta(days=1)), NOW + timedelta(days=1))
    assert (again.pk != run.pk, again.counts["broken"]) == (True, 0)
    assert browser.get(reverse("health-detail")).context["checkup"]["check"].state == OK


def test_a_night_that_failed_or_never_came_is_the_admins_business(monkeypatch):
    branches = [Branch.objects.create(code=code, name=code) for code in ("1101", "1102")]
    day = health_checks.calendar.last_trading_day_before(timezone.localdate())
    JobRun.objects.create(kind="night", key="n", branch=branches[0], as_of=day, state="failed", error="MissingRate")
    response = browser_of(staff("root", "admin")).get(reverse("health-detail"))
    nights = {night.branch.code: night for night in response.context["nights"]}
    assert [nights[code].check.state for code in ("1101", "1102")] == [BAD, BAD]
    assert "run=" in nights["1101"].href
    assert all(night.check.advice for night in nights.values())


def test_the_page_costs_the_same_for_more_branches(django_assert_max_num_queries):
    for n in range(12):
        Branch.objects.create(code=f"{n:04d}", name=f"营业部{n}")
    browser = browser_of(staff("root", "admin"))
    with django_assert_max_num_queries(27):
        browser.get(reverse("health-detail"))
