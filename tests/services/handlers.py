"""Work for the tests: slow steps that leave a trace, and a publication that counts who published."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from crm import jobs
from crm.celery import app
from crm.models import Branch, JobRun


def slow_steps(run: JobRun) -> None:
    """`steps` steps of `seconds` each, then one row per publishing attempt. `pause`: seconds
    before the publication; `fence: false` takes the guard away."""
    trace = Path(run.arguments["trace"])
    for number in range(run.arguments.get("steps", 3)):
        with jobs.step(run, f"step {number}"), trace.open("a") as file:
            file.write(f"{os.getpid()} {run.attempt} {number}\n")
            file.flush()
            time.sleep(run.arguments.get("seconds", 0.5))
    if "pause" in run.arguments:
        with trace.open("a") as file:
            file.write(f"{os.getpid()} {run.attempt} pause\n")
        time.sleep(run.arguments["pause"])
    with transaction.atomic():
        if run.arguments.get("fence", True):
            jobs.fence(run)
        Branch.objects.create(
            code=f"{run.pk}-{run.attempt}-{os.getpid()}-{time.monotonic_ns() % 10**6}", name="published"
        )


@app.task(name="tests.perform_without_claim")
def perform_without_claim(run_id: int) -> None:
    """What a plain task queue would do: the message alone starts the work."""
    run = JobRun.objects.get(pk=run_id)
    with transaction.atomic():
        Branch.objects.create(code=f"{run.pk}-{time.monotonic_ns()}", name="published")


def die_at(run: JobRun, moment: str) -> None:
    """kill -9 of this very process, once, at the moment that the test has written into the var folder."""
    wish = Path(settings.VAR_DIR) / "die-at"
    if run.attempt == 1 and wish.exists() and wish.read_text() == f"{run.kind} {moment}":
        os.kill(os.getpid(), signal.SIGKILL)


def make_mortal() -> None:
    """Let every run die where a test wants it: before and after each step, behind the fence, before the last word."""
    step, fence, finish = jobs.step, jobs.fence, jobs.finish

    @contextmanager
    def mortal_step(run: JobRun, name: str) -> Iterator[dict[str, int]]:
        die_at(run, f"before {name}")
        with step(run, name) as counts:
            yield counts
            die_at(run, f"after {name}")

    def mortal_fence(run: JobRun) -> None:
        fence(run)
        die_at(run, "behind the fence")

    def mortal_finish(run: JobRun) -> None:
        die_at(run, "before the last word")
        finish(run)

    jobs.step, jobs.fence, jobs.finish = mortal_step, mortal_fence, mortal_finish


if "CRM_TEST_DATABASE" in os.environ:  # in a worker
    make_mortal()
