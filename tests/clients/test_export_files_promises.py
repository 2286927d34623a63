"""Promise 7: accept exactly or reject with the line. Cut files, generated cells, generated lines, reasons for every code."""
# ruff: noqa: E501  (tables of examples read best on one line)

import ast
import csv
import datetime as dt
import io
import re
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients import export_files
from clients.export_files import cells, inspection, reasons
from clients.export_files.limits import LIMITS
from clients.export_files.texts import Shape, detect_encoding, normal_form, read_blocks
from clients.instruments import PREFIXES, instrument_class, instrument_class_sql, market_of, market_of_sql
from tests.clients.exports import SETTLEMENT, deal, read, sale, text

DEALS = [
    deal(成交编号=f"{at:08}", 成交日期=f"202406{at % 28 + 1:02}")
    if at % 2
    else sale(成交编号=f"{at:08}", 证券名称="万 科Ａ")
    for at in range(40)
]


def told(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [tuple(value for name, value in row.items() if name != "notes") for row in rows]


@pytest.mark.parametrize(("encoding", "delimiter"), [("gb18030", "\t"), ("utf-8", ",")])
def test_a_file_cut_at_every_hundredth_gives_its_whole_lines_and_nothing_else(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    data = text(SETTLEMENT, DEALS, delimiter).encode(encoding)
    path = tmp_path / "交割.xls"
    path.write_bytes(data)
    whole = {row[0]: row for row in told(read(path).rows)}
    assert len(whole) == 40
    inspected = {}
    for percent in range(1, 101, 1 if encoding == "gb18030" else 9):
        cut = len(data) * percent // 100
        path.write_bytes(data[:cut])
        found = export_files.inspect(path)
        inspected[percent] = found.kind
        if found.blocking:
            continue
        staged = export_files.stage(path, found, into=tmp_path / "out")
        if staged.held:
            continue
        rows = (
            duckdb.connect()
            .execute(f"SELECT * EXCLUDE (notes) FROM read_parquet('{staged.accepted}') ORDER BY line")
            .fetchall()
        )
        assert all(whole[row[0]] == row for row in rows)
        ended = data[:cut].count(b"\n") - 1
        assert ended <= len(rows) + staged.rejected_count <= ended + 1
        assert len(rows) >= ended
        assert (
            staged.rejected_count
            or len(rows) == ended
            or data[cut : cut + 1] in {b"\r", b""}
            or staged.notes["no_final_newline"] == 1
        )
    assert inspected[100] == "trades"
    assert "trades" in inspected.values()


def test_the_last_line_without_a_line_end_is_believed_when_it_looks_like_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(text(SETTLEMENT, [deal(), sale()]).rstrip("\r\n").encode("gb18030"))
    found = read(path)
    assert (len(found.rows), found.staged.notes["no_final_newline"]) == (2, 1)
    path.write_bytes(text(SETTLEMENT, [deal(), sale(交易市场="深圳")]).rstrip("\r\n").encode("gb18030"))
    assert read(path).reasons == {3: "torn_last_line"}


def test_half_a_name_at_the_end_of_a_file_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("客户代码,手机号码,客户姓名\n1,13800138000,张三丰\n2,13800138000,李四")
    found = read(path)
    assert (found.reasons, [row["name"] for row in found.rows]) == ({3: "torn_last_line"}, ["张三丰"])


CON = duckdb.connect(config={"threads": 1})
PREPARED: set[str] = set()


def parsed(kind: str, written: str) -> object:
    """The value of a cell as staging reads it, 'rejected' when it is not taken."""
    if kind not in PREPARED:
        PREPARED.add(kind)
        CON.execute(
            f"PREPARE read_{kind} AS SELECT v, x IS NOT NULL AND (v IS NULL OR NOT {cells.matches(kind, 'x')}) "
            f"FROM (SELECT x, {cells.value(kind, 'x')} AS v FROM (SELECT {cells.cell('t')} AS x FROM (SELECT $1::VARCHAR AS t)))"
        )
    row = CON.execute(f"EXECUTE read_{kind}({cells.quoted(written)})").fetchone()
    assert row is not None
    return "rejected" if row[1] else row[0]


quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
printed = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=14)
numeric = st.text("0123456789.,+-eE_ ０１元%$()", max_size=12)


@quick
@given(st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=2, allow_nan=False))
def test_money_comes_back_as_it_was_written(amount: Decimal) -> None:
    minor = int(amount * 100)
    assert parsed("money", f"{amount:.2f}") == minor
    assert parsed("money", f"  {amount:.2f}000 ") == minor
    assert parsed("money", f'="{amount:.2f}"') == minor
    if abs(amount) < 10**12:
        assert parsed("money", f"{amount:,.2f}") == minor


@quick
@given(st.one_of(printed, numeric))
def test_whatever_stands_in_an_amount_is_exact_or_rejected(written: str) -> None:
    found = parsed("money", written)
    said = written.strip().replace(",", "")
    if isinstance(found, int):
        assert re.fullmatch(r"[+-]?(\d+(\.\d+)?|\.\d+)", said.removeprefix('="').removesuffix('"').strip(), re.ASCII)
        assert Decimal(found) == Decimal(said.removeprefix('="').removesuffix('"').strip()) * 100
    else:
        assert found in {None, "rejected"}


@quick
@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d000016"]),
)
def test_days_come_back_as_they_were_written(day: dt.date, form: str) -> None:
    written = day.strftime(form).replace(day.strftime("%Y"), f"{day.year:04}")
    assert parsed("date", written) == day


@quick
@given(st.one_of(printed, st.text("0123456789-/年月日 ", max_size=11), st.from_regex(r"\A(19|20)\d\d[01]\d[0-3]\d\Z")))
def test_whatever_stands_in_a_day_is_that_day_or_rejected(written: str) -> None:
    found = parsed("date", written)
    if isinstance(found, dt.date):
        digits = [int(part) for part in re.findall(r"\d+", written, re.ASCII)]
        if len(digits) == 1:
            assert f"{digits[0]}"[:8] == found.strftime("%Y%m%d")
        else:
            assert digits[:3] == [found.year, found.month, found.day]


@quick
@given(st.times())
def test_times_come_back_as_they_were_written(time: dt.time) -> None:
    shown = time.strftime("%H:%M:%S")
    assert parsed("time", shown) == shown == parsed("time", str(int(time.strftime("%H%M%S"))))


@quick
@given(st.one_of(st.from_regex(r"\A[0-9A-Za-z]{1,40}\Z"), printed))
def test_identifiers_are_kept_to_the_letter_or_rejected(written: str) -> None:
    found = parsed("identifier", written)
    if found not in {None, "rejected"}:
        assert found == written.strip().removeprefix('="').removesuffix('"').strip()
    if re.fullmatch(r"[0-9A-Za-z]{1,40}", written) and written not in {"null", "NULL"}:
        assert found == written


@quick
@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff=\x85\u2028\u2029"),
                max_size=8,
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_csv_quoting_is_undone_exactly(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    form = normal_form(out.getvalue().encode(), Shape(","), LIMITS).decode()
    assert [line.split("\x1f") for line in form.split("\n")[:-1]] == rows


@quick
@given(st.binary(max_size=400), st.sampled_from(["\t", ",", "|"]), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_any_bytes_keep_their_number_of_lines(data: bytes, delimiter: str, encoding: str) -> None:
    form = normal_form(data.decode("utf-8", "replace").encode() + b"\n", Shape(delimiter), LIMITS)
    form.decode()
    plain = data.decode("utf-8", "replace").replace("\r\r\n", "\n").replace("\r\n", "\n")
    if "\r" not in plain:
        assert form.count(b"\n") == plain.count("\n") + 1
    assert detect_encoding(data) in {"utf-8", "gb18030", "utf-16"}


@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_become_an_inspection(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.bin"
        path.write_bytes(content)
        assert export_files.inspect(path).file_name == "x.bin"


def test_line_numbers_hold_across_pieces_and_parts(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    lines = [f"{at},name {at}" if at % 7 else "" for at in range(1, 400_000)]
    path.write_text("\n".join(lines) + "\n")
    seen = 0
    for block in read_blocks(path, "utf-8", Shape(","), LIMITS):
        assert block.first_line == seen + 1
        seen += block.lines
    assert seen == 399_999
    header = "客户代码,客户姓名,手机号码\n"
    path.write_text(header + "".join(f"{at},某人,13800138000\n" if at % 5 else "\n" for at in range(2, 150_000)))
    found = export_files.inspect(path)
    staged = export_files.stage(path, found, into=tmp_path / "out", limits=export_files.Limits(part_bytes=1 << 20))
    wrong = CON.execute(
        f"SELECT count(*) FROM read_parquet('{staged.accepted}') WHERE CAST(line AS VARCHAR) <> client_number"
    ).fetchone()
    assert (wrong, staged.accepted_count) == ((0,), 119_999)


def test_the_instrument_class_is_the_same_in_python_and_in_duckdb() -> None:
    codes = [f"{at:03}{tail}" for at in range(1000) for tail in ("001", "810")] + [
        "00700",
        "9988",
        "SXY123",
        "",
        "abc",
        "920185",
        "131810",
    ]
    pairs = [(code, market) for code in codes for market in ("sh", "sz", "bj", "hk", "")]
    CON.execute("CREATE OR REPLACE TEMP TABLE codes (place INTEGER, code VARCHAR, market VARCHAR)")
    CON.executemany(
        "INSERT INTO codes VALUES (?, ?, ?)", [(at, *pair) for at, pair in enumerate(pairs[:1500] + pairs[-35:])]
    )
    rows = CON.execute(
        f"SELECT code, market, {instrument_class_sql('code', 'market')}, {market_of_sql('code')} FROM codes ORDER BY place"
    ).fetchall()
    assert [row[2] for row in rows] == [instrument_class(row[0], row[1]) for row in rows]
    assert [row[3] for row in rows] == [market_of(row[0]) for row in rows]


@pytest.mark.parametrize(
    ("code", "market", "expected"),
    [("600000", "sh", "main"), ("688981", "sh", "star"), ("300750", "sz", "chinext"), ("000001", "sz", "main"), ("900901", "sh", "b_share"), ("200002", "sz", "b_share"),
     ("835185", "bj", "bse"), ("920185", "", "bse"), ("00700", "hk", "hk"), ("510300", "sh", "etf"), ("159915", "", "etf"), ("113050", "sh", "convertible"), ("123001", "", "convertible"),
     ("204001", "", "reverse_repo"), ("131810", "sz", "reverse_repo"), ("019547", "sh", "bond"), ("161725", "sz", "lof"), ("508000", "sh", "fund"), ("SXY123", "", "note"), ("", "", "other")],
)  # fmt: skip
def test_what_a_code_is(code: str, market: str, expected: str) -> None:
    assert instrument_class(code, market) == expected
    assert market == "" or market in {*PREFIXES, "hk"}


def test_every_reason_in_the_code_has_a_sentence_in_which_nothing_is_missing() -> None:
    package = Path(cells.__file__).parent
    known = set(reasons.REASONS) | set(reasons.NOTES)
    used = set()
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Refused", "Check"}:
                at = 0 if node.func.id == "Refused" else 1
                if len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    used.add(node.args[at].value)
    used |= {column.code for column in cells.COLUMNS.values()} | inspection.BLOCKING
    assert used <= known
    with translation.override("en"):
        sentences()


def sentences() -> None:
    assert reasons.describe("too_few_cells", {"cells": 3, "columns": 5}).startswith("Cells in this line: 3")
    assert reasons.describe("unknown_columns", {"columns": ["甲", "乙"]}).endswith("甲、乙")
    assert reasons.describe("no such code") == "no such code"
