"""How good a score is: rank (AUC, top-decile lift with its cap) and honesty of its probabilities (Brier, ECE, slope)."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import rankdata

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = Any

_EDGE = 1e-4  # a probability of 0 or 1 has no logarithm of its odds


def auc(score: Numbers, y: Numbers) -> float:
    """Probability that a positive outranks a negative, ties counting half; nan where one of them is missing."""
    score, y = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=bool)
    positives, negatives = int(y.sum()), int((~y).sum())
    if not positives or not negatives:
        return float("nan")
    return float((rankdata(score)[y].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def lift_cap(y: Numbers, share: float = 0.1) -> float:
    """The highest lift that any score can reach: 1 / base rate, or 1 / share where positives are fewer."""
    base = float(np.mean(np.asarray(y, dtype=np.float64)))
    return 1 / max(base, share) if base else float("nan")


def top_lift(score: Numbers, y: Numbers, share: float = 0.1, seed: int = 0) -> float:
    """Rate of positives in the top share of the score against the base rate; ties are drawn by a seeded shuffle, never
    by the order of clients. Print `lift_cap` beside it."""
    score, y = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not y.sum():
        return float("nan")
    lots = np.random.default_rng(seed).permutation(len(y))
    best = np.lexsort((lots, -score))[: max(1, round(len(y) * share))]
    return float(y[best].mean() / y.mean())


def brier(p: Numbers, y: Numbers) -> float:
    """Mean squared error of the probabilities."""
    return float(np.mean((np.asarray(p, dtype=np.float64) - np.asarray(y, dtype=np.float64)) ** 2))


def ece(p: Numbers, y: Numbers, bins: int = 10) -> float:
    """Expected calibration error: mean distance of predicted and observed rate over bins of equal mass."""
    p, y = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / len(p))


def null_ece(p: Numbers, bins: int = 10, rounds: int = 200, seed: int = 0) -> float:
    """The ECE that perfectly calibrated probabilities of this many rows show by chance (mean of simulated outcomes)."""
    p = np.asarray(p, dtype=np.float64)
    draws = np.random.default_rng(seed)
    return float(np.mean([ece(p, draws.random(len(p)) < p, bins) for _ in range(rounds)]))


def calibration_line(p: Numbers, y: Numbers) -> tuple[float, float]:
    """Slope and intercept of the outcome's log-odds on the predicted ones: 1 and 0 for honest probabilities."""
    p, y = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return fit_line(logit(np.clip(p, _EDGE, 1 - _EDGE)), y)


def fit_line(z: Floats, y: Floats) -> tuple[float, float]:
    """Logistic regression of y (0–1) on one column by Newton's method: slope and intercept; nan where y is constant."""
    if not 0 < float(y.mean()) < 1 or float(np.ptp(z)) == 0:
        return float("nan"), float("nan")
    design = np.column_stack([z, np.ones_like(z)])
    beta = np.zeros(2)
    for _ in range(50):
        p = expit(design @ beta)
        curve = design.T @ (design * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, design.T @ (y - p))
        beta += np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(beta[0]), float(beta[1])
