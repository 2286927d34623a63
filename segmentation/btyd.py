# ruff: noqa: N803, N806 (x, t_x, T are the names in the papers)
"""When does a client trade again: BG/NBD and MBG/NBD ("buy till you die"), fitted by maximum likelihood.

An event is a client's trading day, the unit of time a week. A client is three numbers: x repeat days after the first,
t_x weeks from the first to the last, T weeks from the first to now. The two models differ in one place: in MBG/NBD a
client may leave right after the first trade, in BG/NBD only after a repeat."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammaln, hyp2f1, log_expit

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = Any  # anything that numpy makes an array of floats of

_MOST_ROWS = 50_000  # distinct rows: four parameters do not gain from more
_BOUND = 15.0  # of the logarithm of a parameter: e^15 is "no spread at all"


@dataclass(frozen=True)
class Params:
    """Fitted parameters. `r`, `alpha` (weeks): how often clients trade; `a`, `b`: how readily they leave.
    `shift` is 1 for MBG/NBD and 0 for BG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    shift: int = 1


class MbgParams(Params):
    """Parameters of MBG/NBD."""


class BgParams(Params):
    """Parameters of BG/NBD."""


def fit_mbg(x: Numbers, t_x: Numbers, T: Numbers) -> MbgParams:
    """Fit MBG/NBD. Order and repetition of rows do not matter; raises ValueError where t_x > T, a number is negative or
    nobody ever came back."""
    return MbgParams(*_fit(x, t_x, T, shift=1), shift=1)


def fit_bg(x: Numbers, t_x: Numbers, T: Numbers) -> BgParams:
    """Fit BG/NBD, the published sibling against which the method is checked."""
    return BgParams(*_fit(x, t_x, T, shift=0), shift=0)


def log_likelihood(params: Params, x: Numbers, t_x: Numbers, T: Numbers) -> Floats:
    """Log-likelihood of each row; a sample's is the sum."""
    rows = _rows(x, t_x, T)
    return _terms(np.log([params.r, params.alpha, params.a, params.b]), *rows, params.shift)[0]


def p_alive(params: Params, x: Numbers, t_x: Numbers, T: Numbers) -> Floats:
    """Probability that a client has not left yet. Not a churn score: BG/NBD gives 1 to everybody with x = 0."""
    return np.asarray(expit(-_odds(params, *_rows(x, t_x, T))))


def p_no_trade(params: Params, x: Numbers, t_x: Numbers, T: Numbers, horizon_weeks: float) -> Floats:
    """Probability of no trading day within the horizon: left already, or alive and silent. M1's raw score."""
    xs, ts, Ts = _rows(x, t_x, T)
    silent = np.exp((params.r + xs) * (np.log(params.alpha + Ts) - np.log(params.alpha + Ts + horizon_weeks)))
    return np.asarray(1.0 - np.asarray(expit(-_odds(params, xs, ts, Ts))) * (1.0 - silent))


def expected(params: Params, t: Numbers) -> Floats:
    """Expected repeat days of a new client within t weeks of the first."""
    t = np.asarray(t, dtype=np.float64)
    future = _future(params, params.r, params.alpha, params.b + params.shift, t)
    return future * params.b / (params.a + params.b) if params.shift else future


def expected_more(params: Params, x: Numbers, t_x: Numbers, T: Numbers, t: Numbers) -> Floats:
    """Expected further trading days of a known client within the next t weeks."""
    xs, ts, Ts = _rows(x, t_x, T)
    t = np.asarray(t, dtype=np.float64)
    future = _future(params, params.r + xs, params.alpha + Ts, params.b + xs + params.shift, t)
    return np.asarray(expit(-_odds(params, xs, ts, Ts))) * future


def _future(params: Params, r: Numbers, alpha: Numbers, b: Numbers, t: Floats) -> Floats:
    series = hyp2f1(r, b, params.a + b - 1, t / (alpha + t))
    return np.asarray((params.a + b - 1) / (params.a - 1) * (1 - (alpha / (alpha + t)) ** r * series))


def _rows(x: Numbers, t_x: Numbers, T: Numbers) -> tuple[Floats, Floats, Floats]:
    xs, ts, Ts = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (x, t_x, T))
    if np.any(ts > Ts) or np.any(xs < 0) or np.any(ts < 0):
        raise ValueError("t_x must lie between 0 and T, and x must not be negative")
    return xs, ts, Ts


def _odds(params: Params, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Log-odds of having left after the last event."""
    logs = np.log([params.r, params.alpha, params.a, params.b])
    return _terms(logs, x, t_x, T, params.shift)[1]


def _terms(logs: Floats, x: Floats, t_x: Floats, T: Floats, shift: int) -> tuple[Floats, Floats]:
    r, alpha, a, b = np.exp(logs)
    wait = np.log(alpha + T) - np.log(alpha + t_x)
    survived = b + x + shift
    left = np.full_like(x, -np.inf)
    may_leave = survived > b if shift == 0 else np.full(x.shape, True)  # BG/NBD: nobody leaves before a repeat
    left[may_leave] = np.log(a) - np.log(survived[may_leave] - 1) + (r + x[may_leave]) * wait[may_leave]
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
    stay = gammaln(a + b) + gammaln(survived) - gammaln(b) - gammaln(a + b + x + shift)
    return np.asarray(rate + stay - log_expit(-left)), left  # -log_expit(-z) is logaddexp(0, z)


def _objective(logs: Floats, rows: Floats, weight: Floats, shift: int) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient by the logarithms of r, alpha, a, b."""
    r, alpha, a, b = np.exp(logs)
    x, t_x, T = rows
    values, left = _terms(logs, x, t_x, T, shift)
    gone = np.asarray(expit(left))
    survived = b + x + shift
    both = digamma(a + b) - digamma(a + b + x + shift)
    before = np.where(np.isfinite(left), survived - 1, 1.0)
    slopes = np.stack([
        digamma(r + x) - digamma(r) + np.log(alpha) - np.log(alpha + T) + gone * np.log((alpha + T) / (alpha + t_x)),
        r / alpha - (r + x) / (alpha + T) + gone * (r + x) * (1 / (alpha + T) - 1 / (alpha + t_x)),
        both + gone / a,
        both + digamma(survived) - digamma(b) - gone / before,
    ])  # fmt: skip
    total = weight.sum()
    return -float(values @ weight) / total, -(slopes @ weight) * np.exp(logs) / total


def _fit(x: Numbers, t_x: Numbers, T: Numbers, *, shift: int) -> tuple[float, float, float, float, float]:
    rows = np.column_stack(_rows(x, t_x, T))
    if not np.any(rows[:, 0] > 0):
        raise ValueError("nobody traded on a second day: there is nothing to fit")
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    step = -(-len(distinct) // _MOST_ROWS)  # sorted rows, every n-th: the same sample whatever the order
    distinct, weight = distinct[::step], counts[::step].astype(np.float64)
    columns = np.ascontiguousarray(distinct.T)
    median = max(float(np.median(columns[2])), 1.0)
    best = min(
        (
            minimize(
                _objective,
                np.log([start, median * start, 1.0, 2.0]),
                args=(columns, weight, shift),
                jac=True,
                method="L-BFGS-B",
                bounds=[(-_BOUND, _BOUND)] * 4,
                options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
            )
            for start in (0.25, 1.0)
        ),
        key=lambda found: float(found.fun),
    )
    r, alpha, a, b = (float(v) for v in np.exp(best.x))
    return r, alpha, a, b, -float(best.fun) * len(rows)
