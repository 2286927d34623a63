"""The counter's pages: a narrow masked look-up, notices by polling, and who may take what."""

from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from servicing.arrivals import take
from servicing.models import Arrival
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff
from tests.servicing.desk import AT, make_desk

pytestmark = pytest.mark.django_db
NAME, PHONE = "沈慕云", "13800138246"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def counter(desk):
    return browser_of(staff("counter", "advisor", desk.branch))


def found(browser, asked):
    return browser.get(reverse("find-arrival"), {"q": asked})


def announced(desk, browser, *, way="here", asked=NAME, **more):
    token = found(browser, asked).context["found"][0].token
    return browser.post(reverse("announce-arrival"), {"client": token, "uid": uuid4(), "way": way, **more})


def test_a_client_is_found_by_the_whole_name_or_the_end_of_the_phone_and_stays_masked(desk, counter):
    caller = client(desk.branch, "尉迟临江", phone=PHONE)
    for asked, fits in (
        (NAME, [desk.client]),
        ("8246", [caller]),
        ("沈", []),
        ("沈慕", []),
        ("smy", []),
        (PHONE, []),
        ("", []),
    ):
        answer = found(counter, asked)
        assert len(answer.context["found"]) == len(fits), asked
        body = answer.content.decode().replace(f'value="{asked}"', "")
        assert "沈慕云" not in body
        assert "尉迟临江" not in body
        for one in fits:
            assert f"{one.name[0]}••" in body
            assert one.client_number not in body


def test_the_look_up_ends_at_the_branch_and_leaves_out_who_is_closed_or_restricted(desk, counter):
    there = type(desk.branch).objects.create(code="1102", name="望湖营业部")
    client(there, NAME)
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=True)
    assert found(counter, NAME).context["found"] == []
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=False, closed_on=AT.date())
    assert found(counter, NAME).context["found"] == []


def test_only_who_was_found_by_oneself_can_be_announced(desk, counter):
    """A number that is guessed, or found by somebody else, opens nobody."""
    token = found(browser_of(desk.manager), NAME).context["found"][0].token
    for wrong in (str(desk.client.pk), "", token, f"{token}x"):
        answer = counter.post(reverse("announce-arrival"), {"client": wrong, "uid": uuid4(), "way": "here"})
        assert answer.status_code == 404
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("wrong", [{"way": "flying"}, {"to": "999999"}, {"to": "x"}, {"uid": "x"}])
def test_rubbish_is_no_error(desk, counter, wrong):
    assert announced(desk, counter, **wrong).status_code in {302, 404}


def test_the_advisor_reads_the_notice_takes_it_and_it_is_over_for_the_counter(desk, counter):
    announced(desk, counter)
    made, mine = Arrival.objects.get(), browser_of(desk.advisor)
    assert NAME in mine.get(reverse("waiting-arrivals")).content.decode()
    assert desk.advisor.name in counter.get(reverse("waiting-arrivals")).content.decode()
    assert mine.post(reverse("take-arrival", args=[made.uid])).status_code == 302
    assert reverse("arrival-card", args=[desk.client.pk]) in mine.get(reverse("waiting-arrivals")).content.decode()
    assert counter.get(reverse("waiting-arrivals")).content.decode().strip() == ""
    mine.post(reverse("end-arrival", args=[made.uid]))
    assert mine.get(reverse("waiting-arrivals")).content.decode().strip() == ""


def test_the_second_who_takes_it_is_told_who_has_it(desk, counter):
    announced(desk, counter)
    take(Arrival.objects.get(), by=desk.manager, at=AT)
    answer = browser_of(desk.advisor).post(
        reverse("take-arrival", args=[Arrival.objects.get().uid]), headers={"HX-Request": "true"}
    )
    assert desk.manager.name in answer["HX-Trigger"].encode().decode("unicode_escape")
    assert Arrival.objects.get().taken_by == desk.manager


def test_polling_asks_one_query_and_an_answer_without_news_is_empty(desk, counter):
    announced(desk, counter)
    mine = browser_of(desk.advisor)
    first = mine.get(reverse("waiting-arrivals"))
    with CaptureQueriesContext(connection) as queries:
        again = mine.get(reverse("waiting-arrivals"), headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (again.status_code, again.content) == (304, b"")
    assert sum("servicing_arrival" in query["sql"] for query in queries) == 1
    assert len(queries) == 3  # session, reader, arrivals
    assert first["Cache-Control"] == again["Cache-Control"] == "no-store"
    take(Arrival.objects.get(), by=desk.advisor, at=AT)
    assert mine.get(reverse("waiting-arrivals"), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_notice_of_yesterday_is_told_no_more(desk, counter, clock):
    announced(desk, counter)
    clock.shift(86_400)
    assert browser_of(desk.advisor).get(reverse("waiting-arrivals")).content.decode().strip() == ""


@pytest.mark.parametrize("route", ["take-arrival", "pass-arrival", "end-arrival"])
def test_an_arrival_of_others_is_a_missing_one(desk, counter, route):
    announced(desk, counter)
    made = Arrival.objects.get()
    there = type(desk.branch).objects.create(code="1102", name="望湖营业部")
    strangers = [
        staff("third", "advisor", desk.branch),
        staff("elsewhere", "manager", there),
        staff("admin", "admin"),
        staff("compliance", "compliance"),
    ]
    for stranger in strangers:
        browser = browser_of(stranger)
        missing = browser.post(reverse(route, args=[uuid4()]), {"to": stranger.pk})
        answer = browser.post(reverse(route, args=[made.uid]), {"to": stranger.pk})
        assert answer.status_code == missing.status_code == 404
        assert same(answer.content) == same(missing.content)
    assert Arrival.objects.get().taken_by is None
    assert browser_of(desk.advisor).post(reverse(route, args=[made.uid]), {"to": desk.manager.pk}).status_code == 302


def test_whom_to_pass_it_to_is_asked_in_the_drawer(desk, counter):
    announced(desk, counter)
    answer = browser_of(desk.advisor).get(reverse("pass-arrival", args=[Arrival.objects.get().uid]))
    assert [one.name for one in answer.context["others"]] == ["员工counter", desk.manager.name]
