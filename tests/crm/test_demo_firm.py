"""The files of the invented firm: the same for the same seed, and readable by the import."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.core.management import CommandError, call_command

from clients.export_files import inspect, stage
from crm.demo import days
from crm.demo.firm import Plan, Writing, write_firm

UNTIL = date(2026, 11, 20)
BY_YEAR = Writing(trades_by_year=True)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """Three hundred clients, written once."""
    root = tmp_path_factory.mktemp("firm") / "files"
    write_firm(root, Plan(300, 2026, UNTIL), way=BY_YEAR)
    return root


@pytest.fixture(scope="module")
def manifest(firm):
    return json.loads((firm / "manifest.json").read_text(encoding="utf-8"))


def text_rows(path, encoding, delimiter, *, above=0):
    lines = path.read_text(encoding=encoding).splitlines()[above:]
    header = lines[0].split(delimiter)
    return [
        dict(zip(header, (cell.removeprefix('="').rstrip('"') for cell in line.split(delimiter)), strict=True))
        for line in lines[1:]
    ]


def fen(text):
    whole, _, part = text.partition(".")
    return int(whole + part) if part else int(whole) * 100


def trades_of_last_year(firm):
    return text_rows(firm / "1101" / "成交_1101_2026.xls", "gbk", "\t", above=2)


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# The same again


def test_the_same_seed_and_day_give_the_same_bytes(firm, tmp_path):
    write_firm(tmp_path / "again", Plan(300, 2026, UNTIL), way=BY_YEAR)
    first, second = contents(firm), contents(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_gives_other_people(firm, tmp_path):
    write_firm(tmp_path / "other", Plan(300, 7, UNTIL), way=BY_YEAR)
    name = "1101/客户资料_1101.csv"
    assert (tmp_path / "other" / name).read_bytes() != (firm / name).read_bytes()


def test_a_firm_that_ends_on_a_sunday_ends_on_the_friday_before():
    assert Plan(300, 2026, date(2026, 11, 22)).until == UNTIL


def test_make_up_saturdays_and_holidays_are_no_trading_days():
    assert not days.is_trading_day(date(2026, 10, 10))  # a Saturday on which offices work
    assert not days.is_trading_day(date(2026, 10, 5))
    assert days.is_trading_day(date(2026, 10, 9))
    assert days.is_trading_day(date(2031, 5, 5))  # beyond the published calendar every weekday counts


# What the files say


def test_every_file_is_recognised_and_every_row_is_read(firm, manifest, tmp_path):
    totals: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for written in manifest["files"]:
        if written["period"] in {"2024", "2025"}:
            continue  # one year of each file shows it
        inspection = inspect(firm / written["path"])
        assert (inspection.kind, inspection.problems) == (written["kind"], ())
        assert [column.source for column in inspection.columns if not column.field] == []
        staged = stage(firm / written["path"], inspection, into=tmp_path)
        assert staged.total == written["rows"]
        assert staged.held is None
        assert staged.rejected_count == (2 if written["apart"] else 0)
        if written["apart"] or written["kind"] not in ("trades", "cash_transfers"):
            continue
        kind = "row_kind" if written["kind"] == "trades" else "'cash_transfer'"
        commission = "commission_minor" if written["kind"] == "trades" else "0"
        day = "traded_on" if written["kind"] == "trades" else "moved_on"
        net = "net_minor" if written["kind"] == "trades" else "amount_minor"
        for month, row_kind, currency, rows, paid, cash in duckdb.sql(
            f"select strftime({day}, '%Y-%m'), {kind}, currency, count(*), sum({commission}), sum({net})"
            f" from '{staged.accepted}' group by all"
        ).fetchall():
            into = totals[written["branch"], month]
            name = {"trade": "trades", "movement": "movements", "cash_transfer": "cash_transfers"}[row_kind]
            into[name] += rows
            into[name, "commission", currency] += paid or 0
            into[name, "net", currency] += cash or 0
    for branch, months in manifest["months"].items():
        for month, wanted in months.items():
            if month < "2026":
                continue
            got = totals[branch, month]
            for name in ("trades", "movements", "cash_transfers"):
                assert got[name] == wanted.get(name, 0)
                for column in ("commission", "net"):
                    for currency in ("CNY", "HKD", "USD"):
                        sums = wanted.get(f"{name}_{column}_minor", {})
                        assert got[name, column, currency] == sums.get(currency, 0), (branch, month, name, column)


def test_the_net_amount_is_the_amount_and_the_fees_to_the_fen(firm):
    trades = text_rows(firm / "1102" / "成交_1102_2026.csv", "utf-8-sig", ",")
    plain = [row for row in trades if row["买卖标志"] in ("证券买入", "证券卖出")]
    assert len(plain) > 500
    for row in plain:
        fees = sum(fen(row[name]) for name in ("净佣金", "印花税", "过户费", "规费"))
        sign = -1 if row["买卖标志"] == "证券买入" else 1
        assert fen(row["发生金额"]) == sign * fen(row["成交金额"]) - fees
        assert fen(row["成交金额"]) == round(float(row["成交价格"]) * int(row["成交数量"]) * 100)


def test_the_old_counter_writes_its_quirks(firm):
    raw = (firm / "1101" / "成交_1101_2026.xls").read_bytes()
    assert raw.startswith("临江路营业部 交割明细 2026\r\n\r\n成交日期\t".encode("gbk"))
    assert b'="1101"' in raw
    trades = trades_of_last_year(firm)
    sides = Counter(row["操作"] for row in trades)
    assert {"银行转证券", "证券转银行", "股息入账", "批量利息归本", "申购配号"} <= sides.keys()
    assert all(int(row["成交数量"]) < 0 for row in trades if row["操作"].endswith("卖出"))
    assert {row["证券代码"] for row in trades} & {"001107", "001148", "001189"}  # codes that begin with zeros


def test_the_file_to_try_has_three_rows_that_cannot_be_true(firm):
    trial = text_rows(next((firm / "try").iterdir()), "gbk", "\t", above=2)
    assert {row["成交日期"][4:] for row in trial[:-3]} == {"1120"}
    broken = trial[-3:]
    assert broken[0]["成交日期"].endswith("0231")
    assert broken[1]["成交均价"] == "１２.８０元"
    clients = {row["客户号"] for row in text_rows(firm / "1101" / "客户资料_1101.csv", "gb18030", ",")}
    assert broken[2]["客户代码"] not in clients
    assert {row["客户代码"] for row in trial[:-1]} <= clients


def test_the_last_day_can_lie_apart(firm, tmp_path):
    root = tmp_path / "apart"
    write_firm(root, Plan(300, 2026, UNTIL), way=Writing(last_day_apart=True, trades_by_year=True))
    path = "1102/成交_1102_2026.csv"
    head, *earlier = (root / path).read_text("utf-8-sig").splitlines()
    _, *last = (root / "daily" / "成交_1102_20261120.csv").read_text("utf-8-sig").splitlines()
    assert [head, *earlier, *last] == (firm / path).read_text("utf-8-sig").splitlines()
    assert last


def test_every_client_has_one_advisor_of_the_branch(firm):
    rows = text_rows(firm / "1102" / "客户_1102.csv", "utf-8-sig", ",")
    assert len({row["客户代码"] for row in rows}) == len(rows) == 105
    assert all(row["客户经理工号"].startswith("1102") and row["客户经理姓名"] for row in rows)


def test_equal_partial_fills_occur_and_keep_their_own_deal_numbers(firm):
    trades = [row for row in trades_of_last_year(firm) if row["成交编号"]]
    fills = Counter(
        (row["资金账号"], row["成交日期"], row["证券代码"], row["操作"], row["成交均价"], row["成交数量"])
        for row in trades
    )
    assert max(fills.values()) > 1
    deals = Counter((row["成交日期"], row["成交编号"]) for row in trades)
    assert set(deals.values()) == {1}


# Any size


def test_blocks_of_clients_do_not_collide(tmp_path, monkeypatch):
    monkeypatch.setattr("crm.demo.blocks.BLOCK", 12)
    write_firm(tmp_path / "blocks", Plan(36, 2026, UNTIL, branch_count=1), way=BY_YEAR)
    root = tmp_path / "blocks"
    clients = [row["客户号"] for row in text_rows(root / "1101" / "客户资料_1101.csv", "gb18030", ",")]
    assert len(clients) == len(set(clients)) == 36
    accounts = [row["账户号码"] for row in text_rows(root / "1101" / "账户_1101.csv", "gb18030", ",")]
    assert len(accounts) == len(set(accounts))
    deals = Counter((row["成交日期"], row["成交编号"]) for row in trades_of_last_year(root) if row["成交编号"])
    assert set(deals.values()) == {1}


def test_the_command_writes_a_firm_and_refuses_a_full_folder(tmp_path, capsys):
    call_command("write_demo_firm", tmp_path / "out", "--clients", "30", "--branches", "1", "--until", "2026-11-20")
    assert "until 2026-11-20" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("write_demo_firm", tmp_path / "out", "--small", "--until", "2026-11-20")
