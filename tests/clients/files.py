"""Small canonical export files for tests: rows as dictionaries of Chinese headers, written in the dialects of a broker."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

Row = dict[str, str]


def text_of(rows: Sequence[Row], *, delimiter: str = ",") -> str:
    """Rows as delimited text under the headers that any of them has."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=headers, delimiter=delimiter, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write rows as a text file, or as a workbook where the name ends in .xlsx."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for line in csv.reader(io.StringIO(text_of(rows))):
            sheet.append(line)
        book.save(path)
        return path
    path.write_bytes(text_of(rows, delimiter=delimiter).encode(encoding))
    return path


def client(number: str, name: str = "", *, branch: str = "1101", **more: str) -> Row:
    """A client of the branch, opened in 2020, in normal state."""
    row = {
        "客户代码": number, "营业部代码": branch, "客户姓名": name or f"客户{number}", "客户类别": "个人",
        "开户日期": "2020-01-02", "客户状态": "正常",
    }  # fmt: skip
    return row | more


def account(number: str, owner: str, *, kind: str = "资金账户", branch: str = "1101", **more: str) -> Row:
    """An account of a client."""
    return {"客户代码": owner, "营业部代码": branch, "账号": number, "账户类别": kind, "账户状态": "正常"} | more


def trade(owner: str, day: str, deal: str = "", *, commission: str = "5.00", branch: str = "1101", **more: str) -> Row:
    """A settled purchase of 100 shares at 10.00 by a client number."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "成交日期": day, "成交编号": deal, "证券代码": "600000",
        "证券名称": "浦发银行", "交易市场": "上海", "买卖标志": "买入", "成交数量": "100", "成交价格": "10.00",
        "成交金额": "1000.00", "佣金": commission, "币种": "CNY",
    }  # fmt: skip
    return row | more


def fill(owner: str, day: str, deal: str = "", *, branch: str = "1101", **more: str) -> Row:
    """A fill of the day, as the trading system shows it before the settlement: no fees."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "成交日期": day, "成交时间": "10:00:00", "成交编号": deal,
        "证券代码": "600000", "证券名称": "浦发银行", "买卖标志": "买入", "成交数量": "100", "成交价格": "10.00",
        "成交金额": "1000.00",
    }  # fmt: skip
    return row | more


def cash(owner: str, day: str, amount: str, serial: str = "", *, branch: str = "1101", **more: str) -> Row:
    """A transfer between bank and broker; + into the account."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "发生日期": day, "转账方向": "银行转证券",
        "转账金额": amount, "币种": "CNY", "银行名称": "工商银行", "流水号": serial,
    }  # fmt: skip
    if amount.startswith("-"):
        row |= {"转账方向": "证券转银行"}
    return row | more


def shares(owner: str, day: str, quantity: str, serial: str = "", *, branch: str = "1101", **more: str) -> Row:
    """A change of custodian of shares into the account."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "发生日期": day, "转移类型": "转托管转入",
        "证券代码": "600000", "证券名称": "浦发银行", "交易市场": "上海", "转移数量": quantity, "转移市值": "1000.00",
        "流水号": serial,
    }  # fmt: skip
    return row | more


def asset(owner: str, day: str, net: str, *, branch: str = "1101", **more: str) -> Row:
    """What a client has at the close of a day, all of it in cash."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "日期": day, "资金余额": net, "证券市值": "0.00",
        "产品市值": "0.00", "两融负债": "0.00", "净资产": net, "币种": "CNY",
    }  # fmt: skip
    return row | more


def holding(owner: str, day: str, value: str, *, branch: str = "1101", **more: str) -> Row:
    """A position of a client at the close of a day."""
    row = {
        "营业部代码": branch, "客户代码": owner, "资金账号": "", "日期": day, "证券代码": "600000", "证券名称": "浦发银行",
        "交易市场": "上海", "持仓数量": "100", "持仓成本": "900.00", "持仓市值": value, "币种": "CNY",
    }  # fmt: skip
    return row | more


def rate(currency: str, day: str, value: str) -> Row:
    """An exchange rate."""
    return {"日期": day, "币种": currency, "汇率": value}


def changed(row: Row, **more: Any) -> Row:
    """The row with other values."""
    return row | {key: str(value) for key, value in more.items()}
