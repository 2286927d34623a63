"""What a night says of a client's behaviour, from facts small enough to count by hand."""

import json
from datetime import date
from typing import Any

import pytest

from segmentation.behaviour import Numbers, describe_clients, points_until
from segmentation.features import compute_features
from segmentation.tiers.rates import MissingRate
from tests.segmentation.facts import facts_of, weekdays

TODAY = date(2026, 6, 30)
EXCHANGE = weekdays(date(2025, 1, 1), TODAY)
WAN = 1_000_000  # 10,000 yuan in fen
START = date(2025, 6, 30)


def described(*, as_of: date = TODAY, numbers: Numbers | None = None, **tables: Any) -> dict[int, dict[str, Any]]:
    con = facts_of(**tables)
    compute_features(con, as_of, trading_days=[day for day in EXCHANGE if day <= as_of])
    describe_clients(con, as_of, numbers or Numbers())
    found = con.execute("SELECT * FROM behaviour ORDER BY client_id")
    names = [column[0] for column in found.description]
    return {row[names.index("client_id")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def held(client_id: int, day: date, net: int, market: int = 0, **more: Any) -> dict[str, Any]:
    """Net assets and market value in fen at the close of a day."""
    return {"client_id": client_id, "day": day, "net_minor": net, "market_value_minor": market, **more}


def traded(client_id: int, count: int, day: date = date(2026, 6, 1), **more: Any) -> list[dict[str, Any]]:
    return [{"client_id": client_id, "traded_on": day, **more}] * count


def test_b1_twelve_points_are_the_day_and_the_eleven_ends_of_months_before_it() -> None:
    points = points_until(date(2026, 3, 31))
    assert (points[0], points[-2], points[-1], len(points)) == (
        date(2025, 4, 30), date(2026, 2, 28), date(2026, 3, 31), 12,
    )  # fmt: skip
    assert points_until(date(2024, 3, 15))[-2] == date(2024, 2, 29)


def test_b1_the_position_is_market_value_by_net_assets_with_the_mean_and_spread_of_the_month_ends() -> None:
    # ten points at 40 %, then 60 % and 90 %: mean (10 × 40 + 60 + 90) ÷ 12 = 45.8333 %, variance 201.3889
    days = points_until(TODAY)
    shares = [40] * 10 + [60, 90]
    rows = [held(1, day, 10 * WAN, share * WAN // 10) for day, share in zip(days, shares, strict=True)]

    one = described(assets=rows)[1]

    assert (one["position_e4"], one["position_mean_e4"], one["position_spread_e4"]) == (9000, 4583, 1441)
    assert one["position_band"] == "high"


def test_b1_a_debt_makes_more_than_the_whole_possible_and_half_a_point_rounds_up() -> None:
    rows = [
        held(1, TODAY, 2 * WAN, 3 * WAN, debt_minor=WAN),
        held(2, TODAY, 30_000, 10_001),
        held(3, TODAY, 1, 5 * WAN),
    ]
    found = described(assets=rows)
    # 10,001 ÷ 30,000 = 33.3366…; a net of one fen stops at 1,000 %
    assert [found[n]["position_e4"] for n in (1, 2, 3)] == [15_000, 3334, 100_000]


def test_b1_without_net_assets_there_is_no_position() -> None:
    found = described(assets=[held(1, TODAY, 0, 5 * WAN), held(2, TODAY, -WAN, WAN)], clients=[{"client_id": 3}])
    assert [found[n]["position_e4"] for n in (1, 2, 3)] == [None, None, None]
    assert [found[n]["position_band"] for n in (1, 2, 3)] == ["", "", ""]


@pytest.mark.parametrize(("now", "band"), [(4454, "low"), (4455, "usual"), (5546, "usual"), (5547, "high")])
def test_b1_a_habit_is_at_least_five_points_wide_on_either_side(now: int, band: str) -> None:
    # eleven points at 50 % and one at 50 % ± d: the mean moves by d ÷ 12 and the spread stays below five points
    rows = [held(1, day, 100 * WAN, 50 * WAN) for day in points_until(TODAY)[:-1]]
    rows.append(held(1, TODAY, 100 * WAN, now * WAN // 100))
    one = described(assets=rows)[1]
    assert one["position_spread_e4"] < 500
    assert one["position_band"] == band


@pytest.mark.parametrize(("points", "band"), [(6, "usual"), (5, "")])
def test_b1_fewer_than_six_points_are_no_habit(points: int, band: str) -> None:
    rows = [held(1, day, 100 * WAN, 50 * WAN) for day in points_until(TODAY)[-points:]]
    assert described(assets=rows)[1]["position_band"] == band


def test_b1_an_account_holds_until_its_next_report_and_no_longer_than_until_it_is_closed() -> None:
    accounts = [
        {"client_id": 1, "account_id": 11},
        {"client_id": 1, "account_id": 12, "closed_on": date(2026, 6, 1)},
    ]
    rows = [
        held(1, date(2025, 1, 2), 10 * WAN, 4 * WAN, account_id=11),  # long before the year, and still so
        held(1, date(2026, 3, 10), 10 * WAN, 10 * WAN, account_id=12),
    ]
    one = described(assets=rows, accounts=accounts)[1]
    # nine points at 40 %, three (March, April, May) at 70 %: (9 × 40 + 3 × 70) ÷ 12
    assert (one["position_e4"], one["position_mean_e4"]) == (4000, 4750)


def test_b2_what_was_brought_in_and_taken_out_is_no_result_and_own_transfers_are_no_flow() -> None:
    days = [START, *points_until(TODAY)]
    rows = [held(1, day, 100 * WAN) for day in days[:-1]] + [held(1, TODAY, 130 * WAN)]
    cash = [
        {"client_id": 1, "moved_on": date(2026, 6, 10), "amount_minor": 40 * WAN},
        {"client_id": 1, "moved_on": date(2026, 6, 11), "amount_minor": -5 * WAN},
        {"client_id": 1, "moved_on": date(2026, 6, 11), "amount_minor": 5 * WAN, "kind": "reversal"},
        {"client_id": 1, "moved_on": date(2026, 6, 12), "amount_minor": -9 * WAN, "kind": "internal"},
        {"client_id": 1, "moved_on": START, "amount_minor": 70 * WAN},  # was in the first balance already
    ]
    papers = [
        {"client_id": 1, "moved_on": date(2026, 6, 15), "value_minor": -5 * WAN},
        {"client_id": 1, "moved_on": date(2026, 6, 15), "value_minor": -9 * WAN, "kind": "collateral"},
    ]
    one = described(assets=rows, cash_transfers=cash, securities_transfers=papers)[1]
    # 130 − 100 − (40 − 5 + 5 − 5) = −5 of a mean of (11 × 100 + 130) ÷ 12 = 102.5
    assert (one["result_from"], one["result_fen"], one["result_e4"]) == (START, -5 * WAN, -488)
    assert (one["result"], one["is_deep_loss"]) == ("loss", False)


@pytest.mark.parametrize(
    ("gain", "result", "is_deep"),
    [(300, "profit", False), (299, "flat", False), (-299, "flat", False), (-300, "loss", False), (-3000, "loss", True),
     (-2999, "loss", False)],
)  # fmt: skip
def test_b2_flat_is_within_three_percent_and_a_deep_loss_from_thirty(gain: int, result: str, is_deep: bool) -> None:
    # the fall came before the first point, so that the mean of the points is what there is now
    rows = [held(1, START, 100 * WAN - gain * WAN // 100)] + [held(1, day, 100 * WAN) for day in points_until(TODAY)]
    one = described(assets=rows)[1]
    assert (one["result_e4"], one["result"], one["is_deep_loss"]) == (gain, result, is_deep)


def test_b2_a_first_balance_is_no_profit() -> None:
    first = date(2026, 2, 10)
    rows = [held(1, first, 50 * WAN), held(1, date(2026, 4, 30), 50 * WAN), held(1, TODAY, 52 * WAN)]
    cash = [{"client_id": 1, "moved_on": first, "amount_minor": 50 * WAN}]
    one = described(assets=rows, cash_transfers=cash)[1]
    assert (one["result_from"], one["result_fen"], one["result"]) == (first, 2 * WAN, "profit")


def test_b2_too_short_a_time_or_too_few_assets_are_no_result() -> None:
    late = [held(1, date(2026, 4, 2), 50 * WAN), held(1, TODAY, 80 * WAN)]
    poor = [held(2, day, WAN - 100) for day in [START, *points_until(TODAY)]]
    found = described(assets=late + poor)
    assert [(found[n]["result"], found[n]["result_fen"]) for n in (1, 2)] == [("", None), ("", None)]


def test_b7_turnover_is_traded_amount_by_mean_assets_as_a_yearly_rate() -> None:
    # traded 30 in six months on mean assets of (5 × 4 + 7) ÷ 6 = 4.5: 30 ÷ 4.5 × 2 = 13.33
    rows = [held(1, day, 4 * WAN, WAN) for day in points_until(TODAY)[:-1]] + [held(1, TODAY, 7 * WAN, WAN)]
    trades = [
        {"client_id": 1, "traded_on": date(2025, 12, 31), "amount_minor": 10 * WAN},
        {"client_id": 1, "traded_on": TODAY, "amount_minor": 20 * WAN},
        {"client_id": 1, "traded_on": date(2025, 12, 30), "amount_minor": 90 * WAN},  # not in (30 December, 30 June]
        {"client_id": 1, "traded_on": TODAY, "amount_minor": 90 * WAN, "instrument_class": "reverse_repo"},  # F2
    ]
    repos = [{"client_id": 1, "moved_on": TODAY, "amount_minor": 90 * WAN}]
    one = described(assets=rows, trades=trades, movements=repos)[1]
    assert (one["turnover_e2"], one["horizon"], one["trade_count"]) == (1333, "short", 3)


@pytest.mark.parametrize(
    ("yearly_e2", "horizon"),
    [(4001, "high"), (4000, "short"), (1200, "short"), (1199, "medium"), (300, "medium"), (299, "long")],
)
def test_b4_the_bands_of_the_horizon(yearly_e2: int, horizon: str) -> None:
    rows = [held(1, day, 100 * WAN, WAN) for day in points_until(TODAY)]
    trades = [{"client_id": 1, "traded_on": TODAY, "amount_minor": yearly_e2 * WAN // 2}]
    one = described(assets=rows, trades=trades)[1]
    assert (one["turnover_e2"], one["horizon"]) == (yearly_e2, horizon)


def test_b4_who_holds_something_and_trades_nothing_is_long_term_and_who_holds_nothing_is_nothing() -> None:
    rows = [held(n, day, 10 * WAN, market) for n, market in ((1, WAN), (2, 0)) for day in points_until(TODAY)]
    found = described(assets=rows)
    assert [(found[n]["turnover_e2"], found[n]["horizon"]) for n in (1, 2)] == [(0, "long"), (0, "")]


@pytest.mark.parametrize(("loss", "turnover", "flagged"), [(4, 1200, True), (4, 1199, False), (2, 1200, False)])
def test_b7_over_trading_is_high_turnover_with_a_loss(loss: int, turnover: int, flagged: bool) -> None:
    rows = [held(1, START, (100 + loss) * WAN)] + [held(1, day, 100 * WAN) for day in points_until(TODAY)]
    trades = [{"client_id": 1, "traded_on": TODAY, "amount_minor": turnover * WAN // 2}]
    assert described(assets=rows, trades=trades)[1]["is_overtrading"] is flagged


def test_b4_a_machine_is_told_by_many_trades_on_several_days() -> None:
    days = [date(2026, 6, n) for n in range(1, 6)]
    numbers = Numbers(programme_trades=3, programme_days=5)
    trades = [row for day in days for row in traded(1, 3, day)]
    trades += [row for day in days[:4] for row in traded(2, 3, day)] + traded(2, 2, days[4])
    found = described(trades=trades, numbers=numbers)
    assert [found[n]["is_programme"] for n in (1, 2)] == [True, False]


def names_of(cells: str) -> list[list[Any]]:
    return json.loads(cells)


def test_b5_a_preference_is_shown_only_where_it_surely_beats_the_branch() -> None:
    # of the branch's 1,000 trades 100 are of convertibles: 10 %. P(X ≥ 8 of 30) = 0.78 %, P(X ≥ 7 of 30) = 2.58 %
    trades = traded(1, 8, instrument_class="convertible") + traded(1, 22)
    trades += traded(2, 7, instrument_class="convertible") + traded(2, 23)
    trades += traded(3, 29, instrument_class="convertible")
    trades += traded(4, 56, instrument_class="convertible") + traded(4, 855)
    found = described(trades=trades)
    # 29 of 29 beat everything, but are too few to be a habit
    assert names_of(found[1]["kinds"]) == [["main", 22, 2_200_000, 0], ["convertible", 8, 800_000, 1]]
    assert names_of(found[2]["kinds"])[1] == ["convertible", 7, 700_000, 0]
    assert names_of(found[3]["kinds"]) == [["convertible", 29, 2_900_000, 0]]


def test_b6_channels_are_counted_with_their_amounts_and_an_unknown_one_is_no_preference() -> None:
    trades = traded(1, 40, channel="", amount_minor=300) + traded(1, 1, channel="phone", amount_minor=500)
    trades += traded(2, 400)
    found = described(trades=trades)
    assert names_of(found[1]["channels"]) == [["", 40, 12_000, 0], ["phone", 1, 500, 0]]


def test_b4_machines_are_compared_with_machines() -> None:
    # without the machine's thousand trades of the ETF the other client's 20 of 40 are far above the branch's 10 %
    numbers = Numbers(programme_trades=200, programme_days=5)
    machine = [row for n in range(1, 6) for row in traded(1, 200, date(2026, 6, n), instrument_class="etf")]
    hand = (
        traded(2, 20, instrument_class="etf") + traded(2, 20) + traded(3, 20, instrument_class="etf") + traded(3, 340)
    )
    found = described(trades=machine + hand, numbers=numbers)
    assert names_of(found[1]["kinds"]) == [["etf", 1000, 100_000_000, 0]]
    assert names_of(found[2]["kinds"])[0] == ["etf", 20, 2_000_000, 1]


def test_foreign_money_counts_at_the_rate_of_the_day_and_a_missing_rate_stops_the_night() -> None:
    rows = [held(1, TODAY, 10 * WAN, 5 * WAN), held(1, TODAY, 10 * WAN, 10 * WAN, currency="HKD", account_id=11)]
    rates = [{"currency": "HKD", "day": date(2026, 6, 1), "rate_e6": 500_000}]
    assert described(assets=rows, rates=rates)[1]["position_e4"] == 6667  # 10 of 15

    con = facts_of(assets=[held(1, TODAY, 0, 10 * WAN, currency="HKD")])
    compute_features(con, TODAY, sections=("activity",), trading_days=EXCHANGE)
    with pytest.raises(MissingRate, match="HKD"):
        describe_clients(con, TODAY, Numbers())


def test_c6_years_and_commission_of_all_the_trading_are_the_inputs_of_lifetime_value() -> None:
    trades = traded(1, 1, date(2024, 7, 1), commission_minor=1_000_00) + traded(1, 1, TODAY, commission_minor=460_00)
    trades += traded(2, 1, TODAY, commission_minor=90_00)
    trades += traded(3, 1, date(2024, 7, 1), commission_minor=100_00, currency="HKD")
    found = described(trades=trades, clients=[{"client_id": 4}])
    # 730 days bring 1,460 yuan: 730 a year; a single day counts as 180: 90 × 365 ÷ 180 = 182.50; no rate is no stop
    assert [(found[n]["trading_days"], found[n]["yearly_commission_fen"]) for n in (1, 2, 3, 4)] == [
        (730, 730_00), (1, 182_50), (1, 0), (0, 0),
    ]  # fmt: skip


def test_facts_dated_after_the_day_change_nothing() -> None:
    tables = {"assets": [held(1, day, 100 * WAN, 50 * WAN) for day in points_until(TODAY)], "trades": traded(1, 40)}
    before = described(**tables)
    later = date(2026, 7, 1)
    tables["assets"] = [*tables["assets"], held(1, later, 1, 1)]
    tables["trades"] = [*tables["trades"], *traded(1, 5, later)]
    tables["cash_transfers"] = [{"client_id": 1, "moved_on": later, "amount_minor": 7 * WAN}]
    assert described(**tables) == before


def test_every_open_client_has_a_behaviour_and_nobody_else() -> None:
    clients = [{"client_id": 1}, {"client_id": 2, "closed_on": TODAY}, {"client_id": 3, "opened_on": date(2026, 7, 1)}]
    found = described(clients=clients, trades=traded(2, 3))
    assert list(found) == [1]
