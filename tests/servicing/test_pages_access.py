"""Who may do what to contacts, promises and tasks: a foreign one is as missing as one that does not exist."""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client
from crm.models import AuditEvent
from servicing.contacts import record_contact
from servicing.models import Promise, Task
from tests.crm.access import same
from tests.crm.cast import make_cast
from tests.crm.page_firm import browser_of
from tests.servicing.desk import AT, TOMORROW, due, said

pytestmark = pytest.mark.django_db
SEES = {
    "advisor": {"own"},
    "colleague": {"same branch"},
    "manager": {"own", "same branch"},
    "manager_elsewhere": {"other branch"},
    "compliance": {"own", "same branch", "other branch"},
    "admin": set(),
}
ROUTES = {
    "contact": ("withdraw-contact", "restore-contact"),
    "promise": ("keep-promise", "withdraw-promise", "reopen-promise"),
    "task": ("postpone-task", "undo-postpone-task", "settle-task", "withdraw-task", "reopen-task"),
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def rows(cast):
    """What the advisor of each client noted; the client without one is the manager's."""
    found = {}
    for whose, client in cast.clients.items():
        by = client.advisor or cast.staff["manager_elsewhere"]
        contact = record_contact(client, said(), uid=uuid4(), by=by, at=AT, promise=due(), step=due())
        promise, task = Promise.objects.get(contact=contact), Task.objects.get(contact=contact)
        found[whose] = {"contact": contact, "promise": promise, "task": task}
    return found


@pytest.mark.parametrize(("noun", "route"), [(noun, route) for noun, routes in ROUTES.items() for route in routes])
def test_nothing_is_done_to_what_belongs_to_others(cast, rows, noun, route):
    for who, seen in SEES.items():
        browser = browser_of(cast.staff[who])
        missing = browser.post(reverse(route, args=[999_999]), {"due_on": TOMORROW})
        assert missing.status_code == 404
        for whose, of_client in rows.items():
            before = AuditEvent.objects.count()
            response = browser.post(reverse(route, args=[of_client[noun].pk]), {"due_on": TOMORROW})
            if whose in seen and who != "compliance":
                assert response.status_code == 302, f"{who}, {whose}"
            else:
                assert response.status_code == 404, f"{who}, {whose}"
                assert same(response.content) == same(missing.content)
                assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("route", [route for routes in ROUTES.values() for route in routes])
def test_looking_changes_nothing(cast, rows, route):
    noun = next(noun for noun, routes in ROUTES.items() if route in routes)
    assert browser_of(cast.staff["advisor"]).get(reverse(route, args=[rows["own"][noun].pk])).status_code == 405


def test_a_contact_is_read_by_whoever_sees_the_client(cast, rows):
    for who, seen in SEES.items():
        browser = browser_of(cast.staff[who])
        missing = browser.get(reverse("contact-detail", args=[999_999]))
        for whose, of_client in rows.items():
            response = browser.get(reverse("contact-detail", args=[of_client["contact"].pk]))
            assert response.status_code == (200 if whose in seen else 404), f"{who}, {whose}"
            if whose not in seen:
                assert same(response.content) == same(missing.content)


def test_compliance_reads_what_was_said_without_the_name(cast):
    client = cast.clients["own"]
    text = f"{client.name}说下周来"
    contact = record_contact(client, said(text), uid=uuid4(), by=cast.staff["advisor"], at=AT)
    body = browser_of(cast.staff["compliance"]).get(reverse("contact-detail", args=[contact.pk])).content.decode()
    assert client.name not in body
    assert f"{client.name[0]}••说下周来" in body
    assert "<textarea" not in body


def test_what_a_colleague_recorded_is_read_and_not_changed(cast, rows):
    """The client went to another advisor: the words of the one before stay that advisor's; the manager may change them."""
    contact = rows["own"]["contact"]
    Client.objects.filter(pk=contact.client_id).update(advisor=cast.staff["colleague"])
    browser, address = browser_of(cast.staff["colleague"]), reverse("contact-detail", args=[contact.pk])
    assert "<textarea" not in browser.get(address).content.decode()
    change = {"channel": "phone", "direction": "out", "summary": "别人的话", "version": 1}
    assert browser.post(address, change).status_code == 404
    assert browser.post(reverse("withdraw-contact", args=[contact.pk])).status_code == 404
    assert browser.post(reverse("undo-edit-contact", args=[contact.pk, 1])).status_code == 404
    assert (
        browser_of(cast.staff["compliance"]).post(reverse("undo-edit-contact", args=[contact.pk, 1])).status_code == 404
    )
    assert browser_of(cast.staff["manager"]).post(address, change).status_code == 302
    assert browser_of(cast.staff["advisor"]).get(address).status_code == 404


def test_a_restricted_client_is_nobodys_to_serve(cast, rows):
    contact = rows["own"]["contact"]
    Client.objects.filter(pk=contact.client_id).update(is_restricted=True)
    for who in ("advisor", "manager"):
        browser = browser_of(cast.staff[who])
        assert browser.get(reverse("record-contact", args=[contact.client_id])).status_code == 404
        assert browser.get(reverse("contact-detail", args=[contact.pk])).status_code == 404
        assert not Task.objects.day_of(cast.staff[who]).filter(client=contact.client_id).exists()
    assert browser_of(cast.staff["compliance"]).get(reverse("contact-detail", args=[contact.pk])).status_code == 200
