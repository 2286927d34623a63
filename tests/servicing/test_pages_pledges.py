"""The pledge on screen: who reads, decides, reports and puts right, and what is told to whom."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from crm.models import Branch, Staff
from servicing.models import Measure, Pledge, PledgeBreach, PledgeMonth
from servicing.pledges.breaches import settle_breach
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.complaint_desk import make_complaint_desk
from tests.servicing.concession_desk import Office, make_office
from tests.servicing.desk import AT
from tests.servicing.pledge_desk import SENTENCE, SENTENCE_EN, callback, moment, night_of, pledge, promised

pytestmark = pytest.mark.django_db
LIST, BREACHES, NEW, REPORT = (
    reverse(name) for name in ("pledge-list", "breach-list", "create-pledge", "report-breach")
)


@pytest.fixture
def office() -> Office:
    return make_office()


def english(person: Staff) -> Browser:
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def broken(office: Office, whose: Client | None = None) -> PledgeBreach:
    """A promise of yesterday that the night found broken."""
    today = timezone.localdate()
    if not Pledge.objects.exists():
        pledge(by=office.manager, from_day=today - timedelta(days=60))
    promised(whose or office.client, today - timedelta(days=1))
    night_of(office.branch, today)
    return PledgeBreach.objects.latest("pk")


def address(name: str, row: PledgeBreach) -> str:
    return reverse(name, args=[row.pk])


def fields(**more: Any) -> dict[str, Any]:
    return {
        "measure": "response", "allowed": "240", "sentence": SENTENCE, "sentence_en": SENTENCE_EN, "branch": "1101",
        "from_day": timezone.localdate().isoformat(), "source": "自定", "seen": "0", **more,
    }  # fmt: skip


def save(browser: Browser, told: dict[str, Any]) -> Any:
    """Look at the preview, then save what it showed."""
    digest = browser.post(reverse("pledge-preview"), told).context["digest"]
    return browser.post(NEW, told | {"previewed": digest})


def test_a_pledge_is_saved_after_a_look_once_by_double_click_and_then_listed(office: Office) -> None:
    browser = english(office.manager)
    assert browser.post(NEW, fields() | {"previewed": "unseen"}).status_code == 422
    for _again in range(2):
        assert save(browser, fields()).status_code == 302
    row = Pledge.objects.get()
    assert (row.branch, row.allowed, row.made_by) == (office.branch, 240, office.manager)
    body = browser.get(LIST).content.decode()
    assert SENTENCE_EN in body
    assert "within 240 working minutes" in body


def test_the_preview_says_how_many_breaches_the_last_days_would_have_had(office: Office) -> None:
    broken(office)
    body = english(office.manager).post(reverse("pledge-preview"), fields(measure="promise", allowed="0"))
    assert "would have had 1 breach: kept 0%" in " ".join(body.content.decode().split())


@pytest.mark.parametrize(
    ("more", "field"),
    [({"allowed": "0"}, "allowed"), ({"allowed": "x"}, "allowed"), ({"sentence": ""}, "sentence"),
     ({"from_day": "2020-01-01"}, "from_day"), ({"branch": "1102"}, "branch"), ({"branch": "firm"}, "branch")],
)  # fmt: skip
def test_what_cannot_be_pledged_is_told_beside_the_field(office: Office, more: dict[str, str], field: str) -> None:
    response = browser_of(office.manager).post(NEW, fields(**more) | {"previewed": "x"})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Pledge.objects.exists()


def test_a_second_manager_is_told_what_the_first_saved_meanwhile(office: Office) -> None:
    save(browser_of(office.manager), fields())
    told = fields(allowed="120", from_day=(timezone.localdate() + timedelta(days=1)).isoformat())
    response = save(english(office.second), told)
    assert response.status_code == 422
    assert "has saved a pledge for this measure meanwhile" in response.content.decode()
    assert Pledge.objects.count() == 1


def test_everybody_reads_the_pledge_of_their_branch_and_of_no_other(office: Office) -> None:
    other = Branch.objects.get(code="1102")
    pledge(by=office.manager, branch=other, sentence="望湖的承诺")
    pledge(by=office.manager, sentence="公司的承诺", measure=Measure.CALLBACK)
    for person, words in (
        (office.advisor, {"公司的承诺"}),
        (office.stranger, {"公司的承诺", "望湖的承诺"}),
        (staff("root", "admin"), {"公司的承诺"}),
    ):
        for page in (LIST, reverse("pledge-wall")):
            body = browser_of(person).get(page).content.decode()
            assert {word for word in ("公司的承诺", "望湖的承诺") if word in body} == words
    assert browser_of(office.advisor).get(LIST, {"branch": "1102"}).status_code == 404
    assert browser_of(office.advisor).get(LIST, {"branch": "firm"}).status_code == 404


def test_the_sheet_for_the_wall_has_both_languages_and_nobody_on_it(office: Office) -> None:
    broken(office)
    page = browser_of(office.manager).get(reverse("pledge-wall")).content.decode()
    sheet = page.partition("<article")[2].partition("</article>")[0]
    assert SENTENCE in sheet
    assert SENTENCE_EN in sheet
    assert not [name for name in (office.client.name, office.manager.name, office.advisor.name) if name in sheet]


def test_a_share_opens_the_breaches_of_its_pledge_and_month(office: Office) -> None:
    row = broken(office)
    PledgeMonth.objects.update(kept=3)
    browser = english(office.manager)
    body = browser.get(LIST).content.decode()
    assert "75%" in body
    link = f"{BREACHES}?branch=1101&amp;measure=promise&amp;month={row.on:%Y-%m}&amp;state=all"
    assert link in body
    assert [told.row for told in browser.get(link.replace("&amp;", "&")).context["rows"]] == [row]
    for more in ({"month": "2020-01"}, {"measure": "callback"}, {"state": "settled"}):
        assert not browser.get(BREACHES, more).context["rows"]
    assert browser.get(BREACHES, {"after": "nonsense"}).status_code == 404


def test_a_breach_is_seen_by_whoever_sees_the_client_masked_for_compliance_and_to_others_missing(
    office: Office,
) -> None:
    row = broken(office)
    seen = {office.advisor, office.manager, office.second, office.law}
    for person in (*seen, office.colleague, office.stranger, staff("root", "admin")):
        browser = browser_of(person)
        found = browser.get(address("breach-detail", row))
        assert (found.status_code == 200) == (person in seen), person
        if person not in seen:
            assert same(found.content) == same(browser.get(reverse("breach-detail", args=[999_999])).content)
    for page in (BREACHES, address("breach-detail", row)):
        assert office.client.name not in browser_of(office.law).get(page).content.decode()


def test_a_breach_towards_a_restricted_client_is_read_by_compliance_alone(office: Office) -> None:
    row = broken(office)
    Client.objects.update(is_restricted=True)
    found = {
        person.username: browser_of(person).get(address("breach-detail", row)).status_code
        for person in (office.advisor, office.manager, office.law)
    }
    assert found == {"advisor": 404, "manager": 404, "law": 200}


def test_nobody_hears_of_a_complaint_about_themselves_nor_an_advisor_of_call_backs() -> None:
    desk = make_complaint_desk()
    today = timezone.localdate()
    for measure in (Measure.COMPLAINT, Measure.CALLBACK):
        pledge(measure, by=desk.manager, from_day=today - timedelta(days=100))
    desk.receive(about=desk.advisor, at=moment(today - timedelta(days=40)))
    callback(desk.client, today - timedelta(days=10))
    night_of(desk.branch, today)
    assert PledgeBreach.objects.count() == 2
    seen = {
        person.username: [told.row.measure for told in browser_of(person).get(BREACHES).context["rows"]]
        for person in (desk.advisor, desk.deputy)
    }
    assert seen == {"advisor": [], "deputy": ["callback", "complaint"]}
    row = PledgeBreach.objects.get(measure=Measure.COMPLAINT)
    shown = browser_of(desk.deputy).get(address("breach-detail", row))
    assert shown.context["fact_url"] == reverse("complaint-detail", args=[row.complaint_id])


@pytest.mark.parametrize(
    ("route", "allowed"),
    [("breach-detail", {"advisor", "manager", "second"}), ("reopen-breach", {"advisor", "manager", "second"}),
     ("take-back-breach", set())],
)  # fmt: skip
def test_only_those_may_act_whose_act_it_is(office: Office, route: str, allowed: set[str]) -> None:
    row = broken(office)
    people = (office.colleague, office.stranger, office.law, staff("root", "admin"), office.advisor, office.second)
    for person in people:
        status = browser_of(person).post(address(route, row), {"remedy": ""}).status_code
        assert (status != 404) == (person.username in allowed), person


def test_putting_right_needs_words_and_the_second_is_told_what_the_first_wrote(office: Office) -> None:
    row = broken(office)
    browser = browser_of(office.advisor)
    assert browser.post(address("breach-detail", row), {"remedy": " "}).status_code == 422
    for _again in range(2):
        assert browser.post(address("breach-detail", row), {"remedy": "已致歉"}).status_code == 302
    late = english(office.manager).post(address("breach-detail", row), {"remedy": "我已打电话"})
    assert late.status_code == 422
    assert "员工advisor was quicker" in late.content.decode()
    assert "已致歉" in late.content.decode()
    browser_of(office.manager).post(address("reopen-breach", row))
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.remedy) == ("open", None, "已致歉")


def test_a_breach_is_reported_once_and_taken_back_by_whoever_reported_it(office: Office) -> None:
    held = pledge(Measure.RESPONSE, 240, by=office.manager, from_day=timezone.localdate() - timedelta(days=9))
    told = {
        "uid": str(uuid4()), "pledge": f"1101:{held.pk}", "on": timezone.localdate().isoformat(), "text": "等候四十分钟",
        "client_number": office.client.client_number,
    }  # fmt: skip
    browser = browser_of(office.advisor)
    for _again in range(2):
        assert browser.post(REPORT, told).status_code == 302
    row = PledgeBreach.objects.get()
    assert (row.client, row.owner, row.reported_by, row.text) == (
        office.client, office.advisor, office.advisor, "等候四十分钟",
    )  # fmt: skip
    assert browser_of(office.manager).post(address("take-back-breach", row)).status_code == 404
    browser.post(address("take-back-breach", row))
    row.refresh_from_db()
    assert row.state == "void"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"client_number": "00000000"}, "client_number"), ({"on": "2999-01-01"}, "on"), ({"text": ""}, "text"),
     ({"pledge": "1102:1"}, "pledge"), ({"uid": "x"}, "uid")],
)  # fmt: skip
def test_a_report_that_cannot_be_is_told_beside_the_field(office: Office, more: dict[str, str], field: str) -> None:
    held = pledge(by=office.manager)
    told = {
        "uid": str(uuid4()),
        "pledge": f"1101:{held.pk}",
        "on": "2026-01-05",
        "text": "没有答复",
        "client_number": "",
    }
    response = browser_of(office.advisor).post(REPORT, told | more)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PledgeBreach.objects.exists()


def test_pages_cost_the_same_however_many_rows_they_show(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [broken(office, client(office.branch, "陆怀瑾", advisor=office.advisor)) for _n in range(6)]
    settle_breach(rows[0], "已致歉", by=office.advisor, at=AT)
    pages = (
        (LIST, 9),
        (BREACHES, 7),
        (f"{BREACHES}?state=all", 7),
        (address("breach-detail", rows[0]), 8),
        (REPORT, 7),
    )
    browser = browser_of(office.manager)
    for page, most in pages:
        browser.get(page)
        with django_assert_max_num_queries(most):
            assert browser.get(page).status_code == 200
