"""Scripts beside the contact form: what is said to a client, and kept with the contact."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from servicing.models import Contact, TextVersion
from tests.crm.page_firm import browser_of, client
from tests.servicing.text_desk import Writers, approved, make_writers

pytestmark = pytest.mark.django_db


@pytest.fixture
def writers() -> Writers:
    return make_writers()


def contact_fields(**more: object) -> dict[str, Any]:
    return {"uid": str(uuid4()), "channel": "phone", "direction": "out", "summary": "问候近况", **more}


def test_a_script_is_read_beside_the_contact_form_and_kept_with_the_contact(writers: Writers) -> None:
    person = client(writers.branch, "沈慕云", advisor=writers.advisor, form_of_address="沈老师")
    script, template = approved(writers), approved(writers, kind="template", channel="sms", name="短信")
    browser: Browser = browser_of(writers.advisor)
    form = browser.get(reverse("record-contact", args=[person.pk]))
    assert [pk for pk, _name in form.context["form"]["script"].field.choices] == ["", script.pk]
    reading = reverse("read-script", args=[person.pk])
    assert (
        "沈老师，您好，我是临江路营业部的员工advisor。" in browser.get(reading, {"script": script.pk}).content.decode()
    )
    for other in (template.pk, 999_999, "x", ""):
        assert browser.get(reading, {"script": other}).context["rendered"] is None
    record = reverse("record-contact", args=[person.pk])
    assert browser.post(record, contact_fields(script=template.pk)).status_code == 422
    assert browser.post(record, contact_fields(script=script.pk)).status_code == 302
    contact = Contact.objects.get()
    assert contact.script == script
    assert "久未联系的问候" in browser.get(reverse("client-timeline", args=[person.pk])).content.decode()


def test_a_script_that_was_replaced_while_one_talked_is_kept_and_an_edit_keeps_it(writers: Writers) -> None:
    person = client(writers.branch, "沈慕云", advisor=writers.advisor)
    script = approved(writers)
    TextVersion.objects.filter(pk=script.pk).update(state="ended")
    browser = browser_of(writers.advisor)
    assert (
        browser.post(reverse("record-contact", args=[person.pk]), contact_fields(script=script.pk)).status_code == 302
    )
    contact = Contact.objects.get()
    edit = browser.get(reverse("contact-detail", args=[contact.pk]))
    assert edit.context["form"]["script"].value() == script.pk
    told = contact_fields(summary="改了", script=script.pk, version="1")
    assert browser.post(reverse("contact-detail", args=[contact.pk]), told).status_code == 302
    contact.refresh_from_db()
    assert (contact.summary, contact.script) == ("改了", script)


def test_a_script_is_read_for_ones_own_clients_only(writers: Writers) -> None:
    person = client(writers.branch, "沈慕云", advisor=writers.colleague)
    script = approved(writers)
    for reader, status in ((writers.advisor, 404), (writers.colleague, 200), (writers.compliance, 404)):
        response = browser_of(reader).get(reverse("read-script", args=[person.pk]), {"script": script.pk})
        assert response.status_code == status


def test_a_script_about_a_product_is_not_read_to_whom_it_does_not_suit(writers: Writers) -> None:
    person = client(writers.branch, "沈慕云", advisor=writers.advisor)
    script = approved(writers, product_risk="R4", risk_notice="基金有风险")
    reading, browser = reverse("read-script", args=[person.pk]), browser_of(writers.advisor)
    for level, is_read in (("C3", False), ("C4", True)):
        Client.objects.filter(pk=person.pk).update(
            risk_level=level, risk_expires_on=timezone.localdate() + timedelta(days=1)
        )
        body = browser.get(reading, {"script": script.pk}, headers={"Accept-Language": "en"}).content.decode()
        assert ("Not to be offered to this client" not in body) == ("您好" in body) == is_read
