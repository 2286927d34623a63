"""From raw score to probability, and the measures that judge it."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation import metrics
from segmentation.calibration import apply_calibrator, fit_calibrator


def crowd(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Raw scores that are twice as high as the probability behind the outcome."""
    draws = np.random.default_rng(seed)
    raw = draws.random(count)
    return raw, (draws.random(count) < raw / 2).astype(float)


@pytest.mark.parametrize(("count", "kind"), [(900, "platt"), (999, "platt"), (1000, "isotonic"), (5000, "isotonic")])
def test_below_a_thousand_rows_a_line_is_fitted_and_steps_from_there(count, kind):
    assert fit_calibrator(*crowd(count))["kind"] == kind


@settings(max_examples=30, deadline=None)
@given(st.integers(40, 3000), st.integers(0, 10_000))
def test_a_calibrator_never_falls_and_stays_a_probability(count, seed):
    calibrator = fit_calibrator(*crowd(count, seed))
    p = apply_calibrator(calibrator, np.linspace(0, 1, 501))
    assert np.all(np.diff(p) >= 0)
    assert p.min() >= 0
    assert p.max() <= 1


def test_a_calibrator_halves_scores_that_are_twice_too_high():
    raw, y = crowd(20_000)
    fresh, outcome = crowd(20_000, seed=2)
    p = apply_calibrator(fit_calibrator(raw, y), fresh)
    assert metrics.ece(fresh, outcome) > 0.2
    assert metrics.ece(p, outcome) < 0.02
    assert metrics.auc(p, outcome) == pytest.approx(metrics.auc(fresh, outcome), abs=0.005)


def test_a_calibrator_survives_storage_and_the_order_of_rows():
    for count in (800, 4000):
        raw, y = crowd(count)
        mixed = np.random.default_rng(5).permutation(count)
        calibrator = fit_calibrator(raw, y)
        assert fit_calibrator(raw[mixed], y[mixed]) == calibrator
        assert json.loads(json.dumps(calibrator)) == calibrator


def test_five_of_five_is_no_certainty():
    raw = np.concatenate([np.full(5, 0.99), np.linspace(0, 0.5, 2000)])
    y = np.concatenate([np.ones(5), np.resize([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2000)])
    assert apply_calibrator(fit_calibrator(raw, y), [0.99])[0] < 0.65


def test_a_score_that_ranks_the_wrong_way_becomes_the_base_rate():
    raw, y = crowd(500)
    calibrator = fit_calibrator(1 - raw, y)
    assert calibrator["kind"] == "constant"
    assert calibrator["value"] == pytest.approx(y.mean(), abs=0.002)


def test_a_handful_of_leavers_gives_a_base_rate_only():
    raw = np.linspace(0, 1, 3000)
    y = np.zeros(3000)
    y[-10:] = 1
    assert fit_calibrator(raw, y) == {"kind": "constant", "value": pytest.approx(10.5 / 3001), "rows": 3000}


# The measures


def test_auc_counts_ties_half():
    assert metrics.auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert metrics.auc([1, 1, 1, 1], [0, 1, 0, 1]) == 0.5
    assert np.isnan(metrics.auc([1, 2], [0, 0]))


def test_shuffled_outcomes_are_ranked_by_nobody():
    raw, y = crowd(20_000)
    shuffled = np.random.default_rng(3).permutation(y)
    standard_error = 0.5 / np.sqrt(3 * min(shuffled.sum(), (1 - shuffled).sum()))
    assert metrics.auc(raw, shuffled) == pytest.approx(0.5, abs=3 * standard_error * 2)


def test_top_decile_lift_and_its_cap():
    y = np.array([1] * 20 + [0] * 80)
    assert metrics.top_lift(np.linspace(1, 0, 100), y) == pytest.approx(5.0)
    assert metrics.lift_cap(y) == pytest.approx(5.0)
    assert metrics.lift_cap([1, 1, 1, 0]) == pytest.approx(4 / 3)
    assert metrics.lift_cap([1] + [0] * 99) == pytest.approx(10.0)


def test_ties_at_the_top_are_drawn_and_not_given_to_the_first_clients():
    y = np.array([1] * 10 + [0] * 90)
    same = np.zeros(100)
    assert metrics.top_lift(same, y, seed=1) == metrics.top_lift(same, y, seed=1)
    assert np.mean([metrics.top_lift(same, y, seed=n) for n in range(300)]) == pytest.approx(1.0, abs=0.2)


def test_expected_calibration_error_of_known_bins():
    assert metrics.ece([0.5] * 10, [1] * 5 + [0] * 5, bins=1) == 0
    assert metrics.ece([0.1] * 5 + [0.9] * 5, [0] * 5 + [1] * 5, bins=2) == pytest.approx(0.1)
    assert metrics.brier([0.0, 1.0, 0.5], [0, 1, 1]) == pytest.approx(0.25 / 3)


def test_honest_probabilities_have_slope_one_and_only_chance_error():
    draws = np.random.default_rng(4)
    p = draws.uniform(0.02, 0.6, 20_000)
    y = draws.random(20_000) < p
    slope, intercept = metrics.calibration_line(p, y)
    assert (slope, intercept) == pytest.approx((1, 0), abs=0.08)
    assert metrics.ece(p, y) < 2 * metrics.null_ece(p)
    assert metrics.calibration_line(np.clip(p * 1.6, 0, 1), y)[0] < 0.9
