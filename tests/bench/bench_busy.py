"""G11: the client list while one worker runs the night of every branch, against the same list while nothing runs. The night
is a process of its own, as a worker is; requests go through the whole of Django in this one. Each round brings in a day
more and tells the 95th percentile of either side; the median of the rounds' ratios counts."""

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from tests.bench.bench_night import Firm
from tests.bench.bench_pages import Ask, asks
from tests.bench.installation import ROOT, arguments, installation, say

IDLE_REQUESTS = 60


def timed(ask: Ask, go_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each request for as long as it is told to go on, told how many there were."""
    took: list[float] = []
    while go_on(len(took)):
        start = time.perf_counter()
        ask()
        took.append((time.perf_counter() - start) * 1000)
    return took


def p95(took: list[float]) -> float:
    """What 19 of 20 stay under."""
    return sorted(took)[math.ceil(0.95 * len(took)) - 1]


def main() -> None:
    """Print G11 with both sides."""
    told = arguments(__doc__, clients=20_000)
    with installation(sqlite=told.sqlite):
        from django.urls import reverse

        firm = Firm(told.clients)
        lists = {role: asks(role, reverse("client-list")) for role in ("manager", "compliance")}
        idle: dict[str, list[float]] = {role: [] for role in lists}
        busy: dict[str, list[float]] = {role: [] for role in lists}
        requests = 0
        for _ in range(told.rounds):
            for role, ask in lists.items():
                ask()
                idle[role].append(p95(timed(ask, lambda n: n < IDLE_REQUESTS)))
            for role, ask in lists.items():
                firm.next_day()
                with running_night(firm.day.isoformat()) as night:
                    took = timed(ask, lambda _n, night=night: night.poll() is None)  # type: ignore[misc]
                busy[role].append(p95(took))
                requests += len(took)
        for role in lists:
            ratio = statistics.median(b / i for b, i in zip(busy[role], idle[role], strict=True))
            sides = f"{statistics.median(busy[role]):.1f} ms ÷ {statistics.median(idle[role]):.1f} ms p95"
            say("G11", f"list of {role} during the night of {told.clients:,} ÷ idle", ratio, 2, sides)
        sys.stdout.write(f"     {requests:,} requests while nights ran\n")


def running_night(day: str) -> "subprocess.Popen[bytes]":
    """The night of a day in a process of its own, started and past its imports; ends the benchmark where it fails."""
    command = [sys.executable, "manage.py", "run_nightly", "--as-of", day]
    night = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    from crm.models import JobRun

    while not JobRun.objects.filter(kind="night", as_of=day, state__in=["running", "done"]).exists():
        if night.poll() is not None:
            raise RuntimeError(f"the night of {day} ended with {night.returncode}")
        time.sleep(0.02)
    return night


if __name__ == "__main__":
    main()
