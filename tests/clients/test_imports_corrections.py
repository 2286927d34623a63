"""Late and corrected files (F3), fills before the settlement, rows without a deal number."""

import pytest

from clients.models import CashTransfer, FactChange, Trade
from tests.clients import files
from tests.clients.desk import Desk, commissions, counts, facts

MON, TUE = "2026-11-02", "2026-11-03"


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.clients("000", "001")
    return desk


def test_a_corrected_row_replaces_by_deal_number_and_both_readings_stay(busy: Desk) -> None:
    first = busy.bring([files.trade("000", MON, "D1", commission="5.00"), files.trade("001", MON, "D2")])
    second = busy.bring([files.trade("000", MON, "D1", commission="6.00")])
    assert counts(second) == {"changed": 1}
    assert commissions() == {("000", MON, "D1"): 600, ("001", MON, "D2"): 500}
    change = FactChange.objects.get()
    assert (change.before["commission_minor"], change.after["commission_minor"]) == (500, 600)
    assert (change.before_batch, change.batch) == (first, second)


def test_the_older_content_dropped_again_does_not_bring_the_error_back(busy: Desk) -> None:
    wrong = [files.trade("000", MON, "D1", commission="5.00"), files.trade("001", MON, "D2")]
    busy.bring(wrong)
    busy.bring([files.trade("000", MON, "D1", commission="6.00")])
    again = busy.bring(busy.file(wrong[::-1], "again.csv", encoding="gb18030"))
    assert counts(again) == {"unchanged": 2}
    assert commissions()["000", MON, "D1"] == 600


def test_after_the_undo_of_a_file_its_content_counts_as_new_again(busy: Desk) -> None:
    rows = [files.trade("000", MON, "D1", commission="5.00")]
    first = busy.bring(rows)
    busy.undo(first)
    busy.bring([files.trade("000", MON, "D1", commission="6.00")])
    assert counts(busy.bring(rows)) == {"changed": 1}
    assert commissions() == {("000", MON, "D1"): 500}


def test_late_rows_join_their_day(busy: Desk) -> None:
    busy.bring([files.trade("000", TUE, "D9")])
    late = busy.bring([files.trade("000", MON, "D1"), files.trade("000", TUE, "D9")])
    assert counts(late) == {"new": 1, "unchanged": 1}


def test_equal_partial_fills_without_a_number_are_two_trades(busy: Desk) -> None:
    rows = [files.trade("000", MON), files.trade("000", MON)]
    busy.bring(rows)
    assert Trade.objects.count() == 2
    assert counts(busy.bring(rows)) == {"unchanged": 2}
    assert counts(busy.bring([*rows, files.trade("000", MON)])) == {"unchanged": 2, "new": 1}


def test_a_zero_is_no_deal_number(busy: Desk) -> None:
    batch = busy.bring([files.trade("000", MON, "0"), files.trade("000", MON, "0", commission="7.00")])
    assert counts(batch) == {"new": 2}


def test_without_a_number_a_correction_replaces_the_account_and_day(busy: Desk) -> None:
    busy.bring([files.trade("000", MON), files.trade("000", TUE), files.trade("001", MON)])
    corrected = [files.trade("000", MON, commission="9.00")]
    offered = busy.check(corrected)
    assert (counts(offered), offered.notes["unsaid"]) == ({"new": 1}, 1)
    batch = busy.bring(corrected, replace_days=True)
    assert counts(batch) == {"new": 1, "removed": 1}
    assert sorted((n, d, fee) for (n, d, _), fee in commissions().items()) == [
        ("000", MON, 900), ("000", TUE, 500), ("001", MON, 500),
    ]  # fmt: skip
    gone = FactChange.objects.get()
    assert (gone.after, gone.before["commission_minor"]) == (None, 500)


def test_a_key_said_twice_and_differently_is_rejected_and_said_twice_alike_is_once(busy: Desk) -> None:
    one, other = files.trade("000", MON, "D1"), files.trade("000", MON, "D1", commission="8.00")
    batch = busy.bring([one, one, other, files.trade("001", MON, "D1")])
    assert counts(batch) == {"new": 2, "unchanged": 1, "rejected": 1}
    assert list(batch.row_errors.values_list("line", "code")) == [(4, "key_twice")]
    assert commissions()["000", MON, "D1"] == 500


def test_the_settlement_replaces_the_fills_of_its_accounts_and_days(busy: Desk) -> None:
    fills = [
        files.fill("000", MON, "F1"),
        files.fill("000", MON, "F2"),
        files.fill("000", TUE, "F3"),
        files.fill("001", MON, "F4"),
    ]
    busy.bring(fills)
    assert set(Trade.objects.values_list("is_provisional", "commission_minor")) == {(True, 0)}
    batch = busy.bring([files.trade("000", MON, "F1", commission="5.00")])
    assert counts(batch) == {"new": 1, "removed": 2}
    left = set(Trade.objects.values_list("client__client_number", "deal_key", "is_provisional"))
    assert left == {("000", "F1", False), ("000", "F3", True), ("001", "F4", True)}


def test_fills_that_come_after_the_settlement_say_nothing_new(busy: Desk) -> None:
    busy.bring([files.trade("000", MON, "D1")])
    batch = busy.bring([files.fill("000", MON, "D1"), files.fill("000", MON, "X2"), files.fill("000", TUE, "X3")])
    assert counts(batch) == {"unchanged": 2, "new": 1}
    assert Trade.objects.filter(is_provisional=True).count() == 1


def test_the_undo_of_a_settlement_brings_the_fills_back(busy: Desk) -> None:
    busy.bring([files.fill("000", MON, "F1"), files.fill("000", MON, "F2")])
    before = facts()
    settlement = busy.bring([files.trade("000", MON, "F1")])
    assert busy.undo(settlement) == []
    assert facts() == before


def test_cash_by_serial_number_and_without(busy: Desk) -> None:
    busy.bring(
        [files.cash("000", MON, "100.00", "S1"), files.cash("000", MON, "-30.00", "S2"), files.cash("001", MON, "1.00")]
    )
    assert sorted(CashTransfer.objects.values_list("amount_minor", flat=True)) == [-3000, 100, 10000]
    again = busy.bring(
        [files.cash("001", MON, "1.00"), files.cash("001", MON, "1.00"), files.cash("000", MON, "150.00", "S1")]
    )
    assert counts(again) == {"unchanged": 1, "new": 1, "changed": 1}


def test_rows_that_are_no_trades_are_kept_apart(busy: Desk) -> None:
    rows = [
        files.trade("000", MON, "D1"),
        files.trade("000", MON, "D2", 买卖标志="融券回购", 证券代码="204001", 证券名称="GC001"),
        files.trade("000", MON, "", 买卖标志="银行转证券", 证券代码="", 证券名称="", 成交金额="50.00", 佣金="0"),
    ]
    batch = busy.bring(rows)
    assert counts(batch) == {"new": 3}
    kinds = {name: len(rows) for name, rows in facts().items() if rows}
    assert kinds == {"clients": 2, "accounts": 2, "trades": 1, "movements": 1, "cash_transfers": 1}
    assert counts(busy.bring(rows)) == {"unchanged": 3}


def test_a_text_that_the_table_has_no_room_for_is_rejected_with_its_line(busy: Desk) -> None:
    cash = busy.bring([files.cash("000", MON, "1.00", "S1"), files.cash("000", MON, "2.00", "S2", 银行名称="银" * 70)])
    assert counts(cash) == {"new": 1, "rejected": 1}
    assert list(cash.row_errors.values_list("line", "code")) == [(3, "too_long")]


def test_a_rate_is_corrected_and_dropped_again(busy: Desk) -> None:
    busy.bring([files.rate("HKD", MON, "0.92"), files.rate("USD", MON, "7.1")])
    again = busy.bring([files.rate("HKD", MON, "0.93"), files.rate("HKD", TUE, "0.94"), files.rate("USD", MON, "7.10")])
    assert counts(again) == {"new": 1, "changed": 1, "unchanged": 1}
    assert [(r["currency"], r["rate_e6"]) for r in facts()["rates"]] == [
        ("HKD", 930_000),
        ("HKD", 940_000),
        ("USD", 7_100_000),
    ]
