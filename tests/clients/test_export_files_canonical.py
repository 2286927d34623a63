"""Whole-branch exports in the documented layouts: the examples are read, in Chinese and in English headers."""
# ruff: noqa: E501  (tables of examples read best on one line)

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from clients.export_files.registry import KINDS
from clients.export_files.words import (
    account_kind,
    channel,
    client_state,
    currency,
    identity_type,
    market,
    risk_level,
    yes_no,
)
from tests.clients.exports import cells_of, read, read_text

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.csv"))
DOCUMENT = (DOCS / "export-files.md").read_text()


def documented(kind: str) -> dict[str, str]:
    """Chinese → English headers of a layout, from the page."""
    section = DOCUMENT.split(f"(examples/{kind}.csv)")[1].split("###")[0]
    return dict(re.findall(r"^\| (\S+) \| (\w+) \|", section, re.M))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_whole_with_chinese_and_with_english_headers(example: Path, tmp_path: Path) -> None:
    content = example.read_text()
    found = read_text(tmp_path, content, name=example.name, encoding="utf-8")
    assert found.inspection.kind == example.stem
    assert (found.codes, found.rejects, found.staged.held) == ([], [], None)
    assert len(found.rows) == content.count("\n") - 1
    names = documented(example.stem)
    header, body = content.split("\n", 1)
    assert set(header.split(",")) == set(names) - {"中文"}
    english = read_text(
        tmp_path, ",".join(names[each] for each in header.split(",")) + "\n" + body, name="en.csv", encoding="utf-8"
    )
    assert (english.inspection.kind, english.codes) == (example.stem, [])
    assert english.rows == found.rows


def test_there_is_an_example_of_every_kind_that_is_taken() -> None:
    assert {path.stem for path in EXAMPLES} == set(KINDS) - {"orders"}


def example(name: str, tmp_path: Path) -> list[dict[str, object]]:
    return read_text(
        tmp_path, (DOCS / "examples" / f"{name}.csv").read_text(), encoding="gb18030", name=f"{name}.csv"
    ).rows


def test_a_client_with_everything(tmp_path: Path) -> None:
    zhang, li, firm = example("clients", tmp_path)
    assert zhang | {"notes": 0} == {
        "line": 2, "client_number": "000100000001", "branch_code": "1101", "branch_name": "临江路营业部", "advisor_code": "G0012",
        "advisor_name": "赵敏", "name": "张伟", "client_kind": "individual", "identity_type": "id_card",
        "identity_number": "110101197003074518", "identity_expires_on": date(2035, 6, 30), "phone": "13800001111",
        "email": "zhangwei@example.com", "address": "临江路1号", "birthday": date(1970, 3, 7), "birthday_calendar": "solar",
        "opened_on": date(2012, 5, 18), "closed_on": None, "state": "normal", "source": "银行渠道", "occupation": "工程师",
        "education": "本科", "form_of_address": "张先生", "risk_level": "C4", "risk_expires_on": date(2026, 5, 31),
        "professional": False, "bank_card": "6222021234567890123", "notes": 0,
    } | {"address": "临江路 1 号"}  # fmt: skip
    assert (li["state"], li["birthday_calendar"], li["identity_expires_on"]) == ("dormant", "lunar", date(9999, 12, 31))
    assert (firm["client_kind"], firm["state"], firm["closed_on"], firm["professional"]) == (
        "institution",
        "closed",
        date(2024, 4, 30),
        True,
    )


def test_accounts_of_every_sort(tmp_path: Path) -> None:
    rows = example("accounts", tmp_path)
    assert [(row["account_number"], row["account_kind"], row["parent_account"]) for row in rows] == [
        ("66000001", "fund", None), ("A100000001", "sh_a", "66000001"), ("0100000001", "sz_a", "66000001"),
        ("88000001", "margin", None), ("66000002", "fund", None),
    ]  # fmt: skip
    assert (rows[0]["is_main"], rows[1]["currency"], rows[4]["state"]) == (True, None, "dormant")


def test_trades_of_a_branch(tmp_path: Path) -> None:
    rows = example("trades", tmp_path)
    assert [(row["row_kind"], row["movement_kind"], row["net_minor"], row["commission_minor"], row["levies_minor"], row["channel"]) for row in rows] == [
        ("trade", None, -825550, 500, 42, "mobile"), ("trade", None, 499222, 500, 23, "web"),
        ("movement", "reverse_repo", -10000100, 100, 0, "mobile"), ("cash_transfer", "bank", 2000000, 0, 0, None),
        ("movement", "dividend", 7200, 0, 0, None),
    ]  # fmt: skip


def test_transfers_have_the_sign_of_the_account(tmp_path: Path) -> None:
    assert [(row["amount_minor"], row["transfer_kind"]) for row in example("cash_transfers", tmp_path)] == [
        (2000000, "bank"), (-500000, "bank"), (-300000, "internal"),
    ]  # fmt: skip
    assert [(row["quantity_e2"], row["value_minor"], row["transfer_kind"]) for row in example("securities_transfers", tmp_path)] == [
        (-50000, -505000, "custody"), (100000, 823000, "collateral"),
    ]  # fmt: skip


def test_assets_without_a_net_column_add_up(tmp_path: Path) -> None:
    content = "资金账号,日期,资金余额,证券市值,产品市值,两融负债\n66000001,20240628,1.00,10.00,5.00,4.00\n"
    found = read_text(tmp_path, content, name="资产.csv")
    assert [(row["net_minor"], row["debt_minor"], row["day"]) for row in found.rows] == [(1200, 400, date(2024, 6, 28))]


def test_rates_are_whole_millionths(tmp_path: Path) -> None:
    assert [(row["currency"], row["rate_e6"]) for row in example("rates", tmp_path)] == [
        ("HKD", 912680),
        ("USD", 7126800),
    ]


def test_cells_of_clients_that_are_rejected(tmp_path: Path) -> None:
    header, good = (DOCS / "examples" / "clients.csv").read_text().split("\n")[:2]
    columns, cells = header.split(","), good.split(",")
    wrong = {
        "客户代码": ("1.23E+11", "scientific_notation"), "客户姓名": ("", "missing"), "客户状态": ("外星人", "unknown_word"), "风险等级": ("C9", "unknown_word"),
        "证件号码": ("11010119700307451８", "not_a_document_number"), "手机号码": ("一三八", "not_a_phone"), "电子邮箱": ("nobody", "not_an_email"),
        "银行卡号": ("6.22202E+18", "scientific_notation"), "出生日期": ("19700230", "impossible_day"), "专业投资者": ("也许", "unknown_word"),
    }  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for column, (value, _) in wrong.items():
        writer.writerow([value if name == column else cell for name, cell in zip(columns, cells, strict=True)])
    found = read_text(tmp_path, out.getvalue(), name="clients.csv")
    assert found.rows == []
    assert {reject["column"]: (reject["value"], reject["code"]) for reject in found.rejects} == wrong


def test_words_of_the_counters() -> None:
    assert [client_state(word) for word in cells_of("正常 休眠户 司法冻结 已销户 转托管 外星人")] == [
        "normal",
        "dormant",
        "frozen",
        "closed",
        "transferred_out",
        None,
    ]
    assert [market(word) for word in cells_of("深圳Ａ股 沪A 港股通 沪港通 北交所 股转 XSHG 月球")] == [
        "sz",
        "sh",
        "hk",
        "hk",
        "bj",
        "bj",
        "sh",
        None,
    ]
    assert [account_kind(word) for word in cells_of("信用账户 深圳A股 沪信用 期权账户")] == [
        "margin",
        "sz_a",
        "sh_margin",
        "option",
    ]
    assert [channel(word) for word in cells_of("手机委托 网上交易 电话委托 热键自助 柜台委托 其它方式")] == [
        "mobile",
        "web",
        "phone",
        "kiosk",
        "counter",
        "other",
    ]
    assert [risk_level(word) for word in ("C3", "c4-积极型", "保守型", "C5（激进型）", "C1/C2", "普通")] == [
        "C3",
        "C4",
        "C1",
        "C5",
        None,
        None,
    ]
    assert [currency(word) for word in cells_of("人民币 港币 USD 金币")] == ["CNY", "HKD", "USD", None]
    assert [yes_no(word) for word in cells_of("是 否 专业投资者 普通投资者 也许")] == [
        "true",
        "false",
        "true",
        "false",
        None,
    ]
    assert [identity_type(word) for word in ("身份证", "统一社会信用代码", "台胞证")] == [
        "id_card",
        "unified_credit_code",
        "taiwan_permit",
    ]


def test_an_unknown_document_type_becomes_other_and_is_counted(tmp_path: Path) -> None:
    content = "客户代码,客户姓名,证件类型,证件号码\n1,张三,图书证,12345\n2,李四,身份证,12345\n"
    found = read_text(tmp_path, content, name="clients.csv")
    assert [row["identity_type"] for row in found.rows] == ["other", "id_card"]
    assert found.staged.notes == {"words_unknown": 1}


def test_the_example_files_are_found_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "x.dat"
    path.write_bytes((DOCS / "examples" / "accounts.csv").read_text().replace(",", "|").encode("gb18030"))
    found = read(path)
    assert (found.inspection.kind, found.inspection.delimiter, len(found.rows)) == ("accounts", "|", 5)
