"""Every broker's header is recognised, and the rows say which fees are inside the net amount (F1)."""
# ruff: noqa: E501  (tables of examples read best on one line)

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clients import export_files
from clients.export_files.commission import candidates, choose_rule
from clients.export_files.fields_trades import LEVIES
from tests.clients.exports import Reading, cells_of, read_text, text

HEADERS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "files" / "broker-export-headers.json").read_text()
)
KINDS = {"settlement": "trades", "orders": "orders", "fills": "fills"}
VALUES = {
    "date": "20240603", "time": "093000", "code": "000001", "price": "10.00", "quantity": "100", "money": "0.00", "side": "买入",
}  # fmt: skip


def cell(header: str) -> str:
    """A plausible cell for a header of any broker."""
    for word, value in (
        ("日期", "20240603"), ("时间", "09:30:00"), ("证券代码", "000001"), ("证券名称", "平安银行"), ("数量", "100"), ("价", "10.00"),
        ("成交金额", "1000.00"), ("费", "0.00"), ("税", "0.00"), ("佣金", "0.00"), ("备注", "证券买入"), ("操作", "证券买入"), ("买卖", "证券买入"),
        ("业务名称", "证券买入"), ("摘要", "证券买入"), ("市场", "深圳Ａ股"), ("币种", "人民币"), ("金额", "-1000.00"), ("状态", "已成"), ("汇率", "1"),
    ):  # fmt: skip
        if word in header:
            return value
    return "12345"


@pytest.mark.parametrize("name", HEADERS)
def test_every_known_header_is_recognised_with_kind_and_columns(name: str, tmp_path: Path) -> None:
    known = HEADERS[name]
    columns = known["columns"]
    path = tmp_path / f"{name}.xls"
    path.write_bytes(text(columns, [[cell(header) for header in columns]]).encode("gb18030"))
    found = export_files.inspect(path)
    assert found.kind == KINDS[known["kind"]]
    assert set(HEADERS[f"{name.partition('--')[0]}--{known['broker']}"]["columns"]) == set(columns)
    twins = {
        each["broker"]
        for each in HEADERS.values()
        if each["kind"] == known["kind"] and set(each["columns"]) == set(columns)
    }
    assert found.preset in twins
    assert "unknown_columns" not in dict(found.problems)
    assert {"security_name", "quantity"} <= {column.field for column in found.columns}
    if known["kind"] == "settlement":
        assert {"traded_on", "net"} <= {column.field for column in found.columns}
        assert found.commission_rule


@pytest.mark.parametrize("name", [name for name, known in HEADERS.items() if known["kind"] != "orders"])
def test_a_row_of_every_settlement_and_fill_layout_is_read(name: str, tmp_path: Path) -> None:
    columns = HEADERS[name]["columns"]
    found = read_text(
        tmp_path,
        text(columns, [[cell(header) for header in columns]]),
        name=f"{name}.xls",
        day=date(2024, 6, 3),
        account="0123456789",
    )
    assert found.rejects == []
    assert found.staged.held is None
    assert [(row["side"], row["quantity_e2"], row["amount_minor"], row["security_name"]) for row in found.rows] == [
        ("buy", 10000, 100000, "平安银行")
    ]


def test_orders_are_recognised_and_held(tmp_path: Path) -> None:
    columns = HEADERS["当日委托--华泰普通"]["columns"]
    found = read_text(tmp_path, text(columns, [[cell(header) for header in columns]]))
    assert found.inspection.kind == "orders"
    assert found.staged.held == ("orders_are_not_facts", {})
    assert found.rows == []


# Per layout: fees of a purchase and of a sale of 1,000.00, their net amounts, and the commission that is meant (F1).
FEES = {
    "交割单--中信信用": ({"手续费": "3.00", "过户费": "0.20"}, {"手续费": "3.00", "印花税": "1.00", "过户费": "0.20"}, 300, 0),
    "交割单--招商普通": ({"手续费": "3.00", "过户费": "0.20"}, {"手续费": "3.00", "印花税": "1.00", "过户费": "0.20"}, 300, 0),
    "交割单--中信普通": ({"手续费": "3.20"}, {"手续费": "3.20", "印花税": "1.00"}, 320, 0),
    "交割单--中银普通": ({"佣金": "3.20"}, {"佣金": "3.20", "印花税": "1.00"}, 320, 0),
    "交割单--浙商普通": ({"佣金": "3.00", "过户费": "0.20"}, {"佣金": "3.00", "印花税": "1.00", "过户费": "0.20"}, 300, 0),
    "交割单--财通信用": ({"佣金": "3.00", "过户费": "0.20"}, {"佣金": "3.00", "印花税": "1.00", "过户费": "0.20"}, 300, 0),
    "交割单--方正普通": ({"佣金": "3.00", "过户费": "0.20"}, {"佣金": "3.00", "印花税": "1.00", "过户费": "0.20"}, 300, 0),
    "交割单--国泰普通": ({"手续费": "3.00", "其他杂费": "0.30"}, {"手续费": "3.00", "印花税": "1.00", "其他杂费": "0.30"}, 300, 30),
    "交割单--申万普通": ({"手续费": "3.00", "其他杂费": "0.30"}, {"手续费": "3.00", "印花税": "1.00", "其他杂费": "0.30"}, 300, 30),
}  # fmt: skip


def settle(
    tmp_path: Path, columns: list[str], buy: dict[str, str], sell: dict[str, str], nets: tuple[str, str]
) -> Reading:
    net = "发生金额" if "发生金额" in columns else "清算金额"
    rows = []
    for fees, side, value in ((buy, "证券买入", nets[0]), (sell, "证券卖出", nets[1])):
        said = {header: side for header in ("操作", "买卖标志", "业务名称", "备注", "摘要") if header in columns}
        rows.append([({net: value} | said | fees).get(header, cell(header)) for header in columns])
    return read_text(tmp_path, text(columns, rows * 5), account="0123456789")


@pytest.mark.parametrize("name", FEES)
def test_commission_is_what_the_layout_means_by_it(name: str, tmp_path: Path) -> None:
    buy, sell, commission, levies = FEES[name]
    total = {
        way: sum(round(float(value) * 100) for value in fees.values()) for way, fees in (("buy", buy), ("sell", sell))
    }
    nets = (f"-{(100000 + total['buy']) / 100:.2f}", f"{(100000 - total['sell']) / 100:.2f}")
    found = settle(tmp_path, HEADERS[name]["columns"], buy, sell, nets)
    assert found.rejects == []
    assert found.staged.notes["identity_checked"] == 10
    assert {(row["commission_minor"], row["levies_minor"]) for row in found.rows} == {(commission, levies)}
    assert {row["stamp_duty_minor"] for row in found.rows if row["side"] == "sell"} == {100}


def test_the_unnamed_brokers_fee_already_contains_everything(tmp_path: Path) -> None:
    columns = HEADERS["交割单--未具名"]["columns"]
    buy = {"佣金": "3.00", "过户费": "0.20", "其他费": "0.10", "手续费": "3.30"}
    sell = {"佣金": "3.00", "印花税": "1.00", "过户费": "0.20", "其他费": "0.10", "手续费": "4.30"}
    found = settle(tmp_path, columns, buy, sell, ("-1003.30", "995.70"))
    assert {(row["commission_minor"], row["transfer_fee_minor"], row["levies_minor"]) for row in found.rows} == {
        (300, 20, 10)
    }
    assert sorted({row["stamp_duty_minor"] for row in found.rows}) == [0, 100]


def test_net_commission_inside_the_handling_fee_is_not_added(tmp_path: Path) -> None:
    """银河: 手续费 contains 净佣金; the rest of it are levies."""
    columns = cells_of(
        "成交日期 证券代码 证券名称 操作 成交数量 成交均价 成交金额 发生金额 手续费 印花税 过户费 净佣金 股东帐户"
    )
    buy = {"手续费": "3.20", "净佣金": "2.50", "过户费": "0.20"}
    found = settle(tmp_path, columns, buy, buy | {"印花税": "1.00"}, ("-1003.40", "995.60"))
    assert found.rejects == []
    assert {(row["commission_minor"], row["levies_minor"], row["transfer_fee_minor"]) for row in found.rows} == {
        (250, 70, 20)
    }


def test_net_commission_and_levies_of_a_margin_layout_add_up(tmp_path: Path) -> None:
    """国泰君安信用: 净佣金 + 规费 + 印花税 + 过户费."""
    columns = cells_of(
        "成交日期 证券代码 证券名称 操作 成交数量 成交均价 成交金额 发生金额 净佣金 规费 印花税 过户费 股东帐户"
    )
    buy = {"净佣金": "2.50", "规费": "0.70", "过户费": "0.20"}
    found = settle(tmp_path, columns, buy, buy | {"印花税": "1.00"}, ("-1003.40", "995.60"))
    assert {(row["commission_minor"], row["levies_minor"], row["transfer_fee_minor"]) for row in found.rows} == {
        (250, 70, 20)
    }


def test_total_fees_leave_the_levies_over(tmp_path: Path) -> None:
    columns = HEADERS["交割单--华西"]["columns"]
    buy = {"总费用": "3.40", "净佣金": "2.50", "过户费": "0.20", "交易规费": "0.70", "经手费": "0.50", "证管费": "0.20"}
    found = settle(tmp_path, columns, buy, buy | {"印花税": "1.00", "总费用": "4.40"}, ("-1003.40", "995.60"))
    assert found.rejects == []
    assert {(row["commission_minor"], row["levies_minor"]) for row in found.rows} == {(250, 70)}


def test_a_preset_gives_way_to_the_rows(tmp_path: Path) -> None:
    """中信普通 leaves the transfer fee out of the net amount; a file in which it is inside is read by what its rows say."""
    columns = HEADERS["交割单--中信普通"]["columns"]
    buy = {"手续费": "3.00", "过户费": "0.50"}
    found = settle(tmp_path, columns, buy, buy | {"印花税": "1.00"}, ("-1003.50", "995.50"))
    assert found.inspection.preset == "中信普通"
    assert found.staged.commission_rule == "handling_fee+stamp_duty+transfer_fee→handling_fee"
    assert {(row["commission_minor"], row["transfer_fee_minor"]) for row in found.rows} == {(300, 50)}


def test_a_file_whose_fees_explain_nothing_is_held(tmp_path: Path) -> None:
    columns = HEADERS["交割单--国泰普通"]["columns"]
    found = settle(tmp_path, columns, {"手续费": "3.00"}, {"手续费": "3.00"}, ("-1099.00", "900.00"))
    assert found.staged.held is not None
    code, params = found.staged.held
    assert (code, params["holding"], params["plain"]) == ("commission_rule_broken", 0, 10)
    assert found.rows == []


@pytest.mark.parametrize(
    ("plain", "holding", "taken"),
    [(1, 0, False), (2, 1, True), (20, 19, True), (20, 18, False), (100, 95, True), (100, 94, False)],
)
def test_up_to_five_in_a_hundred_rows_may_break_the_rule(plain: int, holding: int, taken: bool) -> None:
    rules = candidates({"brokerage", "stamp_duty"}, LEVIES)
    assert choose_rule(rules[:1], [holding], plain)[2] is taken


def test_the_rule_that_most_rows_obey_wins_and_the_preset_wins_ties() -> None:
    rules = candidates({"handling_fee", "stamp_duty", "transfer_fee"}, LEVIES)
    assert choose_rule(rules, [90] + [100] + [0] * (len(rules) - 2), 100)[0] == rules[1]
    assert choose_rule(rules, [100] * len(rules), 100)[0] == rules[0]
