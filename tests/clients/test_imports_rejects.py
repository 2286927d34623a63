"""Rows that were not taken: named by line and reason, masked on the screen, whole in the file that is corrected."""

import csv
from pathlib import Path

import pytest

from clients.imports import rejects
from clients.models import RowError, Trade
from tests.clients import files
from tests.clients.desk import Desk, counts, reasons

MON = "2026-11-02"


def rejected_file(batch: object, path: Path) -> list[dict[str, str]]:
    rejects.write_file(batch, path)  # type: ignore[arg-type]
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


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
    with (tmp_path / "corrected.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    again = desk.bring(tmp_path / "corrected.csv")
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
