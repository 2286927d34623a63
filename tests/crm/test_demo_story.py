"""What happens in the invented firm: plausible, consistent to the fen, and about nobody who exists."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from crm.demo import ledger, papers
from crm.demo.blocks import invent_blocks, invent_world
from crm.demo.firm import Plan, staff_list
from crm.demo.habits import DORMANT, LEAVING, NEVER

UNTIL = date(2026, 11, 20)


@pytest.fixture(scope="module")
def branch_story():
    """A branch of 2,400 clients, in memory: what happened to whom."""
    plan = Plan(6000, 2026, UNTIL)
    world = invent_world(plan)
    (block,) = invent_blocks(world, plan.branches[0])
    return world, block


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


def _chinese_words():
    from crm.demo.dialects import DIALECTS

    return DIALECTS["chinese"].words


def test_a_beijing_share_changes_its_code_on_the_day_of_the_move(branch_story):
    world, _ = branch_story
    from crm.demo.lookups import look_up

    known = look_up(branch_story[1], world, _chinese_words())
    security = np.flatnonzero(world.listing.labels("market") == "bj")[:1]
    codes = [known.code(security, np.array([day]))[0] for day in (known.recoded - 1, known.recoded)]
    assert [codes[0][:2], codes[1][:3]] == ["83", "920"]
