"""Fee concessions and gifts on screen: who reads, asks, decides and ends, and what is told."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import CommissionRate
from crm.models import Staff
from servicing.models import Concession, PaperRequirement
from tests.crm.access import same
from tests.crm.page_firm import account, browser_of, client, staff
from tests.servicing.concession_desk import Office, approved, asked, asked_gift, floor, make_office, span
from tests.servicing.desk import AT

pytestmark = pytest.mark.django_db
LIST, APPROVALS = reverse("concession-list"), reverse("approval-list")


@pytest.fixture
def office() -> Office:
    return make_office()


def this_morning() -> datetime:
    """The pages ask what day it is; so do the rows that they show."""
    return datetime.combine(timezone.localdate(), time(), timezone.get_default_timezone())


def now(office: Office, **more: Any) -> Concession:
    """One that was asked for today."""
    return asked(office, at=this_morning(), from_on=timezone.localdate(), **more)


def running(office: Office, **more: Any) -> Concession:
    return approved(office, at=this_morning(), from_on=timezone.localdate(), **more)


def address(name: str, row: Concession) -> str:
    return reverse(name, args=[row.pk])


def ask_address(office: Office) -> str:
    return reverse("ask-concession", args=[office.client.pk])


def fields(office: Office, **more: object) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "uid": str(uuid4()), "account": office.account.pk, "product": "stock", "rate_e6": "1.5", "minimum_fen": "5",
        "from_on": today.isoformat(), "until_on": (today + timedelta(days=90)).isoformat(), "reason": "客户比较多家券商", **more,
    }  # fmt: skip


def english(person: Staff) -> Browser:
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def pay(office: Office, rate_e6: int, minimum_fen: int = 500) -> None:
    """What the broker's system told."""
    CommissionRate.objects.create(
        branch=office.branch, client=office.client, account=office.account, product="stock", rate_e6=rate_e6,
        minimum_fen=minimum_fen, basis="all_in", from_day=timezone.localdate(), changed_by=office.advisor,
        changed_at=this_morning(),
    )  # fmt: skip


def test_a_concession_is_seen_by_whoever_sees_the_client_and_to_others_it_is_missing(office: Office) -> None:
    row = now(office)
    seen = {office.advisor, office.manager, office.second, office.law}
    for person in (*seen, office.colleague, office.stranger, staff("root", "admin")):
        browser = browser_of(person)
        found = browser.get(address("concession-detail", row))
        assert (found.status_code == 200) == (person in seen), person
        if person not in seen:
            assert same(found.content) == same(browser.get(reverse("concession-detail", args=[999_999])).content)


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        ("withdraw-concession", {"advisor"}),
        ("decide-concession", {"manager", "second"}),
        ("end-concession", {"advisor", "manager", "second"}),
    ],
)
def test_only_those_may_act_whose_act_it_is(office: Office, route: str, allowed: set[str]) -> None:
    row = now(office)
    people = (office.colleague, office.stranger, office.law, staff("root", "admin"), office.advisor, office.manager)
    for person in people:
        status = browser_of(person).post(address(route, row)).status_code
        assert (status != 404) == (person.username in allowed), person
        assert browser_of(person).get(address(route, row)).status_code == 405


def test_the_list_is_the_advisors_own_the_managers_branch_and_masked_for_compliance(office: Office) -> None:
    now(office)
    theirs = client(office.branch, "陆怀瑾", advisor=office.colleague)
    now(office, account=account(theirs, "880012349999"))
    for person, names in (
        (office.advisor, {"沈慕云"}),
        (office.manager, {"沈慕云", "陆怀瑾"}),
        (office.stranger, set()),
    ):
        body = browser_of(person).get(LIST).content.decode()
        assert {name for name in ("沈慕云", "陆怀瑾") if name in body} == names
    body = browser_of(office.law).get(LIST).content.decode()
    assert "沈••" in body
    assert "沈慕云" not in body
    assert browser_of(staff("root", "admin")).get(LIST).status_code == 404


def test_what_was_written_about_a_client_is_masked_too(office: Office) -> None:
    row = now(office, reason="沈慕云要求降低")
    assert "沈慕云要求" in browser_of(office.manager).get(address("concession-detail", row)).content.decode()
    for page in (LIST, address("concession-detail", row)):
        assert "沈慕云" not in browser_of(office.law).get(page).content.decode()


def test_asking_saves_once_by_double_click_and_leads_to_its_page(office: Office) -> None:
    told = fields(office)
    for _ in range(2):
        response = browser_of(office.advisor).post(ask_address(office), told)
        assert response.status_code == 302
    row = Concession.objects.get()
    assert response["Location"] == address("concession-detail", row)
    assert (row.rate_e6, row.minimum_fen, row.asked_by, row.state) == (150, 500, office.advisor, "asked")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rate_e6": "1.19"}, "rate_e6"),
        ({"rate_e6": "low"}, "rate_e6"),
        ({"product": "etf"}, "product"),
        ({"until_on": "2020-01-01"}, "until_on"),
        ({"until_on": ""}, "until_on"),
        ({"from_on": "2020-01-01"}, "from_on"),
        ({"reason": " "}, "reason"),
        ({"account": 999_999}, "account"),
        ({"minimum_fen": "-1"}, "minimum_fen"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_lost(
    office: Office, more: dict[str, Any], field: str
) -> None:
    response = browser_of(office.advisor).post(ask_address(office), fields(office, **more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Concession.objects.exists()


def test_another_clients_account_cannot_be_chosen(office: Office) -> None:
    other = account(client(office.branch, "陆怀瑾", advisor=office.advisor), "880012349999")
    assert browser_of(office.advisor).post(ask_address(office), fields(office, account=other.pk)).status_code == 422


def test_a_gift_can_be_asked_for_only_while_gifts_are_on(office: Office) -> None:
    page = ask_address(office) + "?kind=gift"
    assert "value_fen" not in browser_of(office.advisor).get(page).context["form"].fields
    floor(50_000, by=office.law, key="gift_cap", unit="fen")
    told = fields(office) | {"gift": "茶礼", "value_fen": "300"}
    assert browser_of(office.advisor).post(page, told).status_code == 302
    assert Concession.objects.get().value_fen == 30_000
    assert browser_of(office.advisor).post(page, told | {"uid": str(uuid4())}).status_code == 422


def test_a_second_decision_is_told_who_decided_and_how(office: Office) -> None:
    row = now(office)
    told = {"decision": "approve", "why": "", "from-approvals": "1"}
    first = english(office.manager).post(address("decide-concession", row), told, follow=True)
    assert "set in the broker" in first.content.decode()
    late = english(office.second).post(
        address("decide-concession", row), {"decision": "refuse", "why": "太低"}, follow=True
    )
    body = late.content.decode()
    assert "员工manager has decided already" in body
    assert "approved" in body
    row.refresh_from_db()
    assert row.decided_by == office.manager


def test_approvals_show_fees_to_the_manager_gifts_to_compliance_and_nobody_their_own(office: Office) -> None:
    floor(50_000, by=office.law, key="gift_cap", unit="fen")
    fee, gift = now(office), asked_gift(office)

    def shown(person: Staff) -> set[Concession]:
        kinds = browser_of(person).get(APPROVALS).context["kinds"]
        rows = [row for one in kinds if one["kind"].page == "concession-list" for row in one["rows"]]
        return {told.row for told in rows}

    assert (shown(office.manager), shown(office.law), shown(office.stranger)) == ({fee}, {gift}, set())
    Concession.objects.filter(pk=fee.pk).update(asked_by=office.manager)
    assert (shown(office.manager), shown(office.second)) == (set(), {fee})


def test_a_paper_that_ended_since_stands_beside_the_button_and_stops_it(office: Office) -> None:
    row, today = now(office), timezone.localdate()
    browser, beside = english(office.manager), f'aria-describedby="barred-concession-{row.pk}"'
    assert beside not in browser.get(APPROVALS).content.decode()
    PaperRequirement.objects.create(
        subject="class:stock", needs=["securities"], from_day=today, source="test", made_by=office.law, made_at=AT
    )
    for page in (APPROVALS, address("concession-detail", row)):
        shown = browser.get(page).content.decode()
        assert beside in shown
        assert "lacks a paper for this class: no securities" in shown
    answer = browser.post(address("decide-concession", row), {"decision": "approve", "why": ""}, follow=True)
    assert "lacks a paper for this class: no securities" in str(next(iter(answer.context["messages"])))
    row.refresh_from_db()
    assert row.state == "asked"


def test_agreed_and_not_seen_in_the_rates_is_a_warning_until_they_show_it(office: Office) -> None:
    row = running(office)
    browser = english(office.advisor)

    def seen() -> tuple[str, int]:
        detail = browser.get(address("concession-detail", row))
        return detail.context["told"].seen, len(browser.get(LIST, {"state": "unseen"}).context["rows"])

    assert seen() == ("unseen", 1)
    pay(office, 150, minimum_fen=0)
    assert seen() == ("unseen", 1)
    CommissionRate.objects.update(minimum_fen=500)
    assert seen() == ("seen", 0)
    CommissionRate.objects.update(from_day=timezone.localdate() + timedelta(days=1))
    assert seen() == ("unseen", 1)
    assert "Not seen in the rates" in browser.get(address("concession-detail", row)).content.decode()


def test_an_early_end_needs_a_reason_beside_the_field(office: Office) -> None:
    row = running(office)
    assert browser_of(office.advisor).post(address("end-concession", row), {"why": ""}).status_code == 422
    browser_of(office.advisor).post(address("end-concession", row), {"why": "客户已转走"})
    row.refresh_from_db()
    assert (row.state, row.ended_by, row.ended_why) == ("ended", office.advisor, "客户已转走")


def test_the_list_filters_by_state_and_those_that_end_first_stand_first(office: Office) -> None:
    late, early = running(office, days=90), running(office, days=5, account=account(office.client, "880012341111"))
    waits = now(office, product="stock", account=account(office.client, "880012342222"), days=30)
    browser = browser_of(office.manager)
    for state, rows in (
        ("", [early, waits, late]),
        ("soon", [early]),
        ("asked", [waits]),
        ("over", []),
        ("x", [early, waits, late]),
    ):
        assert [told.row for told in browser.get(LIST, {"state": state}).context["rows"]] == rows
    assert browser.get(LIST, {"after": "nonsense"}).status_code == 404


def test_the_client_page_shows_what_runs_and_where_one_is_asked_for(office: Office) -> None:
    running(office)
    page = reverse("client-detail", args=[office.client.pk])
    assert ask_address(office) in browser_of(office.advisor).get(page).content.decode()
    found = browser_of(office.law).get(page)
    assert len(found.context["concessions"]["rows"]) == 1
    assert ask_address(office) not in found.content.decode()


def test_pages_cost_the_same_however_many_rows_they_show(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(8):
        now(office, account=account(office.client, f"88001234{n:04d}"))
    row = running(office, span=span(timezone.localdate(), 20))
    browser = browser_of(office.manager)
    for page, most in ((LIST, 10), (APPROVALS, 15), (address("concession-detail", row), 24), (ask_address(office), 12)):
        browser.get(page)
        with django_assert_max_num_queries(most):
            assert browser.get(page).status_code == 200
