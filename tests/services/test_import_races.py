"""Several importers at once, each a process of its own on PostgreSQL: every fact once, whatever the order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from clients.models import Account, Client, ImportBatch, Trade
from crm.models import Branch, Staff
from tests.clients import files
from tests.clients.desk import Desk, counts
from tests.services.conftest import ROOT

pytestmark = [pytest.mark.services, pytest.mark.postgres]
DAY = "2026-11-02"
MOMENT = "2026-11-20T12:00:00+00:00"


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.branch()
    desk.bring([files.client(n, 客户经理工号="E1") for n in ("000", "001")], create_unknown=True)
    return desk


def at_once(var_dir: Path, *work: tuple[str, ImportBatch], seconds: float = 0.5, guard: str = "on") -> None:
    """Start a process for each piece of work, let all of them go together, and wait for them."""
    env = {
        **os.environ, "CRM_VAR_DIR": str(var_dir), "CRM_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tests.services.settings",
    }  # fmt: skip
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.importer", what, str(batch.pk), str(seconds), guard, MOMENT],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for what, batch in work
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    for _, batch in work:
        batch.refresh_from_db()


def test_four_importers_of_one_file_add_its_rows_once(desk: Desk, var_dir: Path) -> None:
    rows = [files.trade(f"{n % 2:03d}", DAY, f"D{n}") for n in range(3000)]
    batches = [desk.check(rows) for _ in range(4)]
    at_once(var_dir, *(("commit", batch) for batch in batches))
    assert Trade.objects.count() == 3000
    assert sorted(batch.new_count for batch in batches) == [0, 0, 0, 3000]
    assert {batch.state for batch in batches} == {"committed"}
    call_command("check_invariants")


def test_one_batch_committed_by_three_workers_is_committed_once(desk: Desk, var_dir: Path) -> None:
    batch = desk.check([files.trade("000", DAY, f"D{n}") for n in range(50)])
    at_once(var_dir, *([("commit", batch)] * 3))
    assert counts(batch) == {"new": 50}
    call_command("check_invariants")


@pytest.mark.parametrize(("guard", "provisional"), [("on", 0), ("none", 1)])
def test_fills_and_their_settlement_at_once_never_count_twice(
    desk: Desk, var_dir: Path, guard: str, provisional: int
) -> None:
    """Without the generations nobody would notice: the two share no key."""
    fills = desk.check([files.fill("000", DAY, "F1")])
    settlement = desk.check([files.trade("000", DAY, "S1")])
    at_once(var_dir, ("commit", fills), ("commit", settlement), seconds=2, guard=guard)
    assert Trade.objects.filter(is_provisional=False).count() == 1
    assert Trade.objects.filter(is_provisional=True).count() == provisional
    call_command("check_invariants")


def test_two_corrections_at_once_are_one_after_the_other(desk: Desk, var_dir: Path) -> None:
    desk.bring([files.trade("000", DAY, "D1")])
    both = [desk.check([files.trade("000", DAY, "D1", commission=fee)]) for fee in ("6.00", "7.00")]
    at_once(var_dir, *(("commit", batch) for batch in both))
    assert {batch.changed_count for batch in both} == {1}
    last = Trade.objects.get()
    assert last.commission_minor in {600, 700}
    call_command("check_invariants")


def test_two_files_that_make_the_same_branch_advisor_and_account(desk: Desk, var_dir: Path) -> None:
    both = [
        desk.check(
            [files.client(number, branch="2201", 客户经理工号="E9")], create_unknown=True
        )
        for number in ("900", "901")
    ]  # fmt: skip
    at_once(var_dir, *(("commit", batch) for batch in both))
    assert Branch.objects.filter(code="2201").count() == 1
    assert Staff.objects.filter(employee_code="E9").count() == 1
    assert Client.objects.filter(branch__code="2201").count() == 2
    same = [desk.check([files.trade("000", DAY, f"D{n}", 资金账号="7777")]) for n in range(3)]
    at_once(var_dir, *(("commit", batch) for batch in same))
    assert Account.objects.filter(number="7777").count() == 1
    assert Trade.objects.filter(account__number="7777").count() == 3
    call_command("check_invariants")


def test_an_undo_and_an_import_of_the_same_month_at_once(desk: Desk, var_dir: Path) -> None:
    first = desk.bring([files.trade("000", DAY, "D1", 资金账号="7777")])
    second = desk.check([files.trade("000", DAY, "D2", 资金账号="7777")])
    at_once(var_dir, ("undo", first), ("commit", second))
    assert (first.state, second.state) == ("undone", "committed")
    assert list(Trade.objects.values_list("deal_key", flat=True)) == ["D2"]
    assert Account.objects.filter(number="7777").count() == 1
    call_command("check_invariants")
