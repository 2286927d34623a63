"""An advisor's day, written down by hand for the tests of Today."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.test import Client as Browser
from django.urls import reverse

from crm.models import Publication
from segmentation.models import StateChange
from servicing.contacts import record_contact
from servicing.todo import add_task
from tests.crm.page_firm import browser_of, client, night, stand
from tests.servicing.desk import said

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


TODAY = date(2026, 11, 21)


YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


OVERDUE = [{"code": "overdue", "slots": {"days": 36, "per_month": 4.1}}]


ENGLISH = {"accept-language": "en"}


def changed(published, person, **told):
    StateChange.objects.create(
        client=person, publication=published, branch=published.branch, day=published.as_of, **told
    )


def task(person, due_on=YESTERDAY, title="季度电话", **more):
    at = NOW - timedelta(days=30)
    return add_task(person, title, due_on, key=str(uuid4()), by=person.advisor, at=at, **more)


def talked(person, days_ago):
    at = NOW - timedelta(days=days_ago)
    return record_contact(person, said(happened_at=at), uid=uuid4(), by=person.advisor, at=at)


def page(person, asked=""):
    return browser_of(person).get(reverse("today") + asked, headers=ENGLISH)


def news(person):
    return browser_of(person).get(reverse("today-news"), headers=ENGLISH)


def names(response):
    return [row.client.name for row in response.context["work"]]


def at_stake(branch, me, name, fen, **more):
    published = Publication.objects.filter(branch=branch).first() or night(branch)
    person = client(branch, name, advisor=me)
    stand(published, person, **{"at_risk_fen": fen, "churn_band": "high", "churn_reasons": OVERDUE, **more})
    return person


def log_in(person):
    browser = Browser()
    sent = {"username": person.username, "password": "a long pass phrase"}
    assert browser.post(reverse("log-in"), sent).status_code == 302
    return browser
