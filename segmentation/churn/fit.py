"""Fitting: rows of an origin, raw scores of M0 and M1, calibrators, and the gates that a probability must pass."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from crm import calendar
from segmentation import btyd, metrics
from segmentation.calibration import apply_calibrator, fit_calibrator
from segmentation.features import compute_features
from segmentation.labels import label_clients
from segmentation.models import ScoreModel

CODE_VERSION = "churn-1"
FEWEST_REPEATERS = 300  # clients with a second trading day, below which M1 is not fitted
FEWEST_POSITIVES = 50  # below which no gate can tell honest from lucky
HIGHEST_AUC = 0.97  # above it something from after the origin has leaked in
NEVER = 730  # days of silence of somebody who never traded
SEGMENTS = ("regular", "other")

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class Origin:
    """A month-end trading day from which the past predicts the window (outcome_from, outcome_until]."""

    day: date
    outcome_from: date
    outcome_until: date


@dataclass(frozen=True)
class Rows:
    """Clients as they stood on a day, in order of their number: trading history in days, and what happened."""

    client_id: Array
    repeats: Array  # trading days after the first; −1 for somebody who never traded
    last: Array  # days from the first to the last
    age: Array  # days from the first to now
    regular: Array
    outcome: Array  # 0 or 1; all 0 where it is not known yet


def newest_matured_origin(until: date, *, lead: int, horizon_days: int, months: int = 24) -> Origin | None:
    """The newest month-end trading day whose whole outcome window lies on or before `until`; None within two years."""
    month = until.replace(day=1)
    for _ in range(months):
        day = calendar.last_trading_day_before(month)
        ahead = [d for d in calendar.trading_days(day, day + timedelta(days=40)) if d > day]
        outcome_from = ahead[lead - 1]
        outcome_until = outcome_from + timedelta(days=horizon_days)
        if outcome_until <= until:
            return Origin(day, outcome_from, outcome_until)
        month = day.replace(day=1)
    return None


def history_sql(as_of: date) -> str:
    """Trading history columns of `Rows` over `features` f."""
    return f"""CASE WHEN f.active_days > 0 THEN f.active_days - 1 ELSE -1 END AS repeats,
        coalesce(f.last_active_on - f.first_active_on, 0) AS last, coalesce(DATE '{as_of}' - f.first_active_on, 0) AS age"""


def rows_at(con: DuckDBPyConnection, origin: Origin, *, floor_fen: int) -> Rows:
    """Eligible clients of an origin with their outcome."""
    horizon = (origin.outcome_until - origin.outcome_from).days
    label_clients(con, origin.day, outcome_from=origin.outcome_from, floor_fen=floor_fen, horizon_days=horizon)
    found = con.execute(f"""SELECT f.client_id, {history_sql(origin.day)}, l.regular, l.y::INT AS outcome
        FROM features f JOIN labels l USING (client_id) WHERE l.eligible ORDER BY f.client_id""").fetchnumpy()
    return rows_of(found)


def rows_of(columns: Mapping[str, Any]) -> Rows:
    """Rows of the columns that a query gave."""
    return Rows(**{part.name: np.asarray(columns[part.name]) for part in fields(Rows)})


def label_counts(con: DuckDBPyConnection) -> dict[str, int]:
    """How many eligible clients of the origin met each part of the label."""
    names = ("eligible", "e1", "e2", "e3", "y")
    sums = ", ".join(f"count(*) FILTER (WHERE eligible AND {name})" for name in names)
    row = con.execute(f"SELECT {sums} FROM labels").fetchone()
    return dict(zip(names, row or (), strict=True))


def prepare_day(con: DuckDBPyConnection, day: date) -> tuple[Array, Array, Array]:
    """Make the features of a day that fitting needs; returns x, t_x and T in days of everybody who had traded."""
    compute_features(con, day, sections=("activity", "balances"))
    found = con.execute(f"""SELECT count(*) - 1 AS x, max(day) - min(day) AS last, DATE '{day}' - min(day) AS age
        FROM trade_days GROUP BY client_id ORDER BY ALL""").fetchnumpy()
    return np.asarray(found["x"]), np.asarray(found["last"]), np.asarray(found["age"])


def fit_params(x: Array, last: Array, age: Array) -> tuple[str, dict[str, float]]:
    """Kind and parameters of the model that the firm's history carries: M1, or M0 below 300 repeat clients."""
    if int((x > 0).sum()) < FEWEST_REPEATERS:
        return ScoreModel.Kind.M0, {}
    found = btyd.fit_mbg(x, last / 7, age / 7)
    digits = {name: round(getattr(found, name), 9) for name in ("r", "alpha", "a", "b")}
    return ScoreModel.Kind.M1, {**digits, "log_likelihood": round(found.log_likelihood, 4), "clients": len(x)}


def raw_scores(kind: str, params: Mapping[str, float], rows: Rows, horizon_days: int) -> NDArray[np.float64]:
    """Raw scores in [0, 1]: M1 the probability of no trade within the horizon, M0 the days of silence over two years."""
    silent = np.where(rows.repeats < 0, NEVER, rows.age - rows.last)
    if kind == ScoreModel.Kind.M0:
        return np.asarray(np.minimum(silent, NEVER) / NEVER, dtype=np.float64)
    mbg = btyd.MbgParams(params["r"], params["alpha"], params["a"], params["b"], 0.0)
    known = btyd.p_no_trade(mbg, np.maximum(rows.repeats, 0), rows.last / 7, rows.age / 7, horizon_days / 7)
    return np.asarray(np.where(rows.repeats < 0, 1.0, known))


def fit_calibrators(raw: Array, rows: Rows, chosen: Array | None = None) -> dict[str, Any]:
    """One calibrator for clients who trade regularly and one for the others: the same silence means another thing where
    there is no trading left to collapse."""
    chosen = np.full(len(raw), True) if chosen is None else chosen
    parts = {"regular": rows.regular & chosen, "other": ~rows.regular & chosen}
    return {name: fit_calibrator(raw[part], rows.outcome[part]) for name, part in parts.items() if part.any()}


def calibrated(calibrators: Mapping[str, Any], raw: Array, regular: Array) -> NDArray[np.float64]:
    """Probabilities of raw scores, each client by the calibrator of its segment (nan where there is none)."""
    p = np.full(len(raw), np.nan)
    for name, part in (("regular", regular), ("other", ~regular)):
        if name in calibrators and part.any():
            p[part] = apply_calibrator(calibrators[name], raw[part])
    return p


def cross_fitted(raw: Array, rows: Rows) -> NDArray[np.float64]:
    """Out-of-sample probabilities: clients are halved by a hash of their number, each half is scored by the other's
    calibrators."""
    half = ((rows.client_id.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)) & np.uint64(1) == 1
    p = np.full(len(raw), np.nan)
    for part in (half, ~half):
        p[part] = calibrated(fit_calibrators(raw, rows, ~part), raw[part], rows.regular[part])
    return p


def judge(p: Array, outcome: Array) -> tuple[dict[str, float | None], dict[str, dict[str, Any]]]:
    """Metrics of out-of-sample probabilities and the verdict of each gate (G2 and G3 of the scoring note)."""
    y = outcome.astype(np.float64)
    base = float(y.mean())
    slope, intercept = metrics.calibration_line(p, y)
    found = {
        "base_rate": base,
        "auc": metrics.auc(p, y),
        "top_decile_lift": metrics.top_lift(p, y),
        "top_decile_lift_cap": metrics.lift_cap(y),
        "brier": metrics.brier(p, y),
        "ece": metrics.ece(p, y),
        "null_ece": metrics.null_ece(p),
        "slope": slope,
        "intercept": intercept,
        "mean_score": float(p.mean()),
    }
    most_ece = 0.035 if base >= 0.12 else 0.25 * base
    gates = {
        "positives": _gate(float(y.sum()), FEWEST_POSITIVES, None),
        "ece": _gate(found["ece"], None, most_ece),
        "slope": _gate(slope, 0.8, 1.25),
        "mean": _gate(found["mean_score"] / base if base else float("nan"), 0.9, 1.1),
        "leak": _gate(found["auc"], None, HIGHEST_AUC),
    }
    return {name: _number(value) for name, value in found.items()}, gates


def digest(*arrays: Array) -> str:
    """SHA-256 over the numbers that were read: equal inputs, equal digest."""
    told = hashlib.sha256()
    for array in arrays:
        told.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
        told.update(b"|")
    return told.hexdigest()


def _gate(value: float, low: float | None, high: float | None) -> dict[str, Any]:
    passed = (low is None or value >= low) and (high is None or value <= high)  # nan passes nothing
    return {"value": _number(value), "low": _number(low), "high": _number(high), "passed": bool(passed)}


def _number(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 6)
