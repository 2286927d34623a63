"""Ideas on screen: who reads them, who works on them, what a second editor is told, and where an answer that is due stands."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from crm.models import Staff
from servicing.contacts import Said, record_contact
from servicing.ideas.taking import take_idea
from servicing.models import Idea
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.concession_desk import Office, make_office
from tests.servicing.pledge_desk import night_of, pledge, promised

pytestmark = pytest.mark.django_db
LIST, NEW, TODAY = reverse("idea-list"), reverse("create-idea"), reverse("today")


@pytest.fixture
def office() -> Office:
    return make_office()


def english(person: Staff) -> Browser:
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def this_morning() -> datetime:
    """The pages ask what day it is; so do the rows that they show."""
    return datetime.combine(timezone.localdate(), time(), timezone.get_default_timezone())


def idea_of(office: Office, text: str = "沈慕云希望大厅有插座", *, days_ago: int = 1, **more: Any) -> Idea:
    """An idea of the advisor's client some days ago."""
    at = this_morning() - timedelta(days=days_ago)
    values = {"client": office.client, "uid": uuid4(), "by": office.advisor, "at": at, **more}
    return take_idea(office.branch, text, values.pop("topic", "place"), **values)


def address(name: str, idea: Idea) -> str:
    return reverse(name, args=[idea.pk])


def fields(**more: Any) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "topic": "place",
        "text": "大厅希望有插座",
        "branch": "1101",
        "client_number": "",
        **more,
    }


def test_an_idea_is_seen_by_whoever_sees_the_client_masked_for_compliance_and_to_others_missing(
    office: Office,
) -> None:
    idea = idea_of(office)
    seen = {office.advisor, office.manager, office.second, office.law}
    for person in (*seen, office.colleague, office.stranger, staff("root", "admin")):
        browser = browser_of(person)
        found = browser.get(address("idea-detail", idea))
        assert (found.status_code == 200) == (person in seen), person
        if person not in seen:
            assert same(found.content) == same(browser.get(reverse("idea-detail", args=[999_999])).content)
    for page in (LIST, address("idea-detail", idea)):
        body = browser_of(office.law).get(page).content.decode()
        assert "沈••希望大厅有插座" in body
        assert "沈慕云" not in body
    Client.objects.update(is_restricted=True)
    assert browser_of(office.advisor).get(address("idea-detail", idea)).status_code == 404
    assert browser_of(office.law).get(address("idea-detail", idea)).status_code == 200


def test_a_visitors_idea_is_read_by_the_whole_branch_and_by_no_other(office: Office) -> None:
    idea = idea_of(office, "门口没有扶手", client=None)
    found = {
        person.username: browser_of(person).get(address("idea-detail", idea)).status_code
        for person in (office.advisor, office.colleague, office.manager, office.stranger, office.law)
    }
    assert found == {"advisor": 200, "colleague": 200, "manager": 200, "stranger": 404, "law": 200}


@pytest.mark.parametrize(
    ("route", "allowed"),
    [("move-idea", {"advisor", "manager"}), ("answer-idea", {"advisor", "manager"}),
     ("take-back-answer", {"advisor", "manager"}), ("link-idea", {"advisor", "manager"}),
     ("unlink-idea", {"advisor", "manager"}), ("reassign-idea", {"manager"})],
)  # fmt: skip
def test_its_owner_and_the_managers_work_on_it_and_nobody_else(office: Office, route: str, allowed: set[str]) -> None:
    idea, _other = idea_of(office), idea_of(office)
    people = (office.colleague, office.stranger, office.law, staff("root", "admin"), office.advisor, office.manager)
    for person in people:
        status = browser_of(person).post(address(route, idea)).status_code
        assert (status != 404) == (person.username in allowed), person
        assert browser_of(person).get(address(route, idea)).status_code == 405


def test_an_idea_is_taken_down_once_from_the_clients_page_or_by_number_or_of_a_visitor(office: Office) -> None:
    browser = browser_of(office.advisor)
    page = f"{NEW}?client={office.client.pk}"
    assert page in browser.get(reverse("client-detail", args=[office.client.pk])).content.decode()
    told = fields()
    for _again in range(2):
        assert browser.post(page, told).status_code == 302
    assert Idea.objects.get().client == office.client
    browser.post(NEW, fields(client_number=office.client.client_number))
    browser.post(NEW, fields())
    assert list(Idea.objects.order_by("pk").values_list("client", flat=True)) == [office.client.pk] * 2 + [None]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"text": " "}, "text"), ({"topic": "x"}, "topic"), ({"client_number": "0"}, "client_number"),
     ({"branch": "1102"}, "branch"), ({"uid": "x"}, "uid")],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_the_field(office: Office, more: dict[str, str], field: str) -> None:
    response = browser_of(office.advisor).post(NEW, fields(**more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Idea.objects.exists()


def test_declining_without_a_reason_is_told_beside_it_and_with_one_it_is_declined(office: Office) -> None:
    idea, browser = idea_of(office), browser_of(office.advisor)
    told = {"to": "declined", "reason": "", "version": idea.version}
    response = browser.post(address("move-idea", idea), told)
    assert (response.status_code, "reason" in response.context["move"].errors) == (422, True)
    for _again in range(2):
        assert browser.post(address("move-idea", idea), told | {"reason": "没有地方"}).status_code == 302
    idea.refresh_from_db()
    assert (idea.state, idea.reason, idea.version) == ("declined", "没有地方", 2)


def test_a_second_editor_is_told_how_it_stands_and_may_then_write(office: Office) -> None:
    idea, browser = idea_of(office), english(office.manager)
    browser_of(office.advisor).post(address("move-idea", idea), {"to": "looked", "version": idea.version})
    late = browser.post(address("move-idea", idea), {"to": "accepted", "version": idea.version})
    assert late.status_code == 422
    assert "It is being looked at now" in late.content.decode()
    again = {"to": "accepted", "version": late.context["move"]["version"].value()}
    assert browser.post(address("move-idea", idea), again).status_code == 302
    idea.refresh_from_db()
    assert idea.state == "accepted"


def test_an_answer_names_a_contact_of_the_client_since_the_idea(office: Office) -> None:
    idea, browser = idea_of(office), browser_of(office.advisor)
    told = {"answer": "已加装插座", "version": idea.version, "contact": ""}
    assert browser.post(address("answer-idea", idea), told).status_code == 422
    now = this_morning()
    call = record_contact(office.client, Said(now, "phone", "out", "答复"), uid=uuid4(), by=office.advisor, at=now)
    offered = browser.get(address("idea-detail", idea)).context["answer"].fields["contact"].choices
    assert [key for key, _words in offered] == ["", str(call.pk)]
    for _again in range(2):
        assert browser.post(address("answer-idea", idea), told | {"contact": call.pk}).status_code == 302
    idea.refresh_from_db()
    assert (idea.answer, idea.answer_contact) == ("已加装插座", call)
    assert not browser.get(LIST).context["rows"]
    browser.post(address("take-back-answer", idea))
    assert [told.row for told in browser.get(LIST).context["rows"]] == [idea]


def test_late_answers_stand_first_and_on_the_day_of_owner_and_manager(office: Office) -> None:
    fresh, late = idea_of(office, "新的"), idea_of(office, "早的", days_ago=60)
    browser = browser_of(office.advisor)
    assert [told.row for told in browser.get(LIST).context["rows"]] == [late, fresh]
    for person, rows in (
        (office.advisor, [late]),
        (office.manager, [late]),
        (office.colleague, []),
        (office.stranger, []),
    ):
        assert [told.row for told in browser_of(person).get(TODAY).context["ideas"]] == rows


def test_the_list_says_how_many_asked_and_filters_by_what_the_address_says(office: Office) -> None:
    lead = idea_of(office)
    again = idea_of(office, client=client(office.branch, "陆怀瑾", advisor=office.advisor))
    browser = english(office.manager)
    browser.post(address("link-idea", again), {"lead": lead.pk, "version": again.version})
    assert "asked by 2 people" in browser.get(LIST).content.decode()
    assert [told.row for told in browser.get(address("idea-detail", lead)).context["others"]] == [again]
    for more, count in (({"topic": "place"}, 2), ({"topic": "fees"}, 0), ({"state": "done"}, 0), ({"show": "all"}, 2)):
        assert len(browser.get(LIST, more).context["rows"]) == count
    assert browser.get(LIST, {"after": "nonsense"}).status_code == 404


def test_an_idea_that_goes_with_a_colleagues_tells_nothing_of_that_one(office: Office) -> None:
    lead = idea_of(office, "陆怀瑾要充电桩", client=client(office.branch, "陆怀瑾", advisor=office.colleague))
    own = idea_of(office)
    Idea.objects.filter(pk=own.pk).update(like=lead)
    told = {
        who: english(who).get(address("idea-detail", own)).content.decode() for who in (office.advisor, office.manager)
    }
    assert [lead.text in told[who] for who in (office.advisor, office.manager)] == [False, True]
    assert "by a client of a colleague" in told[office.advisor]


def test_an_idea_and_a_breach_stand_on_the_clients_line_of_time(office: Office) -> None:
    idea_of(office)
    today = timezone.localdate()
    pledge(by=office.manager, from_day=today - timedelta(days=9))
    promised(office.client, today - timedelta(days=1))
    night_of(office.branch, today)
    page = reverse("client-detail", args=[office.client.pk])
    events = browser_of(office.manager).get(page, {"show": "voices"}).context["timeline"].events
    assert sorted(event.icon for event in events) == ["bulb", "heart-handshake"]
    body = browser_of(office.law).get(page, {"show": "voices"}).content.decode()
    assert "沈慕云" not in body


def test_a_manager_gives_an_idea_to_somebody_of_the_branch(office: Office) -> None:
    idea, browser = idea_of(office), browser_of(office.manager)
    page = address("reassign-idea", idea)
    assert browser.post(page, {"owner": office.stranger.pk, "version": 1}).status_code == 422
    assert browser.post(page, {"owner": office.colleague.pk, "version": 1}).status_code == 302
    assert browser_of(office.colleague).get(address("idea-detail", idea)).status_code == 200


def test_whoever_leaves_hands_the_ideas_of_visitors_over_first(office: Office) -> None:
    idea, admin = idea_of(office, client=None), english(staff("root", "admin"))
    leaving = {"left_on": timezone.localdate().isoformat()}
    page = reverse("deactivate-staff", args=[office.advisor.pk])
    assert "Open ideas of visitors with this person: 1" in admin.post(page, leaving).content.decode()
    browser_of(office.manager).post(address("reassign-idea", idea), {"owner": office.manager.pk, "version": 1})
    admin.post(page, leaving)
    office.advisor.refresh_from_db()
    assert not office.advisor.is_active


def test_pages_cost_the_same_however_many_rows_they_show(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead, *others = [
        idea_of(office, client=client(office.branch, "陆怀瑾", advisor=office.advisor), days_ago=60) for _n in range(6)
    ]
    Idea.objects.filter(pk__in=[one.pk for one in others[:3]]).update(like=lead)
    browser = browser_of(office.manager)
    for page, most in ((LIST, 9), (f"{LIST}?show=all", 9), (address("idea-detail", lead), 13), (NEW, 6)):
        browser.get(page)
        with django_assert_max_num_queries(most):
            assert browser.get(page).status_code == 200
