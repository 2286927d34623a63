"""The admin's pages: files in, dry run, commit, undo, and what nobody may see on the way."""

import csv
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
from clients.models import Client, ImportBatch, RememberedMapping, Trade
from crm import jobs
from crm.models import AuditEvent, Branch, JobRun, Staff
from crm.tasks import Handlers
from tests.clients import files
from tests.clients.desk import START, Desk
from tests.clients.files import Row

pytestmark = pytest.mark.django_db

PHONE, OTHER_PHONE, IDENTITY, CARD = "16412345678", "16487654321", "990101198001011234", "9900123456781234"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(role: str) -> Browser:
    staff, _ = Staff.objects.get_or_create(username=role, defaults={"name": f"员工{role}", "role": role})
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(staff, backend=BACKEND)
    return browser


@pytest.fixture
def admin(db: None) -> Browser:
    return browser_of("admin")


def work() -> None:
    """What the workers would do, until nothing waits."""
    while waiting := list(JobRun.objects.abandoned_at(START).values_list("pk", flat=True)):
        for pk in waiting:
            jobs.perform(pk, Handlers(), worker="test", now=START)


def upload(browser: Browser, **named: str | bytes) -> list[ImportBatch]:
    """Drop files whose names are given with _ for the dot."""
    before = set(ImportBatch.objects.values_list("pk", flat=True))
    sent = [
        SimpleUploadedFile(name.replace("_", "."), content.encode() if isinstance(content, str) else content)
        for name, content in named.items()
    ]
    response = browser.post(reverse("upload-import"), {"files": sent})
    assert response.status_code == 302
    return list(ImportBatch.objects.exclude(pk__in=before).order_by("pk"))


def text(*rows: Row) -> str:
    return files.text_of(rows)


def act(browser: Browser, route: str, batch: ImportBatch, data: dict[str, str] | None = None) -> None:
    response = browser.post(reverse(route, args=[batch.uid]), data or {})
    assert response.status_code in {200, 302}, response.status_code
    work()
    batch.refresh_from_db()


def page(browser: Browser, batch: ImportBatch) -> str:
    response = browser.get(reverse("import-detail", args=[batch.uid]))
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_file_goes_from_drop_to_dry_run_to_commit(admin: Browser) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    (batch,) = upload(admin, clients_csv=text(files.client("00310001"), files.client("00310002")))
    assert batch.state == "checking"
    work()
    assert Client.objects.count() == 0
    batch.refresh_from_db()
    assert "Commit 2 rows" in words(page(admin, batch))
    act(admin, "commit-import", batch)
    assert batch.state == "committed"
    assert Client.objects.count() == 2
    assert "Undo" in words(page(admin, batch))


def test_a_double_click_on_commit_writes_once(admin: Browser) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    (batch,) = upload(admin, clients_csv=text(files.client("00310001")))
    work()
    for _ in range(2):
        admin.post(reverse("commit-import", args=[batch.uid]))
    work()
    admin.post(reverse("commit-import", args=[batch.uid]))
    work()
    assert JobRun.objects.filter(kind="import").count() == 1
    assert AuditEvent.objects.filter(action="import").count() == 1
    assert Client.objects.count() == 1


def test_files_that_name_clients_wait_for_the_client_file_and_are_then_checked_by_themselves(admin: Browser) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    batches = {
        b.kind: b
        for b in upload(
            admin,
            trades_csv=text(files.trade("00310001", "2026-11-20", "1")),
            clients_csv=text(files.client("00310001")),
            accounts_csv=text(files.account("880012345678", "00310001")),
        )
    }
    work()
    states = {kind: ImportBatch.objects.get(pk=b.pk).state for kind, b in batches.items()}
    assert states == {"clients": "checked", "accounts": "inspected", "trades": "inspected"}
    act(admin, "commit-import", batches["clients"])
    act(admin, "commit-import", batches["accounts"])
    batches["trades"].refresh_from_db()
    assert batches["trades"].state == "checked"
    assert batches["trades"].new_count == 1


def test_what_is_ready_is_committed_together(admin: Browser) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    both = upload(admin, a_csv=text(files.client("00310001")), b_csv=text(files.client("00310002")))
    work()
    response = admin.post(reverse("commit-imports"), {"batch": [str(b.uid) for b in both]})
    assert response.status_code == 302
    work()
    assert Client.objects.count() == 2


def test_branches_and_advisors_that_nobody_knows_are_offered_and_made_with_the_commit(admin: Browser) -> None:
    row = files.client("00310001", 客户经理工号="1101001", 客户经理="林知远")
    (batch,) = upload(admin, clients_csv=text(row))
    work()
    batch.refresh_from_db()
    assert batch.new_count == 0
    assert "1101001 林知远" in words(page(admin, batch))
    act(admin, "correct-import", batch, {"create_unknown": "yes"})
    assert (batch.state, batch.new_count) == ("checked", 1)
    assert not Branch.objects.exists()
    act(admin, "commit-import", batch)
    assert Branch.objects.get().code == "1101"
    assert not Staff.objects.get(employee_code="1101001").has_usable_password()


def test_undo_shows_first_what_it_would_do_and_changes_nothing_until_confirmed(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001", "00310002")
    response = admin.post(reverse("preview-undo-import", args=[batch.uid]))
    assert "Rows that go 4" in words(response.content.decode())  # two clients and the accounts that stand for them
    assert Client.objects.count() == 2
    act(admin, "undo-import", batch)
    assert batch.state == "undone"
    assert Client.objects.count() == 0


def test_what_an_undo_leaves_is_named_with_its_reason(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001")
    desk.bring([files.trade("00310001", "2026-11-20", "1")])
    shown = words(admin.post(reverse("preview-undo-import", args=[batch.uid])).content.decode())
    assert "other records lean on it" in shown


def test_rejected_rows_are_masked_on_the_page(admin: Browser, desk: Desk) -> None:
    desk.branch()
    bad = files.client("00310001", 手机号码=f"x{PHONE}", 证件号码=f"!{IDENTITY}")
    slipped = files.client("00310002", 开户日期=PHONE)
    batch = desk.check([bad, slipped, files.client("00310003")])
    assert batch.rejected_count == 2
    shown = page(admin, batch)
    assert PHONE not in shown
    assert IDENTITY not in shown
    assert "••••5678" in shown


def test_the_file_of_rejected_rows_asks_for_a_reason_and_leaves_an_audit_row_first(admin: Browser, desk: Desk) -> None:
    desk.branch()
    batch = desk.check([files.client("00310001", 手机号码=f"x{PHONE}"), files.client("00310002")])
    address = reverse("download-rejects", args=[batch.uid])
    refused = admin.post(address, {"reason": " "})
    assert refused.status_code == 302
    assert not AuditEvent.objects.filter(action="export rejected rows").exists()
    response = admin.post(address, {"reason": "to correct the phone"})
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"].startswith("attachment")
    body = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert f"x{PHONE}" in body
    event = AuditEvent.objects.get(action="export rejected rows")
    assert (event.reason, event.detail) == ("to correct the phone", {"rows": 1})


def test_rejected_rows_come_in_after_they_were_corrected(admin: Browser, desk: Desk) -> None:
    desk.branch()
    batch = desk.check([files.client("00310001", 手机号码=f"x{PHONE}"), files.client("00310002")])
    response = admin.post(reverse("download-rejects", args=[batch.uid]), {"reason": "to correct it"})
    body = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(list(csv.reader(io.StringIO(body)))) == 2
    (again,) = upload(admin, again_csv=body.replace(f"x{PHONE}", PHONE))
    work()
    again.refresh_from_db()
    assert (again.new_count, again.rejected_count) == (1, 0)


def test_differences_are_shown_field_by_field_and_masked(admin: Browser, desk: Desk) -> None:
    desk.branch()
    before = {"手机号码": PHONE, "证件号码": IDENTITY, "联系地址": "云汀市澄湖路266号", "风险等级": "C2"}
    desk.bring([files.client("00310001", "沈怀瑾", **before)])
    after = before | {"手机号码": OTHER_PHONE, "联系地址": "云汀市望湖路15号", "风险等级": "C4"}
    batch = desk.check([files.client("00310001", "沈怀瑾", **after)])
    shown = words(page(admin, batch))
    assert "164••••5678 164••••4321" in shown
    assert "C2 C4" in shown
    for secret in (PHONE, OTHER_PHONE, IDENTITY, "沈怀瑾", "澄湖路266", "望湖路15"):
        assert secret not in shown


def test_no_page_of_an_import_shows_a_full_personal_value(admin: Browser, desk: Desk) -> None:
    desk.branch()
    row = files.client("00310001", "沈怀瑾", 手机号码=PHONE, 证件号码=IDENTITY, 银行卡号=CARD)
    (batch,) = upload(admin, clients_csv=text(row))
    bare = f"沈怀瑾,{PHONE},{IDENTITY},x\n钟离明,{OTHER_PHONE},{IDENTITY[:-1]}X,y\n"
    (headless,) = upload(admin, headless_csv=bare)
    work()
    shown = page(admin, batch) + page(admin, headless) + admin.get(reverse("import-list")).content.decode()
    shown += admin.get(reverse("import-cards")).content.decode()
    for secret in (PHONE, OTHER_PHONE, IDENTITY, CARD, "沈怀瑾", "钟离明"):
        assert secret not in shown


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


def test_one_file_costs_few_queries(
    admin: Browser, desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.clients("00310001")
    batch = desk.check([files.client("00310001", 风险等级="C3"), files.client("00310002", 手机号码="x")])
    admin.get(reverse("import-list"))
    with django_assert_max_num_queries(14):
        page(admin, batch)
    with django_assert_max_num_queries(5):
        admin.get(reverse("import-progress", args=[batch.uid]))


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
    for text in ("-" * 36, "x", "a" * 36):
        assert admin.get(reverse("import-cards"), {"current": text}).status_code == 200
        assert admin.post(reverse("commit-imports"), {"batch": text}).status_code == 302


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


def test_a_file_above_the_limit_is_named_and_not_kept(admin: Browser, settings: LazySettings, var_dir: Path) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100_000
    small = SimpleUploadedFile("small.csv", text(files.client("00310001")).encode())
    large = SimpleUploadedFile("large.csv", b"x" * 200_000)
    response = admin.post(reverse("upload-import"), {"files": [large, small]}, follow=True)
    assert "large.csv was not taken: The file is larger than" in words(response.content.decode())
    assert [b.file_name for b in ImportBatch.objects.all()] == ["small.csv"]


def test_a_file_without_dates_asks_for_the_day_and_goes_on_by_itself(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    row = files.trade("00310001", "2026-11-20", "1")
    del row["成交日期"]
    (batch,) = upload(admin, settlement_csv=text(row))
    assert "Please state the day" in words(page(admin, batch))
    act(admin, "correct-import", batch, {"day": "2026-11-20"})
    assert (batch.state, batch.new_count) == ("checked", 1)


def test_a_day_that_is_none_is_told_and_nothing_changes(admin: Browser, desk: Desk) -> None:
    desk.branch()
    batch = desk.check([files.client("00310001")])
    response = admin.post(reverse("correct-import", args=[batch.uid]), {"day": "2026-02-31"})
    assert response.status_code == 422
    batch.refresh_from_db()
    assert (batch.state, batch.day) == ("checked", None)


def test_a_column_can_be_given_another_field_and_the_header_is_remembered(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    row = files.trade("00310001", "2026-11-20", "")
    row["内部流水"] = row.pop("成交编号") or "77"
    (batch,) = upload(admin, first_csv=text(row))
    work()
    batch.refresh_from_db()
    columns = batch.inspection["columns"]
    at = next(c["index"] for c in columns if c["source"] == "内部流水")
    twice = {"column_deal_number": str(at), "column_order_number": str(at)}
    assert admin.post(reverse("correct-import", args=[batch.uid]), twice).status_code == 422
    chosen = {f"column_{c['field']}": str(c["index"]) for c in columns if c["field"]}
    act(admin, "correct-import", batch, chosen | {"column_deal_number": str(at)})
    assert batch.state == "checked"
    act(admin, "commit-import", batch)
    assert Trade.objects.get().deal_key == "77"
    assert RememberedMapping.objects.get().columns["内部流水"] == "deal_number"
    (second,) = upload(admin, second_csv=text(row | {"内部流水": "78"}))
    assert "deal_number" in {c["field"] for c in second.inspection["columns"]}


def test_the_field_policy_of_a_client_file_is_kept(admin: Browser, desk: Desk) -> None:
    desk.branch()
    desk.bring([files.client("00310001", 风险等级="C2")])
    batch = desk.check([files.client("00310001", 风险等级="C4")])
    assert batch.changed_count == 1
    form = page(admin, batch)
    policies = dict.fromkeys(re.findall(r'name="(policy_\w+)"', form), "overwrite")
    act(admin, "correct-import", batch, policies | {"policy_risk_level": "never"})
    assert (batch.field_policy, batch.changed_count) == ({"risk_level": "never"}, 0)


def test_a_committed_file_cannot_be_corrected_checked_or_thrown_away(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001")
    for route in ("correct-import", "check-import", "discard-import"):
        act(admin, route, batch, {"kind": "trades", "create_unknown": "yes"})
        assert (batch.state, batch.kind) == ("committed", "clients")
    assert Client.objects.count() == 1


def test_work_that_failed_says_so_and_can_be_tried_again_or_thrown_away(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    with monkeypatch.context() as broken:
        broken.setattr("clients.imports.runs.check", lambda *args, **kwargs: 1 / 0)
        (batch,) = upload(admin, clients_csv=text(files.client("00310001")))
        work()
    assert "nothing of it was written" in words(page(admin, batch))
    act(admin, "check-import", batch)
    assert batch.state == "checked"
    act(admin, "discard-import", batch)
    assert batch.state == "discarded"
    assert not imports.batches.folder(batch).exists()


def test_a_page_that_asks_how_far_it_is_stops_asking_when_the_work_is_over(admin: Browser) -> None:
    Branch.objects.create(code="1101", name="临江路营业部")
    (batch,) = upload(admin, clients_csv=text(files.client("00310001")))
    address = reverse("import-progress", args=[batch.uid])
    under_way = admin.get(address)
    assert "hx-trigger" in under_way.content.decode()
    assert "HX-Refresh" not in under_way
    work()
    over = admin.get(address)
    assert "hx-trigger" not in over.content.decode()
    assert over["HX-Refresh"] == "true"


def test_uploads_lie_outside_the_web_root_under_random_names(admin: Browser, var_dir: Path) -> None:
    (batch,) = upload(admin, clients_csv=text(files.client("00310001")))
    kept = imports.batches.original(batch)
    assert kept.is_relative_to(var_dir / "imports" / batch.uid.hex)
    assert kept.parent.stat().st_mode & 0o077 == 0
