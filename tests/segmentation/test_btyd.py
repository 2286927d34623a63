"""MBG/NBD and BG/NBD against what others have published and what was computed beside them (scoring note, section 9)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation import btyd, metrics
from tests.segmentation import cdnow

END = date(1997, 9, 30)
FIXED = btyd.BgParams(0.243, 4.414, 0.793, 2.426, 0.0, 0)


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return cdnow.histories("sample", END)


@pytest.fixture(scope="module")
def bg(sample):
    return btyd.fit_bg(*sample)


@pytest.fixture(scope="module")
def mbg(sample):
    return btyd.fit_mbg(*sample)


def test_the_sample_has_the_published_frequencies(sample):
    assert len(sample[0]) == 2357
    assert np.bincount(np.minimum(sample[0], 7).astype(int)).tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]


def test_bg_nbd_fits_as_published(bg):
    assert (bg.r, bg.alpha, bg.a, bg.b) == pytest.approx((0.242595, 4.413607, 0.792922, 2.425904), rel=5e-6)
    assert bg.log_likelihood == pytest.approx(-9582.4292, abs=1e-4)


def test_mbg_nbd_fits_as_computed_elsewhere(mbg):
    assert (mbg.r, mbg.alpha, mbg.a, mbg.b) == pytest.approx((0.524835, 6.182972, 0.891359, 1.614016), rel=3e-5)
    assert mbg.log_likelihood == pytest.approx(-9582.1327, abs=5e-3)


def test_expected_purchases_of_a_new_customer(bg):
    weeks = [0.1429, 1, 3, 31.8571, 32, 78]
    assert btyd.expected(bg, weeks) == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8580], abs=6e-5)


def test_expected_purchases_of_the_customer_in_the_textbook(bg):
    assert btyd.expected_more(bg, 2, 30.43, 38.86, 39)[0] == pytest.approx(1.22591, abs=1e-5)
    assert btyd.p_alive(bg, 2, 30.43, 38.86)[0] == pytest.approx(0.72661, abs=1e-5)


@pytest.mark.parametrize(
    ("x", "t_x", "age", "quarter", "three_quarters"),
    [(0, 0, 38.86, 0.938163, 0.855449), (2, 30.43, 38.86, 0.676509, 0.445373), (7, 37, 38.86, 0.246645, 0.122989)],
)
def test_probability_of_no_purchase(x, t_x, age, quarter, three_quarters):
    assert btyd.p_no_trade(FIXED, x, t_x, age, 13)[0] == pytest.approx(quarter, abs=1e-6)
    assert btyd.p_no_trade(FIXED, x, t_x, age, 39)[0] == pytest.approx(three_quarters, abs=1e-6)


def test_the_holdout_is_predicted_as_computed_elsewhere(sample, bg):
    ahead = btyd.expected_more(bg, *sample, 39)
    group = np.minimum(sample[0], 7)
    means = [ahead[group == n].mean() for n in range(8)]
    assert means == pytest.approx([0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=6e-4)
    bought = cdnow.later("sample", END, date(1998, 6, 30))
    actual = [bought[group == n].mean() for n in range(8)]
    assert actual == pytest.approx([0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], abs=6e-4)
    assert (round(ahead.sum()), bought.sum()) == (1653, 1882)


def test_alive_rises_and_then_falls_with_frequency(bg):
    frequent = btyd.p_alive(bg, [1, 2, 5, 10, 20], [28.86] * 5, [38.86] * 5)
    assert frequent == pytest.approx([0.688, 0.706, 0.671, 0.494, 0.117], abs=6e-4)


def test_who_will_buy_is_ranked_on_the_whole_firm_as_published():
    origin, until = date(1998, 4, 1), date(1998, 6, 30)
    x, t_x, age = cdnow.histories("master", origin)
    silent = cdnow.later("master", origin, until) == 0
    bg = btyd.p_no_trade(btyd.fit_bg(x, t_x, age), x, t_x, age, 90 / 7)
    mbg = btyd.p_no_trade(btyd.fit_mbg(x, t_x, age), x, t_x, age, 90 / 7)
    assert silent.mean() == pytest.approx(0.8599, abs=1e-4)
    assert metrics.auc(bg, silent) == pytest.approx(0.8306, abs=2e-3)
    assert metrics.auc(mbg, silent) == pytest.approx(0.8338, abs=2e-3)
    assert (metrics.brier(mbg, silent), metrics.ece(mbg, silent)) == pytest.approx((0.0892, 0.0168), abs=1e-3)
    alive = btyd.p_alive(btyd.fit_bg(x, t_x, age), x, t_x, age)
    assert metrics.auc(1 - alive, silent) < 0.4  # why 1 − p_alive is no churn score


def test_a_client_without_repeat_is_alive_for_bg_and_perhaps_gone_for_mbg(bg, mbg):
    assert btyd.p_alive(bg, 0, 0, 30)[0] == 1
    assert 0 < btyd.p_alive(mbg, 0, 0, 30)[0] < 1


def test_nothing_is_expected_of_no_time_and_more_of_more(bg, mbg):
    for model in (bg, mbg):
        ahead = btyd.expected_more(model, 3, 20, 30, [0, 1, 10, 100])
        assert ahead[0] == 0
        assert np.all(np.diff(ahead) > 0)


def test_expected_counts_and_silence_agree_on_a_short_horizon(mbg):
    day = 1 / 70  # so short that nobody buys twice in it
    bought = 1 - btyd.p_no_trade(mbg, 3, 20, 30, day)[0]
    assert btyd.expected_more(mbg, 3, 20, 30, day)[0] == pytest.approx(bought, rel=1e-2)


def test_the_log_likelihood_of_a_sample_is_the_sum_of_its_rows(sample, mbg):
    rows = btyd.log_likelihood(mbg, *sample)
    assert rows.sum() == pytest.approx(mbg.log_likelihood, rel=1e-9)


def test_the_fit_does_not_depend_on_the_order_of_clients(sample, mbg):
    turned = tuple(column[::-1] for column in sample)
    assert btyd.fit_mbg(*turned) == mbg


def test_the_last_trade_cannot_lie_after_today():
    with pytest.raises(ValueError, match="between 0 and T"):
        btyd.fit_mbg([1, 1], [5, 11], [10, 10])


def test_a_firm_where_nobody_came_back_cannot_be_fitted():
    with pytest.raises(ValueError, match="second day"):
        btyd.fit_mbg([0, 0], [0, 0], [10, 20])


histories = st.integers(0, 200).flatmap(
    lambda x: st.floats(0, 400).flatmap(
        lambda t_x: st.floats(0, 400).map(lambda rest: (x, t_x if x else 0.0, (t_x if x else 0.0) + rest))
    )
)


@given(histories, st.floats(0, 200))
def test_silence_never_lowers_the_probability_of_silence(history, waited):
    x, t_x, age = history
    params = btyd.MbgParams(0.524835, 6.182972, 0.891359, 1.614016, 0.0)
    now = btyd.p_no_trade(params, x, t_x, age, 90 / 7)[0]
    then = btyd.p_no_trade(params, x, t_x, age + waited, 90 / 7)[0]
    assert 0 <= now <= then + 1e-12 <= 1 + 1e-12
    assert 0 <= btyd.p_alive(params, x, t_x, age)[0] <= 1
