"""The list of imports: what is dropped, what is refused, who may look."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients import imports
from clients.models import ImportBatch
from tests.clients import files
from tests.clients.desk import START, Desk
from tests.clients.pages import act, browser_of, page, text, upload, words, work

pytestmark = pytest.mark.django_db


def test_imports_do_not_exist_for_advisors_and_managers_and_are_only_read_by_compliance(desk: Desk) -> None:
    batch = desk.check([files.client("00310001")])
    for role in ("advisor", "manager"):
        browser = browser_of(role)
        assert browser.get(reverse("import-list")).status_code == 404
        assert browser.get(reverse("import-detail", args=[batch.uid])).status_code == 404
        assert browser.post(reverse("upload-import")).status_code == 404
    reader = browser_of("compliance")
    shown = page(reader, batch)
    assert "commit/" not in shown
    assert "correct/" not in shown
    for route in ("commit-import", "discard-import", "download-rejects", "correct-import"):
        assert reader.post(reverse(route, args=[batch.uid]), {"reason": "because"}).status_code == 404
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_an_upload_without_the_token_is_refused() -> None:
    browser = browser_of("admin")
    browser.handler.enforce_csrf_checks = True
    response = browser.post(reverse("upload-import"), {"files": [SimpleUploadedFile("a.csv", b"a,b\n1,2\n")]})
    assert response.status_code == 403
    assert not ImportBatch.objects.exists()


def test_the_list_costs_the_same_queries_however_long_the_history_is(
    admin: Browser, desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin.get(reverse("import-list"))
    done = {"state": "committed", "committed_at": START, "kind": "trades"}
    ImportBatch.objects.bulk_create(ImportBatch(file_name=f"f{n}.csv", **done) for n in range(200))
    with django_assert_max_num_queries(8):
        response = admin.get(reverse("import-list"))
    assert response.content.count(b"data-row ") == 30


def test_the_history_is_paged_by_key(admin: Browser) -> None:
    done = {"state": "committed", "kind": "trades"}
    ImportBatch.objects.bulk_create(
        ImportBatch(file_name=f"f{n:03}.csv", committed_at=START + timedelta(minutes=n // 3), **done) for n in range(70)
    )
    seen: list[str] = []
    address = reverse("import-list")
    for _ in range(3):
        html = admin.get(address).content.decode()
        seen += re.findall(r'title="(f\d+\.csv)"', html)
        onward = re.search(r'href="([^"]+)" rel="next"', html)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert [int(name[1:4]) // 3 for name in seen] == sorted((n // 3 for n in range(70)), reverse=True)
    assert len(set(seen)) == 70
    for nonsense in ("nonsense", "2026-11-20~1", "~1", "2026-11-20T08:00:00%2B00:00~99999999999999999999"):
        assert admin.get(reverse("import-list") + f"?after={nonsense}").status_code in {200, 404}


def test_keys_that_are_none_are_left_out(admin: Browser) -> None:
    for key in ("-" * 36, "x", "a" * 36):
        assert admin.get(reverse("import-cards"), {"current": key}).status_code == 200
        assert admin.post(reverse("commit-imports"), {"batch": key}).status_code == 302


def test_files_of_any_nonsense_are_taken_or_refused_with_a_reason_and_never_break_the_page(admin: Browser) -> None:
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as second:
            second.writestr("a.csv", "a,b")
        archive.writestr("inner.zip", inner.getvalue())
    outside = io.BytesIO()
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../../evil.csv", "a,b")
    nonsense = {
        "empty_csv": b"",
        "nul_csv": b"\x00" * 2000,
        "line_csv": b"a" * 3_000_000,
        "wide_csv": b",".join(b"c%d" % n for n in range(10_000)) + b"\n",
        "page_xls": b"<html><table><tr><td>1</td></tr></table></html>",
        "broken_xlsx": b"PK\x03\x04broken",
        "old_xls": b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
        "nested_zip": nested.getvalue(),
        "outside_zip": outside.getvalue(),
        "utf16_csv": "客户代码,客户姓名\n1,甲".encode("utf-16"),
        "formula_csv": '=cmd|" /C calc"!A0,@x\n1,2\n',
    }
    taken = upload(admin, **nonsense)
    work()
    assert {b.file_name for b in taken}.isdisjoint({"nested.zip", "evil.csv"})
    assert admin.get(reverse("import-list")).status_code == 200
    for batch in taken:
        batch.refresh_from_db()
        assert batch.state != "checking"
        page(admin, batch)
        act(admin, "check-import", batch)
        page(admin, batch)


def test_a_zip_becomes_one_batch_per_file_under_its_own_name(admin: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("客户.csv", text(files.client("00310001")))
    (batch,) = upload(admin, all_zip=packed.getvalue())
    assert batch.file_name == "客户.csv"


def test_what_no_broker_exports_is_ignored_in_one_line_and_an_unknown_table_is_not(admin: Browser) -> None:
    stray = [SimpleUploadedFile(name, b"x,y") for name in ("Thumbs.db", "~$a.xlsx", "README.md")]
    unknown = SimpleUploadedFile("unknown.csv", b"a,b\n1,2\n")
    response = admin.post(reverse("upload-import"), {"files": [*stray, unknown]}, follow=True)
    assert "Ignored: Thumbs.db, ~$a.xlsx, README.md" in words(response.content.decode())
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.kind) == ("unknown.csv", "")
    assert "No known header was found" in words(page(admin, batch))


def test_a_file_above_the_limit_is_named_and_not_kept(admin: Browser, settings: LazySettings, var_dir: Path) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100_000
    small = SimpleUploadedFile("small.csv", text(files.client("00310001")).encode())
    large = SimpleUploadedFile("large.csv", b"x" * 200_000)
    response = admin.post(reverse("upload-import"), {"files": [large, small]}, follow=True)
    assert "large.csv was not taken: The file is larger than" in words(response.content.decode())
    assert [b.file_name for b in ImportBatch.objects.all()] == ["small.csv"]


def test_uploads_lie_outside_the_web_root_under_random_names(admin: Browser, var_dir: Path) -> None:
    (batch,) = upload(admin, clients_csv=text(files.client("00310001")))
    kept = imports.batches.original(batch)
    assert kept.is_relative_to(var_dir / "imports" / batch.uid.hex)
    assert kept.parent.stat().st_mode & 0o077 == 0
