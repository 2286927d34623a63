"""G3, G4b and G5: the night after one more day's facts against the night of the same day after the columnar copy was deleted
(everything is read from the database again); the night with 24 months of history against 12; and what an identical rerun
writes. Nights run in the foreground, one branch after the other, as `run_nightly` does; interleaved, the median counts.
A night is per branch, so two branches of 10,000 clients are enough: one with 24 months of history and one with 12."""

import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.bench.installation import arguments, installation, say

Steps = dict[str, float]


def night(branches: Sequence[Any], day: date, now: datetime, cutoff: datetime | None = None) -> tuple[float, Steps]:
    """Seconds of the whole night of some branches, and seconds per step; raises where a branch fails."""
    from crm import jobs, nightly
    from crm.models import JobRun
    from crm.tasks import Handlers

    start = time.perf_counter()
    runs = [run for b in branches for run in nightly.start(now, as_of=day, branch=b, cutoff=cutoff, ring=False)]
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


def changes_between(branches: Sequence[Any], earlier: date, later: date) -> tuple[int, int]:
    """Tier and state changes between two published days, counted in Python from the standings; and rows in the ledgers."""
    from crm.models import Publication
    from segmentation.models import Standing, StateChange, TierMove

    nights = Publication.objects.published().filter(branch__in=branches)

    def stood(day: date) -> dict[int, tuple[str, str, str]]:
        rows = Standing.objects.filter(publication__in=nights.filter(as_of=day))
        return {c: (t, d, b) for c, t, d, b in rows.values_list("client", "tier", "dormancy", "churn_band")}

    before, after = stood(earlier), stood(later)
    changed = 0
    for client, now in after.items():
        then = before.get(client)
        changed += 1 if then is None else sum(a != b for a, b in zip(then, now, strict=True))
    changed += len(before.keys() - after.keys())
    written = [ledger.objects.filter(publication__in=nights.filter(as_of=later)) for ledger in (TierMove, StateChange)]
    return changed, sum(rows.count() for rows in written)


class Firm:
    """The firm in the database, and its clock: `long` has 24 months of history, `short` has 12."""

    def __init__(self, clients: int) -> None:
        import duckdb

        from tests.bench import firm_rows

        self.clients, self.con, self.rows = clients, duckdb.connect(), firm_rows
        with firm_rows.bare_tables():
            branches = firm_rows.write_people(self.con, clients)
            self.long, self.short = branches[::2], branches[1::2]
            firm_rows.write_history(self.con, clients, self.short)
        firm_rows.settle()
        self.day, self.now = firm_rows.LAST_DAY, firm_rows.RECORDED + timedelta(hours=1)
        night(branches, self.day, self.now)  # fits the model of the month and makes the copy

    def next_day(self) -> int:
        """Bring in what one more trading day brings; returns the count of rows."""
        from crm import calendar

        self.day = calendar.trading_days(self.day + timedelta(days=1), self.day + timedelta(days=14))[0]
        self.now += timedelta(minutes=1)
        return self.rows.write_day(self.con, self.clients, self.day, self.now)


def main() -> None:
    """Print G3, G4b and G5 with both sides."""
    told = arguments(__doc__, clients=20_000)
    with installation(sqlite=told.sqlite):
        from clients import mirror_files

        firm = Firm(told.clients)
        seconds: dict[str, list[float]] = {"daily": [], "whole": [], "half": []}
        steps: dict[str, list[Steps]] = {"daily": [], "whole": [], "half": []}
        rerun, days, rows = [], [firm.day], 0

        def timed(kind: str, branches: Sequence[Any], cutoff: datetime | None = None) -> None:
            took, parts = night(branches, firm.day, firm.now, cutoff)
            seconds[kind].append(took)
            steps[kind].append(parts)

        for _ in range(told.rounds):
            rows = firm.next_day()
            days.append(firm.day)
            timed("half", firm.short)
            timed("daily", firm.long)
            shutil.rmtree(mirror_files.folder())
            timed("whole", firm.long, firm.now + timedelta(seconds=30))
            night(firm.short, firm.day, firm.now, firm.now + timedelta(seconds=30))  # makes its copy again
            with writes_counted() as counted:
                night(firm.long, firm.day, firm.now + timedelta(seconds=10), firm.now + timedelta(seconds=30))
            rerun.append(counted["rows"])
        ledgers = [changes_between(firm.long, *pair) for pair in pairwise(days)]
    report(told.clients // 2, rows // 2, seconds, steps)
    changed, written = (sum(n) for n in zip(*ledgers, strict=True))
    sys.stdout.write(
        f"G5   rows that an identical rerun writes: {max(rerun)}  (goal 0); ledger rows over {len(ledgers)} nights:"
        f" {written:,}, changes: {changed:,}  (goal: equal){'' if max(rerun) == 0 and changed == written else '  MISSED'}\n"
    )


def report(clients: int, rows: int, seconds: dict[str, list[float]], steps: dict[str, list[Steps]]) -> None:
    """The lines of G3 and G4b."""

    def per_step(kind: str) -> str:
        names = steps[kind][0]
        return ", ".join(f"{name} {statistics.median(each[name] for each in steps[kind]):.2f}" for name in names)

    day, whole, half = (statistics.median(seconds[kind]) for kind in ("daily", "whole", "half"))
    say("G3", f"night of {clients:,} clients after {rows:,} new rows ÷ after deleting the copy", day / whole, 0.25,
        f"{day:.2f} s ÷ {whole:.2f} s; steps {per_step('daily')} ÷ {per_step('whole')}")  # fmt: skip
    say("G4b", "the same night with 24 months of history ÷ with 12", day / half, 1.2,
        f"{day:.2f} s ÷ {half:.2f} s; steps {per_step('daily')} ÷ {per_step('half')}")  # fmt: skip


if __name__ == "__main__":
    main()
