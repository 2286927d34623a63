"""Whoever received a client of a colleague (S16) sees that one client until the evening: to read, and to log a contact."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clients.grants import grant_until_evening
from clients.models import AccessGrant, Client
from crm.models import AuditEvent
from segmentation.models import Standing
from servicing.models import Contact
from tests.crm.access import browser_of, client_address, same
from tests.crm.cast import make_cast
from tests.servicing.desk import AT

pytestmark = pytest.mark.django_db
READ = (
    "client-detail",
    "client-timeline",
    "client-trades",
    "compare-client-days",
    "arrival-card",
    "record-contact",
    "card-history",
)
NOT_OPENED = ("add-task", "reveal-client-field", "reveal-account-field", "add-card")
EVENING = AT.replace(hour=15, minute=59)  # 23:59 in Shanghai
NOTE = {"channel": "at_branch", "direction": "in", "summary": "到店取资料"}


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def received(cast):
    """The colleague received the advisor's client."""
    return grant_until_evening(
        cast.clients["own"],
        to=cast.staff["colleague"],
        key="arrival:1",
        reason="received",
        by=cast.staff["colleague"],
        at=AT,
    )


@pytest.mark.parametrize("route", READ)
def test_a_received_client_opens_until_the_evening_and_is_missing_afterwards(clock, cast, received, route):
    address, missing = client_address(cast, route, "own"), client_address(cast, route, "missing")
    clock.move_to(EVENING)
    browser = browser_of(cast, "colleague")
    assert browser.get(address).status_code == 200
    clock.move_to(EVENING + timedelta(minutes=1))
    after = browser.get(address)
    assert after.status_code == 404
    assert same(after.content) == same(browser.get(missing).content)


@pytest.mark.parametrize("route", NOT_OPENED)
def test_a_received_client_is_not_revealed_changed_or_planned_for(clock, cast, received, route):
    browser = browser_of(cast, "colleague")
    assert browser.get(client_address(cast, route, "own")).status_code == 404
    assert browser.post(client_address(cast, route, "own"), {"reason": "x"}).status_code == 404


def test_the_page_of_a_received_client_offers_nothing_that_is_refused(clock, cast, received):
    page = browser_of(cast, "colleague").get(client_address(cast, "client-detail", "own")).content.decode()
    client = cast.clients["own"]
    assert reverse("record-contact", args=[client.pk]) in page
    for route, *args in (("add-task",), ("reveal-client-field", "phone"), ("add-card", "preferences")):
        assert f'href="{reverse(route, args=[client.pk, *args])}"' not in page


def test_a_contact_with_a_received_client_is_logged_and_taken_back_and_its_promise_is_the_advisors(
    clock, cast, received
):
    browser, client = browser_of(cast, "colleague"), cast.clients["own"]
    due = {"promise": "寄资料", "promise_due": "2026-11-23"}
    assert browser.post(client_address(cast, "record-contact", "own"), NOTE | due | {"uid": uuid4()}).status_code == 302
    contact = Contact.objects.get(client=client)
    assert contact.staff == cast.staff["colleague"]
    assert contact.promises.get().owner == cast.staff["advisor"]
    assert browser.get(reverse("contact-detail", args=[contact.pk])).status_code == 200
    assert browser.post(reverse("withdraw-contact", args=[contact.pk])).status_code == 302
    contact.refresh_from_db()
    assert contact.withdrawn_at


def test_lists_ask_the_database_exactly_what_they_asked_without_a_grant(clock, cast, received):
    browser = browser_of(cast, "colleague")
    assert cast.clients["own"].client_number not in browser.get(reverse("client-list")).content.decode()
    assert browser.get(client_address(cast, "client-detail", "own")).status_code == 200
    assert cast.clients["own"].client_number not in browser.get(reverse("client-list")).content.decode()
    user = cast.staff["colleague"]
    before = str(Standing.objects.visible_to(user).query), str(Client.objects.visible_to(user).query)
    user.opened = frozenset({cast.clients["own"].pk})
    assert (str(Standing.objects.visible_to(user).query), str(Client.objects.visible_to(user).query)) != before
    fresh = type(user).objects.get(pk=user.pk)
    assert (str(Standing.objects.visible_to(fresh).query), str(Client.objects.visible_to(fresh).query)) == before


def test_a_grant_opens_one_client_to_one_person_and_no_other_branch_or_restricted_client(clock, cast, received):
    assert browser_of(cast, "advisor").get(client_address(cast, "client-detail", "same branch")).status_code == 404
    browser = browser_of(cast, "colleague")
    assert browser.get(client_address(cast, "client-detail", "other branch")).status_code == 404
    Client.objects.filter(pk=cast.clients["own"].pk).update(is_restricted=True)
    assert browser.get(client_address(cast, "client-detail", "own")).status_code == 404


def test_a_grant_is_given_once_with_an_audit_row(cast, received):
    again = grant_until_evening(
        cast.clients["own"], to=cast.staff["colleague"], key="arrival:1", reason="received", by=cast.staff["colleague"],
        at=AT + timedelta(minutes=1),
    )  # fmt: skip
    assert again == received
    assert AccessGrant.objects.count() == 1
    event = AuditEvent.objects.get(action="grant-access")
    assert event.detail["client"] == cast.clients["own"].pk
    assert event.actor == cast.staff["colleague"]
