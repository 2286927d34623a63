"""A material given to a client: in the drawer, behind the link, and the notice before anything opens."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from crm.models import AuditEvent
from servicing.materials.files import keep_file
from servicing.materials.sharing import token_of
from servicing.materials.writing import Wording, save_material
from servicing.models import MaterialReading, MaterialShare, MaterialVersion
from servicing.pages.client_links import TRIES
from tests.crm.access import same
from tests.crm.page_firm import browser_of
from tests.servicing.desk import AT, DAY
from tests.servicing.library import LAST, NOTICE, PDF, Library, approved, given, in_force, make_library

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(settings: LazySettings, tmp_path: Path) -> Iterator[Library]:
    settings.VAR_DIR = tmp_path
    with time_machine.travel(AT, tick=False):
        yield make_library()


def share_fields(version: MaterialVersion) -> dict[str, Any]:
    return {"uid": str(uuid4()), "version": version.pk, "channel": "wecom"}


def test_an_advisor_gives_a_material_and_takes_the_link_back_while_it_is_unread(library: Library) -> None:
    version, browser = approved(library), browser_of(library.writers.advisor)
    place, sent = reverse("share-material", args=[library.client.pk]), share_fields(version)
    assert browser.get(f"{place}?material={version.material_id}").context["form"]["version"].value() == version.pk
    links = {re.findall(r"http://testserver(/m/[^\"]+)", browser.post(place, sent).content.decode())[0] for _ in "ab"}
    assert len(links) == 1
    share = MaterialShare.objects.get()
    timeline = browser.get(reverse("client-timeline", args=[library.client.pk])).content.decode()
    assert "看懂风险" in timeline
    elsewhere = browser_of(library.writers.stranger).post(reverse("withdraw-material-share", args=[share.uid]))
    missing = browser_of(library.writers.stranger).post(reverse("withdraw-material-share", args=[uuid4()]))
    assert (elsewhere.status_code, same(elsewhere.content)) == (404, same(missing.content))
    assert browser.post(reverse("withdraw-material-share", args=[share.uid])).status_code == 302
    assert Browser().get(links.pop()).status_code == 410


def test_a_link_to_copy_leads_where_clients_reach_us(library: Library, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    place = reverse("share-material", args=[library.client.pk])
    answer = browser_of(library.writers.advisor).post(place, share_fields(approved(library)))
    assert "https://crm.example.com/m/" in answer.content.decode()
    assert "http://testserver" not in answer.content.decode()


def test_what_stands_against_it_is_said_and_no_link_is_made(library: Library) -> None:
    version, browser = approved(library, product_risk="R4"), browser_of(library.writers.advisor)
    place = reverse("share-material", args=[library.client.pk])
    for more in ({}, {"channel": "sms"}, {"version": "999"}, {"channel": "\0"}, {"uid": "x"}):
        response = browser.post(place, share_fields(version) | more)
        assert response.status_code == 422, more
        assert response.context["form"].errors
    assert not MaterialShare.objects.exists()


def opening(page: Any, **more: object) -> dict[str, Any]:
    return {"uid": page.context["uid"], "number": page.context["version"].number, **more}


def test_a_client_reads_the_notice_confirms_it_and_only_then_the_text_and_file(library: Library) -> None:
    version = approved(library, "正文在此", file=keep_file(io.BytesIO(PDF), "指南.pdf", day=DAY))
    place = reverse("open-material", args=[token_of(given(library, version))])
    reader = Browser()
    events = AuditEvent.objects.count()
    page = reader.get(place)
    body = page.content.decode()
    assert NOTICE in body
    assert "沈老师" in body
    for secret in ("正文在此", "沈慕云", library.client.client_number):
        assert secret not in body
    assert (MaterialReading.objects.count(), AuditEvent.objects.count()) == (0, events)
    sent = opening(page)
    for _twice in range(2):
        opened = reader.post(place, sent)
        assert "正文在此" in opened.content.decode()
    file = reader.post(place, {**sent, "file": "1"})
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert MaterialReading.objects.count() == 1
    for broken in ({"number": 1}, {"uid": sent["uid"]}, {"uid": "x", "number": "x"}):
        assert "正文在此" not in reader.post(place, broken).content.decode()


def test_a_notice_that_changed_meanwhile_is_shown_before_anything_opens(library: Library) -> None:
    version = approved(library)
    place = reverse("open-material", args=[token_of(given(library, version))])
    page = Browser().get(place)
    newer = save_material(version.material, Wording("新", "新的提示", LAST), seen=1, by=library.writers.advisor, at=AT)
    in_force(library, newer)
    answer = Browser().post(place, opening(page))
    assert answer.status_code == 422
    assert "新的提示" in answer.content.decode()
    assert not MaterialReading.objects.exists()


def test_links_that_are_gone_look_alike_and_are_not_tried_without_end(library: Library) -> None:
    share = given(library, approved(library))
    place = reverse("open-material", args=[token_of(share)])
    Client.objects.filter(pk=library.client.pk).update(is_restricted=True)
    gone = [Browser().get(one) for one in (place, reverse("open-material", args=["x"]))]
    assert [one.status_code for one in gone] == [410, 410]
    assert same(gone[0].content) == same(gone[1].content)
    answers = [Browser().get(place).status_code for _n in range(TRIES)]
    assert answers[-1] == 429
