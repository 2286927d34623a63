"""The real night and the real import, killed at every moment: done by themselves afterwards, whole, once."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from clients import imports
from clients.models import Client, ImportBatch, Trade
from crm import calendar, nightly
from crm.models import JobRun, Publication
from segmentation.models import Standing
from tests.services.conftest import ROOT, Stack, state, wait_for

pytestmark = pytest.mark.services
WITHIN = 120  # seconds: the promise
STEPS = ["facts", "features", "tiers", "dormancy", "churn", "behaviour", "publish"]
NIGHT = [f"before {step}" for step in STEPS] + ["behind the fence", "after publish", "before the last word"]
IMPORT = ["before write", "behind the fence", "after write", "before the last word"]
UNTIL = date(2026, 10, 30)
NOW = datetime(2026, 10, 31, tzinfo=UTC)


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch of sixty clients as export files."""
    folder = tmp_path_factory.mktemp("firm")
    plan = ["--clients", "60", "--branches", "1", "--until", UNTIL.isoformat(), "--trades-by-year"]
    subprocess.run(
        [sys.executable, "manage.py", "write_demo_firm", str(folder), *plan],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


@pytest.fixture
def stack(stack: Stack, var_dir: Path) -> Stack:
    """Workers that do real work and die where `die-at` says."""
    stack.env["CRM_TEST_WORK"] = "real"
    return stack


def bring_in(firm: Path, *names: str) -> None:
    """Import the files whose names begin so, in the foreground."""
    paths = [str(path) for path in sorted(firm.rglob("*.*")) if path.name.startswith(names) and "try" not in path.parts]
    call_command("import_exports", *paths, create=True, verbosity=0)


def whole_nights() -> list[date]:
    """The days that readers see as current; each must have a standing for everybody it counts."""
    current = list(Publication.objects.current())
    for night in current:
        assert Standing.objects.filter(publication=night).count() == night.client_count > 0
    return [night.as_of for night in current]


def test_a_night_killed_at_any_moment_is_finished_and_yesterday_stays_whole(
    stack: Stack, firm: Path, var_dir: Path
) -> None:
    bring_in(firm, "汇率", "客户", "账户", "成交", "资产")
    stack.worker()
    stack.beat()
    days = [UNTIL - timedelta(days=back) for back in range(60, -1, -1)]
    days = [day for day in days if calendar.is_trading_day(day)][: len(NIGHT) + 1]
    before, *rest = days
    run = nightly.start(NOW, as_of=before)[0]
    wait_for(lambda: state(run) == "done", WITHIN)
    for moment, day in zip(NIGHT, rest, strict=True):
        (var_dir / "die-at").write_text(f"night {moment}")
        run = nightly.start(NOW, as_of=day)[0]
        seen: set[date] = set()
        wait_for(lambda run=run, seen=seen: (seen.update(whole_nights()), state(run) == "done")[1], WITHIN)
        run.refresh_from_db()
        assert run.attempt == 2, moment
        assert seen <= {before, day}, moment
        assert whole_nights() == [day], moment
        assert Publication.objects.filter(as_of=day, state="published").count() == 1, moment
        before = day
    call_command("check_invariants")


def test_an_import_and_its_undo_killed_at_any_moment_are_whole_or_absent(
    stack: Stack, firm: Path, var_dir: Path
) -> None:
    bring_in(firm, "汇率", "客户", "账户")
    path = next(firm.rglob("成交_*_2026.xls"))
    stack.worker()
    stack.beat()
    people, whole = Client.objects.count(), set()
    for moment in IMPORT:
        batch = imports.receive(path, by=None)
        imports.inspect(batch)
        imports.check(batch, today=UNTIL)
        assert batch.state == "checked"
        (var_dir / "die-at").write_text(f"import {moment}")
        seen: set[int] = set()
        run = imports.ask_commit(batch, by=None, today=UNTIL)
        assert run is not None
        wait_for(lambda run=run, seen=seen: (seen.add(Trade.objects.count()), state(run) == "done")[1], WITHIN)
        whole.add(Trade.objects.count())
        assert seen <= {0, *whole}, moment
        assert ImportBatch.objects.get(pk=batch.pk).state == "committed", moment
        batch.refresh_from_db()
        (var_dir / "die-at").write_text(f"undo {moment.replace('write', 'undo')}")
        undo = imports.ask_undo(batch, by=None, today=UNTIL)
        assert undo is not None
        wait_for(lambda undo=undo: state(undo) == "done", WITHIN)
        assert Trade.objects.count() == 0, moment
        assert ImportBatch.objects.get(pk=batch.pk).state == "undone", moment
        assert set(JobRun.objects.filter(pk__in=[run.pk, undo.pk]).values_list("attempt", flat=True)) == {2}, moment
    assert len(whole) == 1
    assert whole != {0}
    assert Client.objects.count() == people
    call_command("check_invariants")
