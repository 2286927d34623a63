"""Work for the tests: slow steps that leave a trace, and a publication that counts who published."""

import os
import time
from pathlib import Path

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
