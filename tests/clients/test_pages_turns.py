"""From drop to dry run to commit to undo, by the buttons of the page and the workers behind them."""

import csv
import io

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients import imports
from clients.imports import runs
from clients.models import Client, ImportBatch
from crm.models import AuditEvent, Branch, JobRun, Staff
from tests.clients import files
from tests.clients.desk import START, Desk
from tests.clients.pages import PHONE, act, page, text, upload, words, work

pytestmark = pytest.mark.django_db


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


def test_an_undo_under_way_shows_how_far_it_is_and_not_what_the_commit_had_written(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TELL_SECONDS", -1.0)
    Branch.objects.create(code="1101", name="临江路营业部")
    (batch,) = upload(admin, clients_csv=text(files.client("00310001"), files.client("00310002")))
    work()
    act(admin, "commit-import", batch)
    admin.post(reverse("undo-import", args=[batch.uid]))
    JobRun.objects.filter(kind="undo").update(state="running", started_at=START)
    told = runs.Sidecar(batch)
    assert "so far; you may leave this page" in words(page(admin, batch))
    told(2)  # of four: two rows into the history, then away
    assert "Undo 50%" in words(page(admin, batch))


def test_what_an_undo_leaves_is_named_with_its_reason(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001")
    desk.bring([files.trade("00310001", "2026-11-20", "1")])
    shown = words(admin.post(reverse("preview-undo-import", args=[batch.uid])).content.decode())
    assert "other records lean on it" in shown


def test_the_file_of_rejected_rows_asks_for_a_reason_and_leaves_an_audit_row_first(admin: Browser, desk: Desk) -> None:
    desk.branch()
    batch = desk.check([files.client("00310001", 手机号码=f"x{PHONE}"), files.client("00310002")])
    address = reverse("download-rejects", args=[batch.uid])
    refused = admin.post(address, {"reason": " "})
    assert refused.status_code == 302
    assert not AuditEvent.objects.filter(action="export-rejected-rows").exists()
    response = admin.post(address, {"reason": "to correct the phone"})
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"].startswith("attachment")
    body = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert f"x{PHONE}" in body
    event = AuditEvent.objects.get(action="export-rejected-rows")
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
