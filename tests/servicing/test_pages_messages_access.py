"""Who sees a sending, and what of it."""

import pytest
from django.urls import reverse

from crm.models import Branch
from servicing.messages.sender import send_due
from tests.crm.page_firm import browser_of
from tests.servicing.mailroom import (
    PHONE,
    Provider,
    going,
    later,
    lift_quiet_hours,
    make_desk,
    planned,
    reachable,
    staff,
    states,
)
from tests.servicing.test_pages_messages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture(autouse=True)
def no_quiet_hours():
    lift_quiet_hours()


STEPS = ("start-sending", "test-sending", "decide-sending", "stop-sending", "take-letters", "settle-letters")


def test_anybody_elses_sending_is_missing(desk):
    sending = going(desk, [reachable(desk)])
    elsewhere = staff("elsewhere", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    strangers = [staff("colleague", "advisor", desk.branch), elsewhere, staff("admin", "admin")]
    for person in strangers:
        browser = browser_of(person)
        assert browser.get(page(sending)[0]).status_code == 404
        assert browser.get(page(sending, "print-letters")[0]).status_code == 404
        for step in STEPS:
            assert browser.post(page(sending, step)[0]).status_code == 404, step
    assert states(sending) == ["queued"]
    draft = planned(desk, [reachable(desk)])
    assert browser_of(desk.manager).get(page(draft)[0]).status_code == 404


def test_compliance_reads_without_names(desk):
    client = reachable(desk, form_of_address="沈总")
    sending = going(desk, [client])
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    browser = browser_of(staff("compliance", "compliance"))
    told = browser.get(page(sending)[0], {"state": "sent"}).content.decode()
    told += browser.get(page(sending)[0]).content.decode()
    told += browser.get(reverse("client-timeline", args=[client.pk])).content.decode()
    assert "沈••" in told
    for secret in ("沈慕云", "沈总", PHONE):
        assert secret not in told
