"""Guests of education events on screen: registering, attendance, answers, and where a client's events stand."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from servicing.events.answering import Answers, record_answers
from servicing.events.seats import register
from servicing.models import Event, Guest
from tests.crm.page_firm import browser_of
from tests.servicing.event_hall import OVER, Hall, address, english, guests, held, make_hall, now, opened, soon

pytestmark = pytest.mark.django_db
LIST, NEW, INVITE = reverse("event-list"), reverse("create-event"), reverse("invite-to-event")


@pytest.fixture
def hall() -> Hall:
    return make_hall()


@pytest.fixture
def coming(hall: Hall) -> Event:
    """One that is open still, by the clock of the pages."""
    return opened(hall, at=now(), starts_at=soon())


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
