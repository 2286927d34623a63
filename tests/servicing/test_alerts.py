"""Risk alerts as rows (B9): once for an occasion, again when it is worse, over when it holds no more; and what was said."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clients.models import Background
from crm.demo.alerts import note_alerts
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.alerts.keeping import watched_in
from servicing.alerts.noting import NotedMeanwhile, acknowledge_alert, reopen_alert
from servicing.alerts.words import told_of
from servicing.models import RiskAlert, Task
from tests.crm.page_firm import account, client, staff
from tests.servicing.alerts import SAID, Firm, risk
from tests.servicing.rounds import SATURDAY, at

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
NOTHING = {"raised": 0, "over": 0}


@pytest.fixture
def firm() -> Firm:
    return Firm()


def now() -> datetime:
    return at(SATURDAY, 9)


def test_a_rerun_of_the_night_writes_nothing_and_neither_does_the_next_one(firm):
    first, second = firm.person(), firm.person("small")
    found = [risk(first), risk(second, "level"), risk(first, "concentration", subject="main:600519")]
    assert firm.keep(*found) == {"raised": 3, "over": 0}
    with CaptureQueriesContext(connection) as asked:
        assert firm.keep(*found) == NOTHING
    assert not [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert firm.keep(*found, night=firm.next_night(MONDAY)) == NOTHING
    assert AuditEvent.objects.filter(action="keep-alerts").count() == 1
    assert {row.seen_from for row in RiskAlert.objects.all()} == {firm.night.as_of}


def test_a_worse_step_is_an_alert_of_its_own_and_a_better_one_is_none(firm):
    who = firm.person()
    first = firm.alert(who)
    acknowledge_alert(first, "客户知悉", by=firm.advisor, at=now())
    assert firm.keep(risk(who, band=2), night=firm.next_night(MONDAY)) == {"raised": 1, "over": 1}
    assert firm.keep(risk(who, band=1)) == NOTHING
    assert list(RiskAlert.objects.order_by("pk").values_list("band", "state", "note")) == [
        (1, "over", "客户知悉"), (2, "open", ""),
    ]  # fmt: skip


def test_what_holds_no_more_is_over_and_comes_again_as_a_new_one(firm):
    who = firm.person()
    firm.alert(who)
    monday = firm.next_night(MONDAY)
    assert firm.keep(risk(who, band=0), night=monday) == NOTHING  # half a step back is not yet over
    assert firm.keep(night=monday) == {"raised": 0, "over": 1}
    row = RiskAlert.objects.get()
    assert (row.state, row.seen_until) == ("over", MONDAY)
    assert firm.keep(night=monday) == NOTHING
    assert firm.keep(risk(who, band=0), night=monday) == NOTHING  # and half a step before the line raises nothing
    assert firm.keep(risk(who), night=monday) == {"raised": 1, "over": 0}


def test_another_branch_keeps_its_alerts(firm):
    other = Firm.__new__(Firm)
    other.branch = type(firm.branch).objects.create(code="1102", name="望湖营业部")
    there = client(other.branch, "他部", advisor=staff("b", "advisor", other.branch))
    RiskAlert.objects.create(branch=other.branch, client=there, kind="loss", band=1, seen_from=MONDAY)
    assert firm.keep() == NOTHING


def test_whose_risk_is_looked_at(firm):
    plain = firm.person(risk_level="C3")
    professional = firm.person(risk_level="C1", is_professional=True)
    unrated = firm.person()
    firm.person(is_restricted=True)
    firm.person(closed_on=MONDAY)
    Background.objects.create(
        client=plain, branch=firm.branch, loss_line_e4=1500, changed_by=firm.advisor, changed_at=now()
    )
    told = [(one.client_id, one.level, one.loss_line_e4) for one in watched_in(firm.branch)]
    assert told == [(plain.pk, 3, 1500), (professional.pk, 0, None), (unrated.pk, 0, None)]


def test_every_alert_says_its_fact_with_numbers_and_without_advice(firm):
    who = firm.person()
    margin = account(who)
    with translation.override("en"):
        assert told_of("drawdown", SAID["drawdown"]) == (
            "net assets less flows are 25% (250,000 yuan) below the highest day, 2026-10-12"
        )
        told = {kind: told_of(kind, firm.alert(who, kind, subject=str(margin.pk)).slots) for kind in SAID}
        assert "2 holdings above C2, up to R4" in told["level"]
        assert "600519 was 60% of net assets" in told["concentration"]
        assert "••••9876 was 145%" in told["maintenance"]
        assert "own line is 15%" in told["loss"]


def test_what_was_said_settles_the_alert_and_its_task_and_can_be_undone(firm):
    who = firm.person()
    alert = firm.alert(who)
    firm.make()
    talk = firm.talk(who, SATURDAY)
    for _double_click in range(2):
        acknowledge_alert(alert, " 客户知悉回撤 ", by=firm.advisor, at=now(), contact=talk)
    alert.refresh_from_db()
    task = Task.objects.get(rule="alert")
    assert (alert.state, alert.note, alert.acknowledged_by, alert.contact) == (
        "acknowledged", "客户知悉回撤", firm.advisor, talk,
    )  # fmt: skip
    assert (task.state, task.settled_contact) == ("done", talk)
    assert AuditEvent.objects.filter(action="acknowledge-alert").count() == 1
    assert "客户" not in str(AuditEvent.objects.get(action="acknowledge-alert").detail)
    assert reopen_alert(alert, by=firm.advisor, at=now())
    assert not reopen_alert(alert, by=firm.advisor, at=now())
    alert.refresh_from_db()
    task.refresh_from_db()
    assert (alert.state, alert.note, task.state) == ("open", "客户知悉回撤", "open")


def test_a_second_person_is_told_and_overwrites_nothing(firm):
    alert = firm.alert(firm.person())
    boss = staff("boss", "manager", firm.branch)
    acknowledge_alert(alert, "第一份", by=firm.advisor, at=now())
    with pytest.raises(NotedMeanwhile):
        acknowledge_alert(alert, "第二份", by=boss, at=now())
    with pytest.raises(NotedMeanwhile):
        acknowledge_alert(alert, "改过的第一份", by=firm.advisor, at=now())
    assert not reopen_alert(alert, by=boss, at=now())
    alert.refresh_from_db()
    assert (alert.note, alert.acknowledged_by) == ("第一份", firm.advisor)


def test_a_note_is_needed_and_the_contact_must_be_the_clients(firm):
    alert = firm.alert(firm.person())
    with pytest.raises(Refused):
        acknowledge_alert(alert, "  ", by=firm.advisor, at=now())
    with pytest.raises(Refused):
        acknowledge_alert(alert, "说过", by=firm.advisor, at=now(), contact=firm.talk(firm.person(), SATURDAY))
    firm.keep(night=firm.next_night(MONDAY))
    with pytest.raises(NotedMeanwhile):
        acknowledge_alert(alert, "已经解除", by=firm.advisor, at=now() + timedelta(days=3))


def test_the_demonstration_notes_a_few_alerts_once(firm, monkeypatch):
    monkeypatch.setattr("crm.demo.alerts.SHARE", 2)
    firm.keep(*[risk(firm.person(), kind) for kind in ("drawdown", "loss", "level", "drawdown")])
    assert 0 < note_alerts(at=now()) == RiskAlert.objects.filter(state="acknowledged").count()
    assert note_alerts(at=now()) == 0
