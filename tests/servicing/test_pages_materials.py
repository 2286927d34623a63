"""Materials on screen: who reads, writes, decides and gives them away; the client's link; the log of who read what."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from servicing.materials.reading import open_share
from servicing.materials.writing import Wording, require_material, save_material
from servicing.models import Material, MaterialReading, MaterialVersion
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client
from tests.servicing.desk import AT, DAY
from tests.servicing.library import LAST, NOTICE, PDF, Library, approved, draft, given, make_library, waiting

pytestmark = pytest.mark.django_db
LIST, NEW, APPROVALS = reverse("material-list"), reverse("create-material"), reverse("approval-list")
OF_VERSION = {"ask-material", "take-back-material", "decide-material", "material-file"}
READ = ("material-detail", "save-material", "read-material", "material-reading-list", "material-file")


@pytest.fixture
def library(settings: LazySettings, tmp_path: Path) -> Iterator[Library]:
    settings.VAR_DIR = tmp_path
    with time_machine.travel(AT, tick=False):
        yield make_library()


def fields(**more: object) -> dict[str, Any]:
    return {
        "uid": str(uuid4()), "branch": "1101", "language": "zh", "title": "看懂风险", "topic": "risk", "body": "先看风险",
        "risk_notice": NOTICE, "valid_until": LAST.isoformat(), **more,
    }  # fmt: skip


def address(name: str, version: MaterialVersion, pk: int | None = None) -> str:
    key = version.material_id if pk is None else pk
    return reverse(name, args=[key, version.number] if name in OF_VERSION else [key])


def pdf(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("指南.pdf", content)


def titles(response: Any) -> list[str]:
    return [row.material.title for row in response.context["rows"]]


def test_a_material_is_written_put_forward_approved_and_then_in_force(library: Library) -> None:
    author, second = browser_of(library.writers.advisor), browser_of(library.writers.manager)
    sent = fields()
    for _twice in range(2):
        assert author.post(NEW, {**sent, "file": pdf()}).status_code == 302
    version = MaterialVersion.objects.get()
    assert (version.file_name, version.file_size) == ("指南.pdf", len(PDF))
    assert author.post(address("ask-material", version)).status_code == 302
    assert "看懂风险" in second.get(APPROVALS).content.decode()
    told = {"decision": "approve", "why": "", "from-approvals": "1"}
    assert second.post(address("decide-material", version), told).headers["Location"] == APPROVALS
    version.refresh_from_db()
    assert (version.state, version.decided_by) == ("approved", library.writers.manager)
    assert "看懂风险" not in second.get(APPROVALS).content.decode()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("body", {"body": " "}),
        ("risk_notice", {"risk_notice": ""}),
        ("valid_until", {"valid_until": (DAY - timedelta(days=1)).isoformat()}),
        ("valid_until", {"valid_until": "never"}),
        ("branch", {"branch": "firm"}),
        ("product_risk", {"product_risk": "R9"}),
        ("title", {"title": "\0"}),
        ("file", {"file": pdf(b"<html>")}),
        ("file", {"file": pdf(b"")}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(library: Library, field: str, more: dict[str, Any]) -> None:
    response = browser_of(library.writers.advisor).post(NEW, fields(**more))
    assert response.status_code == 422
    assert field in {**response.context["heading"].errors, **response.context["form"].errors}
    assert not Material.objects.exists()


def test_another_version_keeps_the_file_unless_none_is_wanted_and_a_conflict_shows_both(library: Library) -> None:
    author = browser_of(library.writers.advisor)
    author.post(NEW, {**fields(), "file": pdf()})
    material = Material.objects.get()
    place, said = reverse("save-material", args=[material.pk]), fields(seen="1", body="第二版")
    assert author.post(place, said).status_code == 302
    assert author.post(place, {**said, "seen": "2", "body": "第三版", "drop_file": "on"}).status_code == 302
    kept = material.versions.order_by("number").values_list("number", "file_name")
    assert dict(kept) == {1: "指南.pdf", 2: "指南.pdf", 3: ""}
    save_material(material, Wording("同事的", NOTICE, LAST), seen=3, by=library.writers.colleague, at=AT)
    told = author.post(place, {**said, "seen": "3", "body": "我的"})
    assert told.status_code == 422
    assert "同事的" in told.content.decode()
    assert "我的" in told.content.decode()
    assert author.post(place, {**said, "seen": told.context["form"]["seen"].value(), "body": "我的"}).status_code == 302


def test_the_list_is_filtered_and_shows_what_is_over_or_stopped(library: Library) -> None:
    approved(library, title="甲", topic="fraud", knowledge="none")
    waiting(library, title="乙")
    draft(library, title="丙", by=library.writers.admin)
    for person in (library.writers.advisor, library.writers.compliance, library.writers.admin):
        assert titles(browser_of(person).get(LIST)) == ["丙", "乙", "甲"]
    assert titles(browser_of(library.writers.stranger).get(LIST)) == ["丙"]
    browser = browser_of(library.writers.advisor)
    found = {"topic=fraud": ["甲"], "knowledge=none": ["甲"], "state=waiting": ["乙"], "state=required": []}
    for asked, names in found.items():
        assert titles(browser.get(f"{LIST}?{asked}")) == names, asked
    assert browser.get(f"{LIST}?after=%00~1").status_code == 404
    with time_machine.travel(AT + timedelta(days=11)):
        assert [row.is_over for row in browser_of(library.writers.advisor).get(LIST).context["rows"]] == [
            False,
            False,
            True,
        ]


def test_a_material_of_another_branch_is_missing_whatever_is_done_to_it(library: Library) -> None:
    version = waiting(library)
    browser = browser_of(library.writers.stranger)
    for name in (
        *READ,
        "end-material",
        "restore-material",
        "require-material",
        *sorted(OF_VERSION - {"material-file"}),
    ):
        method = browser.get if name in READ else browser.post
        theirs, missing = method(address(name, version)), method(address(name, version, 999_999))
        assert (theirs.status_code, missing.status_code) == (404, 404), name
        assert same(theirs.content) == same(missing.content)
    version.refresh_from_db()
    assert version.state == "waiting"


def test_who_may_not_write_decide_or_require_finds_no_way_to_it(library: Library) -> None:
    ours, people = waiting(library), library.writers
    allowed = {
        "ask-material": {"advisor", "manager"},
        "take-back-material": {"advisor", "manager"},
        "decide-material": {"manager", "law"},
        "save-material": {"advisor", "manager"},
        "end-material": {"advisor", "manager", "law"},
        "restore-material": {"advisor", "manager", "law"},
        "require-material": {"manager", "law"},
    }
    for name, may in allowed.items():
        for person in (people.advisor, people.manager, people.compliance, people.admin):
            response = browser_of(person).post(address(name, ours), {"decision": "nonsense"})
            assert (response.status_code != 404) == (person.username in may), (name, person.username)


def test_an_attachment_is_a_download_for_those_who_see_the_material(library: Library) -> None:
    author = browser_of(library.writers.advisor)
    author.post(NEW, {**fields(), "file": pdf()})
    version = MaterialVersion.objects.get()
    answer = author.get(address("material-file", version))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert Browser().get(address("material-file", version)).status_code == 302
    assert author.get(address("material-file", draft(library))).status_code == 404


def test_the_log_shows_each_reader_the_own_clients_and_masks_names(library: Library) -> None:
    people, version = library.writers, approved(library)
    share = given(library, version)
    other = client(people.branch, "周若水", advisor=people.colleague)
    given(library, version, "person", client=other, by=people.colleague)
    open_share(share, version, uid=uuid4(), at=AT)
    place = address("material-reading-list", version)
    seen = {person.username: browser_of(person).get(place) for person in (people.advisor, people.manager)}
    assert [row["name"] for row in seen["advisor"].context["rows"]] == ["沈慕云"]
    assert {row["name"] for row in seen["manager"].context["rows"]} == {"沈慕云", "周若水"}
    told = browser_of(people.compliance).get(place).content.decode()
    assert "沈••" in told
    assert "沈慕云" not in told
    manager = browser_of(people.manager)
    for read, name in (("yes", "沈慕云"), ("no", "周若水")):
        assert [row["name"] for row in manager.get(place, {"read": read}).context["rows"]] == [name]
    assert browser_of(people.advisor).get(place, {"who": "staff"}).status_code == 404
    admin = browser_of(people.admin).get(place)
    assert admin.context["of_staff"]
    assert "沈" not in admin.content.decode()


def test_staff_confirm_by_a_post_and_the_manager_sees_who_has_not(library: Library) -> None:
    people, version = library.writers, approved(library)
    assert browser_of(people.manager).post(address("require-material", version), {"required": "yes"}).status_code == 302
    place, advisor = address("read-material", version), browser_of(people.advisor)
    assert [row.is_read for row in advisor.get(LIST).context["rows"]] == [False]
    advisor.get(place)
    assert not MaterialReading.objects.exists()
    advisor.post(place, {"number": "9"})
    assert not MaterialReading.objects.exists()
    for _twice in range(2):
        assert advisor.post(place, {"number": "1"}).status_code == 302
    assert MaterialReading.objects.get().staff == people.advisor
    assert [row.is_read for row in advisor.get(LIST).context["rows"]] == [True]
    assert [row.unread for row in browser_of(people.manager).get(LIST).context["rows"]] == [2]
    log = browser_of(people.manager).get(address("material-reading-list", version), {"who": "staff", "read": "no"})
    assert {person.username for person in log.context["rows"]} == {"colleague", "manager"}
    assert advisor.get(address("read-material", draft(library))).status_code == 404


def test_pages_cost_no_more_for_more_materials_links_and_readings(
    library: Library, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        version = approved(library, title=f"资料{number}")
        require_material(version.material, required=True, by=library.writers.manager)
        waiting(library, title=f"待审{number}")
        open_share(given(library, version), version, uid=uuid4(), at=AT)
    for number in range(8):
        person = client(library.writers.branch, f"沈{number}", advisor=library.writers.advisor)
        open_share(given(library, version, "person", client=person), version, uid=uuid4(), at=AT)
    log = address("material-reading-list", version)
    places = ((LIST, 12), (APPROVALS, 11), (address("material-detail", version), 9), (log, 9), (f"{log}?who=staff", 8))
    for place, most in places:
        browser = browser_of(library.writers.manager)
        browser.get(place)
        with django_assert_max_num_queries(most):
            assert browser.get(place).status_code == 200
