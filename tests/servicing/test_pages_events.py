"""Education events on screen: who reads, plans, invites, registers and asks afterwards, and what is told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from servicing.events.answering import Answers, record_answers
from servicing.events.inviting import invite
from servicing.events.planning import change_event
from servicing.events.seats import register
from servicing.models import Event, Guest, Task
from tests.crm.access import same
from tests.crm.page_firm import browser_of, staff
from tests.servicing.event_hall import (
    OVER,
    Hall,
    address,
    english,
    guests,
    held,
    make_hall,
    now,
    opened,
    plan,
    planned,
    reachable,
    soon,
)

pytestmark = pytest.mark.django_db
LIST, NEW, INVITE = reverse("event-list"), reverse("create-event"), reverse("invite-to-event")
LEADING = ("edit-event", "open-event", "cancel-event", "hold-event", "close-event", "reopen-event", "note-event-cost")
ABOUT_A_GUEST = ("register-guest", "decline-guest", "ask-guest-again", "tick-guest", "answer-guest")


@pytest.fixture
def hall() -> Hall:
    return make_hall()


@pytest.fixture
def coming(hall: Hall) -> Event:
    """One that is open still, by the clock of the pages."""
    return opened(hall, at=now(), starts_at=soon())


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
    for guest in Guest.objects.filter(event=coming):
        register(guest, by=hall.manager, at=now())
    at_the_door = browser_of(hall.advisor).get(address("print-event", coming), headers={"Accept-Language": "en"})
    assert (len(at_the_door.context["guests"]), at_the_door.context["missing"]) == (1, 1)
    assert "1 more registered client is not on this list" in " ".join(at_the_door.content.decode().split())


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
