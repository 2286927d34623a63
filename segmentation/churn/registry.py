"""The model in force: one for the whole firm and month, fitted on facts up to the end of the month before, so that every
night of a month, in whatever order the nights run, is scored by the same one."""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from duckdb import DuckDBPyConnection

from clients.models import FactGeneration
from crm import calendar
from segmentation.churn import fit
from segmentation.features import FEATURE_SCHEMA
from segmentation.labels import LABEL_VERSION
from segmentation.models import ScoreModel
from segmentation.thresholds import threshold

VALID_DAYS = 120  # G6: older ones are not trusted


def fit_day(as_of: date) -> date:
    """The day up to which facts are read for the model of a month: the last trading day of the month before."""
    return calendar.last_trading_day_before(as_of.replace(day=1))


def model_for(as_of: date, cutoff: datetime) -> ScoreModel | None:
    """The model of the day's month, where one has been fitted on the history as it is (or at this very cutoff); None
    means that `ensure_model` must fit. Costs two small queries."""
    models = ScoreModel.objects.filter(month=f"{as_of:%Y-%m}", code_version=fit.CODE_VERSION).exclude(
        status=ScoreModel.Status.REFUSED
    )
    exact = models.filter(cutoff=cutoff).order_by("-pk").first()
    if exact is not None:
        return exact
    history, _ = _history(fit_day(as_of))
    return models.filter(cutoff__lte=cutoff, counts__history=history).order_by("-cutoff", "-pk").first()


def ensure_model(con_firm: DuckDBPyConnection, *, as_of: date, cutoff: datetime) -> ScoreModel:
    """The model of the day's month, fitted now where `model_for` finds none. `con_firm` has the facts of every branch as
    known at the cutoff. Two fits of the same inputs at once end as one row. Raises MissingRate (T2)."""
    found = model_for(as_of, cutoff)
    if found is not None:
        return found
    values = _fitted(con_firm, fit_day(as_of))
    history, changed_at = _history(values["fitted_as_of"])
    if changed_at is None or changed_at <= cutoff:
        values["counts"]["history"] = history
    else:  # an old reading of the history: it serves this cutoff and no other
        values["input_digest"] = hashlib.sha256(f"{values['input_digest']} {cutoff.isoformat()}".encode()).hexdigest()
    key = {"month": f"{as_of:%Y-%m}", "input_digest": values.pop("input_digest"), "kind": values.pop("kind")}
    try:
        with transaction.atomic():
            return _registered(key, values, cutoff)
    except IntegrityError:  # somebody fitted the same inputs meanwhile
        return ScoreModel.objects.get(**key)


def _registered(key: dict[str, str], values: dict[str, Any], cutoff: datetime) -> ScoreModel:
    known = ScoreModel.objects.filter(**key).first()
    if known is not None:
        # What changed in the history left these inputs as they were: the fit stands, and is found next time.
        known.counts = {**known.counts, **values["counts"]}
        known.cutoff = min(known.cutoff, cutoff)
        known.save(update_fields=["counts", "cutoff"])
        return known
    champion = ScoreModel.objects.filter(status=ScoreModel.Status.CHAMPION).order_by("-fitted_as_of", "-pk").first()
    is_newest = champion is None or champion.fitted_as_of <= values["fitted_as_of"]
    if champion is not None and is_newest:
        ScoreModel.objects.filter(status=ScoreModel.Status.CHAMPION).update(status=ScoreModel.Status.RETIRED)
    return ScoreModel.objects.create(
        **key,
        **values,
        status=ScoreModel.Status.CHAMPION if is_newest else ScoreModel.Status.RETIRED,
        cutoff=cutoff,
        supersedes=champion if is_newest else None,
    )


def _fitted(con: DuckDBPyConnection, day: date) -> dict[str, Any]:
    horizon = threshold("churn_horizon", day)
    origin = fit.newest_matured_origin(
        _last_fact_day(con, day), lead=threshold("churn_lead", day), horizon_days=horizon
    )
    x, last, age = fit.prepare_day(con, origin.day if origin else day)
    kind, params = fit.fit_params(x, last, age)
    counts: dict[str, Any] = {"traded": len(x), "repeat": int((x > 0).sum())}
    values: dict[str, Any] = {
        "kind": kind,
        "params": {**params, "horizon_days": horizon},
        "calibrator": {},
        "is_calibrated": False,
        "metrics": {},
        "gates": {"origin": {"passed": origin is not None}},
        "counts": counts,
        "fitted_as_of": day,
        "calibration_origin": origin.day if origin else None,
        "input_digest": fit.digest(x, last, age),
        "code_version": fit.CODE_VERSION,
        "label_version": LABEL_VERSION,
        "feature_schema": FEATURE_SCHEMA,
        "valid_until": day + timedelta(days=VALID_DAYS),
    }
    if origin is None:
        return values
    rows = fit.rows_at(con, origin, floor_fen=threshold("churn_asset_floor", origin.day))
    counts |= {**fit.label_counts(con), "regular": int(rows.regular.sum())}
    values["input_digest"] = fit.digest(x, last, age, rows.client_id, rows.repeats, rows.last, rows.age, rows.regular,
                                        rows.outcome)  # fmt: skip
    if counts["y"] < fit.FEWEST_POSITIVES:
        values["gates"]["positives"] = {"value": counts["y"], "low": fit.FEWEST_POSITIVES, "passed": False}
        return values
    raw = fit.raw_scores(kind, params, rows, horizon)
    values["metrics"], gates = fit.judge(fit.cross_fitted(raw, rows), rows.outcome)
    values["gates"] |= gates
    values["calibrator"] = fit.fit_calibrators(raw, rows)
    values["is_calibrated"] = all(gate["passed"] for gate in values["gates"].values())
    return values


def _last_fact_day(con: DuckDBPyConnection, day: date) -> date:
    row = con.execute("SELECT max(traded_on) FROM trades WHERE traded_on <= $day", {"day": day}).fetchone()
    return row[0] if row and row[0] else day


def _history(until: date) -> tuple[str, datetime | None]:
    """A watermark of the dated facts up to a day's month (how often each table, branch and month has changed), and the
    moment of the latest change."""
    slots = FactGeneration.objects.exclude(month="").filter(month__lte=f"{until:%Y-%m}")
    told = sorted(slots.values_list("table", "branch_id", "month", "generation"))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest(), slots.aggregate(latest=Max("changed_at"))["latest"]
