"""What the workers do: perform a run, start the night, look for abandoned work."""

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from crm import heartbeats, jobs
from crm.celery import app
from crm.lib.processes import this_process
from crm.models import JobRun

# Which function does which kind of work; named as text, because each is loaded by the worker that needs it.
HANDLERS: dict[str, str] = {
    JobRun.Kind.NIGHT: "crm.nightly.run_branch",
    JobRun.Kind.MODEL: "crm.monthly_model.fit_model",
    JobRun.Kind.CHECK: "clients.imports.check_batch",
    JobRun.Kind.IMPORT: "clients.imports.commit_batch",
    JobRun.Kind.UNDO: "clients.imports.undo_batch",
    JobRun.Kind.REPORT: "crm.pages.report.making.make_report",
    JobRun.Kind.CHECKUP: "crm.checkup.run_checkup",
}


class Handlers(dict[str, jobs.Handler]):
    """The handlers by kind, imported when asked for; settings.JOB_HANDLERS replaces some (tests with real workers do)."""

    def __missing__(self, kind: str) -> jobs.Handler:
        handler: jobs.Handler = import_string({**HANDLERS, **getattr(settings, "JOB_HANDLERS", {})}[kind])
        return handler


@app.task(name="crm.tasks.perform")
def perform(run_id: int) -> None:
    """Do one run, if nobody else does."""
    jobs.perform(run_id, Handlers(), worker=this_process(), now=timezone.now())


@app.task(name="crm.tasks.reconcile_jobs")
def reconcile_jobs() -> None:
    """Ring for what was lost, forgotten or left by a dead worker. The clock sent this and a worker does it: both live."""
    heartbeats.beat([heartbeats.CLOCK, heartbeats.this_worker()], timezone.now())
    jobs.reconcile(timezone.now())


@app.task(name="crm.tasks.start_checkup")
def start_checkup() -> None:
    """Queue the daily check of the data."""
    import_string("crm.checkup.start_checkup")(timezone.now())


@app.task(name="crm.tasks.escalate_complaints")
def escalate_complaints() -> None:
    """Give complaints that nobody may work on to the next by rule, and tell who must know of those that are late; what was told
    is not told again."""
    now = timezone.now()
    import_string("servicing.complaints.owners.pass_on_stray")(now)
    import_string("servicing.complaints.escalating.escalate_overdue")(now)


@app.task(name="crm.tasks.start_night")
def start_night() -> None:
    """Queue the night of every branch for the last trading day."""
    import_string("crm.nightly.start_night")(timezone.now())
