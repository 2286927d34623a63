"""Features as they stood on a day: what each says."""

from datetime import date, timedelta
from typing import Any

import pytest

from segmentation.features import FEATURE_SCHEMA, FEATURES, compute_features
from segmentation.tiers.rates import MissingRate
from tests.segmentation.facts import facts_of, trades_on
from tests.segmentation.feature_facts import EXCHANGE, TODAY, YUAN, ago, asset, features_of, rows_of

# Activity


def test_trading_days_are_counted_in_windows_that_end_today():
    client = features_of(trades=trades_on(1, TODAY, TODAY, ago(29), ago(30), ago(89), ago(90), ago(179), ago(180)))
    assert (client["n_td_30"], client["n_td_90"], client["n_td_prior90"]) == (2, 4, 2)
    assert client["freq_ratio"] == pytest.approx(5 / 3)
    assert client["rec_trade"] == 0


def test_a_reverse_repo_is_activity_but_no_turnover_and_a_dividend_is_neither():
    client = features_of(
        trades=trades_on(1, ago(50), amount_minor=1000, commission_minor=10),
        movements=[
            {"client_id": 1, "moved_on": ago(3), "kind": "reverse_repo", "amount_minor": 10**9, "commission_minor": 5},
            {"client_id": 1, "moved_on": ago(2), "kind": "dividend", "commission_minor": 7},
            {"client_id": 1, "moved_on": ago(1), "kind": "lottery"},
        ],
    )
    assert client["rec_trade"] == 3
    assert client["commission_365_fen"] == 15
    assert client["fee_bps"] == pytest.approx(100)
    assert client["product_breadth"] == 1


def test_gaps_need_three_to_be_a_rhythm():
    assert features_of(trades=trades_on(1, ago(40), ago(30), ago(20)))["gap_med"] is None
    client = features_of(trades=trades_on(1, ago(50), ago(40), ago(30), ago(14)))
    assert client["gap_med"] == 10
    assert client["overdue"] == pytest.approx(1.4)


def test_silence_is_held_against_nine_tenths_of_the_own_gaps():
    ten_gaps = [ago(20 + 10 * n) for n in range(10)] + [ago(310)]  # nine of 10 days, one of 200
    assert features_of(trades=trades_on(1, *ten_gaps))["gap_p90_exceeded"] is True
    eight_of_ten = [ago(20 + 10 * n) for n in range(9)] + [ago(300), ago(500)]
    assert features_of(trades=trades_on(1, *eight_of_ten))["gap_p90_exceeded"] is False


def test_golden_week_makes_nobody_overdue():
    """Invariant 12: a daily trader is not silent because the exchange was closed."""
    after_the_week = date(2026, 10, 9)
    open_days = [day for day in EXCHANGE if not date(2026, 10, 1) <= day <= date(2026, 10, 8)]
    before = [day for day in open_days if date(2026, 6, 1) <= day <= date(2026, 9, 30)]
    client = features_of(as_of=after_the_week, trading_days=open_days, trades=trades_on(1, *before))
    assert (client["rec_trade"], client["rec_open"]) == (9, 3)
    assert client["gap_p90_exceeded"] is False
    assert client["overdue"] <= 1
    every_day = features_of(as_of=after_the_week, trades=trades_on(1, *before))  # had the exchange been open
    assert every_day["gap_p90_exceeded"] is True


def test_evenly_spaced_days_are_not_clumpy_and_two_bursts_are():
    even = [TODAY + timedelta(days=1) - timedelta(days=61 * n) for n in range(1, 6)]  # 6 spacings of 61 in 366
    assert features_of(trades=trades_on(1, *even))["clumpiness"] == pytest.approx(0, abs=1e-9)
    bursts = [ago(n) for n in (0, 1, 2, 3, 4, 360, 361, 362, 363, 364)]
    assert features_of(trades=trades_on(1, *bursts))["clumpiness"] > 0.9 * (1 - 0.1)


def test_a_client_who_never_traded_has_counts_of_nought_and_no_ratio():
    client = features_of(clients=[{"client_id": 1}])
    assert (client["n_td_90"], client["active_m12"], client["gap_count"]) == (0, 0, 0)
    for name in ("rec_trade", "gap_med", "overdue", "comm_ratio", "fee_bps", "assets", "peak_ratio", "flow30", "hhi"):
        assert client[name] is None, name


def test_trading_that_fades_has_a_falling_trend():
    fading = [ago(360 - n * 3) for n in range(40)] + [ago(100), ago(10)]
    rising = [ago(n * 3) for n in range(40)] + [ago(250), ago(350)]
    assert (
        features_of(trades=trades_on(1, *fading))["trend_m12"]
        < 0
        < features_of(trades=trades_on(1, *rising))["trend_m12"]
    )


def test_only_clients_open_on_the_day_have_features():
    """T3."""
    con = facts_of(
        clients=[
            {"client_id": 1, "opened_on": TODAY},
            {"client_id": 2, "opened_on": TODAY + timedelta(days=1)},
            {"client_id": 3, "closed_on": TODAY},
            {"client_id": 4, "closed_on": TODAY + timedelta(days=1)},
            {"client_id": 5, "opened_on": None},
        ]
    )
    compute_features(con, TODAY, trading_days=EXCHANGE)
    assert list(rows_of(con)) == [1, 4, 5]


# Money


def test_foreign_commission_counts_at_the_rate_of_the_trade_day():
    """T2: converted and rounded trade by trade."""
    client = features_of(
        trades=trades_on(1, ago(10), ago(5), currency="HKD", commission_minor=333),
        rates=[
            {"currency": "HKD", "day": ago(20), "rate_e6": 915_000},
            {"currency": "HKD", "day": ago(6), "rate_e6": 925_000},
        ],
    )
    assert client["commission_365_fen"] == 305 + 308


def test_a_missing_rate_stops_and_names_currency_and_day():
    with pytest.raises(MissingRate) as stopped:
        features_of(trades=trades_on(1, ago(10), currency="USD"))
    assert (stopped.value.currency, stopped.value.day) == ("USD", ago(10))


def test_a_rate_that_only_old_trades_would_need_is_not_missed():
    assert features_of(trades=trades_on(1, ago(500), currency="USD"))["commission_365_fen"] == 0


def test_net_assets_add_up_the_latest_report_of_every_open_account():
    client = features_of(
        accounts=[{"client_id": 1, "account_id": 30, "closed_on": ago(5)}],
        assets=[
            asset(1, ago(100), 50_000),
            asset(1, ago(3), 20_000),
            asset(1, ago(60), 7_000, account_id=20),
            asset(1, ago(60), 99_000, account_id=30),
            asset(1, TODAY + timedelta(days=1), 1),
        ],
    )
    assert client["assets_fen"] == 27_000 * YUAN
    assert client["peak_assets_fen"] == (50_000 + 7_000 + 99_000) * YUAN
    assert client["peak_ratio"] == pytest.approx(27 / 156)


def test_a_move_of_the_exchange_rate_is_no_loss():
    """Invariant 12, currency."""
    client = features_of(
        assets=[asset(1, ago(200), 100_000, currency="USD"), asset(1, ago(2), 100_000, currency="USD")],
        rates=[
            {"currency": "USD", "day": ago(400), "rate_e6": 9_000_000},
            {"currency": "USD", "day": ago(3), "rate_e6": 7_000_000},
        ],
    )
    assert client["peak_ratio"] == 1
    assert client["assets_fen"] == 700_000 * YUAN


def transfer(day: date, yuan: int, **more: Any) -> dict[str, Any]:
    return {"client_id": 1, "moved_on": day, "amount_minor": yuan * YUAN, **more}


def test_flows_are_net_and_leave_own_transfers_and_reversals_out():
    """F4."""
    client = features_of(
        assets=[asset(1, ago(40), 100_000), asset(1, ago(1), 60_000)],
        cash_transfers=[
            transfer(ago(20), -30_000),
            transfer(ago(20), -50_000, kind="internal"),
            transfer(ago(15), -20_000),
            transfer(ago(14), 20_000, kind="reversal"),
        ],
        securities_transfers=[
            {"client_id": 1, "moved_on": ago(70), "value_minor": -10_000 * YUAN},
            {"client_id": 1, "moved_on": ago(70), "value_minor": -90_000 * YUAN, "kind": "collateral"},
        ],
    )
    assert client["flow_30_fen"] == -30_000 * YUAN
    assert client["flow_90_fen"] == -40_000 * YUAN
    assert client["out_cnt30"] == 1
    assert client["securities_out_90_fen"] == 10_000 * YUAN
    assert client["max_out90"] == pytest.approx(0.3)


def test_out_and_back_is_no_loss():
    """F4."""
    client = features_of(
        assets=[asset(1, ago(40), 100_000)], cash_transfers=[transfer(ago(20), -80_000), transfer(ago(5), 80_000)]
    )
    assert (client["flow_30_fen"], client["flow30"]) == (0, 0)


def test_the_return_is_what_transfers_do_not_explain():
    client = features_of(
        assets=[asset(1, ago(95), 100_000), asset(1, ago(1), 160_000)], cash_transfers=[transfer(ago(45), 50_000)]
    )
    assert client["return90"] == pytest.approx(10_000 / 125_000)


def test_positions_show_concentration_and_what_is_under_water():
    held = {"client_id": 1, "day": ago(10)}
    client = features_of(
        holdings=[
            {**held, "security_code": "600000", "value_minor": 30_000_00, "cost_minor": 60_000_00},
            {**held, "security_code": "000001", "value_minor": 10_000_00, "cost_minor": 10_100_00},
            {"client_id": 1, "day": ago(40), "security_code": "300750", "value_minor": 90_000_00, "cost_minor": 1},
        ]
    )
    assert client["hhi"] == pytest.approx(0.75**2 + 0.25**2)
    assert client["trapped"] == pytest.approx(0.75)


def test_the_fee_is_compared_with_twenty_clients_of_like_value():
    crowd = [
        trade
        for number in range(1, 31)
        for trade in trades_on(number, ago(10), amount_minor=10_000_00, commission_minor=3_00)
    ]
    dear = trades_on(99, ago(10), amount_minor=9_000_00, commission_minor=4_50)
    con = facts_of(trades=crowd + dear)
    compute_features(con, TODAY, trading_days=EXCHANGE)
    rows = rows_of(con)
    assert rows[99]["fee_bps"] == pytest.approx(5)
    few = facts_of(trades=crowd[:10] + dear)
    compute_features(few, TODAY, trading_days=EXCHANGE)
    assert rows_of(few)[99]["fee_gap"] is None


# The definitions


def test_every_feature_is_computed_and_defined_once():
    con = facts_of(trades=trades_on(1, ago(5)))
    compute_features(con, TODAY, trading_days=EXCHANGE)
    columns = list(rows_of(con)[1])
    assert len({feature.name for feature in FEATURES}) == len(FEATURES) >= 30
    assert {feature.name for feature in FEATURES} <= set(columns)
    assert all(str(feature.definition) and feature.sign in {-1, 0, 1} for feature in FEATURES)
    assert len(FEATURE_SCHEMA) == 64


def test_no_protected_attribute_is_a_feature():
    text = " ".join(f"{feature.name} {feature.sql}" for feature in FEATURES)
    for word in ("gender", "birthday", "ethnic", "religion", "health", "marital", "address", "name"):
        assert word not in text
