"""An import is whole or absent, and twice is once."""

import random
from pathlib import Path

import pytest

from clients import imports
from clients.imports import commits
from clients.models import Client, FactChange, ImportBatch, Trade
from crm.models import AuditEvent
from tests.clients import files
from tests.clients.desk import TODAY, Desk, counts, facts, reasons

DAYS = ["2026-11-02", "2026-11-03", "2026-11-04"]


def some_trades(number: int = 60) -> list[files.Row]:
    return [files.trade(f"{n % 3:03d}", DAYS[n % 3], f"D{n:04d}", commission=f"{n}.05") for n in range(number)]


@pytest.fixture
def desk_with_clients(desk: Desk) -> Desk:
    desk.clients("000", "001", "002")
    return desk


def test_a_file_comes_in_whole_and_says_so(desk_with_clients: Desk) -> None:
    batch = desk_with_clients.bring(some_trades())
    assert counts(batch) == {"new": 60}
    assert batch.state == "committed"
    assert Trade.objects.count() == 60
    assert sum(t.commission_minor for t in Trade.objects.all()) == sum(n * 100 + 5 for n in range(60))


DRESSES: dict[str, dict[str, str]] = {
    "renamed.csv": {},
    "成交.csv": {"encoding": "gb18030"},
    "with_bom.csv": {"encoding": "utf-8-sig"},
    "tabs.xls": {"encoding": "gb18030", "delimiter": "\t"},
    "pipes.txt": {"delimiter": "|"},
    "book.xlsx": {},
}


def test_the_same_content_in_another_dress_says_nothing_new(desk_with_clients: Desk) -> None:
    desk_with_clients.bring(some_trades(12))
    before = facts()
    for name, dialect in DRESSES.items():
        batch = desk_with_clients.bring(desk_with_clients.file(some_trades(12), name, **dialect))
        assert counts(batch) == {"unchanged": 12}, name
        assert facts() == before, name
    assert FactChange.objects.count() == 0


def test_a_reordered_file_says_nothing_new_even_without_deal_numbers(desk_with_clients: Desk) -> None:
    rows = [files.trade("000", DAYS[0]), files.trade("000", DAYS[0]), files.trade("001", DAYS[0], commission="7.00")]
    rows += [files.trade("000", DAYS[0], 成交价格="11.00", 成交金额="1100.00")]
    desk_with_clients.bring(rows)
    assert Trade.objects.count() == 4
    random.Random(1).shuffle(rows)
    assert counts(desk_with_clients.bring(rows)) == {"unchanged": 4}


def test_an_overlapping_file_adds_only_what_is_new(desk_with_clients: Desk) -> None:
    rows = some_trades()
    desk_with_clients.bring(rows[:40])
    assert counts(desk_with_clients.bring(rows[20:])) == {"unchanged": 20, "new": 20}
    assert Trade.objects.count() == 60


def test_a_dry_run_changes_no_fact(desk_with_clients: Desk) -> None:
    before = facts()
    batch = desk_with_clients.check(some_trades())
    assert counts(batch) == {"new": 60}
    assert facts() == before


def test_a_double_commit_is_one(desk_with_clients: Desk) -> None:
    batch = desk_with_clients.check(some_trades(5))
    desk_with_clients.commit(batch)
    written = ImportBatch.objects.get(pk=batch.pk).committed_at
    desk_with_clients.commit(ImportBatch.objects.get(pk=batch.pk))
    assert Trade.objects.count() == 5
    assert ImportBatch.objects.get(pk=batch.pk).committed_at == written
    assert AuditEvent.objects.filter(action="import", key=str(batch.pk)).count() == 1


def test_two_importers_of_one_file_add_its_rows_once(desk_with_clients: Desk) -> None:
    """Both have seen an empty month; the second one finds out inside its transaction and plans anew."""
    first, second = desk_with_clients.check(some_trades(9)), desk_with_clients.check(some_trades(9))
    assert counts(first) == counts(second) == {"new": 9}
    desk_with_clients.commit(first)
    assert counts(desk_with_clients.commit(second)) == {"unchanged": 9}
    assert Trade.objects.count() == 9


def test_a_dry_run_that_found_nothing_new_is_looked_at_again_when_the_facts_have_gone(desk_with_clients: Desk) -> None:
    first = desk_with_clients.bring(some_trades(6))
    second = desk_with_clients.check(some_trades(6))
    assert counts(second) == {"unchanged": 6}
    desk_with_clients.undo(first)
    assert counts(desk_with_clients.commit(second)) == {"new": 6}
    assert Trade.objects.count() == 6


def test_a_client_who_came_in_between_is_known_at_the_commit(desk: Desk) -> None:
    desk.clients("000")
    batch = desk.check([files.trade("000", DAYS[0], "1"), files.trade("777", DAYS[0], "2")])
    assert counts(batch) == {"new": 1, "rejected": 1}
    desk.clients("777")
    desk.commit(batch)
    assert counts(batch) == {"new": 2}
    assert reasons(batch) == []


def test_whatever_fails_inside_the_transaction_leaves_nothing(
    desk_with_clients: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = desk_with_clients.check(some_trades(10))

    def break_down(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(commits.audit, "record", break_down)
    with pytest.raises(OSError, match="disk full"):
        desk_with_clients.commit(batch)
    monkeypatch.undo()
    assert Trade.objects.count() == 0
    assert ImportBatch.objects.get(pk=batch.pk).state == "checked"
    assert counts(desk_with_clients.commit(batch)) == {"new": 10}


def test_a_worker_that_lost_its_lease_writes_nothing(desk_with_clients: Desk) -> None:
    batch = desk_with_clients.check(some_trades(4))

    class Lost(Exception):
        pass

    def fence() -> None:
        raise Lost

    with pytest.raises(Lost):
        desk_with_clients.commit(batch, fence=fence)
    assert Trade.objects.count() == 0
    batch = desk_with_clients.receive(desk_with_clients.file(some_trades(3)))
    with pytest.raises(Lost):
        imports.check(batch, today=TODAY, fence=fence)
    assert ImportBatch.objects.get(pk=batch.pk).state == "inspected"


def test_a_plan_that_was_cut_off_is_made_again(desk_with_clients: Desk) -> None:
    batch = desk_with_clients.check(some_trades(4))
    plan = next(imports.batches.folder(batch).glob("plan-*.duckdb"))
    (plan.parent / "plan-000000000000.duckdb").write_bytes(b"half a plan")
    assert counts(desk_with_clients.commit(batch)) == {"new": 4}
    batch = desk_with_clients.check(some_trades(8))
    next(imports.batches.folder(batch).glob("plan-*.duckdb")).unlink()
    assert counts(desk_with_clients.commit(batch)) == {"new": 4, "unchanged": 4}


def test_a_batch_that_is_not_checked_or_undone_is_not_committed(desk_with_clients: Desk) -> None:
    batch = desk_with_clients.receive(desk_with_clients.file(some_trades(2)))
    with pytest.raises(imports.NotReady):
        desk_with_clients.commit(batch)
    done = desk_with_clients.bring(some_trades(2))
    desk_with_clients.undo(done)
    with pytest.raises(imports.NotReady):
        desk_with_clients.commit(done)


def test_orders_are_held_because_the_settlement_has_the_facts(desk_with_clients: Desk) -> None:
    row = {
        "客户代码": "000", "委托日期": DAYS[0], "证券代码": "600000", "证券名称": "浦发银行", "买卖标志": "买入",
        "委托价格": "10.00", "委托数量": "100", "合同编号": "7",
    }  # fmt: skip
    batch = desk_with_clients.check([row])
    assert (batch.kind, batch.state, batch.error["code"]) == ("orders", "held", "orders_are_not_facts")


def test_some_thousands_of_rows_with_a_few_bad_ones(desk: Desk, tmp_path: Path) -> None:
    desk.branch()
    desk.bring([files.client(f"{n:05d}") for n in range(500)])
    rows = [files.trade(f"{n % 500:05d}", DAYS[n % 3], f"{n:08d}") for n in range(4000)]
    rows[1000] = files.changed(rows[1000], 成交数量="1e4")
    rows[3999] = files.changed(rows[3999], 客户代码="99999")
    batch = desk.bring(rows)
    assert counts(batch) == {"new": 3998, "rejected": 2}
    assert reasons(batch) == [(1002, "scientific_notation"), (4001, "unknown_client")]
    assert Trade.objects.count() == 3998
    assert Client.objects.count() == 500
