"""G3, G4b and G5: the night after one more day's facts against the night of the same day after the columnar copy was deleted
(everything is read from the database again); the night with 24 months of history against 12; and what an identical rerun
writes. Nights run in the foreground, one branch after the other, as `run_nightly` does; interleaved, the median counts."""

import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.installation import arguments, database, installation, say

Steps = dict[str, float]


def night(day: date, now: datetime, cutoff: datetime | None = None) -> tuple[float, Steps]:
    """Seconds of the whole night of a day, and seconds per step over all branches; raises where a branch fails."""
    from crm import jobs, nightly
    from crm.models import JobRun
    from crm.tasks import Handlers

    start = time.perf_counter()
    runs = nightly.start(now, as_of=day, cutoff=cutoff, ring=False)
    for run in runs:
        jobs.perform(run.pk, Handlers(), worker="bench", now=now)
    seconds = time.perf_counter() - start
    steps: Steps = {}
    for run in JobRun.objects.filter(pk__in=[run.pk for run in runs]):
        if run.state != JobRun.State.DONE:
            raise RuntimeError(run.error)
        for step in run.steps:
            steps[step["name"]] = steps.get(step["name"], 0) + step["seconds"]
    return seconds, steps


@contextmanager
def writes_counted() -> Iterator[dict[str, int]]:
    """Rows that INSERT, UPDATE and DELETE statements touch inside the block."""
    from django.db import connection

    counted = {"rows": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            counted["rows"] += max(0, context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        yield counted


def changes_between(earlier: date, later: date) -> tuple[int, int]:
    """Tier and state changes between two published days, counted in Python from the standings; and rows in the ledgers."""
    from segmentation.models import Standing, StateChange, TierMove

    def stood(day: date) -> dict[int, tuple[str, str, str]]:
        rows = Standing.objects.filter(publication__as_of=day, publication__state="published")
        return {c: (t, d, b) for c, t, d, b in rows.values_list("client", "tier", "dormancy", "churn_band")}

    before, after = stood(earlier), stood(later)
    changed = 0
    for client, now in after.items():
        then = before.get(client)
        changed += 1 if then is None else sum(a != b for a, b in zip(then, now, strict=True))
    changed += len(before.keys() - after.keys())
    told = {"publication__as_of": later, "publication__state": "published"}
    return changed, TierMove.objects.filter(**told).count() + StateChange.objects.filter(**told).count()


class Firm:
    """A firm with so many months of history in the current database, and its clock."""

    def __init__(self, clients: int, months: int) -> None:
        import duckdb

        from tests.bench import firm_rows

        self.clients, self.con, self.rows = clients, duckdb.connect(), firm_rows
        with firm_rows.without_foreign_keys():
            firm_rows.write_people(self.con, clients)
            firm_rows.write_history(self.con, clients, months=months)
        firm_rows.settle()
        self.day, self.now = firm_rows.LAST_DAY, firm_rows.RECORDED + timedelta(hours=1)
        night(self.day, self.now)  # fits the model of the month and makes the copy

    def next_day(self) -> int:
        """Bring in what one more trading day brings; returns the count of rows."""
        from crm import calendar

        self.day = calendar.trading_days(self.day + timedelta(days=1), self.day + timedelta(days=14))[0]
        self.now += timedelta(minutes=1)
        return self.rows.write_day(self.con, self.clients, self.day, self.now)


def main() -> None:
    """Print G3, G4b and G5 with both sides."""
    from itertools import pairwise

    told = arguments(__doc__)
    with installation(sqlite=told.sqlite) as var:
        from django.conf import settings

        def at(months: int) -> AbstractContextManager[None]:
            settings.VAR_DIR = var / f"of-{months}"
            settings.VAR_DIR.mkdir(exist_ok=True)
            return database("half") if months == 12 else nullcontext()

        firms: dict[int, Firm] = {}
        for months in (12, 24):
            with at(months):
                firms[months] = Firm(told.clients, months)
        daily: list[float] = []
        half: list[float] = []
        whole: list[float] = []
        steps: dict[str, list[Steps]] = {"daily": [], "whole": []}
        rerun = []
        days = []
        for _ in range(told.rounds):
            with at(12):
                firms[12].next_day()
                half.append(night(firms[12].day, firms[12].now)[0])
            with at(24):
                firm = firms[24]
                rows = firm.next_day()
                days.append(firm.day)
                for sides, kind, cutoff in ((daily, "daily", None), (whole, "whole", firm.now + timedelta(seconds=30))):
                    if cutoff:
                        shutil.rmtree(Path(settings.VAR_DIR) / "mirror")
                    seconds, parts = night(firm.day, firm.now, cutoff)
                    sides.append(seconds)
                    steps[kind].append(parts)
                with writes_counted() as counted:
                    night(firm.day, firm.now + timedelta(seconds=10), firm.now + timedelta(seconds=30))
                rerun.append(counted["rows"])
        with at(24):
            ledgers = [changes_between(*pair) for pair in pairwise(days)]
    report(told.clients, rows, daily, whole, half, steps)
    changed, written = (sum(n) for n in zip(*ledgers, strict=True))
    sys.stdout.write(
        f"G5   rows that an identical rerun writes: {max(rerun)}  (goal 0); ledger rows over {len(ledgers)} nights:"
        f" {written:,}, changes: {changed:,}  (goal: equal){'' if max(rerun) == 0 and changed == written else '  MISSED'}\n"
    )


def report(
    clients: int, rows: int, daily: list[float], whole: list[float], half: list[float], steps: dict[str, list[Steps]]
) -> None:
    """The lines of G3 and G4b."""

    def per_step(kind: str) -> str:
        names = steps[kind][0]
        return ", ".join(f"{name} {statistics.median(each[name] for each in steps[kind]):.2f}" for name in names)

    a, b, c = statistics.median(daily), statistics.median(whole), statistics.median(half)
    say("G3", f"night of {clients:,} clients after {rows:,} new rows ÷ after deleting the copy", a / b, 0.25,
        f"{a:.2f} s ÷ {b:.2f} s; steps {per_step('daily')} ÷ {per_step('whole')}")  # fmt: skip
    say("G4b", "the same night with 24 months of history ÷ with 12", a / c, 1.2, f"{a:.2f} s ÷ {c:.2f} s")


if __name__ == "__main__":
    main()
