"""C3, C4, C5, C6, C9: what-if, exact to the fen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation import scenarios

YUAN = 100


def test_losing_a_client_of_ten_thousand_costs_eleven_thousand():
    assert scenarios.loss_of_client(10_000 * YUAN, 100) == 11_000 * YUAN


def test_a_hundred_complaints_mean_a_thousand_dissatisfied():
    assert scenarios.dissatisfied(100, 100) == 1_000
    assert scenarios.dissatisfied(1, 300) == 3  # 3.33
    with pytest.raises(ValueError, match="above zero"):
        scenarios.dissatisfied(1, 0)


@pytest.mark.parametrize(("times", "yuan"), [(40, 4_000), (60, 6_000), (50, 5_000), (70, 7_000), (100, 10_000)])
def test_replacing_costs_four_to_ten_times_keeping(times, yuan):
    assert scenarios.cost_of_replacing(1_000 * YUAN, times) == yuan * YUAN


def test_lifetime_value_is_years_times_commission_less_the_cost_of_service():
    assert scenarios.lifetime_value(Decimal("7.5"), 2_000 * YUAN, 3_000 * YUAN) == 12_000 * YUAN
    assert scenarios.lifetime_value(Decimal("0.5"), 1_00, 3_000 * YUAN) == 50 - 3_000 * YUAN


def test_half_the_churn_raises_profit_by_25_to_85_percent():
    assert scenarios.raised(1_000_000 * YUAN, 250) == 1_250_000 * YUAN
    assert scenarios.raised(1_000_000 * YUAN, 850) == 1_850_000 * YUAN
    assert scenarios.kept_by_halving(101) == 51  # half a fen goes up


@given(st.integers(0, 10**15), st.integers(0, 10_000))
def test_a_result_is_never_off_by_more_than_half_a_fen(fen, factor):
    assert abs(scenarios.loss_of_client(fen, factor) * 1000 - fen * (1000 + factor)) <= 500
