"""Undo of an import: what the file brought goes, what it changed comes back, and what others said since stays."""

from datetime import UTC, datetime

import pytest

from clients import imports
from clients.imports import writing
from clients.models import Account, Client, ExchangeRate, FactChange, FactGeneration, ImportBatch, Trade
from crm.models import AuditEvent, Staff
from tests.clients import files
from tests.clients.desk import Desk, commissions, counts, facts
from tests.clients.test_imports_clients import type_by_hand

MON, TUE = "2026-11-02", "2026-11-03"


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.clients("000", "001")
    desk.bring([files.trade("000", MON, "D1", 资金账号="7000"), files.trade("001", MON, "D2", 资金账号="7001")])
    return desk


EVERYTHING = [
    [files.client("000", 职业="医生", 手机号码="13800001234"), files.client("002", 证件号码="110105491231002")],
    [files.account("7000", "000", 存管银行="工商银行"), files.account("7009", "001")],
    [files.trade("000", MON, "D1", commission="9.99", 资金账号="7000"), files.trade("000", TUE, "D3", 资金账号="7555")],
    [files.trade("000", MON, "D8", 资金账号="7000", 买卖标志="股息入账", 成交金额="12.00")],
    [files.fill("000", TUE, "F1")],
    [files.cash("000", TUE, "100.00", "S1")],
    [files.shares("001", TUE, "100", "S2")],
    [files.asset("000", TUE, "5.00")],
    [files.holding("000", TUE, "9.00")],
    [files.rate("HKD", MON, "0.95"), files.rate("USD", MON, "7.1")],
]


def test_import_and_undo_leave_the_facts_as_they_were_whatever_the_kind_of_file(busy: Desk) -> None:
    busy.bring([files.rate("HKD", MON, "0.92")])
    before = facts()
    for rows in EVERYTHING:
        batch = busy.bring(rows)
        assert facts() != before, batch.kind
        assert busy.undo(batch) == [], batch.kind
        assert facts() == before, batch.kind


def test_undone_twice_is_undone_once(busy: Desk) -> None:
    batch = busy.bring([files.trade("000", TUE, "D3")])
    busy.undo(batch)
    before, moment = facts(), ImportBatch.objects.get(pk=batch.pk).undone_at
    assert busy.undo(ImportBatch.objects.get(pk=batch.pk)) == []
    assert (facts(), ImportBatch.objects.get(pk=batch.pk).undone_at) == (before, moment)
    assert AuditEvent.objects.filter(action="undo", key=str(batch.pk)).count() == 1


def test_replaced_days_come_back_row_for_row(busy: Desk) -> None:
    ids = set(Trade.objects.values_list("pk", flat=True))
    before = facts()
    batch = busy.bring([files.trade("000", MON, "N1", 资金账号="7000")], replace_days=True)
    assert counts(batch) == {"new": 1, "removed": 1}
    busy.undo(batch)
    assert facts() == before
    assert set(Trade.objects.values_list("pk", flat=True)) == ids


def test_a_preview_says_what_an_undo_would_do_and_does_nothing(busy: Desk) -> None:
    batch = busy.bring(
        [files.trade("000", MON, "D1", commission="9.99", 资金账号="7000"), files.trade("000", TUE, "D3")]
    )
    before, generations, changes = facts(), set(FactGeneration.objects.values_list()), FactChange.objects.count()
    counted, refused = imports.preview_undo(batch, at=busy.clock())
    assert (counted, refused) == ({"deleted": 1, "restored": 1}, [])
    assert (facts(), set(FactGeneration.objects.values_list()), FactChange.objects.count()) == (
        before, generations, changes
    )  # fmt: skip
    assert ImportBatch.objects.get(pk=batch.pk).state == "committed"


def test_a_large_undo_goes_in_parts_and_tells_how_far_it_is(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PART", 2)
    monkeypatch.setattr(writing, "_PARTS", 100)
    busy.bring([files.trade("001", TUE, f"D{n}", 资金账号="7001") for n in range(5)])
    before = facts()
    changed = busy.bring(
        [files.trade("001", TUE, f"D{n}", 资金账号="7001", commission="9.99") for n in range(5)]
        + [files.trade("001", TUE, f"N{n}", 资金账号="7001") for n in range(5)]
    )
    heard: list[int] = []
    imports.undo(changed, by=None, at=busy.clock(), told=heard.append)
    assert facts() == before
    assert heard == sorted(heard)
    assert len(set(heard)) >= 8  # three parts of each, and the two turns of the history
    assert heard[-1] == 2 * changed.wrote_count == 20


def test_what_a_later_file_changed_stays_and_is_named(busy: Desk) -> None:
    second = busy.bring(
        [files.trade("000", MON, "D1", commission="6.00", 资金账号="7000"), files.trade("001", TUE, "D5")]
    )
    busy.bring([files.trade("000", MON, "D1", commission="7.00", 资金账号="7000")], "correction.csv")
    _, refused = imports.undo(second, by=None, at=busy.clock())
    assert [(r.table, r.why, r.by) for r in refused] == [("trades", "later_file", "correction.csv")]
    assert commissions() == {("000", MON, "D1"): 700, ("001", MON, "D2"): 500}


def test_the_undo_of_the_later_file_frees_the_earlier_one(busy: Desk) -> None:
    before = facts()
    second = busy.bring([files.trade("000", MON, "D1", commission="6.00", 资金账号="7000")])
    between = facts()
    third = busy.bring([files.trade("000", MON, "D1", commission="7.00", 资金账号="7000")])
    assert busy.undo(third) == []
    assert facts() == between
    assert busy.undo(second) == []
    assert facts() == before


def test_undone_in_the_order_in_which_they_came_nothing_of_them_stays(busy: Desk) -> None:
    """The first undo has to leave the row to the later file; the second one does not bring the undone reading back."""
    before = facts()
    second = busy.bring(
        [files.trade("000", MON, "D1", commission="6.00", 资金账号="7000"), files.trade("001", TUE, "D9")]
    )
    third = busy.bring(
        [
            files.trade("000", MON, "D1", commission="7.00", 资金账号="7000"),
            files.trade("001", TUE, "D9", commission="1.00"),
        ]
    )
    assert busy.undo(second) == [("trades", "later_file")] * 2
    assert busy.undo(third) == []
    assert facts() == before


def test_a_middle_file_undone_is_passed_over_too(busy: Desk) -> None:
    before = facts()
    one, two, three = (
        busy.bring([files.trade("000", MON, "D1", commission=fee, 资金账号="7000")]) for fee in ("6.00", "7.00", "8.00")
    )
    assert busy.undo(two) == [("trades", "later_file")]
    assert busy.undo(one) == [("trades", "later_file")]
    assert commissions()["000", MON, "D1"] == 800
    assert busy.undo(three) == []
    assert facts() == before


def test_fills_of_an_undone_file_do_not_come_back_with_the_settlement(busy: Desk) -> None:
    before = facts()
    fills = busy.bring([files.fill("000", TUE, "F1", 资金账号="7000")])
    settlement = busy.bring([files.trade("000", TUE, "F1", 资金账号="7000")])
    assert busy.undo(fills) == [("trades", "later_file")]
    assert busy.undo(settlement) == []
    assert facts() == before


def test_a_removed_row_whose_place_is_taken_stays_away_and_is_named(busy: Desk) -> None:
    replaced = busy.bring([files.trade("000", MON, "N1", 资金账号="7000")], replace_days=True)
    busy.bring([files.trade("000", MON, "D1", commission="3.00", 资金账号="7000")])
    assert busy.undo(replaced) == [("trades", "later_file")]
    assert commissions() == {("000", MON, "D1"): 300, ("001", MON, "D2"): 500}


def test_what_a_person_changed_stays_and_is_named(busy: Desk) -> None:
    batch = busy.bring([files.client("000", 职业="医生"), files.client("001", 职业="教师"), files.client("003")])
    type_by_hand(Client.objects.get(client_number="000"), busy, occupation="退休")
    type_by_hand(Client.objects.get(client_number="003"), busy, email="a@b.cn")
    _, refused = imports.undo(batch, by=Staff.objects.get(username="hand"), at=busy.clock())
    assert {(r.table, r.why, r.by) for r in refused} == {("clients", "by_hand", "王经理")}
    assert len(refused) == 2
    assert dict(Client.objects.order_by("pk").values_list("client_number", "occupation")) == {
        "000": "退休",
        "001": "",
        "003": "",
    }


def test_clients_with_facts_stay_with_their_accounts_and_the_others_go(desk: Desk) -> None:
    first = desk.clients("000", "001")
    desk.bring([files.trade("000", MON, "D1")])
    assert desk.undo(first) == [("clients", "leaned_on")]
    assert list(Client.objects.values_list("client_number", flat=True)) == ["000"]
    assert list(Account.objects.values_list("number", flat=True)) == ["000"]


def test_an_account_made_by_one_file_stays_while_another_uses_it(busy: Desk) -> None:
    first = busy.bring([files.trade("000", TUE, "D3", 资金账号="7555")])
    second = busy.bring([files.trade("000", TUE, "D4", 资金账号="7555")])
    assert busy.undo(first) == [("accounts", "leaned_on")]
    assert Account.objects.filter(number="7555").exists()
    assert busy.undo(second) == []


def test_the_rates_of_a_later_file_stay_and_an_undone_reading_is_passed_over(busy: Desk) -> None:
    busy.bring([files.rate("HKD", MON, "0.92")])
    before = facts()
    second = busy.bring([files.rate("HKD", MON, "0.95")])
    third = busy.bring([files.rate("HKD", MON, "0.97")])
    assert busy.undo(second) == [("rates", "later_file")]
    assert ExchangeRate.objects.get(currency="HKD").rate_e6 == 970_000
    assert busy.undo(third) == []
    assert facts() == before


def test_what_has_gone_remains_readable(busy: Desk) -> None:
    batch = busy.bring([files.trade("000", TUE, "D3", commission="4.44")])
    busy.undo(batch)
    kept = FactChange.objects.get(is_undo=True, table="clients_trade")
    assert (kept.before["commission_minor"], kept.after) == (444, None)
    assert kept.at > datetime(2026, 11, 1, tzinfo=UTC)


def test_an_undone_file_may_be_brought_in_again(busy: Desk) -> None:
    rows = [files.trade("000", TUE, "D3")]
    busy.undo(busy.bring(rows))
    assert counts(busy.bring(rows)) == {"new": 1}
