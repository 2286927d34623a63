"""The pages of risk alerts: who reads, who notes, what a second person sees."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import Branch
from servicing.alerts.noting import acknowledge_alert
from servicing.models import RiskAlert
from servicing.urgency import numbers_on
from tests.crm.access import same
from tests.crm.page_firm import DAY, browser_of, client, staff
from tests.servicing.alerts import SAID, Firm, risk
from tests.servicing.rounds import SATURDAY, at

pytestmark = pytest.mark.django_db


class Desk(Firm):
    def __init__(self):
        super().__init__()
        elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.who = self.person("vip", standing={"at_risk_fen": 100_000, "churn_score": 0.25})
        self.row = self.alert(self.who)
        self.boss, self.law = staff("boss", "manager", self.branch), staff("law", "compliance")
        self.readers = [self.advisor, self.boss, self.law]
        self.others = [
            staff("colleague", "advisor", self.branch), staff("far", "manager", elsewhere), staff("root", "admin"),
        ]  # fmt: skip
        self.address = reverse("alert-detail", args=[self.row.pk])

    def note(self, text, by=None, **more):
        return browser_of(by or self.advisor).post(self.address, {"note": text, **more}, headers={"hx-request": "true"})


@pytest.fixture
def desk():
    return Desk()


def test_an_alert_is_of_those_who_see_the_client_and_for_the_others_it_is_missing(desk):
    for person in desk.readers:
        browser = browser_of(person)
        assert browser.get(desk.address).status_code == 200
        assert [line.alert for line in browser.get(reverse("alert-list")).context["lines"]] == [desk.row]
    for person in desk.others:
        browser = browser_of(person)
        missing = browser.get(reverse("alert-detail", args=[999_999])).content
        assert browser.get(desk.address).status_code == 404
        assert same(browser.get(desk.address).content) == same(missing)
        assert desk.note("x", by=person).status_code == 404
        assert browser.post(reverse("reopen-alert", args=[desk.row.pk])).status_code == 404


def test_compliance_reads_masked_and_notes_nothing(desk):
    acknowledge_alert(desk.row, f"与{desk.who.name}谈过", by=desk.advisor, at=at(SATURDAY, 9))
    browser = browser_of(desk.law)
    for address in (desk.address, reverse("alert-list") + "?state=acknowledged"):
        body = browser.get(address).content.decode()
        assert desk.who.name not in body
        assert "谈过" in body
    assert desk.note("x", by=desk.law).status_code == 404
    assert browser.post(reverse("reopen-alert", args=[desk.row.pk])).status_code == 404


def test_a_note_closes_the_drawer_and_can_be_taken_back(desk):
    assert desk.note("").status_code == 422
    answer = desk.note("客户知悉")
    assert answer.status_code == 204
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    assert desk.note("客户知悉").status_code == 204  # a double click
    desk.row.refresh_from_db()
    assert desk.row.state == "acknowledged"
    browser_of(desk.advisor).post(undo, headers={"hx-request": "true"})
    desk.row.refresh_from_db()
    assert desk.row.state == "open"


def test_the_second_of_two_sees_both_texts(desk):
    desk.note("第一份")
    answer = desk.note("第二份", by=desk.boss)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "第一份" in body
    assert "第二份" in body
    desk.row.refresh_from_db()
    assert desk.row.note == "第一份"


def test_a_contact_of_the_client_can_be_named_and_no_other(desk):
    mine, foreign = desk.talk(desk.who, SATURDAY), desk.talk(desk.person(), SATURDAY)
    assert desk.note("说过", contact=foreign.pk).status_code == 422
    assert desk.note("说过", contact=mine.pk).status_code == 204
    desk.row.refresh_from_db()
    assert desk.row.contact == mine


def test_the_list_is_by_kind_and_state_a_page_at_a_time_and_never_asks_more(desk):
    desk.keep(risk(desk.who), risk(desk.who, "loss"))
    browser, address = browser_of(desk.boss), reverse("alert-list")
    assert [line.alert.kind for line in browser.get(address + "?kind=loss").context["lines"]] == ["loss"]
    assert browser.get(address + "?state=over").context["lines"] == []
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    rows = [
        RiskAlert(
            branch=desk.branch, client=client(desk.branch, f"户{n}", advisor=desk.advisor), kind="drawdown", band=1,
            seen_from=DAY - timedelta(days=n), slots=SAID["drawdown"],
        )
        for n in range(60)
    ]  # fmt: skip
    RiskAlert.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(address)
    assert len(many) <= len(few)
    rest = browser.get(page.context["next_url"])
    assert (len(page.context["lines"]), len(rest.context["lines"])) == (50, 12)
    assert browser.get(address + "?after=nonsense").status_code == 404
    assert browser.get(address + "?state=x&kind=y").status_code == 200


def test_the_client_page_and_today_show_what_stands_with_most_at_stake_first(desk):
    more = desk.person("vip", standing={"at_risk_fen": 900_000, "churn_score": 0.5})
    desk.keep(risk(desk.who), risk(more), risk(more, "loss"))
    browser = browser_of(desk.advisor)
    rows = browser.get(reverse("today-alerts")).context["rows"]
    assert [(standing.client, len(lines)) for standing, lines in rows] == [(more, 2), (desk.who, 1)]
    page = browser.get(reverse("client-detail", args=[more.pk]))
    assert {line.alert.kind for line in page.context["alerts"]} == {"drawdown", "loss"}
    assert "alert" in {event.place.source for event in page.context["timeline"].events}


def test_a_row_of_today_tells_its_formula_with_its_numbers(desk):
    desk.keep()
    body = browser_of(desk.advisor).get(reverse("today"), headers={"accept-language": "en"}).content.decode()
    open_weight = numbers_on(DAY).open
    told = f"25.0% × ¥4,000 a year ≈ ¥1,000.00; × {open_weight}% (nothing planned) = ¥{10 * open_weight:,}.00"
    assert told in body
