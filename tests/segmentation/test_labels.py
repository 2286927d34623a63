"""Who left, by the three parts of the label (scoring note, section 1)."""

from datetime import date, timedelta
from typing import Any

import pytest

from segmentation.features import compute_features
from segmentation.labels import label_clients
from tests.segmentation.facts import facts_of, trades_on, weekdays

ORIGIN = date(2026, 1, 30)
FROM = date(2026, 2, 6)  # five trading days later
EXCHANGE = weekdays(date(2024, 1, 1), ORIGIN)
YUAN = 100
REGULAR = [ORIGIN - timedelta(days=15 * n) for n in range(24)]  # a trade every fortnight for a year
STEADY = [FROM + timedelta(days=n) for n in (10, 40, 70)]


def within(days: int) -> date:
    return FROM + timedelta(days=days)


def labels_of(**tables: Any) -> dict[int, dict[str, bool]]:
    con = facts_of(**tables)
    compute_features(con, ORIGIN, trading_days=EXCHANGE, sections=("activity", "balances"))
    label_clients(con, ORIGIN, outcome_from=FROM, floor_fen=10_000 * YUAN)
    found = con.execute("SELECT client_id, eligible, regular, e1, e2, e3, y FROM labels ORDER BY client_id").fetchall()
    names = ("eligible", "regular", "e1", "e2", "e3", "y")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}


def met(label: dict[str, bool]) -> set[str]:
    return {name for name in ("e1", "e2", "e3") if label[name]}


def rich(yuan: int = 100_000, **more: Any) -> list[dict[str, Any]]:
    return [{"client_id": 1, "day": ORIGIN, "net_minor": yuan * YUAN, **more}]


def cash(day: date, yuan: int, **more: Any) -> dict[str, Any]:
    return {"client_id": 1, "moved_on": day, "amount_minor": yuan * YUAN, **more}


def test_a_client_who_goes_on_as_before_has_not_left():
    label = labels_of(trades=trades_on(1, *REGULAR, *STEADY), assets=rich())[1]
    assert label["eligible"]
    assert label["regular"]
    assert not label["y"]


@pytest.mark.parametrize(("days", "left"), [(0, False), (1, True), (90, True), (91, False)])
def test_an_account_closed_inside_the_window_is_a_hard_exit(days, left):
    label = labels_of(
        clients=[{"client_id": 1, "state": "closed", "closed_on": within(days)}],
        trades=trades_on(1, *REGULAR, *STEADY),
    )[1]
    assert label["e1"] is left
    assert label["eligible"]  # was normal then


@pytest.mark.parametrize(("percent", "left"), [(94, False), (95, True)])
def test_moving_the_securities_away_is_a_hard_exit(percent, left):
    label = labels_of(
        trades=trades_on(1, *REGULAR, *STEADY),
        assets=rich(1_000_000, market_value_minor=50_000 * YUAN),
        securities_transfers=[{"client_id": 1, "moved_on": within(30), "value_minor": -500 * percent * YUAN}],
    )[1]
    assert label["e1"] is left


@pytest.mark.parametrize(("yuan", "left"), [(49_999, False), (50_000, True)])
def test_withdrawing_half_of_the_assets_is_leaving(yuan, left):
    label = labels_of(
        trades=trades_on(1, *REGULAR, *STEADY), assets=rich(100_000), cash_transfers=[cash(within(20), -yuan)]
    )[1]
    assert met(label) == ({"e2"} if left else set())


def test_below_the_floor_a_withdrawal_is_not_leaving():
    label = labels_of(
        trades=trades_on(1, *REGULAR, *STEADY), assets=rich(9_999), cash_transfers=[cash(within(20), -9_999)]
    )[1]
    assert not label["e2"]


def test_out_and_back_and_own_transfers_are_not_leaving():
    """F4."""
    label = labels_of(
        trades=trades_on(1, *REGULAR, *STEADY),
        assets=rich(),
        cash_transfers=[
            cash(within(20), -90_000),
            cash(within(50), 60_000),
            cash(within(60), -100_000, kind="internal"),
        ],
    )[1]
    assert not label["e2"]


def test_a_falling_market_is_not_leaving():
    """Invariant 11: all prices −30 %, no transfers."""
    crashed = {"client_id": 1, "day": within(30), "net_minor": 30_000 * YUAN}
    label = labels_of(trades=trades_on(1, *REGULAR, *STEADY), assets=[*rich(), crashed])[1]
    assert not label["y"]


def test_trading_that_stops_is_leaving():
    """E3: 24 days at 5 yuan bring 120 a year, 29.59 in 90 days; a tenth of that is 2.95."""
    assert met(labels_of(trades=trades_on(1, *REGULAR))[1]) == {"e3"}
    still = trades_on(1, within(30), commission_minor=296)
    assert met(labels_of(trades=[*trades_on(1, *REGULAR), *still])[1]) == set()
    nearly = trades_on(1, within(30), commission_minor=295)
    assert met(labels_of(trades=[*trades_on(1, *REGULAR), *nearly])[1]) == {"e3"}


def test_who_never_traded_regularly_cannot_stop():
    label = labels_of(trades=trades_on(1, *REGULAR[:3]), assets=rich())[1]
    assert not label["regular"]
    assert not label["e3"]


def test_the_lead_time_is_not_read():
    """Invariant 2: neither a trade nor a withdrawal on or before t + g tells the outcome."""
    quiet = labels_of(trades=trades_on(1, *REGULAR), assets=rich())[1]
    busy = labels_of(
        trades=trades_on(1, *REGULAR, ORIGIN + timedelta(days=3), FROM, commission_minor=500),
        assets=rich(),
        cash_transfers=[cash(FROM, -90_000)],
    )[1]
    assert busy == quiet


def test_the_outcome_cannot_begin_before_the_origin():
    con = facts_of(trades=trades_on(1, *REGULAR))
    compute_features(con, ORIGIN, trading_days=EXCHANGE, sections=("activity", "balances"))
    with pytest.raises(ValueError, match="before the origin"):
        label_clients(con, ORIGIN, outcome_from=ORIGIN - timedelta(days=1), floor_fen=0)


@pytest.mark.parametrize(
    ("client", "eligible"),
    [
        ({}, True),
        ({"state": "frozen"}, False),
        ({"state": "dormant"}, False),
        ({"restricted": True}, False),
        ({"scoring_off": True}, False),
        ({"opened_on": ORIGIN - timedelta(days=179)}, False),
        ({"opened_on": ORIGIN - timedelta(days=180)}, True),
        ({"opened_on": None}, True),  # known since the first trade
    ],
)
def test_who_is_scored(client, eligible):
    label = labels_of(clients=[{"client_id": 1, **client}], trades=trades_on(1, *REGULAR))[1]
    assert label["eligible"] is eligible


def test_a_silent_client_is_scored_from_the_floor_of_assets_on():
    long_ago = trades_on(1, ORIGIN - timedelta(days=400))
    assert labels_of(trades=long_ago, assets=rich(10_000))[1]["eligible"]
    assert not labels_of(trades=long_ago, assets=rich(9_999))[1]["eligible"]
