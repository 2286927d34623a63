"""By which channel a client is to be contacted (S2), said where the contact is owed and proposed where it is logged."""

from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Consent
from servicing.models import Task
from tests.crm.page_firm import browser_of, night, stand
from tests.servicing.desk import AT, DAY, Desk, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    made = make_desk()
    stand(night(made.branch), made.client, tier="small")
    return made


@pytest.fixture
def mine(desk: Desk) -> Browser:
    """The browser of the client's advisor."""
    return browser_of(desk.advisor)


def form_of(desk: Desk) -> str:
    return reverse("record-contact", args=[desk.client.pk])


def consent(desk: Desk, **said: str) -> None:
    Consent.objects.create(branch=desk.branch, client=desk.client, changed_by=desk.advisor, changed_at=AT, **said)


def round_task(desk: Desk, **slots: Any) -> Task:
    return Task.objects.create(
        branch=desk.branch, client=desk.client, owner=desk.advisor, key="cadence:1", rule="cadence",
        slots={"days": 30, **slots}, due_on=DAY, made_at=AT,
    )  # fmt: skip


def test_the_client_page_says_by_which_channels_and_logs_by_the_first_with_consent(desk: Desk, mine: Browser) -> None:
    page = reverse("client-detail", args=[desk.client.pk])
    body = mine.get(page).content.decode()
    assert "企业微信、短信、邮件" in body
    assert f"{form_of(desk)}?channel=" not in body, "nothing was agreed to"
    consent(desk, wecom="refused", sms="given", email="given")
    assert f"{form_of(desk)}?channel=sms" in mine.get(page).content.decode()
    assert mine.get(f"{form_of(desk)}?channel=sms").context["form"]["channel"].value() == "sms"


def test_today_says_by_which_channels_a_contact_is_owed(desk: Desk, mine: Browser) -> None:
    round_task(desk, channels=["visit", "phone"])
    assert "标准为每 30 天联系一次：上门拜访、电话" in mine.get(reverse("today")).content.decode()


@pytest.mark.parametrize(
    ("channels", "said", "proposed"),
    [
        (["wecom", "sms"], {"sms": "given"}, "sms"),
        (["wecom", "sms"], {"wecom": "given", "sms": "given"}, "wecom"),
        (["wecom", "visit"], {}, "visit"),
        (["wecom"], {"wecom": "refused"}, "phone"),
        (None, {"wecom": "given"}, "phone"),
    ],
)
def test_the_form_of_an_owed_contact_begins_with_the_first_open_channel(
    desk: Desk, mine: Browser, channels: list[str] | None, said: dict[str, str], proposed: str
) -> None:
    if said:
        consent(desk, **said)
    task = round_task(desk, **({"channels": channels} if channels else {}))
    form = mine.get(form_of(desk), {"task": task.pk, "inline": 1}).context["form"]
    assert form["channel"].value() == proposed


@pytest.mark.parametrize("rubbish", ["pigeon", "", "\0"])
def test_a_channel_that_is_none_begins_a_form_as_usual(desk: Desk, mine: Browser, rubbish: str) -> None:
    assert mine.get(form_of(desk), {"channel": rubbish}).context["form"]["channel"].value() == "phone"
