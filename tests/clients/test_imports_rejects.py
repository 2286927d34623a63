"""Rows that were not taken: named by line and reason, masked on the screen, whole in the file that is corrected."""

import csv
from datetime import date
from pathlib import Path

import pytest

from clients import imports
from clients.export_files.registry import KINDS
from clients.imports import rejects
from clients.models import ImportBatch, RememberedMapping, RowError, Trade
from tests.clients import files
from tests.clients.desk import TODAY, Desk, counts, reasons
from tests.clients.files import Row
from tests.clients.test_export_files_presets import HEADERS, cell

MON = "2026-11-02"
# Of every kind: a row, the column that is wrong in it, and a header that nobody knows for another column.
EVERY_KIND: dict[str, tuple[Row, str, str]] = {
    "clients": (files.client("002"), "开户日期", "客户姓名"),
    "accounts": (files.account("7009", "000", 开户日期="2020-01-02"), "开户日期", "账户状态"),
    "trades": (files.trade("000", MON, "D2"), "成交数量", "成交编号"),
    "fills": (files.fill("000", MON, "D2"), "成交数量", "成交编号"),
    "cash_transfers": (files.cash("000", MON, "100.00", "S2"), "转账金额", "流水号"),
    "securities_transfers": (files.shares("000", MON, "100", "S2"), "转移数量", "流水号"),
    "assets": (files.asset("000", MON, "5.00"), "资金余额", "证券市值"),
    "holdings": (files.holding("000", MON, "9.00"), "持仓市值", "持仓成本"),
    "rates": (files.rate("HKD", MON, "0.92"), "汇率", "日期"),
}


def rejected_file(batch: object, path: Path) -> list[dict[str, str]]:
    rejects.write_file(batch, path)  # type: ignore[arg-type]
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def written(path: Path, lines: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def test_line_column_reason_and_masked_value_are_kept(desk: Desk) -> None:
    desk.branch()
    rows = [
        files.client("000"),
        files.client("001", 手机号码="1380000123a"),
        files.client("002", 证件号码="1101054912310021#"),
    ]
    batch = desk.bring(rows)
    errors = list(RowError.objects.filter(batch=batch).values_list("line", "column", "code"))
    assert errors == [(3, "手机号码", "not_a_phone"), (4, "证件号码", "not_a_document_number")]
    shown = " ".join(RowError.objects.values_list("value_masked", flat=True))
    assert "1380000123a" not in shown
    assert "1101054912310021" not in shown


@pytest.mark.parametrize("dialect", [{}, {"encoding": "gb18030", "delimiter": "\t"}], ids=["csv", "gbk tabs"])
def test_the_corrected_file_of_rejected_rows_is_accepted(desk: Desk, tmp_path: Path, dialect: dict[str, str]) -> None:
    desk.clients("000", "001")
    rows = [
        files.trade("000", MON, "D1"),
        files.trade("000", MON, "D2", 成交数量="1,00"),
        files.trade("888", MON, "D3", 证券代码='="000001"', 证券名称="平安银行", 交易市场="深圳"),
        files.trade("001", "2026-02-30", "D4"),
    ]
    batch = desk.bring(desk.file(rows, "成交.xls" if dialect else "trades.csv", **dialect))
    assert counts(batch) == {"new": 1, "rejected": 3}
    lines = rejected_file(batch, tmp_path / "rejected.csv")
    assert [(line["原行号"], line["列"], line["值"]) for line in lines] == [
        ("3", "成交数量", "1,00"), ("4", "客户代码", "888"), ("5", "成交日期", "2026-02-30"),
    ]  # fmt: skip
    assert all(line["原因"] for line in lines)
    lines[0]["成交数量"], lines[1]["客户代码"], lines[2]["成交日期"] = "100", "001", "2026-02-27"
    again = desk.bring(written(tmp_path / "corrected.csv", lines))
    assert (counts(again), reasons(again)) == ({"new": 3}, [])
    assert Trade.objects.get(deal_key="D3").security_code == "000001"
    assert Trade.objects.count() == 4


def test_a_cell_that_a_spreadsheet_would_run_is_escaped(desk: Desk, tmp_path: Path) -> None:
    desk.branch()
    batch = desk.bring([files.client("000", 客户经理工号="NOBODY", 联系地址="=cmd|'/c calc'!A1", 电子邮箱="-5")])
    (line,) = rejected_file(batch, tmp_path / "rejected.csv")
    assert line["联系地址"].startswith("'=")


def test_the_first_thousand_are_shown_and_all_are_in_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.clients("000")
    batch = desk.bring([files.trade("999", MON, f"D{n}") for n in range(1200)])
    assert counts(batch) == {"rejected": 1200}
    assert RowError.objects.filter(batch=batch).count() == 1000
    assert rejects.write_file(batch, tmp_path / "rejected.csv") == 1200


def by_hand(desk: Desk, path: Path, header: str, kind: str, field: str) -> ImportBatch:
    """A file as far as its dry run, after a person said what kind it is and what one of its columns means."""
    batch = desk.receive(path)
    at = next(c["index"] for c in batch.inspection["columns"] if c["source"] == header)
    imports.correct(batch, by=None, at=desk.clock(), overrides={"kind": kind, "columns": {str(at): field}})
    return imports.check(batch, today=TODAY)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_whatever_the_kind_and_however_it_was_mapped_the_corrected_rows_come_in(
    desk: Desk, tmp_path: Path, kind: str
) -> None:
    desk.clients("000")
    row, column, other = EVERY_KIND[kind]
    unheard = {"某列" if header == other else header: cell for header, cell in row.items()}
    field = next(f.name for f in KINDS[kind].fields if other in f.headers)
    right = row[column]
    path = desk.file([unheard | {column: "?"}])
    batch = by_hand(desk, path, "某列", kind, field)
    assert (batch.kind, counts(batch)) == (kind, {"rejected": 1}), (batch.state, batch.error)
    lines = rejected_file(batch, tmp_path / "rejected.csv")
    lines[0][column] = right
    full = written(tmp_path / "full.csv", lines)
    bare = written(tmp_path / "bare.csv", [{header: line[header] for header in unheard} for line in lines])
    # by the header alone, as it is remembered; and, when that is forgotten, by the batch that the rows name
    assert counts(imports.check(desk.receive(bare), today=TODAY)) == {"new": 1}
    RememberedMapping.objects.all().delete()
    again = desk.receive(full)
    assert again.kind == kind
    assert "unknown_columns" not in dict(again.inspection["problems"])
    assert counts(imports.check(again, today=TODAY)) == {"new": 1}


@pytest.mark.parametrize("name", [name for name, known in HEADERS.items() if known["kind"] != "orders"])
def test_the_corrected_rows_of_every_broker_are_read_by_the_same_preset_day_and_account(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    desk.clients("000")
    row = {header: cell(header) for header in HEADERS[name]["columns"]}
    account = {} if {"资金帐号", "资金账号"} & set(row) else {"account": "000"}
    row |= {header: "000" for header in row if header in {"资金帐号", "资金账号"}}
    column = next(header for header in row if header in {"成交数量", "发生数量"})
    batch = desk.check(desk.file([row | {column: "?"}], f"{name}.csv"), day=date(2024, 6, 3), **account)
    assert counts(batch) == {"rejected": 1}, (batch.state, batch.error)
    lines = rejected_file(batch, tmp_path / "corrected.csv")
    lines[0][column] = row[column]
    again = desk.receive(written(tmp_path / "corrected.csv", lines))
    assert (again.kind, again.preset, again.day, again.account) == (
        batch.kind, batch.preset, batch.day, batch.account
    )  # fmt: skip
    imports.check(again, today=TODAY)
    assert (again.state, again.inspection["commission_rule"]) == ("checked", batch.inspection["commission_rule"])


def test_rows_that_are_rejected_twice_are_corrected_twice(desk: Desk, tmp_path: Path) -> None:
    desk.clients("000")
    batch = desk.check([files.trade("000", MON, "D1", 成交数量="?")])
    for wrong in ("!", "100"):
        lines = rejected_file(batch, tmp_path / "rejected.csv")
        lines[0]["成交数量"] = wrong
        batch = desk.check(written(tmp_path / "corrected.csv", lines))
    assert list(lines[0]) == [*files.trade("000", MON), "原行号", "列", "值", "原因", "批次"]
    assert counts(batch) == {"new": 1}


def test_a_person_is_right_about_a_file_of_rejected_rows_too(desk: Desk, tmp_path: Path) -> None:
    desk.clients("000")
    first = desk.check([files.fill("000", MON, "D1", 成交数量="?")], day=date(2026, 11, 2), account="000")
    again = desk.receive(written(tmp_path / "corrected.csv", rejected_file(first, tmp_path / "rejected.csv")))
    assert (again.kind, again.account) == ("fills", "000")
    imports.correct(again, by=None, at=desk.clock(), overrides={"kind": "trades"}, answers={"day": None, "account": ""})
    assert (again.kind, again.day, again.account) == ("trades", None, "")


def test_a_number_of_a_batch_that_had_other_headers_says_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.clients("000")
    other = desk.check([files.asset("000", MON, "5.00")], account="7777")
    batch = desk.check([files.trade("000", MON, "D1", 成交数量="?")])
    lines = rejected_file(batch, tmp_path / "rejected.csv")
    for number in (str(other.pk), "999999", "-1", "", "x"):
        lines[0]["批次"] = number
        again = desk.receive(written(tmp_path / "corrected.csv", lines))
        assert (again.kind, again.account) == ("trades", "")
