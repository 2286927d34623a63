"""Rows of settlement and fill files: sides, movements, codes, days, numbers, net amounts (exports.md, F1, F2, promise 7)."""
# ruff: noqa: E501  (tables of examples read best on one line)

from pathlib import Path

import pytest

from clients import export_files
from clients.export_files import Overrides
from clients.export_files.sides import cash_transfer, meaning, securities_transfer
from tests.clients.exports import DAY, SETTLEMENT, cells_of, deal, read, read_deals, read_text, sale, text


def test_a_purchase_and_a_sale_become_typed_rows(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(), sale())
    buy, sell = found.rows
    assert found.staged.notes["identity_checked"] == 2
    assert buy | {"notes": 0} == {
        "line": 2, "row_kind": "trade", "movement_kind": None, "branch_code": None, "client_number": None, "client_name": None,
        "fund_account": None, "securities_account": "0123456789", "traded_on": DAY, "traded_at": "09:30:00",
        "deal_number": "88001", "order_number": None, "market": "sz", "security_code": "000001", "security_name": "平安银行",
        "side": "buy", "quantity_e2": 10000, "price_e4": 100000, "amount_minor": 100000, "net_minor": -100501,
        "commission_minor": 500, "stamp_duty_minor": 0, "transfer_fee_minor": 1, "levies_minor": 0, "currency": "CNY",
        "channel": None, "note": None, "notes": 0,
    }  # fmt: skip
    assert (sell["side"], sell["quantity_e2"], sell["net_minor"], sell["stamp_duty_minor"]) == (
        "sell",
        10000,
        99399,
        100,
    )


def test_negative_and_positive_sales_are_the_same(tmp_path: Path) -> None:
    found = read_deals(tmp_path, sale(成交数量="-100"), sale(成交数量="100"))
    assert [row["quantity_e2"] for row in found.rows] == [10000, 10000]


def test_net_amounts_without_a_sign_get_it_from_the_side(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(发生金额="1005.01"), sale())
    assert [row["net_minor"] for row in found.rows] == [-100501, 99399]


def test_a_purchase_that_brings_money_is_rejected_in_a_signed_file(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(), deal(发生金额="1005.01"), sale())
    assert found.reasons == {3: "net_of_wrong_sign"}


def test_identical_partial_fills_are_both_kept(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(), deal(), deal(成交编号="0"), deal(成交编号=""))
    assert [row["deal_number"] for row in found.rows] == ["88001", "88001", None, None]


def test_a_few_rows_whose_net_amount_does_not_fit_are_rejected_one_by_one(tmp_path: Path) -> None:
    found = read_deals(tmp_path, *[deal()] * 10, *[sale()] * 10, deal(发生金额="-1005.04"), deal(发生金额="-1005.03"))
    assert found.reasons == {22: "net_does_not_fit"}
    reject = found.rejects[0]
    assert (reject["column"], reject["value"], reject["params"]) == ("发生金额", "-1005.04", '{"expected": "1005.01"}')
    assert reject["cells"] == deal(发生金额="-1005.04")


def test_a_rejected_row_comes_in_after_correction(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(), sale(成交金额="一千"))
    assert found.reasons == {3: "not_a_number"}
    again = read_deals(tmp_path, *([*found.rejects[0]["cells"][:7], "1000.00", *found.rejects[0]["cells"][8:]],))
    assert (again.staged.accepted_count, again.staged.rejected_count) == (1, 0)


NOT_TRADES = {
    "银行转证券": ("cash_transfer", "bank", 50000),
    "银行转存": ("cash_transfer", "bank", 50000),
    "证券转银行": ("cash_transfer", "bank", -50000),
    "内部划转": ("cash_transfer", "internal", 50000),
    "股息入账": ("movement", "dividend", 50000),
    "股息入帐": ("movement", "dividend", 50000),
    "红利入账": ("movement", "dividend", 50000),
    "股息个税征收": ("movement", "dividend_tax", 50000),
    "申购配号": ("movement", "lottery", 50000),
    "新股入账": ("movement", "new_share", 50000),
    "质押回购": ("movement", "pledged_repo", 50000),
    "保证金产品申购": ("movement", "product", 50000),
    "保证金产品赎回": ("movement", "product", 50000),
    "担保品划入": ("movement", "collateral", 50000),
    "指定交易": ("movement", "designation", 50000),
    "撤销指定": ("movement", "designation", 50000),
    "融资借入": ("movement", "margin_loan", 50000),
    "偿还融资利息": ("movement", "margin_loan", 50000),
    "偿还融资负债本金": ("movement", "margin_loan", 50000),
    "批量利息归本": ("movement", "interest", 50000),
}


def test_what_is_no_trade_becomes_a_movement_or_a_bank_transfer(tmp_path: Path) -> None:
    rows = [
        deal(操作=word, 证券代码="", 证券名称="", 成交数量="---", 成交均价="---", 成交金额="0.00", 发生金额="500.00", 佣金="0", 过户费="0", 成交编号="0")
        for word in NOT_TRADES
    ]  # fmt: skip
    found = read_deals(tmp_path, *rows)
    assert found.rejects == []
    said = {row["note"]: (row["row_kind"], row["movement_kind"], row["net_minor"]) for row in found.rows}
    assert said == NOT_TRADES


def test_a_reverse_repo_is_known_by_its_code_whatever_the_broker_calls_it(tmp_path: Path) -> None:
    """F2: its commission counts, it is no trade; 质押回购 in another code is a pledge."""
    repo = {
        "证券名称": "GC001",
        "成交金额": "1000000.00",
        "发生金额": "-1000010.00",
        "佣金": "10.00",
        "过户费": "0.00",
        "交易市场": "上海",
    }
    found = read_deals(
        tmp_path,
        deal(**repo | {"证券代码": "204001", "操作": "融券回购"}),
        deal(**repo | {"证券代码": "204001", "操作": "证券卖出"}),
        deal(
            **repo
            | {"证券代码": "131810", "操作": "融券购回", "交易市场": "深圳", "发生金额": "1000050.00", "佣金": "0.00"}
        ),
        deal(**repo | {"证券代码": "888880", "操作": "质押回购", "证券名称": "标准券"}),
        deal(),
    )
    assert found.rejects == []
    assert [(row["row_kind"], row["movement_kind"], row["side"], row["commission_minor"]) for row in found.rows[:4]] == [
        ("movement", "reverse_repo", "sell", 1000), ("movement", "reverse_repo", "sell", 1000),
        ("movement", "reverse_repo", "buy", 0), ("movement", "pledged_repo", None, 1000),
    ]  # fmt: skip


@pytest.mark.parametrize("word", cells_of("买入 买 证券买入 普通买入 担保品买入 融资买入 买券还券 B buy"))
def test_words_for_a_purchase(word: str) -> None:
    found = meaning(word)
    assert found is not None
    assert (found.row_kind, found.side) == ("trade", "buy")


@pytest.mark.parametrize("word", cells_of("卖出 卖 证券卖出 卖券还款 担保物卖出 担保品卖出 融券卖出 Ｓ SELL"))
def test_words_for_a_sale(word: str) -> None:
    found = meaning(word)
    assert found is not None
    assert (found.row_kind, found.side) == ("trade", "sell")


def test_a_word_that_says_nothing_rejects_the_row(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(操作="其它类"), deal())
    assert (found.reasons, found.rejects[0]["column"], found.rejects[0]["value"]) == (
        {2: "unknown_side"},
        "操作",
        "其它类",
    )


def test_directions_of_transfers() -> None:
    assert cash_transfer("银行转证券冲正") == ("reversal", -1)
    assert cash_transfer("转出") == ("bank", -1)
    assert securities_transfer("转托管转出") == ("custody", -1)
    assert securities_transfer("撤销指定") == ("designation", -1)
    assert securities_transfer("担保品划入") == ("collateral", 1)
    assert securities_transfer("抽奖") is None


def test_names_without_codes_are_kept_and_counted(tmp_path: Path) -> None:
    headers = [header for header in SETTLEMENT if header != "证券代码"]
    at = SETTLEMENT.index("证券代码")
    found = read_text(tmp_path, text(headers, [deal()[:at] + deal()[at + 1 :]]))
    assert [(row["security_code"], row["security_name"]) for row in found.rows] == [("", "平安银行")]
    assert found.staged.notes["names_without_code"] == 1


def test_a_file_without_amounts_takes_them_from_the_net_amount(tmp_path: Path) -> None:
    """招商 has no 成交金额; the price of a deal in several pieces is an average."""
    headers = cells_of(
        "币种 证券名称 成交日期 成交价格 成交数量 发生金额 业务名称 手续费 印花税 过户费 证券代码 股东代码"
    )
    row = cells_of("人民币 平安银行 20240603 10.000 100 -1005.01 证券买入 5.00 0.00 0.01 000001 0123456789")
    average = cells_of("人民币 平安银行 20240603 10.333 300 -3105.01 证券买入 5.00 0.00 0.01 000001 0123456789")
    wrong = cells_of("人民币 平安银行 20240603 10.333 300 -3109.01 证券买入 5.00 0.00 0.01 000001 0123456789")
    found = read_text(tmp_path, text(headers, [*[row] * 20, average, wrong]))
    assert [each["amount_minor"] for each in found.rows[-2:]] == [100000, 310000]
    assert found.reasons == {23: "amount_does_not_fit"}


def test_bonds_and_hong_kong_shares_are_not_checked_against_their_net_amount(tmp_path: Path) -> None:
    found = read_deals(
        tmp_path,
        deal(),
        deal(证券代码="019547", 交易市场="上海", 发生金额="-1017.30"),
        deal(证券代码="00700", 交易市场="沪港通", 发生金额="-922.00"),
    )
    assert found.rejects == []
    assert (found.staged.notes["not_plain"], found.staged.notes["identity_checked"]) == (2, 1)


def test_b_shares_have_their_currency(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(证券代码="900901", 交易市场="上海"), deal(证券代码="200002"), deal())
    assert [row["currency"] for row in found.rows] == ["USD", "HKD", "CNY"]


def test_a_day_and_an_account_stand_in_for_missing_columns(tmp_path: Path) -> None:
    headers = cells_of("成交时间 证券代码 证券名称 买卖标志 成交价格 成交数量 成交金额 成交编号 委托编号 成交类型")
    fill = cells_of("093001 000001 平安银行 买入 10.00 100 1000.00 77001 1 成交")
    cancelled = cells_of("093001 000001 平安银行 买入 0.00 0 0.00 77002 1 撤单")
    path = tmp_path / "当日成交.xls"
    path.write_bytes(text(headers, [fill, cancelled]).encode("gb18030"))
    found = export_files.inspect(path)
    assert {code for code, _ in found.blocking} == {"needs_day", "needs_account"}
    held = export_files.stage(path, found, into=tmp_path / "out").held
    assert held == ("needs_day", {})
    done = read(path, day=DAY, account="0123456789")
    assert [(row["traded_on"], row["securities_account"], row["traded_at"]) for row in done.rows] == [
        (DAY, "0123456789", "09:30:01")
    ]
    assert read(path, day=DAY, account="66001234").rows[0]["fund_account"] == "66001234"
    assert done.staged.notes["empty_fills"] == 1


def test_orders_and_fills_under_one_header_are_told_apart_by_the_name_else_by_the_rows(tmp_path: Path) -> None:
    headers = cells_of(
        "成交日期 成交时间 证券代码 证券名称 买卖标志 委托价格 委托数量 委托编号 成交价格 成交数量 成交金额 成交编号 股东代码 状态说明"
    )
    row = cells_of("20240603 093000 000001 平安银行 买入 10 100 1 10 100 1000 88 0123456789 成交")
    open_order = cells_of("20240603 093000 000001 平安银行 买入 10 100 1 0 0 0 0 0123456789 已报")
    kinds = {}
    for name, rows in {
        "当日委托.xls": [row],
        "当日成交.xls": [row],
        "x.xls": [row],
        "y.xls": [row, open_order],
    }.items():
        path = tmp_path / name
        path.write_bytes(text(headers, rows).encode("gb18030"))
        kinds[name] = export_files.inspect(path).kind
    assert kinds == {"当日委托.xls": "orders", "当日成交.xls": "fills", "x.xls": "fills", "y.xls": "orders"}


def test_unknown_columns_are_reported_and_a_person_can_say_what_they_are(tmp_path: Path) -> None:
    headers = ["神秘列" if header == "成交编号" else header for header in SETTLEMENT]
    path = tmp_path / "a.xls"
    path.write_bytes(text(headers, [deal()]).encode("gb18030"))
    found = export_files.inspect(path)
    assert ("unknown_columns", {"columns": ["神秘列"]}) in found.problems
    corrected = export_files.inspect(path, overrides=Overrides(columns={headers.index("神秘列"): "deal_number"}))
    assert "unknown_columns" not in dict(corrected.problems)
    remembered = {
        found.signature: export_files.RememberedMapping("trades", {c.source: c.field for c in corrected.columns})
    }
    again = export_files.inspect(path, remembered=remembered)
    assert [each.field for each in again.columns] == [each.field for each in corrected.columns]
    assert export_files.Inspection.from_json(corrected.to_json()) == corrected


def test_progress_tells_how_many_lines_were_read(tmp_path: Path) -> None:
    seen: list[int] = []
    found = read_deals(tmp_path, *[deal()] * 50, progress=seen.append, limits=export_files.Limits(part_bytes=1))
    assert seen[-1] == 51
    assert [row["line"] for row in found.rows] == list(range(2, 52))
