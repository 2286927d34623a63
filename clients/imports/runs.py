"""The slow steps of an import as background runs: asked for by a page, done by a worker that holds the lease."""

from datetime import date

from clients.imports.checking import check, file_day
from clients.imports.commits import commit
from clients.imports.undoing import undo
from clients.models import ImportBatch
from crm import jobs
from crm.models import JobRun, Staff

State = ImportBatch.State


def ask_check(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun:
    """Queue the dry run of a batch; asking again queues it again with what a person corrected since."""
    run = _ask(JobRun.Kind.CHECK, batch, by=by, today=today)
    ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=[State.COMMITTED, State.UNDONE]).update(
        state=State.CHECKING, run=run
    )
    return run


def ask_commit(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun | None:
    """Queue the commit of a checked batch; a double click finds it queued and changes nothing."""
    if not _turn(batch, State.CHECKED, State.COMMITTING):
        return batch.run
    run = _ask(JobRun.Kind.IMPORT, batch, by=by, today=today)
    ImportBatch.objects.filter(pk=batch.pk).update(run=run)
    return run


def ask_undo(batch: ImportBatch, *, by: Staff | None, today: date) -> JobRun | None:
    """Queue the undo of a committed batch."""
    if not _turn(batch, State.COMMITTED, State.UNDOING):
        return batch.run
    run = _ask(JobRun.Kind.UNDO, batch, by=by, today=today)
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
        check(batch, today=_today(run), pulse=lambda done: _show(run, batch, done))
        counts.update(rows=batch.total_count, new=batch.new_count, rejected=batch.rejected_count)


def commit_batch(run: JobRun) -> None:
    """The worker's side of a commit: the fence inside the transaction keeps a worker that lost its lease from writing."""
    batch = _batch(run)
    with jobs.step(run, "write") as counts:
        day = file_day(batch, _today(run))
        commit(batch, by=run.requested_by, at=jobs.moment(run), file_day=day, fence=lambda: jobs.fence(run))
        counts.update(new=batch.new_count, changed=batch.changed_count)


def undo_batch(run: JobRun) -> None:
    """The worker's side of an undo."""
    with jobs.step(run, "undo") as counts:
        done, refused = undo(_batch(run), by=run.requested_by, at=jobs.moment(run), fence=lambda: jobs.fence(run))
        counts.update(done, refused=len(refused))


def _batch(run: JobRun) -> ImportBatch:
    return ImportBatch.objects.get(pk=run.arguments["batch"])


def _today(run: JobRun) -> date:
    return date.fromisoformat(run.arguments["today"])


def _show(run: JobRun, batch: ImportBatch, done: int) -> None:
    """How far the reading is, for the page; outside any transaction."""
    jobs.pulse(run, rows=done)
    ImportBatch.objects.filter(pk=batch.pk).update(progress={"done": done})
