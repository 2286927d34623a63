"""Every invariant of the facts goes red when somebody breaks it by hand behind the import's back."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from clients import mirror_files
from clients.invariants import broken, broken_batches
from clients.models import Account, Client, DailyAsset, ImportBatch, Trade
from crm.models import AuditEvent, Branch
from tests.clients import files
from tests.clients.desk import Desk
from tests.conftest import audit_unlocked

MON = "2026-11-02"


@pytest.fixture
def sound(desk: Desk) -> Desk:
    desk.branch()
    desk.bring([files.client(n, 客户经理工号="E1", 客户经理姓名="李四") for n in ("000", "001")], create_unknown=True)
    desk.bring(
        [
            files.trade("000", MON, "D1"),
            files.trade("001", MON, "D2"),
            files.trade("001", MON, "D3", 买卖标志="融券回购", 证券代码="204001"),
        ]
    )
    desk.bring([files.asset("000", MON, "5.00")])
    desk.bring([files.trade("000", MON, "D1", commission="6.00")])
    undone = desk.bring([files.trade("000", MON, "D7", commission="6.00")])
    desk.undo(undone)
    desk.bring([files.rate("HKD", MON, "0.92")])
    held = desk.bring([files.client("002", 客户经理工号="E1")])
    desk.bring([files.trade("002", MON, "D9")])
    desk.undo(held)  # the client stays, because a trade leans on it: that is no breach
    assert Client.objects.filter(batch=held).exists()
    assert complaints() == []
    return desk


def complaints() -> list[str]:
    return [sentence for branch in Branch.objects.all() for sentence in broken(branch)] + list(broken_batches())


def lose_a_row() -> None:
    Trade.objects.filter(deal_key="D2").delete()


def add_a_row() -> None:
    trade = Trade.objects.get(deal_key="D2")
    trade.pk, trade.deal_key = None, "made up"
    trade.save(force_insert=True)


def change_a_commission() -> None:
    Trade.objects.filter(deal_key="D2").update(commission_minor=501)


def move_a_commission_between_clients() -> None:
    for key, fee in (("D1", 500), ("D2", 600)):
        Trade.objects.filter(deal_key=key).update(commission_minor=fee)


def move_a_trade_to_another_month() -> None:
    Trade.objects.filter(deal_key="D2").update(traded_on="2026-10-30")


def give_a_trade_to_somebody_else() -> None:
    Trade.objects.filter(deal_key="D2").update(client=Client.objects.get(client_number="000"))


def give_a_trade_to_no_account() -> None:
    Trade.objects.filter(deal_key="D2").update(account_id=999_999)


def give_a_trade_to_no_branch() -> None:
    Trade.objects.filter(deal_key="D2").update(branch_id=999_999)


def move_an_account_to_another_branch() -> None:
    Account.objects.filter(number="001").update(branch=Branch.objects.create(code="1102", name="望湖"))


def say_that_no_file_brought_a_trade() -> None:
    Trade.objects.filter(deal_key="D2").update(batch_id=999_999)


def say_that_an_undone_file_brought_a_trade() -> None:
    Trade.objects.filter(deal_key="D2").update(batch=ImportBatch.objects.get(state="undone", kind="trades"))


def take_a_commit_back_and_leave_its_rows() -> None:
    ImportBatch.objects.filter(kind="assets").update(state="checked")


def throw_the_file_of_a_client_away() -> None:
    ImportBatch.objects.filter(kind="clients", state="committed").update(state="discarded")


def change_an_asset() -> None:
    DailyAsset.objects.update(net_minor=1)


def take_an_advisor_away() -> None:
    Client.objects.filter(client_number="000").update(advisor=None)


def take_the_account_of_the_number_away() -> None:
    Account.objects.filter(number="000").update(family="other")


def miscount_a_batch() -> None:
    ImportBatch.objects.filter(kind="assets").update(new_count=2)


def misstate_the_rejected() -> None:
    ImportBatch.objects.filter(kind="assets").update(rejected_count=1)


def lose_an_audit_row() -> None:
    connection.check_constraints()  # PostgreSQL alters no table on which a check is still to be made
    with audit_unlocked():
        AuditEvent.objects.filter(action="import").order_by("pk")[:1].get().delete()


def lose_the_audit_row_of_an_undo() -> None:
    connection.check_constraints()  # PostgreSQL alters no table on which a check is still to be made
    with audit_unlocked():
        AuditEvent.objects.filter(action="undo").delete()


def lose_a_file_of_the_copy() -> None:
    """Not a breach: whoever needs the file makes it again."""
    for path in (mirror_files.folder() / "trades").rglob("*.parquet"):
        path.unlink()


BREAKAGES: list[tuple[Callable[[], None], str]] = [
    (lose_a_row, "trades 2026-11: 3 rows"),
    (add_a_row, "trades 2026-11: 4 rows"),
    (change_a_commission, "commission differs"),
    (move_a_commission_between_clients, "commission differs"),
    (move_a_trade_to_another_month, "trades 2026-10: 1 rows"),
    (change_an_asset, "assets 2026-11: 1 rows, sum 1 in the database"),
    (take_an_advisor_away, "1 open clients have no advisor"),
    (take_the_account_of_the_number_away, "1 clients without exactly one account"),
    (miscount_a_batch, "wrote 2 rows, 1 are there"),
    (misstate_the_rejected, "0 rows taken, 1 accounted for"),
    (lose_an_audit_row, "no audit row of its import"),
    (lose_the_audit_row_of_an_undo, "no audit row of its undo"),
    (give_a_trade_to_somebody_else, "trades: 1 rows whose client is not the client of their account"),
    (give_a_trade_to_no_account, "trades: 1 rows of accounts that do not exist"),
    (give_a_trade_to_no_branch, "trades: 1 rows of branch 999999, which does not exist"),
    (move_an_account_to_another_branch, "trades: 1 rows of accounts of another branch"),
    (move_an_account_to_another_branch, "1 accounts of clients of another branch"),
    (say_that_no_file_brought_a_trade, "trades: 1 rows of batch 999999, which is none"),
    (say_that_an_undone_file_brought_a_trade, ", which is undone"),
    (take_a_commit_back_and_leave_its_rows, ", which is checked"),
    (throw_the_file_of_a_client_away, ", which is discarded"),
]


def test_whatever_is_broken_is_said(sound: Desk) -> None:
    for break_it, words in BREAKAGES:
        with transaction.atomic():
            break_it()
            said = complaints()
            assert any(words in sentence for sentence in said), (break_it.__name__, said)
            transaction.set_rollback(True)
    lose_a_file_of_the_copy()  # the last one has made it from what was rolled back
    assert complaints() == []


def test_a_lost_file_of_the_copy_is_no_breach(sound: Desk) -> None:
    lose_a_file_of_the_copy()
    assert complaints() == []
