"""The columnar copy equals the database after every step, answers as of any cutoff, and can be thrown away."""

import os
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clients import mirror, mirror_files
from clients.fact_tables import ALL, TRADES
from clients.invariants import broken
from clients.models import Trade
from crm.models import Branch
from tests.clients import files
from tests.clients.desk import Desk

MON, TUE = "2026-11-02", "2026-11-03"


def known_at(cutoff: datetime | None, table: str = "trades", columns: str = "traded_on, commission_minor") -> list[Any]:
    with mirror.open_facts(Branch.objects.all(), cutoff) as con:
        return con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


def fees_at(cutoff: datetime | None) -> list[int]:
    return [fee for _, fee in known_at(cutoff)]


def equals_the_database() -> bool:
    return not [sentence for branch in Branch.objects.all() for sentence in broken(branch) if "columnar" in sentence]


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.clients("000", "001")
    return desk


def test_the_copy_follows_every_operation(busy: Desk) -> None:
    first = busy.bring([files.trade("000", MON, "D1"), files.trade("001", "2025-03-03", "D2")])
    assert equals_the_database()
    assert fees_at(None) == [500, 500]
    correction = busy.bring([files.trade("000", MON, "D1", commission="6.00")])
    assert fees_at(None) == [500, 600]
    busy.bring([files.trade("000", MON, "N1", commission="1.00")], replace_days=True)
    assert fees_at(None) == [500, 100]
    busy.undo(correction)
    busy.undo(first)
    assert fees_at(None) == [100]
    assert equals_the_database()


def test_every_kind_of_fact_is_in_the_copy(busy: Desk) -> None:
    for rows in (
        [files.account("7000", "000")],
        [files.trade("000", MON, "D1"), files.trade("000", MON, "D2", 买卖标志="股息入账")],
        [files.cash("000", MON, "100.00", "S1")],
        [files.shares("000", MON, "100", "S2")],
        [files.asset("000", MON, "5.00")],
        [files.holding("000", MON, "9.00")],
    ):
        busy.bring(rows)
    busy.bring([files.rate("HKD", MON, "0.92")])
    with mirror.open_facts(Branch.objects.all(), None) as con:
        found = {t.name: con.execute(f"SELECT count(*) FROM {t.name}").fetchall()[0][0] for t in ALL}
        rates = con.execute("SELECT currency, rate_e6 FROM rates").fetchall()
    assert found == {
        "clients": 2, "accounts": 3, "trades": 1, "movements": 1, "cash_transfers": 1, "securities_transfers": 1,
        "assets": 1, "holdings": 1,
    }  # fmt: skip
    assert rates == [("HKD", 920_000)]
    assert equals_the_database()


def test_what_is_recorded_later_changes_nothing_at_an_earlier_cutoff(busy: Desk) -> None:
    first = busy.bring([files.trade("000", MON, "D1", commission="5.00")])
    before = busy.now
    busy.bring([files.trade("000", MON, "D1", commission="6.00"), files.trade("000", TUE, "D2", commission="1.00")])
    corrected = busy.now
    busy.undo(first)
    busy.bring([files.trade("001", MON, "D3", commission="2.00")])
    assert fees_at(before - timedelta(seconds=1)) == []
    assert fees_at(before) == [500]
    assert fees_at(corrected) == [600, 100]
    assert fees_at(None) == [200, 600, 100]


def test_undone_rows_are_seen_at_a_cutoff_in_between(busy: Desk) -> None:
    batch = busy.bring([files.trade("000", MON, "D1")])
    between = busy.now
    busy.undo(batch)
    after = busy.now
    busy.bring([files.trade("000", MON, "D1")])
    assert (fees_at(between), fees_at(after), fees_at(None)) == ([500], [], [500])


def test_rates_and_clients_are_bitemporal_too(busy: Desk) -> None:
    busy.bring([files.rate("HKD", MON, "0.92")])
    before = busy.now
    later = busy.bring([files.rate("HKD", MON, "0.95")])
    between = busy.now
    busy.bring([files.client("000", 客户状态="冻结")])
    busy.undo(later)
    assert [known_at(at, "rates", "rate_e6") for at in (before, between, None)] == [
        [(920000,)],
        [(950000,)],
        [(920000,)],
    ]
    assert known_at(before, "clients", "client_number, state") == [("000", "normal"), ("001", "normal")]
    assert known_at(None, "clients", "client_number, state") == [("000", "frozen"), ("001", "normal")]


def test_a_file_that_is_behind_is_made_anew_and_only_that_one(busy: Desk) -> None:
    busy.bring([files.trade("000", MON, "D1"), files.trade("000", "2026-10-08", "D2")])
    mirror.refresh(TRADES, Branch.objects.get())
    made = {path.name: path.stat().st_mtime_ns for path in folder_of_trades().glob("*.parquet")}
    assert set(made) == {"2026-10.g1.parquet", "2026-11.g1.parquet"}
    busy.bring([files.trade("000", MON, "D9")])
    names = [path.name for path in mirror.refresh(TRADES, Branch.objects.get())]
    assert names == ["2026-10.g1.parquet", "2026-11.g2.parquet"]
    assert (folder_of_trades() / names[0]).stat().st_mtime_ns == made[names[0]]


def rows_of(path: Path) -> list[Any]:
    return duckdb.sql(f"SELECT * FROM read_parquet('{path}') ORDER BY ALL").fetchall()


def test_after_commits_the_file_grows_by_their_rows_and_equals_one_read_in_full(busy: Desk) -> None:
    """New rows, corrections, corrections of corrections and replaced days: each from the file before, none read again."""
    busy.bring([files.trade("000", MON, "D1"), files.trade("001", MON, "D2")])
    steps: list[tuple[list[dict[str, str]], bool]] = [
        ([files.trade("000", TUE, "D3")], False),
        ([files.trade("000", MON, "D1", commission="6.00"), files.trade("001", TUE, "D4")], False),
        ([files.trade("000", MON, "D1", commission="7.00")], False),
        ([files.trade("000", TUE, "D3", commission="1.00"), files.trade("001", TUE, "D9")], True),
    ]
    branch = Branch.objects.get()
    mirror.refresh(TRADES, branch)
    for generation, (rows, replaces) in enumerate(steps, start=2):
        busy.bring(rows, replace_days=replaces)
        assert len(mirror_files.base_of(TRADES, branch, "2026-11", generation)[1]) == 1
        (path,) = mirror.refresh(TRADES, branch)
        kept = rows_of(path)
        shutil.rmtree(mirror_files.folder())
        (path,) = mirror.refresh(TRADES, Branch.objects.get())
        assert kept == rows_of(path)
    assert equals_the_database()


def test_several_commits_at_once_are_followed_too(busy: Desk) -> None:
    busy.bring([files.trade("000", MON, "D1")])
    mirror.refresh(TRADES, Branch.objects.get())
    for number in range(3):
        busy.bring(
            [files.trade("000", MON, "D1", commission=f"{6 + number}.00"), files.trade("001", TUE, f"E{number}")]
        )
    assert len(mirror_files.base_of(TRADES, Branch.objects.get(), "2026-11", 4)[1]) == 3
    (path,) = mirror.refresh(TRADES, Branch.objects.get())
    kept = rows_of(path)
    shutil.rmtree(mirror_files.folder())
    assert kept == rows_of(mirror.refresh(TRADES, Branch.objects.get())[0])


def test_after_an_undo_the_file_is_read_in_full(busy: Desk) -> None:
    """What an undo gives back carries its former batch: no batch's rows would tell."""
    busy.bring([files.trade("000", MON, "D1")])
    mirror.refresh(TRADES, Branch.objects.get())
    busy.undo(busy.bring([files.trade("000", MON, "D1", commission="6.00")]))
    assert mirror_files.base_of(TRADES, Branch.objects.get(), "2026-11", 3) == (None, [])
    assert fees_at(None) == [500]
    busy.bring([files.trade("000", MON, "D2")])
    assert fees_at(None) == [500, 500]
    assert equals_the_database()


def test_past_years_are_one_file_each(busy: Desk) -> None:
    days = ["2024-02-29", "2024-12-31", "2025-01-02", "2025-06-30", "2026-10-08", MON]
    busy.bring([files.trade("000", day, f"D{n}") for n, day in enumerate(days)])
    names = [path.name for path in mirror.refresh(TRADES, Branch.objects.get())]
    assert names == ["2024.g2.parquet", "2025.g2.parquet", "2026-10.g1.parquet", "2026-11.g1.parquet"]
    assert len(known_at(None)) == 6


def test_deleted_it_is_rebuilt_without_a_difference(busy: Desk) -> None:
    first = busy.bring([files.trade("000", MON, "D1")])
    cutoff = busy.now
    busy.bring([files.trade("000", MON, "D1", commission="6.00")])
    busy.undo(first)
    before = [known_at(at) for at in (cutoff, None)]
    shutil.rmtree(mirror_files.folder())
    assert [known_at(at) for at in (cutoff, None)] == before
    assert equals_the_database()


def test_whoever_is_killed_while_writing_leaves_no_half_file(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    busy.bring([files.trade("000", MON, "D1")])

    class Killed(BaseException):
        pass

    def killed(self: Path, target: Path) -> Path:
        raise Killed

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed):
        mirror.refresh(TRADES, Branch.objects.get())
    monkeypatch.undo()
    drafts = list(folder_of_trades().glob("draft-*"))
    assert drafts
    assert fees_at(None) == [500]
    for draft in drafts:
        os.utime(draft, (time.time() - 7200,) * 2)
    busy.bring([files.trade("000", MON, "D2")])
    assert fees_at(None) == [500, 500]
    assert not list(folder_of_trades().glob("draft-*"))


def test_a_change_while_the_file_is_written_is_noticed(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what a reader finds must not carry the name of the whole."""
    busy.bring([files.trade("000", MON, "D1")])
    late = busy.check([files.trade("000", MON, "D2")])
    plain, writes = mirror_files.write, []

    def overtaken(*args: Any) -> Path:
        draft = plain(*args)
        writes.append(draft)
        if len(writes) == 1:
            busy.commit(late)
        return draft

    monkeypatch.setattr(mirror_files, "write", overtaken)
    paths = mirror.refresh(TRADES, Branch.objects.get())
    assert len(writes) == 2
    assert [path.name for path in paths] == ["2026-11.g2.parquet"]
    monkeypatch.undo()
    assert fees_at(None) == [500, 500]


def test_a_reader_keeps_the_file_that_it_has_opened_by_name(busy: Desk) -> None:
    """A night that began before an import goes on reading the files it began with, however old they are."""
    busy.bring([files.trade("000", MON, "D1")])
    mirror.refresh(TRADES, Branch.objects.get())
    for path in folder_of_trades().iterdir():
        os.utime(path, (time.time() - 86_400,) * 2)
    night = mirror.open_facts(Branch.objects.all(), None)
    busy.bring([files.trade("000", MON, "D2")])
    assert fees_at(None) == [500, 500]
    assert night.execute("SELECT count(*) FROM trades").fetchall() == [(1,)]
    night.close()


def test_files_long_superseded_are_swept(busy: Desk) -> None:
    for number in range(3):
        busy.bring([files.trade("000", MON, f"D{number}")])
        mirror.refresh(TRADES, Branch.objects.get())
        for path in folder_of_trades().iterdir():
            os.utime(path, (time.time() - 7200,) * 2)
    busy.bring([files.trade("000", MON, "D9")])
    mirror.refresh(TRADES, Branch.objects.get())
    assert sorted(path.name for path in folder_of_trades().iterdir()) == ["2026-11.g3.parquet", "2026-11.g4.parquet"]


def test_a_firm_without_facts_has_empty_views(desk: Desk) -> None:
    desk.branch()
    assert known_at(None) == []
    assert not Trade.objects.exists()


def folder_of_trades() -> Path:
    return mirror_files.folder() / "trades" / "1101"
