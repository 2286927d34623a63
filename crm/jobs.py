"""Background work that is neither lost nor done twice. The row of JobRun is the truth, Celery only rings the bell:
a worker claims the row by a conditional update, keeps it by a lease, and writes only while its attempt is the latest."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from crm import bell
from crm.lib.failures import describe, is_interruption
from crm.lib.processes import has_died
from crm.models import Branch, JobRun, Staff

log = logging.getLogger(__name__)

State = JobRun.State
Handler = Callable[[JobRun], None]
MAX_ATTEMPTS = 20  # a job that kills its worker every time must end, visibly

_claims: dict[tuple[int, int], tuple[datetime, float]] = {}  # (run, attempt) -> moment of the claim, stopwatch
_beats: dict[tuple[int, int], float] = {}


class LeaseLost(Exception):
    """Another worker has this run now: whoever gets this writes nothing more."""


def lease() -> timedelta:
    """How long a silent worker keeps its work. PostgreSQL: a thread beats, so a minute is enough. SQLite: nobody beats
    during a long step, but everybody is on one host, where a dead process is noticed by itself."""
    default = 60 if connection.vendor == "postgresql" else 300
    return timedelta(seconds=float(getattr(settings, "JOB_LEASE_SECONDS", None) or default))


def enqueue(
    kind: str,
    key: str,
    *,
    branch: Branch | None = None,
    as_of: date | None = None,
    cutoff: datetime | None = None,
    arguments: Mapping[str, object] | None = None,
    requested_by: Staff | None = None,
    ring: bool = True,
) -> JobRun:
    """The run of this business key, made if there is none, and the bell once the surrounding transaction has committed.
    A run that is done or has failed is returned as it is: see `retry`. A broker that is away is no error."""
    run, _ = JobRun.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "branch": branch,
            "as_of": as_of,
            "cutoff": cutoff,
            "arguments": dict(arguments or {}),
            "requested_by": requested_by,
        },
    )
    if ring and run.state == State.QUEUED:
        transaction.on_commit(lambda: bell.ring([run.pk]))
    return run


def retry(
    run: JobRun, *, cutoff: datetime | None = None, arguments: Mapping[str, object] | None = None, ring: bool = True
) -> bool:
    """Queue a finished or failed run again, with a new cutoff or arguments if given; False when it is queued or running."""
    changes: dict[str, object] = {"state": State.QUEUED, "error": "", "started_at": None, "finished_at": None}
    if cutoff is not None:
        changes["cutoff"] = cutoff
    if arguments is not None:
        changes["arguments"] = dict(arguments)
    changed = JobRun.objects.filter(pk=run.pk, state__in=[State.DONE, State.FAILED]).update(**changes)
    if changed and ring:
        transaction.on_commit(lambda: bell.ring([run.pk]))
    run.refresh_from_db()
    return bool(changed)


def claim(run_id: int, worker: str, now: datetime) -> JobRun | None:
    """Take the run if nobody holds it: the row count of the update is the lock. The new attempt number is the fence."""
    with transaction.atomic():
        changed = (
            JobRun.objects.abandoned_at(now)
            .filter(pk=run_id)
            .update(
                state=State.RUNNING,
                attempt=F("attempt") + 1,
                worker=worker,
                lease_until=now + lease(),
                heartbeat_at=now,
                started_at=Coalesce("started_at", now),
                finished_at=None,
                steps=[],
                counts={},
                error="",
            )
        )
        run = JobRun.objects.select_related("branch").get(pk=run_id) if changed else None
    if run is not None:
        _claims[run.pk, run.attempt] = (now, time.monotonic())
    return run


def moment(run: JobRun) -> datetime:
    """The present by the clock of whoever claimed the run: the moment of the claim and the seconds since."""
    try:
        claimed_at, stopwatch = _claims[run.pk, run.attempt]
    except KeyError:
        raise LeaseLost(f"{run.key}: attempt {run.attempt} was not claimed by this process") from None
    return claimed_at + timedelta(seconds=time.monotonic() - stopwatch)


def _write(run: JobRun, **changes: object) -> None:
    """Write to the run if it is still ours, else raise LeaseLost."""
    if not JobRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING).update(**changes):
        raise LeaseLost(f"{run.key}: attempt {run.attempt} is over")


def heartbeat(run: JobRun) -> None:
    """Say that the worker lives, and how far it is; extends the lease."""
    now = moment(run)
    _write(run, heartbeat_at=now, lease_until=now + lease(), steps=run.steps, counts=run.counts)
    _beats[run.pk, run.attempt] = time.monotonic()


def pulse(run: JobRun, **counts: int) -> None:
    """A heartbeat from inside a long step, at most every few seconds and never inside a transaction (there it would
    hold or wait for locks); the counts show how far the step is."""
    run.counts = {**run.counts, **counts}
    since = time.monotonic() - _beats.get((run.pk, run.attempt), 0.0)
    if not transaction.get_connection().in_atomic_block and since > min(3.0, lease().total_seconds() / 4):
        heartbeat(run)


@contextmanager
def step(run: JobRun, name: str) -> Iterator[dict[str, int]]:
    """One named step: its seconds and the counts that the body puts into the dictionary are kept with the run."""
    counts: dict[str, int] = {}
    entry: dict[str, object] = {"name": name, "seconds": None}
    run.steps.append(entry)
    heartbeat(run)
    stopwatch = time.monotonic()
    yield counts
    entry |= {"seconds": round(time.monotonic() - stopwatch, 3), **counts}
    heartbeat(run)


def fence(run: JobRun) -> None:
    """Inside the transaction that publishes: from here to its end nobody else can take the run; raises LeaseLost
    when somebody has. Extends the lease, because the commit may take its time."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("fence() belongs inside the publishing transaction")
    now = moment(run)
    _write(run, heartbeat_at=now, lease_until=now + lease())


def finish(run: JobRun) -> None:
    """Close the run with what the handler noted in inputs, versions, counts and steps; raises LeaseLost when not ours."""
    now = moment(run)
    _write(
        run,
        state=State.DONE,
        finished_at=now,
        heartbeat_at=now,
        lease_until=None,
        steps=run.steps,
        counts=run.counts,
        inputs=run.inputs,
        versions=run.versions,
    )
    _forget(run)


def fail(run: JobRun, error: str) -> bool:
    """Close the run as failed; False when it is not ours any more."""
    now = moment(run)
    ours = JobRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING)
    changed = ours.update(
        state=State.FAILED, finished_at=now, lease_until=None, error=error, steps=run.steps, counts=run.counts
    )
    _forget(run)
    return bool(changed)


def _forget(run: JobRun) -> None:
    _claims.pop((run.pk, run.attempt), None)
    _beats.pop((run.pk, run.attempt), None)


def perform(run_id: int, handlers: Mapping[str, Handler], *, worker: str, now: datetime) -> JobRun | None:
    """Claim one run and do it; None when another has it or it is done. A failure is written to the run, not raised."""
    if connection.vendor == "sqlite":
        release_dead(now)
    run = claim(run_id, worker, now)
    if run is None:
        return None
    try:
        with _beating(run) if connection.vendor == "postgresql" else nullcontext():
            handlers[run.kind](run)
        finish(run)
    except LeaseLost as lost:
        log.warning("%s", lost)
        _forget(run)
    except Exception as error:  # whatever it was, the ledger says so
        if is_interruption(error):
            log.warning("%s was interrupted (%s) and will be taken up again", run.key, type(error).__name__)
            release(run)
        else:
            log.error("%s failed: %s", run.key, describe(error))
            fail(run, describe(error))
    return run


def release(run: JobRun) -> None:
    """Give the run back for the next one to take; where even that cannot be written, its lease runs out."""
    connection.close()
    with suppress(OperationalError, InterfaceError, LeaseLost):
        _write(run, lease_until=moment(run) - timedelta(seconds=1))
    _forget(run)


@contextmanager
def _beating(run: JobRun) -> Iterator[None]:
    """A thread that keeps the lease while a long step runs, on a connection of its own."""
    stop = Event()

    def beat() -> None:
        try:
            while not stop.wait(lease().total_seconds() / 4):
                now = moment(run)
                try:
                    _write(run, heartbeat_at=now, lease_until=now + lease())
                except (OperationalError, InterfaceError):
                    connection.close()
        except LeaseLost:
            pass  # the next step or the fence of the main thread finds out by itself
        finally:
            connection.close()

    thread = Thread(target=beat, name=f"lease of {run.key}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def release_dead(now: datetime) -> int:
    """On SQLite, where every worker is on this host: give back at once what a process that is gone has held."""
    released = 0
    for run_id, attempt, worker in JobRun.objects.filter(state=State.RUNNING).values_list("pk", "attempt", "worker"):
        if has_died(worker):
            ours = JobRun.objects.filter(pk=run_id, attempt=attempt, state=State.RUNNING)
            released += ours.update(lease_until=now - timedelta(seconds=1))
    return released


def reconcile(now: datetime) -> int:
    """Ring for everything that nobody holds, unless as many bells are still unheard; the number rung. Work whose
    worker died too often is closed as failed."""
    if connection.vendor == "sqlite":
        release_dead(now)
    JobRun.objects.abandoned_at(now).filter(state=State.RUNNING, attempt__gte=MAX_ATTEMPTS).update(
        state=State.FAILED, finished_at=now, lease_until=None, error=f"The worker died {MAX_ATTEMPTS} times"
    )
    open_runs = list(JobRun.objects.abandoned_at(now).order_by("created_at").values_list("pk", flat=True))
    if not open_runs:
        return 0
    unheard = bell.unheard()
    if unheard is None or unheard >= len(open_runs):
        return 0
    return len(open_runs) if bell.ring(open_runs) else 0
