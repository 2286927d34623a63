"""The invented firm: plausible, consistent to the fen, the same for the same seed, and readable by the import."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from clients.export_files import inspect, stage
from crm.demo import days, ledger, papers
from crm.demo.blocks import invent_blocks, invent_world
from crm.demo.firm import Plan, Writing, staff_list, write_firm
from crm.demo.habits import DORMANT, LEAVING, NEVER

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


@pytest.fixture(scope="module")
def branch_story():
    """A branch of 2,400 clients, in memory: what happened to whom."""
    plan = Plan(6000, 2026, UNTIL)
    world = invent_world(plan)
    (block,) = invent_blocks(world, plan.branches[0])
    return world, block


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


def test_a_beijing_share_changes_its_code_on_the_day_of_the_move(branch_story):
    world, _ = branch_story
    from crm.demo.lookups import look_up

    known = look_up(branch_story[1], world, _chinese_words())
    security = np.flatnonzero(world.listing.labels("market") == "bj")[:1]
    codes = [known.code(security, np.array([day]))[0] for day in (known.recoded - 1, known.recoded)]
    assert [codes[0][:2], codes[1][:3]] == ["83", "920"]


def _chinese_words():
    from crm.demo.dialects import DIALECTS

    return DIALECTS["chinese"].words


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


# What happened


def test_the_top_fifth_brings_about_four_fifths_of_the_commission(branch_story):
    world, block = branch_story
    rows = block.rows
    traded = np.isin(rows["kind"], (ledger.BUY, ledger.SELL, ledger.LEND))
    recent = traded & (world.plan.days[rows["day"]] > np.datetime64("2025-11-20"))
    client = block.books.client[rows["book"][recent]]
    paid = np.bincount(client, weights=rows["commission"][recent], minlength=len(block.people.number))
    paid = np.sort(paid[~(block.habits.closes & (block.habits.leaves < len(world.market)))])[::-1]
    assert 0.72 <= paid[: len(paid) // 5].sum() / paid.sum() <= 0.88


def test_some_leave_some_sleep_some_never_traded(branch_story):
    world, block = branch_story
    rows = block.rows
    traded = np.isin(rows["kind"], (ledger.BUY, ledger.SELL, ledger.LEND))
    last = np.full(len(block.people.number), -1)
    np.maximum.at(last, block.books.client[rows["book"][traded]], rows["day"][traded])
    silent_since = np.searchsorted(world.plan.days, world.plan.days[-1] - 180)
    gone = block.habits.leaves < len(world.market)
    assert 0.03 <= gone.mean() <= 0.12
    assert 0.30 <= (last < silent_since).mean() <= 0.50
    assert (last[block.habits.story == NEVER] == -1).all()
    assert last[(block.habits.story == DORMANT)].max() < len(world.market) - 100
    # The first branch has sleepers with capital: the ones worth waking.
    assets = block.assets
    today = assets["day"] == len(world.market) - 1
    rich = np.zeros(len(last), dtype=bool)
    rich[block.books.client[assets["book"][today & (assets["cash"] + assets["market_value"] > 10_000_00)]]] = True
    assert (rich & (last < silent_since)).mean() > 0.1


def test_whoever_leaves_takes_everything_along(branch_story):
    world, block = branch_story
    gone = np.flatnonzero((block.habits.story == LEAVING) & (block.habits.leaves < len(world.market)))
    assert len(gone) > 50
    leaves = block.habits.leaves[block.books.client]
    after = block.rows["day"] >= leaves[block.rows["book"]]
    assert not np.isin(block.rows["kind"][after], (ledger.BUY, ledger.SELL, ledger.BANK)).any()
    held = block.assets["cash"] + block.assets["market_value"] + block.assets["products"]
    assert (held[block.assets["day"] >= leaves[block.assets["book"]]] == 0).all()
    # The last asset row of a leaver says zero, so that nothing is carried forward.
    final = dict(zip(block.assets["book"].tolist(), held.tolist(), strict=True))
    assert {final.get(book, 0) for book in np.flatnonzero(np.isin(block.books.client, gone)).tolist()} == {0}


def test_cash_rolls_forward_from_row_to_row_and_into_the_assets(branch_story):
    _, block = branch_story
    rows, assets = block.rows, block.assets
    order = np.argsort(rows["book"], kind="stable")
    book, net, balance = (rows[name][order] for name in ("book", "net", "balance"))
    moves = rows["kind"][order] != ledger.DESIGNATION
    book, net, balance = book[moves], net[moves], balance[moves]
    same = book[1:] == book[:-1]
    assert (balance[1:][same] == (balance[:-1] + net[1:])[same]).all()
    assert (balance >= 0).all()
    last_balance = dict(zip(book.tolist(), balance.tolist(), strict=True))
    today = assets["day"] == assets["day"].max()
    for account, cash in zip(assets["book"][today].tolist(), assets["cash"][today].tolist(), strict=True):
        assert last_balance.get(account, cash) == cash


def test_holdings_add_up_to_the_market_value(branch_story):
    world, block = branch_story
    assets, holdings = block.assets, block.holdings
    today = len(world.market) - 1
    value = np.zeros(len(block.books), dtype=np.int64)
    here = holdings["day"] == today
    np.add.at(value, holdings["book"][here], holdings["value"][here])
    shown = assets["day"] == today
    assert (value[assets["book"][shown]] == assets["market_value"][shown]).all()
    assert (holdings["quantity"] > 0).all()
    pairs = holdings["day"] * 10**9 + holdings["book"] * 10**4 + holdings["security"]
    assert len(np.unique(pairs)) == len(pairs)
    assert (assets["cash"] + assets["market_value"] + assets["products"] - assets["debt"] >= 0).mean() > 0.9999


def test_transfers_between_own_accounts_net_to_zero(branch_story):
    _, block = branch_story
    for rows, kind, amount in ((block.rows, ledger.INTERNAL, "net"), (block.moves, ledger.COLLATERAL, "value")):
        inside = rows["kind"] == kind
        per_client = np.bincount(block.books.client[rows["book"][inside]], weights=rows[amount][inside])
        assert inside.sum() > 20
        assert (per_client == 0).all()


def test_a_reversal_cancels_a_deposit_of_the_same_day(branch_story):
    _, block = branch_story
    rows = block.rows
    reversals = np.flatnonzero(rows["kind"] == ledger.REVERSAL)
    assert len(reversals)
    for row in reversals.tolist():
        twin = (rows["book"] == rows["book"][row]) & (rows["day"] == rows["day"][row]) & (rows["kind"] == ledger.BANK)
        assert (rows["net"][twin] == -rows["net"][row]).sum() >= 2


def test_equal_partial_fills_occur_and_keep_their_own_deal_numbers(firm):
    trades = [row for row in trades_of_last_year(firm) if row["成交编号"]]
    fills = Counter(
        (row["资金账号"], row["成交日期"], row["证券代码"], row["操作"], row["成交均价"], row["成交数量"])
        for row in trades
    )
    assert max(fills.values()) > 1
    deals = Counter((row["成交日期"], row["成交编号"]) for row in trades)
    assert set(deals.values()) == {1}


# Invented, and only invented


def test_documents_have_right_checksums_in_an_area_that_nobody_has(branch_story):
    _, block = branch_story
    people = ~block.people.institution
    long = [number for number in block.people.identity[people] if len(number) == 18]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert all(
        number[17] == "10X98765432"[sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11]
        for number in long
    )
    assert all(number.startswith("99") for number in block.people.identity[people])
    assert len(set(block.people.identity)) == len(block.people.identity)
    assert all(int(phone[:3]) in papers.PHONE_RANGES and len(phone) == 11 for phone in block.people.phone if phone)


def test_surnames_with_a_special_reading_occur_and_every_name_can_be_written_in_gbk(branch_story):
    _, block = branch_story
    surnames = set(block.people.surname)
    assert {"曾", "翟"} <= surnames
    assert any(len(surname) == 2 for surname in surnames)
    "".join([*block.people.name, *block.people.address]).encode("gbk")


def test_the_demonstration_shows_an_advisor_with_a_good_list(branch_story):
    world, block = branch_story
    entries = {entry.role: entry for entry in staff_list(world.plan)}
    assert entries["advisor"].name == "林知远"
    assert entries["advisor"].code == "1101002"
    own = block.people.advisor == 1
    assert 150 <= own.sum() <= 700
    assert {"沈慕云", "许望舒", "顾承远"} <= set(block.people.name[own])
    roles = Counter(entry.role for entry in staff_list(world.plan))
    assert roles == {"advisor": 1, "manager": 3, "admin": 1, "compliance": 1}
    assert len({entry.username for entry in staff_list(world.plan)}) == 6


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
