"""Cells and lines of real files: days, times, codes that lost zeros, numbers, quotes, torn and blank lines (promise 7)."""
# ruff: noqa: E501  (tables of examples read best on one line)

from datetime import date
from pathlib import Path

import pytest

from tests.clients.exports import SETTLEMENT, deal, read_deals, read_text, sale, text


@pytest.mark.parametrize(
    ("written", "day"),
    [("20160628", date(2016, 6, 28)), ("'20160401'", date(2016, 4, 1)), ("2016-04-01", date(2016, 4, 1)), ("2016/4/1", date(2016, 4, 1)),
     ("20160216000016", date(2016, 2, 16)), ("2016年4月1日", date(2016, 4, 1)), ("2016-04-01 14:30:00", date(2016, 4, 1)), ("20160229", date(2016, 2, 29))],
)  # fmt: skip
def test_days_as_they_are_written(written: str, day: date, tmp_path: Path) -> None:
    assert [row["traded_on"] for row in read_deals(tmp_path, deal(成交日期=written)).rows] == [day]


def test_days_that_do_not_exist_are_rejected(tmp_path: Path) -> None:
    days = [
        "20160230",
        "2015-02-29",
        "20161301",
        "2016-4-31",
        "18991231",
        "99999999",
        "201604",
        "1/4/2016",
        "20160628.0",
        "infinity",
        "２０１６０６２８",
        "",
    ]
    found = read_deals(tmp_path, *[deal(成交日期=day) for day in days])
    assert found.rows == []
    assert list(found.reasons.values()) == ["impossible_day"] * 6 + ["not_a_day"] * 5 + ["missing"]


def test_times_as_they_are_written(tmp_path: Path) -> None:
    times = {
        "09:30:00": "09:30:00",
        "9:30": "09:30:00",
        "220002": "22:00:02",
        "93000": "09:30:00",
        "0": "00:00:00",
        "14305512": "14:30:55",
        "": None,
    }
    found = read_deals(tmp_path, *[deal(成交时间=written) for written in times])
    assert [row["traded_at"] for row in found.rows] == list(times.values())
    wrong = read_deals(
        tmp_path, *[deal(成交时间=written) for written in ("25:00:00", "09:60", "246000", "abc", "0.395833")]
    )
    assert set(wrong.reasons.values()) == {"not_a_time"}


def test_lost_zeros_come_back_where_market_or_name_says_so(tmp_path: Path) -> None:
    found = read_deals(
        tmp_path,
        deal(证券代码="1"),
        deal(证券代码="2", 证券名称="万 科Ａ", 交易市场=""),
        deal(证券代码="000002", 证券名称="万科A", 交易市场=""),
        deal(证券代码="700", 证券名称="腾讯控股", 交易市场="港股通"),
        deal(证券代码="19547", 证券名称="16国债19", 交易市场="上海"),
        deal(证券代码="600", 证券名称="某股", 交易市场="上海"),
        deal(证券代码="63", 证券名称="中兴通讯", 交易市场=""),
        deal(证券代码="000063.SZ", 证券名称="中兴通讯", 交易市场=""),
        deal(证券代码="333", 证券名称="美的集团", 交易市场=""),
    )
    assert found.reasons == {7: "lost_zeros", 8: "lost_zeros", 10: "lost_zeros"}
    codes = [(row["security_code"], row["market"]) for row in found.rows]
    assert codes == [
        ("000001", "sz"),
        ("000002", "sz"),
        ("000002", "sz"),
        ("00700", "hk"),
        ("019547", "sh"),
        ("000063", "sz"),
    ]
    assert found.staged.notes["codes_padded"] == 4


def test_a_name_known_to_the_house_confirms_a_code(tmp_path: Path) -> None:
    found = read_deals(
        tmp_path, deal(证券代码="333", 证券名称="美 的集团", 交易市场=""), known_names={"美的集团": "000333"}
    )
    assert [row["security_code"] for row in found.rows] == ["000333"]


def test_accounts_and_client_numbers_are_never_padded(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(股东帐户="123456789"), deal(股东帐户="0000012345"))
    assert [row["securities_account"] for row in found.rows] == ["123456789", "0000012345"]
    assert found.staged.notes["short_accounts"] == 1


def test_full_width_letters_and_blanks_inside_names(tmp_path: Path) -> None:
    found = read_deals(
        tmp_path, deal(证券代码="000002  ", 证券名称=" 万 科Ａ "), deal(证券代码="002485", 证券名称="雪 莱 特")
    )
    assert [(row["security_code"], row["security_name"]) for row in found.rows] == [
        ("000002", "万科A"),
        ("002485", "雪莱特"),
    ]


NUMBERS = {
    "NaN": "not_a_number", "1e400": "scientific_notation", "1_000": "not_a_number", "Infinity": "not_a_number", "１０００": "number_with_unit",
    "1000元": "number_with_unit", "10万": "number_with_unit", "¥1000": "number_with_unit", "1,00": "not_a_number", "12,34,567.00": "not_a_number",
    "1000.005": "too_many_decimals", "0x10": "not_a_number", "(1000)": "not_a_number", "1000-": "not_a_number", "10 00": "not_a_number",
    "99999999999999": "number_too_large", "1.000,00": "not_a_number", "--1": "not_a_number", "1000.": "not_a_number",
}  # fmt: skip


def test_numbers_that_are_none_are_rejected_with_the_reason(tmp_path: Path) -> None:
    found = read_deals(tmp_path, *[deal(成交金额=number) for number in NUMBERS])
    assert found.rows == []
    assert {reject["value"]: reject["code"] for reject in found.rejects} == NUMBERS
    assert {reject["column"] for reject in found.rejects} == {"成交金额"}


def test_numbers_with_strictly_grouped_thousands(tmp_path: Path) -> None:
    content = text(
        SETTLEMENT, [deal(成交金额='"1,234,567.00"', 发生金额='"-1,234,572.01"', 成交均价='"12,345.67"')], ","
    )
    found = read_text(tmp_path, content, name="a.csv", encoding="utf-8")
    assert [(row["amount_minor"], row["price_e4"]) for row in found.rows] == [(123456700, 123456700)]


def test_quoted_cells_of_a_csv(tmp_path: Path) -> None:
    row = deal(证券名称='"平安,""银行"""', 成交编号='"88001"')
    found = read_text(
        tmp_path, text(SETTLEMENT, [row, sale(), deal(证券名称='"一\n二"'), sale()], ","), encoding="utf-8"
    )
    assert [(each["line"], each["security_name"]) for each in found.rows] == [
        (2, '平安,"银行"'),
        (3, "平安银行"),
        (4, "一二"),
        (6, "平安银行"),
    ]
    assert found.rejects == []


def test_a_quotation_mark_that_is_not_closed_rejects_its_line(tmp_path: Path) -> None:
    found = read_text(tmp_path, text(SETTLEMENT, [deal(证券名称='"平安'), sale()], ","), encoding="utf-8")
    assert (found.reasons, len(found.rows)) == ({2: "quote_not_closed"}, 1)


def test_every_cell_quoted(tmp_path: Path) -> None:
    rows = [[f'"{cell}"' for cell in row] for row in (SETTLEMENT, deal(), sale(证券名称="平,安"))]
    found = read_text(tmp_path, text(rows[0], rows[1:], ","), encoding="utf-8")
    assert [each["security_name"] for each in found.rows] == ["平安银行", "平,安"]


def test_lines_with_too_few_or_too_many_cells(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal()[:-1], [*deal(), "", ""], [*deal(), "x"], sale())
    assert found.reasons == {2: "too_few_cells", 4: "too_many_cells"}
    assert found.rejects[0]["params"] == '{"cells": 14, "columns": 15}'


def test_blank_and_total_lines_are_skipped(tmp_path: Path) -> None:
    content = text(SETTLEMENT, [deal(), [""], ["合计", *[""] * 14], ["\t" * 14], sale(), ["共 2 条记录"]])
    found = read_text(tmp_path, content)
    assert (len(found.rows), found.rejects, found.staged.skipped, found.staged.total) == (2, [], 4, 2)
    assert found.rows[1]["line"] == 6


def test_nul_bytes_long_lines_and_long_identifiers(tmp_path: Path) -> None:
    long = "9" * (10 << 20)
    found = read_deals(
        tmp_path,
        deal(证券名称="平安\x00银行"),
        deal(证券名称=long),
        deal(成交编号="12345678901234567890"),
        deal(成交编号="9" * 60),
    )
    assert found.reasons == {2: "unreadable_text", 3: "line_too_long", 5: "too_long"}
    assert [row["deal_number"] for row in found.rows] == ["12345678901234567890"]


def test_ten_thousand_columns(tmp_path: Path) -> None:
    wide = [*SETTLEMENT, *(f"列{at}" for at in range(10_000))]
    found = read_text(tmp_path, text(wide, [[*deal(), *["1"] * 10_000]]))
    assert found.inspection.blocking[0][0] in {"too_many_columns", "unknown_kind"}
    assert found.staged.held is not None
    assert read_deals(tmp_path, [*deal(), *["1"] * 10_000], deal()).reasons == {2: "too_many_cells"}


@pytest.mark.parametrize(
    "written", ["{} ", " {}", '="{}"', '="{} "', "{}\u3000", "\u00a0{}"], ids=["after", "before", "=", "= after", "wide", "nbsp"]
)  # fmt: skip
def test_lines_written_otherwise_than_the_first_hundred_are_read_alike(written: str, tmp_path: Path) -> None:
    usual = [deal(成交编号=str(number)) for number in range(1, 151)]
    odd = [written.format(cell) for cell in deal(成交编号="151")]
    wrong = [written.format(cell) for cell in deal(成交编号="152", 成交数量="1e2")]
    found = read_deals(tmp_path, *usual, odd, wrong)
    assert len(found.rows) == 151
    assert {**found.rows[-1], "line": 0} == {**found.rows[0], "line": 0, "deal_number": "151"}
    assert [(each["line"], each["value"], each["code"]) for each in found.rejects] == [
        (153, "1e2", "scientific_notation")
    ]
