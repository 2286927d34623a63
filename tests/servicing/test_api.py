"""Contacts, promises and tasks over the API: the same scope, masks and nouns as the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from servicing.contacts import record_contact
from servicing.models import Contact, Promise, Task
from tests.crm.cast import make_cast
from tests.crm.page_firm import browser_of
from tests.servicing.desk import AT, TOMORROW, due, said

pytestmark = pytest.mark.django_db
LISTS = ("api-contact-list", "api-promise-list", "api-task-list")
SEEN = {
    "advisor": {"own"},
    "colleague": {"same branch"},
    "manager": {"own", "same branch"},
    "manager_elsewhere": {"other branch"},
    "compliance": {"own", "same branch", "other branch"},
    "admin": set(),
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def cast():
    cast = make_cast()
    for client in cast.clients.values():
        by = client.advisor or cast.staff["manager_elsewhere"]
        words = f"{client.name}说下周来"
        record_contact(client, said(words), uid=uuid4(), by=by, at=AT, promise=due(words), step=due(words))
    return cast


def rows(cast, who, route, **params):
    response = browser_of(cast.staff[who]).get(reverse(route), params)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def new(cast, whose="own", **more):
    happened = (AT - timedelta(minutes=5)).isoformat()
    sent = {"id": str(uuid4()), "client": str(cast.clients[whose].uid), "happened_at": happened}
    return {**sent, "channel": "phone", "summary": "问候近况", **more}


def post(cast, who, sent):
    return browser_of(cast.staff[who]).post(reverse("api-contact-list"), sent, content_type="application/json")


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("route", LISTS)
def test_everybody_reads_what_is_about_the_clients_they_see(cast, who, route):
    wanted = {str(cast.clients[whose].uid) for whose in SEEN[who]}
    assert {row["client"] for row in rows(cast, who, route)} == wanted


@pytest.mark.parametrize("route", LISTS)
def test_compliance_reads_the_words_without_the_name(cast, route):
    name = cast.clients["own"].name
    texts = [str(row) for row in rows(cast, "compliance", route)]
    assert texts
    assert all(name not in text and f"{name[0]}••说下周来" in text for text in texts)
    assert all(name in str(row) for row in rows(cast, "advisor", route))


@pytest.mark.parametrize("route", LISTS)
def test_nobody_reads_without_saying_who_they_are(cast, route):
    assert Browser().get(reverse(route)).status_code == 401


def test_conditions_narrow_and_impossible_ones_are_refused_by_name(cast):
    own = cast.clients["own"].uid
    assert len(rows(cast, "manager", "api-contact-list", client=own, channel="phone")) == 1
    assert rows(cast, "manager", "api-contact-list", since=AT.isoformat()) == []
    assert len(rows(cast, "manager", "api-task-list", state="open", due_until=TOMORROW)) == 2
    assert rows(cast, "manager", "api-promise-list", state="kept") == []
    refused = browser_of(cast.staff["manager"]).get(reverse("api-task-list"), {"state": "lost"})
    assert (refused.status_code, set(refused.json())) == (400, {"state"})


def test_a_contact_sent_twice_is_recorded_once_with_its_promise_and_step(cast):
    before = Contact.objects.count(), Promise.objects.count(), Task.objects.count()
    sent = new(cast, promise="送诊断", promise_due=str(TOMORROW), next_step="再打", step_due=str(TOMORROW))
    answers = [post(cast, "advisor", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["id"] == sent["id"]
    assert (Contact.objects.count(), Promise.objects.count(), Task.objects.count()) == tuple(n + 1 for n in before)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"happened_at": "2026-11-21T10:00:00+08:00"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00Z"}, "happened_at"),
        ({"channel": "pigeon"}, "channel"),
        ({"id": "no"}, "id"),
        ({"client": str(uuid4())}, "client"),
        ({"promise": "送诊断"}, "promise_due"),
        ({"step_due": "2026-11-21"}, "next_step"),
        ({"promise": "送诊断", "promise_due": "2026-11-19"}, "promise_due"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_name(cast, wrong, field):
    before = Contact.objects.count()
    answer = post(cast, "advisor", new(cast, **wrong))
    assert (answer.status_code, set(answer.json())) == (400, {field})
    assert Contact.objects.count() == before


def test_a_foreign_client_is_as_unknown_as_one_that_does_not_exist(cast):
    answer = post(cast, "advisor", new(cast, "same branch"))
    assert (answer.status_code, answer.json()) == (400, {"client": ["unknown"]})


@pytest.mark.parametrize("who", ["compliance", "admin"])
def test_those_who_see_no_names_record_nothing(cast, who):
    assert post(cast, who, new(cast)).status_code == 404


def test_lists_cost_the_same_queries_however_many_rows(cast, django_assert_max_num_queries):
    for n in range(40):
        record_contact(
            cast.clients["own"],
            said(f"第{n}次"),
            uid=uuid4(),
            by=cast.staff["advisor"],
            at=AT,
            promise=due(),
            step=due(),
        )
    browser = browser_of(cast.staff["manager"])
    for route in LISTS:
        with django_assert_max_num_queries(5):
            assert len(browser.get(reverse(route)).json()["results"]) == 42
