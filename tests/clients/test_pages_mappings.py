"""The page of remembered mappings: which headers are known by hand, and forgetting one."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import ImportBatch, RememberedMapping
from crm.models import AuditEvent
from tests.clients import files
from tests.clients.desk import START, Desk
from tests.clients.pages import act, browser_of, text, upload, words, work

pytestmark = pytest.mark.django_db
ROW = {k: v for k, v in files.trade("00310001", "2026-11-20", "77").items() if k != "成交编号"} | {"内部流水": "77"}


def map_by_hand(admin: Browser, batch: ImportBatch, field: str = "deal_number") -> None:
    """Say that the column 内部流水 is a field."""
    work()
    batch.refresh_from_db()
    columns = batch.inspection["columns"]
    at = next(c["index"] for c in columns if c["source"] == "内部流水")
    chosen = {f"column_{c['field']}": str(c["index"]) for c in columns if c["field"] and c["index"] != at}
    act(admin, "correct-import", batch, chosen | {f"column_{field}": str(at)})


def mapped_file(admin: Browser) -> ImportBatch:
    (batch,) = upload(admin, first_csv=text(ROW))
    map_by_hand(admin, batch)
    return batch


def shown(browser: Browser) -> str:
    return words(browser.get(reverse("mapping-list")).content.decode())


def test_what_a_person_said_about_a_header_stands_on_the_page_with_its_files(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    assert "Nothing is remembered yet" in shown(admin)
    mapped_file(admin)
    upload(admin, second_csv=text(ROW | {"内部流水": "78"}))
    for reader in (admin, browser_of("compliance")):
        assert "Settlements" in shown(reader)
        assert "内部流水 → deal number" in shown(reader)
        assert "员工admin" in shown(reader)
        assert " 2 second.csv" in shown(reader)
    assert "Forget" not in shown(browser_of("compliance"))


def test_saving_the_columns_of_a_later_file_replaces_what_was_remembered(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    mapped_file(admin)
    (second,) = upload(admin, second_csv=text(ROW))
    map_by_hand(admin, second, "order_number")
    assert RememberedMapping.objects.get().columns["内部流水"] == "order_number"
    assert "内部流水 → order number" in shown(admin)
    assert AuditEvent.objects.filter(action="remember-mapping").count() == 2


def test_a_forgotten_header_is_recognised_afresh_and_the_audit_says_who_forgot_it(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    first = mapped_file(admin)
    mapping = RememberedMapping.objects.get()
    admin.post(reverse("forget-mapping", args=[mapping.pk]))
    assert not RememberedMapping.objects.exists()
    event = AuditEvent.objects.get(action="forget-mapping")
    assert (event.actor_id, event.key, event.detail) == (mapping.confirmed_by_id, str(mapping.pk), {"kind": "trades"})
    (second,) = upload(admin, second_csv=text(ROW))
    assert "deal_number" not in {c["field"] for c in second.inspection["columns"]}
    first.refresh_from_db()
    assert "deal_number" in {c["field"] for c in first.inspection["columns"]}


def test_a_header_that_was_somebodys_data_is_masked(admin: Browser) -> None:
    RememberedMapping.objects.create(
        signature="x", kind="clients", columns={"沈怀瑾": "name", "16412345678": "phone"}, confirmed_at=START
    )
    assert "16412345678" not in shown(admin)
    assert "沈怀瑾" not in shown(admin)


def test_the_page_costs_the_same_queries_however_many_are_remembered(
    admin: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(40):
        RememberedMapping.objects.create(signature=str(n), kind="trades", confirmed_at=START)
        ImportBatch.objects.create(file_name=f"f{n}.csv", inspection={"signature": str(n)})
    admin.get(reverse("mapping-list"))
    with django_assert_max_num_queries(8):
        response = admin.get(reverse("mapping-list"))
    assert response.content.count(b"data-row ") + response.content.count(b"data-row>") == 30
