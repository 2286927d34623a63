"""The night, in reading order: what is asked for (`start`), and one branch after the other through features, tiers,
dormancy, churn, behaviour and publication to what is owed today. The only orchestration; every step is a function of its
own app."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import partial

from django.utils import timezone
from duckdb import DuckDBPyConnection

from clients import mirror, product_risks
from crm import calendar, jobs
from crm.lib import columnar
from crm.models import Branch, JobRun, Publication, Staff
from crm.monthly_model import model_of_month
from crm.night_inputs import branches_with_facts, code_version, digest, latest_record, night_inputs
from reactivation import dormancy
from segmentation import behaviour, churn, standings, tiers
from segmentation.features import FEATURE_SCHEMA, compute_features
from segmentation.models import TierScheme
from segmentation.pins import pins_in_force
from segmentation.schemes import NoScheme, scheme_in_force
from segmentation.thresholds import confirmed_threshold, threshold
from servicing import alerts
from servicing.callbacks import make_callbacks
from servicing.events.freeing import free_seats
from servicing.loyalty.keeping import keep_loyalty
from servicing.openings.facts import follow_openings
from servicing.pledges.finding import find_breaches
from servicing.referrals.hiding import hide_lost
from servicing.rounds import make_rounds
from servicing.trends.keeping import keep_trends


def default_as_of(now: datetime) -> date:
    """The last trading day before the Shanghai date of a moment."""
    return calendar.last_trading_day_before(timezone.localdate(now))


def start_night(now: datetime) -> list[JobRun]:
    """Queue the night of every branch for the last trading day: what beat rings at 01:40."""
    return start(now)


def start(
    now: datetime,
    *,
    as_of: date | None = None,
    branch: Branch | None = None,
    cutoff: datetime | None = None,
    requested_by: Staff | None = None,
    ring: bool = True,
) -> list[JobRun]:
    """Ask for the night of a day: one run per active branch that has facts (or the branch named).

    The run's key holds a digest of everything that decides the result, so the same inputs give the same run, done or
    not, and changed inputs a new one that supersedes. Without `cutoff` everything recorded so far is read."""
    day = as_of or default_as_of(now)
    branches = [branch] if branch else list(Branch.objects.filter(is_active=True, pk__in=branches_with_facts()))
    read_until = cutoff or latest_record()
    return [
        _ask(b, day, read_until, explicit=cutoff is not None, requested_by=requested_by, ring=ring) for b in branches
    ]


def _ask(
    branch: Branch, as_of: date, cutoff: datetime, *, explicit: bool, requested_by: Staff | None, ring: bool
) -> JobRun:
    try:
        scheme = scheme_in_force(branch, as_of).pk
    except NoScheme:
        scheme = None  # the run will say so in the ledger, and the other branches go on
    pins = {str(client): tier for client, tier in sorted(pins_in_force(branch, as_of).items())}
    inputs = night_inputs(branch, as_of) | {
        "scheme": scheme,
        "pins": digest(pins),
        "cutoff": cutoff.isoformat() if explicit else "latest",
    }
    key = f"night:{branch.code}:{as_of.isoformat()}:{digest(inputs)}"
    arguments = {"inputs": inputs, "scheme": scheme, "pins": pins}
    asked = JobRun.objects.filter(key__startswith=key).order_by("-pk").first()
    if asked is not None and (asked.state in (JobRun.State.QUEUED, JobRun.State.RUNNING) or _is_published(asked)):
        return asked
    newer = Publication.objects.published().filter(branch=branch, as_of=as_of)
    if asked is not None and asked.state == JobRun.State.FAILED and not newer.filter(run__gt=asked.pk).exists():
        jobs.retry(asked, cutoff=cutoff, ring=ring)
        return asked
    if asked is not None:  # the inputs are back to what they were before a night that superseded this one
        key = f"{key}:{JobRun.objects.filter(key__startswith=key).count() + 1}"
    return jobs.enqueue(
        JobRun.Kind.NIGHT,
        key,
        branch=branch,
        as_of=as_of,
        cutoff=cutoff,
        arguments=arguments,
        requested_by=requested_by,
        ring=ring,
    )


def _is_published(run: JobRun) -> bool:
    return run.state == JobRun.State.DONE and run.publications.published().exists()


def run_branch(run: JobRun) -> None:
    """Do the night of one branch (the handler of runs of kind *night*): compute outside the database, publish in one
    transaction. An error is the ledger's; the other branches go on."""
    branch, as_of, cutoff = run.branch, run.as_of, run.cutoff
    if branch is None or as_of is None or cutoff is None:
        raise ValueError(f"{run.key} names no branch, day or cutoff")
    scheme = _scheme(run, branch, as_of)
    pins = {int(client): tier for client, tier in run.arguments.get("pins", {}).items()}
    run.inputs = dict(run.arguments.get("inputs", {}))
    run.versions = {"code": code_version(), "scheme": scheme.pk, "features": FEATURE_SCHEMA}

    with jobs.step(run, "facts"):
        con = mirror.open_facts([branch], cutoff)
    with closing(con):
        with jobs.step(run, "features") as counts:
            compute_features(con, as_of)
            counts["rows"] = columnar.count_rows(con, "features")
        with jobs.step(run, "tiers") as counts:
            counts["rows"] = tiers.rank_clients(con, scheme, as_of, pins=pins)
        with jobs.step(run, "dormancy") as counts:
            dormancy.classify_clients(
                con,
                as_of,
                floor_fen=threshold("dormancy_floor", as_of),
                silence_days=threshold("dormancy_silence", as_of),
                cooling_default=threshold("cooling_default", as_of),
                regulatory_days=confirmed_threshold("regulatory_dormancy", as_of),
            )
            counts["rows"] = columnar.count_rows(con, "states")
        with jobs.step(run, "churn") as counts:
            model = model_of_month(run, as_of, cutoff)
            churn.score_clients(con, model, as_of)
            counts["rows"] = columnar.count_rows(con, "scores WHERE is_eligible")
        run.versions["model"] = model.pk
        with jobs.step(run, "behaviour") as counts:
            behaviour.describe_clients(con, as_of, behaviour.numbers_on(as_of))
            counts["rows"] = columnar.count_rows(con, "behaviour")
        with jobs.step(run, "publish") as counts:
            night = standings.publish(
                run,
                branch=branch,
                as_of=as_of,
                cutoff=cutoff,
                con=con,
                scheme=scheme,
                model=model,
                feature_schema=FEATURE_SCHEMA,
            )
            counts["rows"] = night.client_count if night else 0
        now = jobs.moment(run)
        if night and as_of == default_as_of(now):  # the night of a past day changes nothing that is to be done today
            _serve(run, night, con, now)


def _serve(run: JobRun, night: Publication, con: DuckDBPyConnection, now: datetime) -> None:
    """What tonight's night finds and asks for: each step writes what changed, in its own transaction."""
    branch, as_of, day = night.branch, night.as_of, timezone.localdate(now)
    fence = partial(jobs.fence, run)
    with _counted(run, "alerts") as counts:
        levels = product_risks.levels_on(as_of)
        found = alerts.find_risks(con, as_of, alerts.numbers_on(as_of), levels, alerts.watched_in(branch))
        counts.update(alerts.keep_alerts(night, found, fence=fence))
    with _counted(run, "tasks") as counts:
        counts.update(make_rounds(night, day=day, at=now, fence=fence))
    with _counted(run, "events") as counts:
        counts.update(free_seats(branch, at=now, fence=fence))
    with _counted(run, "openings") as counts:
        counts.update(follow_openings(branch, day=day, at=now, fence=fence))
    with _counted(run, "callbacks") as counts:
        counts.update(make_callbacks(branch, day=day, at=now, seed=secrets.token_hex(8), fence=fence))
    with _counted(run, "trends") as counts:
        counts.update(keep_trends(night, at=now, fence=fence))
    with _counted(run, "pledges") as counts:
        counts.update(find_breaches(branch, day=day, at=now, fence=fence))
    with _counted(run, "loyalty") as counts:
        counts.update(hide_lost(branch, day=day, fence=fence))
        counts.update(keep_loyalty(night, fence=fence))


@contextmanager
def _counted(run: JobRun, name: str) -> Iterator[dict[str, int]]:
    """A step whose rows are the sum of its counts."""
    with jobs.step(run, name) as told:
        counts: dict[str, int] = {}
        yield counts
        told.update(counts, rows=sum(counts.values()))


def _scheme(run: JobRun, branch: Branch, as_of: date) -> TierScheme:
    kept = TierScheme.objects.filter(pk=run.arguments.get("scheme")).first()
    return kept or scheme_in_force(branch, as_of)
