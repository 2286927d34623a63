"""kill -9 of the worker at every moment inside an import: nothing half, finished by itself, invariants green."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients import imports
from clients.models import ImportBatch, Trade
from tests.clients import files
from tests.clients.desk import TODAY, Desk
from tests.services.conftest import Stack, state, wait_for

pytestmark = pytest.mark.services
WITHIN = 120
CHECK = [
    "while the file is read", "before the plan", "while the plan is made", "before the plan is kept", "after the commit",
]  # fmt: skip
COMMIT = ["while it is planned anew", "inside the transaction", "after the commit"]
ROWS = 40


@pytest.fixture
def desk(open_desk: Desk) -> Desk:
    open_desk.branch()
    people = [files.client(number, 客户经理工号="E1") for number in ("000", "001")]
    open_desk.bring(people, create_unknown=True)
    return open_desk


@pytest.fixture
def open_desk(transactional_db: None, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def mortals(stack: Stack) -> Stack:
    """A worker that does real imports and dies where `die-inside` says, and a beat that looks for what was left."""
    stack.env |= {"CRM_TEST_WORK": "real", "DJANGO_SETTINGS_MODULE": "tests.services.mortal_settings"}
    return stack


def trades(day: int) -> list[files.Row]:
    return [files.trade(f"{n % 2:03d}", f"2026-10-{day:02d}", f"D{n}") for n in range(ROWS)]


def test_a_worker_killed_anywhere_inside_an_import_leaves_nothing_half(
    mortals: Stack, desk: Desk, var_dir: Path
) -> None:
    mortals.worker()
    mortals.beat()
    wish = var_dir / "die-inside"
    for number, moment in enumerate([*CHECK, *COMMIT], start=1):
        batch = desk.receive(desk.file(trades(number)))
        before = Trade.objects.count()
        if moment in CHECK and len(CHECK) >= number:
            wish.write_text(moment)
        run = imports.ask_check(batch, by=None, today=TODAY)
        assert run is not None
        wait_for(lambda run=run: state(run) == "done", WITHIN)
        assert not wish.exists(), moment
        assert ImportBatch.objects.get(pk=batch.pk).state == "checked", moment
        assert Trade.objects.count() == before, moment
        batch.refresh_from_db()
        if number > len(CHECK):
            if moment == "while it is planned anew":
                desk.bring(trades(number)[:1])  # the dry run has been overtaken
                before += 1
            wish.write_text(moment)
        run = imports.ask_commit(batch, by=None, today=TODAY)
        assert run is not None
        seen: set[int] = set()
        wait_for(lambda run=run, seen=seen: (seen.add(Trade.objects.count()), state(run) == "done")[1], WITHIN)
        assert not wish.exists(), moment
        whole = before + ROWS - (moment == "while it is planned anew")
        assert seen <= {before, whole}, moment
        assert Trade.objects.count() == whole, moment
        assert ImportBatch.objects.get(pk=batch.pk).state == "committed", moment
    wish.write_text("inside the undo")
    batch.refresh_from_db()
    undo = imports.ask_undo(batch, by=None, today=TODAY)
    assert undo is not None
    wait_for(lambda: state(undo) == "done", WITHIN)
    assert not wish.exists()
    assert Trade.objects.count() == whole - ROWS
    call_command("check_invariants")


def test_without_the_transaction_half_a_file_would_be_seen(mortals: Stack, desk: Desk, var_dir: Path) -> None:
    mortals.env["CRM_TEST_WITHOUT"] = "transaction"
    mortals.worker()
    batch = desk.check(trades(1))
    (var_dir / "die-inside").write_text("inside the transaction")
    imports.ask_commit(batch, by=None, today=TODAY)
    wait_for(lambda: Trade.objects.count() == ROWS, WITHIN)
    with pytest.raises(CommandError, match="broken"):
        call_command("check_invariants")
