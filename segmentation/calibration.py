"""From a raw score to a probability: isotonic regression, or Platt's line where fewer than 1,000 rows would overfit it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from segmentation.metrics import fit_line

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = Any

ISOTONIC_FROM = 1_000
FEWEST = 20  # outcomes of either kind, below which the score of a client says no more than the base rate
_PRIOR_ROWS = 4  # rows at the base rate that every block is mixed with: five of five is no certainty
_EDGE = 1e-6
_DIGITS = 9


def fit_calibrator(raw: Numbers, y: Numbers) -> dict[str, Any]:
    """Fit a calibrator of raw scores in [0, 1] against outcomes; a plain dict that JSON keeps. Row order does not matter.
    Where outcomes are nearly all alike, or ranked against the score, it is the base rate (one half added either way)."""
    raw, y = np.asarray(raw, dtype=np.float64), np.asarray(y, dtype=np.float64)
    base = {"kind": "constant", "value": round(float((y.sum() + 0.5) / (len(y) + 1)), _DIGITS), "rows": len(y)}
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return base
    if len(y) < ISOTONIC_FROM:
        return _fit_platt(raw, y) or base
    return _fit_isotonic(raw, y)


def apply_calibrator(calibrator: Mapping[str, Any], raw: Numbers) -> Floats:
    """Probabilities of raw scores: never falling with the score, within [0, 1], straight between knots."""
    raw = np.asarray(raw, dtype=np.float64)
    if calibrator["kind"] == "constant":
        return np.full(raw.shape, float(calibrator["value"]))
    if calibrator["kind"] == "platt":
        return np.asarray(expit(calibrator["slope"] * _odds(raw) + calibrator["intercept"]))
    return np.asarray(np.interp(raw, calibrator["x"], calibrator["y"]))


def _odds(raw: Floats) -> Floats:
    return np.asarray(logit(np.clip(raw, _EDGE, 1 - _EDGE)))


def _fit_platt(raw: Floats, y: Floats) -> dict[str, Any] | None:
    positives = y.sum()
    # Platt's own targets: a little off 0 and 1, so that separable rows give no certainty.
    soft = np.where(y > 0, (positives + 1) / (positives + 2), 1 / (len(y) - positives + 2))
    order = np.lexsort((y, raw))  # sums of floats know an order: fix it
    slope, intercept = fit_line(_odds(raw)[order], soft[order])
    if not slope > 0:
        return None
    return {
        "kind": "platt",
        "slope": round(slope, _DIGITS),
        "intercept": round(intercept, _DIGITS),
        "rows": len(y),
    }


def _fit_isotonic(raw: Floats, y: Floats) -> dict[str, Any]:
    values, places, counts = np.unique(raw, return_inverse=True, return_counts=True)
    rates = np.bincount(places, weights=y) / counts
    fitted = isotonic_regression(rates, weights=counts)
    starts, blocks = np.asarray(fitted.blocks), np.asarray(fitted.x)
    masses = np.add.reduceat(counts, starts[:-1])
    mixed = (blocks[starts[:-1]] * masses + _PRIOR_ROWS * y.mean()) / (masses + _PRIOR_ROWS)
    heights = np.clip(isotonic_regression(mixed, weights=masses).x, 0.0, 1.0)
    ends = np.column_stack([values[starts[:-1]], values[starts[1:] - 1]]).ravel()  # flat over a block, straight between
    return {
        "kind": "isotonic",
        "x": [round(float(v), _DIGITS) for v in ends],
        "y": [round(float(v), _DIGITS) for v in np.repeat(heights, 2)],
        "rows": len(y),
    }
