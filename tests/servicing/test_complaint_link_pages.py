"""The page behind a link for complaining, without a log-in."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from crm.models import AuditEvent
from servicing.complaints.links import make_link
from servicing.complaints.owners import name_officer
from servicing.models import Complaint, ComplaintLink
from tests.crm.page_firm import browser_of
from tests.servicing.complaint_desk import TEXT, ComplaintDesk, make_complaint_desk
from tests.servicing.test_complaint_pages import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[ComplaintDesk]:
    with time_machine.travel(NOW, tick=False):
        yield make_complaint_desk()


def link_of(desk: ComplaintDesk) -> str:
    return reverse("complain", args=[make_link(desk.client, uid=uuid4(), by=desk.advisor, at=NOW)])


def test_a_client_complains_by_link_once(desk: ComplaintDesk) -> None:
    name_officer(desk.branch, desk.advisor, from_day=timezone.localdate(), by=desk.manager, at=NOW)
    made = browser_of(desk.advisor).post(reverse("make-complaint-link", args=[desk.client.pk]), {"uid": uuid4()})
    address = re.search(r"/complain/[^\"]+/", made.content.decode())
    assert address is not None
    assert made["Cache-Control"] == "no-store"
    nobody = Browser()
    shown = nobody.get(address[0]).content.decode()
    assert desk.client.name not in shown
    assert desk.client.client_number not in shown
    assert "csrfmiddlewaretoken" in shown
    sent = {"category": "conduct", "text": TEXT, "about_advisor": "on"}
    assert nobody.post(address[0], {**sent, "text": ""}).status_code == 422
    assert nobody.post(address[0], {**sent, "text": "长" * 1001}).status_code == 422
    assert nobody.post(address[0], sent).status_code == 200
    complaint = Complaint.objects.get()
    assert (complaint.how, complaint.received_by, complaint.about) == ("link", None, desk.advisor)
    assert complaint.owner == desk.manager  # the officer is who it is about
    assert nobody.post(address[0], sent).status_code == nobody.get(address[0]).status_code == 410
    assert AuditEvent.objects.filter(action="receive-complaint", actor=None).count() == 1


def test_a_link_that_is_wrong_or_too_old_tells_nothing(desk: ComplaintDesk) -> None:
    address = link_of(desk)
    assert Browser(enforce_csrf_checks=True).post(address, {"category": "process", "text": TEXT}).status_code == 403
    gone = Browser().get(address[:-3] + "xx/")
    ComplaintLink.objects.update(expires_at=NOW - timedelta(seconds=1))
    old = Browser().get(address)
    assert (gone.status_code, old.status_code) == (410, 410)
    assert re.sub(rb'value="[^"]*"', b"", gone.content) == re.sub(rb'value="[^"]*"', b"", old.content)


def test_whoever_asks_too_often_waits(desk: ComplaintDesk) -> None:
    address, nobody = link_of(desk), Browser()
    assert [nobody.get(address).status_code for _n in range(22)][-3:] == [200, 429, 429]
    assert nobody.post(address, {"category": "process", "text": TEXT}).status_code == 429
    assert not Complaint.objects.exists()
