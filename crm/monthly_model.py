"""The churn model of the month, for the whole firm: fitted once, by the first branch whose night misses it."""

import time
from contextlib import closing
from datetime import date, datetime

from clients import mirror
from crm import jobs
from crm.lib.processes import this_process
from crm.models import Branch, JobRun
from crm.night_inputs import branches_with_facts, code_version, digest, history_until
from segmentation import churn
from segmentation.models import ScoreModel


class ModelMissing(Exception):
    """The model of the month could not be fitted; the run of kind *model* says why."""


def fit_model(run: JobRun) -> None:
    """Fit the firm's model of a month (the handler of runs of kind *model*), on facts of every branch."""
    if run.as_of is None or run.cutoff is None:
        raise ValueError(f"{run.key} names no day or cutoff")
    with jobs.step(run, "facts"):
        con = mirror.open_facts(Branch.objects.filter(pk__in=branches_with_facts()), run.cutoff)
    with closing(con), jobs.step(run, "model"):
        model = churn.ensure_model(con, as_of=run.as_of, cutoff=run.cutoff)
    run.versions = {"code": code_version(), "model": model.pk}


def model_of_month(run: JobRun, as_of: date, cutoff: datetime) -> ScoreModel:
    """The model of the month. The first branch that misses it fits it; the others wait for that one run, so that two
    workers never fit the same thing."""
    found = churn.model_for(as_of, cutoff)
    if found is not None:
        return found
    history = run.arguments.get("inputs", {}).get("history") or history_until(as_of)
    key = f"model:{as_of:%Y-%m}:{history}:{digest([cutoff.isoformat(), code_version()])}"
    fit = jobs.enqueue(JobRun.Kind.MODEL, key, as_of=as_of, cutoff=cutoff, requested_by=run.requested_by, ring=False)
    if fit.state in (JobRun.State.FAILED, JobRun.State.DONE):
        jobs.retry(fit, ring=False)
    while fit.state not in (JobRun.State.FAILED, JobRun.State.DONE):
        done = jobs.perform(fit.pk, {JobRun.Kind.MODEL: fit_model}, worker=this_process(), now=jobs.moment(run))
        if done is None:
            jobs.pulse(run)
            time.sleep(0.2)
        fit.refresh_from_db()
    found = churn.model_for(as_of, cutoff)
    if found is None:
        raise ModelMissing(f"No churn model for {as_of:%Y-%m}: {fit.error.splitlines()[0] if fit.error else fit.key}")
    return found
