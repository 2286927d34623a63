"""The slow steps of an import as background runs: asked for by a page, done by a worker that holds the lease."""

import time
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from clients.imports.batches import folder, order_of, take
from clients.imports.checking import blocking, check, file_day
from clients.imports.commits import commit
from clients.imports.undoing import undo
from clients.models import ImportBatch
from crm import jobs
from crm.models import JobRun, Staff

State = ImportBatch.State
FOUNDATIONS = ("clients", "accounts")  # what other files name
_ON_CLIENTS = ("accounts", "trades", "fills", "cash_transfers", "securities_transfers", "assets", "holdings")
TELL_SECONDS = 0.5
_SETTLED = (State.COMMITTED, State.UNDOING, State.UNDONE, State.DISCARDED)


def ask_check(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun | None:
    """Queue the dry run of a batch; asking again queues it again with what a person corrected since. A batch that is
    being worked on, committed or gone is left alone."""
    with transaction.atomic():
        if not take(batch, State.CHECKING, progress={}):
            return batch.run
        run = _ask(JobRun.Kind.CHECK, batch, by=by, today=today)
        ImportBatch.objects.filter(pk=batch.pk).update(run=run)
    return run


def ask_checks(batches: Iterable[ImportBatch], *, by: Staff, today: date) -> list[ImportBatch]:
    """Queue the dry runs of files that came together, except where something is to be answered first and where a client
    or account file of the same person is still to be committed: what names its clients can only be judged after it.
    Returns the batches that were queued."""
    pending = ImportBatch.objects.filter(uploaded_by=by, kind__in=FOUNDATIONS).exclude(state__in=_SETTLED)
    first = min((order_of(kind) for kind in pending.values_list("kind", flat=True)), default=order_of(""))
    able = [
        b for b in batches if b.kind and not blocking(b) and (b.kind not in _ON_CLIENTS or order_of(b.kind) <= first)
    ]
    return [batch for batch in able if ask_check(batch, by=by, today=today)]


def ask_commit(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun | None:
    """Queue the commit of a checked batch; a double click finds it queued and changes nothing."""
    return _ask_turn(batch, JobRun.Kind.IMPORT, (State.CHECKED, State.COMMITTING), by=by, today=today)


def ask_undo(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun | None:
    """Queue the undo of a committed batch."""
    return _ask_turn(batch, JobRun.Kind.UNDO, (State.COMMITTED, State.UNDOING), by=by, today=today)


def _ask_turn(batch: ImportBatch, kind: str, turn: tuple[str, str], *, by: Staff | None, today: date) -> JobRun | None:
    with transaction.atomic():
        if not _turn(batch, *turn):
            return batch.run
        run = _ask(kind, batch, by=by, today=today)
        ImportBatch.objects.filter(pk=batch.pk).update(run=run)
    return run


def _turn(batch: ImportBatch, from_state: str, to_state: str) -> bool:
    """Move the batch on, once; work that failed may be asked for again."""
    again = ImportBatch.objects.filter(pk=batch.pk, state=to_state, run__state=JobRun.State.FAILED).exists()
    return again or bool(ImportBatch.objects.filter(pk=batch.pk, state=from_state).update(state=to_state))


def _ask(kind: str, batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun:
    arguments = {"batch": batch.pk, "today": today.isoformat(), "by": by.pk if by else None}
    run = jobs.enqueue(kind, f"{kind}:{batch.uid.hex}", arguments=arguments, requested_by=by)
    if run.state in {JobRun.State.DONE, JobRun.State.FAILED}:
        jobs.retry(run, arguments=arguments)
    return run


def check_batch(run: JobRun) -> None:
    """The worker's side of a dry run."""
    batch = _batch(run)
    with jobs.step(run, "read and compare") as counts:
        check(batch, today=_today(run), pulse=lambda done: _show(run, batch, done), fence=lambda: jobs.fence(run))
        counts.update(rows=batch.total_count, new=batch.new_count, rejected=batch.rejected_count)


def commit_batch(run: JobRun) -> None:
    """The worker's side of a commit: the fence inside the transaction keeps a worker that lost its lease from writing."""
    batch = _batch(run)
    with jobs.step(run, "write") as counts:
        day = file_day(batch, _today(run))
        commit(
            batch,
            by=run.requested_by,
            at=jobs.moment(run),
            file_day=day,
            fence=lambda: jobs.fence(run),
            told=Sidecar(batch),
        )
        counts.update(new=batch.new_count, changed=batch.changed_count)
    if batch.kind in FOUNDATIONS and run.requested_by:
        _check_what_waited(run.requested_by, today=_today(run))


class Sidecar:
    """How many rows are written, in a file beside the upload: inside the transaction the database cannot say so."""

    def __init__(self, batch: ImportBatch) -> None:
        self._path, self._last = folder(batch) / "written", 0.0
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self(0)  # what the work before it had written is not this work's

    def __call__(self, count: int) -> None:
        if time.monotonic() - self._last > TELL_SECONDS:
            self._path.write_text(str(count))
            self._last = time.monotonic()


def written_rows(batch: ImportBatch) -> int:
    """The rows that a commit or undo under way has written so far; 0 where nothing is known on this host. An undo writes
    each row twice: into the history, then away or back."""
    try:
        return int((folder(batch) / "written").read_text() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _check_what_waited(by: Staff, *, today: date) -> None:
    """Files of the same person that name the clients or accounts which are known only now."""
    waiting = ImportBatch.objects.filter(uploaded_by=by, kind__in=_ON_CLIENTS)
    again = waiting.filter(state=State.INSPECTED) | waiting.filter(state=State.CHECKED, rejected_count__gt=0)
    ask_checks(again.order_by("id"), by=by, today=today)


def undo_batch(run: JobRun) -> None:
    """The worker's side of an undo."""
    batch = _batch(run)
    with jobs.step(run, "undo") as counts:
        done, refused = undo(
            batch, by=run.requested_by, at=jobs.moment(run), fence=lambda: jobs.fence(run), told=Sidecar(batch)
        )
        counts.update(done, refused=len(refused))


def _batch(run: JobRun) -> ImportBatch:
    return ImportBatch.objects.get(pk=run.arguments["batch"])


def _today(run: JobRun) -> date:
    return date.fromisoformat(run.arguments["today"])


def _show(run: JobRun, batch: ImportBatch, done: int) -> None:
    """How far the reading is, for the page; outside any transaction."""
    jobs.pulse(run, rows=done)
    ImportBatch.objects.filter(pk=batch.pk).update(progress={"done": done})
