"""The page of one file: what it shows, what it never shows, and what a person corrects there."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients import imports
from clients.models import RememberedMapping, Trade
from tests.clients import files
from tests.clients.desk import Desk
from tests.clients.pages import CARD, IDENTITY, OTHER_PHONE, PHONE, act, page, text, upload, words, work

pytestmark = pytest.mark.django_db


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


def test_a_file_without_dates_asks_for_the_day_and_goes_on_by_itself(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    row = files.trade("00310001", "2026-11-20", "1")
    del row["成交日期"]
    (batch,) = upload(admin, settlement_csv=text(row))
    assert "Please state the day" in words(page(admin, batch))
    act(admin, "correct-import", batch, {"day": "2026-11-20"})
    assert (batch.state, batch.new_count) == ("checked", 1)


def test_a_day_and_an_account_given_by_hand_can_be_taken_back(admin: Browser, desk: Desk) -> None:
    desk.clients("00310001")
    row = files.trade("00310001", "2026-11-20", "1")
    del row["成交日期"], row["客户代码"], row["资金账号"]
    (batch,) = upload(admin, settlement_csv=text(row))
    for day, account, asked in (
        ("2026-11-20", "00310001", []),
        ("", "00310001", ["Please state the day"]),
        ("2026-11-19", "", ["Please state the account"]),
        ("2026-11-19", "00310001", []),
    ):
        act(admin, "correct-import", batch, {"day": day, "account": account})
        assert ((batch.day.isoformat() if batch.day else ""), batch.account) == (day, account)
        shown = words(page(admin, batch))
        assert [q for q in ("Please state the day", "Please state the account") if q in shown] == asked
        assert batch.state == ("inspected" if asked else "checked")
    form = {"kind": batch.kind, "day": "2026-11-19", "account": "00310001", "branch": "1101"}
    act(admin, "correct-import", batch, form)
    assert batch.branch is not None
    act(admin, "correct-import", batch, form | {"branch": ""})
    assert batch.branch is None


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


def test_a_finished_file_whose_first_rows_are_gone_is_told_in_one_column(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001")
    assert "wide-l" in page(admin, batch)
    (imports.batches.folder(batch) / "sample.json").unlink()
    assert "wide-l" not in page(admin, batch)
    assert "New 1" in words(page(admin, batch))


def test_an_undone_file_says_first_when_it_was_undone_and_what_went(admin: Browser, desk: Desk) -> None:
    batch = desk.clients("00310001")
    desk.undo(batch)
    shown = words(page(admin, batch))
    told = re.search(
        r"dry run commit undo .*Undone on 2026-11-\d\d \d\d:\d\d Rows gone: 2, back: 0.*What had come in", shown
    )
    assert told, shown


def test_the_field_policy_of_a_client_file_is_kept(admin: Browser, desk: Desk) -> None:
    desk.branch()
    desk.bring([files.client("00310001", 风险等级="C2")])
    batch = desk.check([files.client("00310001", 风险等级="C4")])
    assert batch.changed_count == 1
    form = page(admin, batch)
    policies = dict.fromkeys(re.findall(r'name="(policy_\w+)"', form), "overwrite")
    act(admin, "correct-import", batch, policies | {"policy_risk_level": "never"})
    assert (batch.field_policy, batch.changed_count) == ({"risk_level": "never"}, 0)
