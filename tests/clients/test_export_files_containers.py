"""What a file may be wrapped in: encodings, delimiters, workbooks, titles, zips (exports.md, promise 7)."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from clients import export_files
from clients.export_files import Limits
from tests.clients.exports import SETTLEMENT, deal, read, read_deals, read_text, sale, text

TWO = text(SETTLEMENT, [deal(), sale()])
ENGLISH = "client_number,name,phone,risk_level\n000123,Zhang San,13800138000,C3\n"


def sides(found: object) -> list[tuple[str, int]]:
    return [(row["side"], row["net_minor"]) for row in found.rows]  # type: ignore[attr-defined]


BOTH = [("buy", -100501), ("sell", 99399)]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("gb18030", "\t"), ("gbk", "|"), ("utf-8", ","), ("utf-8-sig", ","), ("utf-16", "\t"), ("gb18030", ",")],
)
def test_text_of_any_encoding_and_delimiter_is_the_same_file(encoding: str, delimiter: str, tmp_path: Path) -> None:
    found = read_text(tmp_path, text(SETTLEMENT, [deal(), sale()], delimiter), encoding=encoding)
    assert found.inspection.delimiter == delimiter
    assert sides(found) == BOTH
    again = read_text(
        tmp_path, text(SETTLEMENT, [sale(), deal()], newline="\n"), name="umbenannt.csv", encoding="utf-8"
    )
    assert again.staged.content_digest == found.staged.content_digest


def test_tab_text_called_xls_with_codes_written_as_formulas(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(证券代码='="000001"', 股东帐户='="0123456789"', 证券名称='="平安银行"'), sale())
    assert (found.inspection.container, found.inspection.encoding) == ("text", "gb18030")
    assert [(row["security_code"], row["securities_account"]) for row in found.rows] == [("000001", "0123456789")] * 2


def test_old_macintosh_line_ends(tmp_path: Path) -> None:
    assert sides(read_text(tmp_path, TWO.replace("\r\n", "\r"))) == BOTH


def test_title_lines_stand_above_the_header(tmp_path: Path) -> None:
    found = read_text(tmp_path, "某某证券 交割单\r\n\r\n起始日期：20240601\t终止日期：20240630\r\n" + TWO)
    assert found.inspection.header_line == 4
    assert [row["line"] for row in found.rows] == [5, 6]


def test_a_header_with_a_leading_blank(tmp_path: Path) -> None:
    found = read_text(tmp_path, TWO.replace("交易市场\r", " 交易市场\r", 1))
    assert [row["market"] for row in found.rows] == ["sz", "sz"]


def test_a_byte_order_mark_in_the_middle_and_a_second_header(tmp_path: Path) -> None:
    found = read_text(tmp_path, TWO + "\ufeff" + TWO, encoding="utf-8-sig")
    assert found.rejects == []
    assert [row["line"] for row in found.rows] == [2, 3, 5, 6]
    assert found.staged.skipped == 1


def test_a_byte_order_mark_inside_a_cell_is_rejected(tmp_path: Path) -> None:
    found = read_text(tmp_path, text(SETTLEMENT, [deal(), sale(证券名称="平安\ufeff银行")]), encoding="utf-8")
    assert found.reasons == {3: "unreadable_text"}


def test_ascii_at_the_beginning_and_gbk_later(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    filler = "".join(f"{number:09},Name {number},13800138000,C3\n" for number in range(12_000))
    path.write_bytes((ENGLISH + filler + "999999999,张三,13800138000,C3\n").encode("gb18030"))
    found = read(path)
    assert found.rejects == []
    assert found.rows[-1]["name"] == "张三"


def test_bytes_that_are_no_text_reject_their_line(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(
        "client_number,name,phone,risk_level\n1,张三,13800138000,C3\n".encode() + b"2,\xff\xfe,13800138000,C3\n"
    )
    found = read(path)
    assert [row["name"] for row in found.rows] == ["张三"]
    assert found.reasons == {3: "unreadable_text"}


ALIGNED = """
历史成交    起始日期:20240601

成交日期    证券代码  证券名称      操作        成交数量    成交均价    成交金额    发生金额     佣金   印花税  过户费  股东帐户
20240603    000001    平安银行      证券买入    100         10.000      1000.00     -1005.01     5.00   0.00    0.01    0123456789
20240604    002485    雪 莱 特      证券卖出    100         10.000      1000.00     993.99       5.00   1.00    0.01    0123456789
20240605    002485                  证券卖出    100         10.000      1000.00     993.99       5.00   1.00    0.01    0123456789
"""


def test_space_aligned_text_with_blanks_inside_names_and_empty_cells(tmp_path: Path) -> None:
    found = read_text(tmp_path, ALIGNED, name="交割单.txt")
    assert found.inspection.delimiter == " "
    assert found.rejects == []
    assert [row["security_name"] for row in found.rows] == ["平安银行", "雪莱特", None]
    assert [row["line"] for row in found.rows] == [5, 6, 7]


def test_space_aligned_text_by_runs_of_blanks(tmp_path: Path) -> None:
    lines = ["  ".join(SETTLEMENT), "   ".join(deal()), "      ".join(sale()), "  ".join(sale()[:-1])]
    found = read_text(tmp_path, "\r\n".join(lines) + "\r\n")
    assert sides(found) == BOTH
    assert found.reasons == {4: "too_few_cells"}


def cells(row: list[str]) -> list[object]:
    """What a spreadsheet makes of a row: numbers where it sees numbers, a real day, a real time."""
    made: list[object] = []
    for header, value in zip(SETTLEMENT, row, strict=True):
        if header == "成交日期":
            made.append(dt.date(2024, 6, 3))
        elif header == "成交时间":
            made.append(dt.time(9, 30))
        else:
            made.append(float(value) if value.lstrip("-").replace(".", "").isdigit() else value)
    return made


def workbook(path: Path, rows: list[list[object]]) -> Path:
    if path.suffix == ".xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("交割")
        formats = {dt.date: "YYYY-MM-DD", dt.time: "HH:MM:SS"}
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                style = xlwt.easyxf(num_format_str=formats[type(value)]) if type(value) in formats else xlwt.XFStyle()
                sheet.write(at, column, value, style)
        old.save(str(path))
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_a_real_workbook_keeps_days_times_and_gets_lost_zeros_back(suffix: str, tmp_path: Path) -> None:
    found = read(workbook(tmp_path / f"交割{suffix}", [["标题"], list(SETTLEMENT), cells(deal()), cells(sale())]))
    assert found.inspection.container == suffix[1:]
    assert found.rejects == []
    assert sides(found) == BOTH
    assert {(row["traded_on"], row["traded_at"], row["security_code"]) for row in found.rows} == {
        (dt.date(2024, 6, 3), "09:30:00", "000001")
    }
    assert found.staged.notes["codes_padded"] == 2
    assert [row["line"] for row in found.rows] == [3, 4]


def test_a_number_of_more_than_15_digits_in_a_workbook_is_refused_as_text_it_is_kept(tmp_path: Path) -> None:
    header = ["客户代码", "客户姓名", "手机号码", "银行卡号"]
    rows: list[list[object]] = [
        list(header),
        ["0001", "张三", "13800138000", 6222021234567890123],
        ["0002", "李四", "13800138000", "6222021234567890123"],
    ]
    found = read(workbook(tmp_path / "clients.xlsx", rows))
    assert found.reasons == {2: "number_lost_digits"}
    assert found.rejects[0]["cells"][3] == "6222021234567890624" or found.rejects[0]["cells"][3].isdigit()
    assert [row["bank_card"] for row in found.rows] == ["6222021234567890123"]


def test_numbers_of_a_workbook_keep_15_digits_and_lose_binary_noise(tmp_path: Path) -> None:
    row = cells(deal())
    row[SETTLEMENT.index("佣金")] = 4.9 + 0.1000000000000001
    found = read(workbook(tmp_path / "a.xlsx", [list(SETTLEMENT), row]))
    assert [each["commission_minor"] for each in found.rows] == [500]


def test_the_sheet_with_the_known_header_is_read_and_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["说明", "本表由系统导出"])
    sheet = book.create_sheet("成交")
    for row in ([*SETTLEMENT], deal()):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert found.inspection.sheet == "成交"
    assert ("other_sheets", {"sheets": ["Sheet"]}) in found.inspection.problems
    assert len(found.rows) == 1


def test_a_formula_cell_is_data(tmp_path: Path) -> None:
    found = read_deals(tmp_path, deal(成交编号="=1+1"), sale(证券名称="=cmd|' /C calc'!A0"))
    assert found.reasons == {2: "not_an_identifier"}
    assert found.rows[0]["security_name"].startswith("=cmd")


def test_a_small_workbook_that_unpacks_to_hundreds_of_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b"0" * (1 << 20))
    assert path.stat().st_size < 1_000_000
    found = export_files.inspect(path)
    assert [code for code, _ in found.problems] == ["workbook_too_large"]
    held = export_files.stage(path, found, into=tmp_path / "out").held
    assert held is not None
    assert held[0] == "workbook_too_large"


def test_a_workbook_with_too_many_rows_is_refused_with_the_advice_to_export_text(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [list(SETTLEMENT), *[list(deal()) for _ in range(20)]])
    found = export_files.inspect(path, limits=Limits(workbook_rows=20))
    assert found.problems == (("workbook_too_many_rows", {"most": 20}),)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken",
        b"",
        b"<html><table></table></html>",
        b"\x00" * 5000,
        b"a,b,c\n1,2,3\n",
    ],
)
def test_what_is_no_table_becomes_a_problem_and_never_an_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.xls"
    path.write_bytes(content)
    found = read(path)
    assert found.inspection.blocking
    assert found.staged.held is not None
    assert found.rows == []
