"""Education events on screen: who reads, plans, invites, registers and asks afterwards, and what is told."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.models import Staff
from servicing.events.answering import Answers, record_answers
from servicing.events.inviting import invite
from servicing.events.planning import change_event
from servicing.events.seats import register
from servicing.models import Event, Guest, Task
from tests.crm.access import same
from tests.crm.page_firm import browser_of, staff
from tests.servicing.event_hall import OVER, Hall, guests, held, make_hall, opened, plan, planned, reachable

pytestmark = pytest.mark.django_db
LIST, NEW, INVITE = reverse("event-list"), reverse("create-event"), reverse("invite-to-event")
LEADING = ("edit-event", "open-event", "cancel-event", "hold-event", "close-event", "reopen-event")
ABOUT_A_GUEST = ("register-guest", "decline-guest", "ask-guest-again", "tick-guest", "answer-guest")


@pytest.fixture
def hall() -> Hall:
    return make_hall()


@pytest.fixture
def coming(hall: Hall) -> Event:
    """One that is open still, by the clock of the pages."""
    return opened(hall, at=now(), starts_at=soon())


def now() -> datetime:
    """This morning: the pages ask what time it is, and so do the rows that they show."""
    return datetime.combine(timezone.localdate(), time(), timezone.get_default_timezone())


def soon() -> datetime:
    return now() + timedelta(days=10, hours=15)


def address(name: str, row: Event | Guest) -> str:
    return reverse(name, args=[row.pk])


def english(person: Staff) -> Browser:
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def fields(hall: Hall, **more: object) -> dict[str, Any]:
    begins = timezone.localtime(soon())
    return {
        "uid": str(uuid4()), "branch": hall.branch.code, "title": "年报怎么读", "topic": "market", "kind": "lecture",
        "place": "二楼会议室", "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "closes_at": f"{begins - timedelta(days=1):%Y-%m-%dT%H:%M}", "host": hall.manager.pk, "quota": "30", "product_risk": "",
        **more,
    }  # fmt: skip


# Who may


def test_an_event_is_read_in_its_branch_and_by_compliance_and_is_missing_elsewhere(hall: Hall, coming: Event) -> None:
    seen = {hall.advisor, hall.colleague, hall.manager, hall.law}
    for person in (*seen, hall.stranger, staff("root", "admin")):
        browser = browser_of(person)
        for name in ("event-detail", "print-event"):
            found = browser.get(address(name, coming))
            assert (found.status_code == 200) == (person in seen), (person, name)
            if person not in seen:
                assert same(found.content) == same(browser.get(reverse(name, args=[999_999])).content)


@pytest.mark.parametrize("route", LEADING)
def test_an_event_is_led_by_host_and_manager_alone(hall: Hall, route: str) -> None:
    event = planned(hall, host=hall.colleague, at=now(), starts_at=soon())
    people = (hall.advisor, hall.stranger, hall.law, staff("root", "admin"), hall.colleague, hall.manager)
    for person in people:
        status = browser_of(person).post(address(route, event)).status_code
        assert (status != 404) == (person in {hall.colleague, hall.manager}), person
        if route != "edit-event":
            assert browser_of(person).get(address(route, event)).status_code == 405


@pytest.mark.parametrize("route", ABOUT_A_GUEST)
def test_a_guest_is_answered_for_by_whoever_serves_the_client(hall: Hall, coming: Event, route: str) -> None:
    (guest,) = guests(hall, coming, at=now())
    for person in (hall.colleague, hall.stranger, hall.law, staff("root", "admin")):
        browser = browser_of(person)
        found = browser.post(address(route, guest))
        assert found.status_code == 404, person
        assert same(found.content) == same(browser.post(reverse(route, args=[999_999])).content)
    for person in (hall.advisor, hall.manager):
        assert browser_of(person).post(address(route, guest), {"attendance": "came"}).status_code in {302, 422}


def test_an_advisor_reads_own_clients_and_compliance_masked_names(hall: Hall, coming: Event) -> None:
    guests(hall, coming, at=now())
    theirs = reachable(hall, "陆怀瑾", advisor=hall.colleague)
    invite(coming, [theirs], step=uuid4(), by=hall.manager, at=now())
    page = address("event-detail", coming)
    for person, names in ((hall.advisor, {"客户0"}), (hall.manager, {"客户0", "陆怀瑾"}), (hall.law, set())):
        body = browser_of(person).get(page).content.decode()
        assert {name for name in ("客户0", "陆怀瑾") if name in body} == names, person
    assert "陆••" in browser_of(hall.law).get(page).content.decode()


def test_what_was_remarked_about_a_client_is_masked_too(hall: Hall) -> None:
    event, (came,) = held(hall)
    record_answers(came, Answers("some", 3, 5, "客户0说讲得好"), seen=0, by=hall.advisor, at=OVER)
    page = address("event-detail", event)
    assert "客户0说讲得好" in browser_of(hall.manager).get(page).content.decode()
    assert "客户0说" not in browser_of(hall.law).get(page).content.decode()
    assert "客户0" not in browser_of(hall.law).get(address("print-event", event)).content.decode()


# Planning


def test_a_double_click_plans_one_event_and_leads_to_it(hall: Hall) -> None:
    told = fields(hall)
    for _ in range(2):
        response = browser_of(hall.advisor).post(NEW, told)
        assert response.status_code == 302
    event = Event.objects.get()
    assert response["Location"] == address("event-detail", event)
    assert (event.quota, event.host, event.state) == (30, hall.manager, "planned")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": ""}, "title"),
        ({"starts_at": "2020-01-01T10:00"}, "starts_at"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
        ({"closes_at": "2099-01-01T10:00"}, "closes_at"),
        ({"quota": "0"}, "quota"),
        ({"quota": "many"}, "quota"),
        ({"host": "999999"}, "host"),
        ({"topic": "gossip"}, "topic"),
        ({"branch": "1102"}, "branch"),
        ({"product_risk": "R9"}, "product_risk"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(hall: Hall, more: dict[str, Any], field: str) -> None:
    response = browser_of(hall.advisor).post(NEW, fields(hall, **more))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Event.objects.exists()


def test_a_second_editor_sees_what_the_first_one_wrote_and_may_save_over_it(hall: Hall) -> None:
    event = planned(hall, at=now(), starts_at=soon())
    change_event(event, plan(hall, title="季报怎么读", starts_at=soon()), seen=1, by=hall.manager, at=now())
    other = staff("second", "manager", hall.branch)
    told = fields(hall, uid=str(event.uid), seen="1", title="财报怎么读")
    response = english(other).post(address("edit-event", event), told)
    assert response.status_code == 422
    body = response.content.decode()
    assert "季报怎么读" in body
    assert "财报怎么读" in body
    assert english(other).post(address("edit-event", event), told | {"seen": "2"}).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.version) == ("财报怎么读", 3)


def test_cancelling_asks_why_beside_the_field(hall: Hall, coming: Event) -> None:
    browser = browser_of(hall.manager)
    response = browser.post(address("cancel-event", coming), {"why": ""})
    assert response.status_code == 422
    assert response.context["cancel_form"].errors
    assert browser.post(address("cancel-event", coming), {"why": "讲师生病"}).status_code == 302
    assert "讲师生病" in browser.get(address("event-detail", coming)).content.decode()
    assert browser.get(address("edit-event", coming)).status_code == 404


def test_an_event_is_held_closed_and_reopened_from_its_page(hall: Hall) -> None:
    event = opened(hall, at=now() - timedelta(days=20), starts_at=now() - timedelta(days=5))
    browser = browser_of(hall.manager)
    assert not browser.get(address("event-detail", planned(hall, at=now(), starts_at=soon()))).context["may_hold"]
    for route, state in (("hold-event", "held"), ("close-event", "closed"), ("reopen-event", "held")):
        assert browser.post(address(route, event)).status_code == 302
        event.refresh_from_db()
        assert event.state == state


# Inviting from the client list


def test_the_drawer_tells_who_would_be_invited_before_anybody_is_and_it_can_be_taken_back(
    hall: Hall, coming: Event
) -> None:
    chosen = [reachable(hall, f"客户{number}") for number in range(3)]
    silent = reachable(hall, "陆怀瑾", said="")
    keys = [one.pk for one in (*chosen, silent)]
    browser, step = english(hall.manager), uuid4()
    told = {"client": keys, "event": coming.pk, "uid": str(step)}
    assert coming.title in browser.get(INVITE, {"client": keys}).content.decode()
    looked = browser.post(INVITE, told)
    assert looked.status_code == 200
    assert looked.context["found"].left_out == {"no_consent": 1}
    assert "never agreed to be called" in looked.content.decode()
    assert not Guest.objects.exists()
    for _ in range(2):
        assert browser.post(INVITE, told | {"looked": coming.pk})["Location"] == address("event-detail", coming)
    assert Guest.objects.filter(state="invited").count() == Task.objects.filter(rule="event").count() == 3
    undo = reverse("undo-invitations", args=[step])
    for person in (hall.advisor, hall.stranger, hall.law):
        assert browser_of(person).post(undo).status_code == 404
    assert browser.post(undo).status_code == 302
    assert Guest.objects.filter(state="withdrawn").count() == 3


def test_an_event_of_another_branch_cannot_be_chosen(hall: Hall, coming: Event) -> None:
    who = reachable(hall)
    there = hall.stranger.branches.get()
    Event.objects.filter(pk=coming.pk).update(branch=there)
    response = browser_of(hall.manager).post(INVITE, {"client": who.pk, "event": coming.pk, "uid": str(uuid4())})
    assert response.status_code == 422
    assert "event" in response.context["form"].errors


# Guests


def test_registering_says_whether_there_was_a_seat_and_offers_the_way_back(hall: Hall) -> None:
    event = opened(hall, quota=1, at=now(), starts_at=soon())
    first, second = guests(hall, event, 2, at=now())
    browser = english(hall.advisor)
    answers = [
        browser.post(address("register-guest", one), HTTP_HX_REQUEST="true")["HX-Trigger"] for one in (first, second)
    ]
    assert "is registered" in answers[0]
    assert "waiting list" in answers[1]
    assert address("ask-guest-again", first) in answers[0]
    browser.post(address("ask-guest-again", first))
    assert list(Guest.objects.order_by("pk").values_list("state", flat=True)) == ["invited", "registered"]
    assert "declined" in browser.post(address("decline-guest", second), HTTP_HX_REQUEST="true")["HX-Trigger"]


def test_attendance_before_the_event_is_refused_in_words(hall: Hall, coming: Event) -> None:
    (guest,) = guests(hall, coming, at=now())
    register(guest, by=hall.advisor, at=now())
    browser = english(hall.advisor)
    told = browser.post(address("tick-guest", guest), {"attendance": "came"}, HTTP_HX_REQUEST="true")["HX-Trigger"]
    assert "from the beginning" in told
    assert browser.post(address("tick-guest", guest), {"attendance": "late"}).status_code == 404


def test_answers_are_asked_of_who_came_and_a_second_editor_is_told(hall: Hall) -> None:
    _event, (came, absent) = held(hall, 1, 1)
    browser = english(hall.advisor)
    page = address("answer-guest", came)
    assert set(browser.get(page).context["form"].fields) >= {"knowledge", "expected", "perceived"}
    assert "expected" not in browser.get(address("answer-guest", absent)).context["form"].fields
    response = browser.post(page, {"seen": "0", "knowledge": "some", "expected": "6", "perceived": "5"})
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"expected"})
    told = {"seen": "0", "knowledge": "some", "expected": "3", "perceived": "5", "remark": "讲得清楚"}
    assert browser.post(page, told).status_code == 302
    late = english(hall.manager).post(page, told | {"perceived": "1", "remark": "太长"})
    assert late.status_code == 422
    body = late.content.decode()
    assert "讲得清楚" in body
    assert "太长" in body
    assert english(hall.manager).post(page, told | {"perceived": "1", "seen": "1"}).status_code == 302
    assert Guest.objects.get(pk=came.pk).perceived == 1


def test_with_few_answers_the_page_says_that_nothing_can_be_told(hall: Hall) -> None:
    event, (came, _absent) = held(hall, 1, 1)
    record_answers(came, Answers("some", 3, 5), seen=0, by=hall.advisor, at=OVER)
    body = english(hall.manager).get(address("event-detail", event)).content.decode()
    assert "Cannot tell: fewer than 20 clients" in body
    assert "Hoped for 3.0, found 5.0 of 5 (1 client)" in body


# Where it shows


def test_the_client_page_shows_what_comes_next_and_the_timeline_what_was(hall: Hall, coming: Event) -> None:
    (guest,) = guests(hall, coming, at=now())
    page = reverse("client-detail", args=[guest.client_id])
    body = browser_of(hall.advisor).get(page).content.decode()
    assert address("register-guest", guest) in body
    assert body.count("年报怎么读") >= 2
    assert address("register-guest", guest) not in browser_of(hall.law).get(page).content.decode()


def test_the_calendar_shows_the_events_of_the_branch(hall: Hall, coming: Event) -> None:
    day = f"{timezone.localtime(coming.starts_at):%Y-%m-%d}"
    for view in ("week", "day"):
        page = f"{reverse('calendar')}?view={view}&day={day}"
        assert coming.title in browser_of(hall.colleague).get(page).content.decode()
        assert coming.title not in browser_of(hall.stranger).get(page).content.decode()


def test_clients_are_found_by_the_last_event_they_came_to(hall: Hall) -> None:
    from tests.crm.page_firm import night, stand

    _event, (came, absent) = held(hall, 1, 1)
    published = night(hall.branch)
    for guest in (came, absent):
        stand(published, guest.client)
    browser = browser_of(hall.advisor)
    for condition, names in (("last_event:none", {"客户1"}), ("!last_event:none", {"客户0"})):
        body = browser.get(reverse("client-list"), {"f": condition}).content.decode()
        assert {name for name in ("客户0", "客户1") if f">{name}<" in body} == names, condition


def test_more_guests_cost_no_more_queries(hall: Hall, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    event, _found = held(hall, 12, 12)
    browser = browser_of(hall.manager)
    for page, most in (
        (address("event-detail", event), 13),
        (address("print-event", event), 8),
        (LIST + "?state=held", 8),
    ):
        browser.get(page)
        with django_assert_max_num_queries(most):
            assert browser.get(page).status_code == 200
