"""Publishing a night of a branch: standings, behaviour, ledgers and the pointer that readers follow, in one transaction."""

import tempfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from django.conf import settings
from django.db import transaction
from duckdb import DuckDBPyConnection

from clients.models import Client
from crm import audit, jobs
from crm.lib import bulk, columnar
from crm.models import Branch, JobRun, Publication
from segmentation.behaviour.published import write_behaviour
from segmentation.figures import write_figures
from segmentation.models import PublicationBasis, ScoreModel, Standing, TierScheme
from segmentation.moves import next_night, write_ledgers

NIGHTS_KEPT = 10
_COLUMNS = {
    "client_id": "t.client_id",
    "tier": "t.tier",
    "computed_tier": "t.computed_tier",
    "measure_fen": "t.measure_fen",
    "rank": "t.rank",
    "net_assets_fen": "t.net_assets_fen",
    "to_next_fen": "t.to_next_fen",
    "above_lower_fen": "t.above_lower_fen",
    "tier_reason": "t.reason",
    "dormancy": "d.state",
    "dormancy_reason": "coalesce(d.reason::VARCHAR, '{}')",
    "last_active_on": "d.last_active_on",
    "is_eligible": "coalesce(s.is_eligible, false)::INT",
    "churn_score": "s.score",
    "churn_band": "coalesce(s.band, '')",
    "churn_reasons": "coalesce(s.reasons::VARCHAR, '[]')",
    "at_risk_fen": "s.at_risk_fen",
    "advisor_id": "nullif(a.advisor_id, 0)",
}


class Incomplete(Exception):
    """A step of the night has not said something about every open client: nothing is published."""


def publish(
    run: JobRun,
    *,
    branch: Branch,
    as_of: date,
    cutoff: datetime,
    con: DuckDBPyConnection,
    scheme: TierScheme,
    model: ScoreModel | None,
    feature_schema: str = "",
) -> Publication | None:
    """Publish what the tables `tiers`, `states`, `scores` and `behaviour` say about a branch on a day, whole or not at all.

    An earlier night of the same day is superseded, its ledger rows replaced. Returns None, having written nothing, when a
    run that was asked for later has already published this day. Raises LeaseLost when the run is no longer ours and
    Incomplete when an open client lacks a state or a behaviour."""
    _join(con, branch)
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder, transaction.atomic():
        jobs.fence(run)
        Branch.objects.select_for_update().get(pk=branch.pk)  # two runs of one branch publish one after the other
        published = Publication.objects.published().filter(branch=branch, as_of=as_of)
        if own := published.filter(run=run).first():
            return own  # an earlier attempt got as far as this and died before it could say so
        if published.filter(run__gt=run.pk).exists():
            return None
        published.update(state=Publication.State.SUPERSEDED)
        night = Publication.objects.create(
            branch=branch,
            as_of=as_of,
            cutoff=cutoff,
            run=run,
            state=Publication.State.PUBLISHED,
            published_at=jobs.moment(run),
        )
        PublicationBasis.objects.create(publication=night, scheme=scheme, model=model, feature_schema=feature_schema)
        path = Path(folder) / "standings.csv"
        _write_csv(con, night, path)
        night.client_count = bulk.copy_in(Standing._meta.db_table, ["publication_id", *_COLUMNS], path)
        night.save(update_fields=["client_count"])
        write_behaviour(con, night, Path(folder))
        with bulk.whole_sets():
            counts = write_ledgers(night)
            write_figures(night)
            if later := next_night(night):
                write_ledgers(later)
                write_figures(later)
        pruned = prune(branch, keep=night)
        run.counts = {**run.counts, "clients": night.client_count, **counts, "pruned": pruned}
        audit.record(
            "publish-night",
            actor=run.requested_by,
            table=Publication._meta.db_table,
            key=night.pk,
            branch=branch,
            detail={"as_of": as_of.isoformat(), **counts, "clients": night.client_count, "checksum": _checksum(con)},
        )
    return night


def _scratch() -> Path:
    folder = Path(settings.VAR_DIR) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _join(con: DuckDBPyConnection, branch: Branch) -> None:
    """Everything that the steps of the night said about a client in one table, and who looks after the client."""
    owners = list(Client.objects.filter(branch=branch).values_list("pk", "advisor"))
    con.execute(
        "DROP TABLE IF EXISTS published"
    ).fetchall()  # ends a result that nobody fetched to its end: register asks
    con.register("owners_frame", pd.DataFrame({
        "client_id": np.array([pk for pk, _ in owners], dtype=np.int64),
        "advisor_id": np.array([advisor or 0 for _, advisor in owners], dtype=np.int64),
    }))  # fmt: skip
    columns = ", ".join(f"{expression} AS {name}" for name, expression in _COLUMNS.items())
    con.execute(
        f"""CREATE TEMP TABLE published AS SELECT {columns} FROM tiers t
        LEFT JOIN states d USING (client_id) LEFT JOIN scores s USING (client_id)
        LEFT JOIN owners_frame a USING (client_id) ORDER BY t.rank"""
    )
    con.unregister("owners_frame")
    missing = con.execute("SELECT count(*) FROM published WHERE dormancy IS NULL").fetchone()
    if missing and missing[0]:
        raise Incomplete(f"{missing[0]} open clients have no dormancy state")
    unseen = columnar.count_rows(con, "published ANTI JOIN behaviour USING (client_id)")
    if unseen:
        raise Incomplete(f"{unseen} open clients have no behaviour")


def _write_csv(con: DuckDBPyConnection, night: Publication, path: Path) -> None:
    con.execute(
        f"COPY (SELECT {night.pk} AS publication_id, * FROM published ORDER BY rank) TO {columnar.literal(path)}"
        f" (FORMAT csv, HEADER false, NULLSTR '{bulk.NULL}')"
    )


def _checksum(con: DuckDBPyConnection) -> str:
    rows = con.execute("SELECT tier, count(*), sum(measure_fen)::BIGINT FROM published GROUP BY tier ORDER BY tier")
    return audit.checksum(rows.fetchall())


def prune(branch: Branch, *, keep: Publication) -> int:
    """Remove old snapshots of a branch and return how many. Kept: the last 10 nights, each month's last night, what a
    person pinned, and the 10 published last (a past day that was just asked for). Superseded ones go with the nights
    around them, month's end or not. Ledgers stay."""
    nights = list(Publication.objects.filter(branch=branch).order_by("as_of", "pk"))
    live = [n for n in nights if n.state == Publication.State.PUBLISHED]
    month_ends = {(n.as_of.year, n.as_of.month): n.pk for n in live}
    recent_days = sorted({n.as_of for n in live})[-NIGHTS_KEPT:]
    latest = sorted(n.pk for n in nights)[-NIGHTS_KEPT:]
    kept = {keep.pk, *month_ends.values(), *latest}
    old = [n.pk for n in nights if n.pk not in kept and not n.is_pinned and n.as_of not in recent_days]
    if old:
        Publication.objects.filter(pk__in=old).delete()
    return len(old)
