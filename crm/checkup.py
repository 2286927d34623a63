"""The check of the data: whether everything that must always hold holds now. A worker does it, and the run keeps what it
found; `check_invariants` says the same in a terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from clients import invariants
from crm import audit, jobs
from crm.models import Branch, JobRun, Staff
from segmentation import invariants as nights
from servicing import invariants as service
from servicing.complaints.invariants import broken_complaints
from servicing.messages import invariants as messages

KEPT = 20  # sentences of one part that the run keeps; all are counted


@dataclass(frozen=True)
class Part:
    """One thing to check: `name` is batches, facts, copy, nights, complaints, service, messages or jobs; with the branch where
    it is of one."""

    name: str
    branch: Branch | None
    broken: Callable[[], Iterator[str]]


def parts(now: datetime) -> Iterator[Part]:
    """Everything that is checked, in order."""
    yield Part("batches", None, invariants.broken_batches)
    for branch in Branch.objects.order_by("code"):
        yield Part("facts", branch, lambda branch=branch: invariants.broken_facts(branch))  # type: ignore[misc]
        yield Part("copy", branch, lambda branch=branch: invariants.copy_differs(branch))  # type: ignore[misc]
        yield Part("nights", branch, lambda branch=branch: nights.broken(branch))  # type: ignore[misc]
        yield Part("complaints", branch, lambda branch=branch: broken_complaints(branch))  # type: ignore[misc]
        yield Part("service", branch, lambda branch=branch: service.broken(branch))  # type: ignore[misc]
    yield Part("messages", None, lambda: messages.broken(now))
    yield Part("jobs", None, lambda: silent_jobs(now))


def silent_jobs(now: datetime) -> Iterator[str]:
    """Runs that say nothing since ten minutes after their lease."""
    for run in JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now - timedelta(minutes=10)):
        yield f"{run.key}: running without a heartbeat since {run.heartbeat_at}"


def start_checkup(now: datetime, *, requested_by: Staff | None = None, address: str | None = None) -> JobRun:
    """Ask for a check; while one waits or runs it is that one, so a double click asks once."""
    with transaction.atomic():
        open_states = [JobRun.State.QUEUED, JobRun.State.RUNNING]
        waiting = JobRun.objects.filter(kind=JobRun.Kind.CHECKUP, state__in=open_states).first()
        if waiting is not None:
            return waiting
        run = jobs.enqueue(JobRun.Kind.CHECKUP, f"checkup:{now:%Y-%m-%dT%H:%M}", requested_by=requested_by)
        if run.state in (JobRun.State.DONE, JobRun.State.FAILED):
            jobs.retry(run)
        audit.record("start-checkup", actor=requested_by, table=JobRun._meta.db_table, key=run.pk, address=address)
    return run


def run_checkup(run: JobRun) -> None:
    """Check part by part (the handler of runs of kind *checkup*). What does not hold is the result and no failure."""
    total = 0
    for part in parts(jobs.moment(run)):
        with jobs.step(run, part.name) as counts:
            sentences = part.broken()
            kept = list(islice(sentences, KEPT))
            counts["broken"] = len(kept) + sum(1 for _more in sentences)
            total += counts["broken"]
            run.steps[-1] |= {"branch": part.branch.code if part.branch else "", "sentences": kept}
        run.counts = {**run.counts, "broken": total}
