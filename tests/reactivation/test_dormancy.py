"""Who sleeps: the states of rule R2, at their edges."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from reactivation.dormancy import SENTENCES, classify_clients, sentence
from segmentation.features import compute_features
from tests.segmentation.facts import facts_of, trades_on, weekdays

TODAY = date(2026, 6, 30)
EXCHANGE = weekdays(date(2020, 1, 1), date(2026, 12, 31))
FLOOR = 1_000_000


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def states_of(
    as_of: date = TODAY, trading_days: list[date] = EXCHANGE, regulatory_days: int | None = None, **tables: Any
) -> dict[int, dict[str, Any]]:
    con = facts_of(**tables)
    compute_features(con, as_of, trading_days=trading_days)
    classify_clients(con, as_of, floor_fen=FLOOR, regulatory_days=regulatory_days)
    found = con.execute("SELECT client_id, state, reason, last_active_on, gap_p90 FROM states ORDER BY client_id")
    return {
        number: {"state": state, "reason": json.loads(reason), "last_active_on": last, "gap_p90": gap}
        for number, state, reason, last, gap in found.fetchall()
    }


def state_of(**more: Any) -> str:
    return states_of(**more)[1]["state"]


def worth(fen: int, day: date = TODAY) -> list[dict[str, Any]]:
    return [{"client_id": 1, "day": day, "net_minor": fen}]


def test_who_trades_in_the_usual_rhythm_is_active():
    weekly = states_of(trades=trades_on(1, *(ago(7 * n) for n in range(1, 30))))[1]
    assert weekly["state"] == "active"
    assert weekly["reason"] == {"code": "traded", "slots": {"days": 7}}
    assert (weekly["last_active_on"], weekly["gap_p90"]) == (ago(7), 7)


@pytest.mark.parametrize(("silent", "state"), [(10, "active"), (11, "cooling"), (179, "cooling"), (180, "dormant")])
def test_cooling_is_silence_longer_than_nine_tenths_of_the_own_gaps(silent, state):
    every_ten_days = trades_on(1, *(ago(silent + 10 * n) for n in range(12)))
    assert state_of(trades=every_ten_days, assets=worth(FLOOR)) == state


def test_nine_of_ten_gaps_are_enough_and_eight_are_not():
    def silent_for_30_days(long_gaps: int) -> str:
        days, gaps = [ago(30)], [10] * (10 - long_gaps) + [100] * long_gaps
        for gap in gaps:
            days.append(days[-1] - timedelta(days=gap))
        return state_of(trades=trades_on(1, *days))

    assert (silent_for_30_days(1), silent_for_30_days(2)) == ("cooling", "active")


@pytest.mark.parametrize(("silent", "state"), [(89, "active"), (90, "cooling")])
def test_fewer_than_three_gaps_are_cooling_after_90_days(silent, state):
    two_gaps = trades_on(1, ago(silent), ago(silent + 5), ago(silent + 10))
    assert state_of(trades=two_gaps) == state
    assert states_of(trades=trades_on(1, ago(silent)))[1]["state"] == state


def test_three_gaps_are_a_rhythm():
    assert state_of(trades=trades_on(1, ago(20), ago(25), ago(30), ago(35))) == "cooling"
    assert state_of(trades=trades_on(1, ago(20), ago(25), ago(30))) == "active"


@pytest.mark.parametrize(("fen", "state"), [(FLOOR - 1, "empty"), (FLOOR, "dormant"), (FLOOR + 1, "dormant")])
def test_dormant_and_empty_differ_by_the_floor(fen, state):
    """R2: "above a floor" and "below the floor"; exactly the floor is not below it."""
    sleeping = states_of(trades=trades_on(1, ago(180)), assets=worth(fen))[1]
    assert sleeping["state"] == state
    assert sleeping["reason"]["slots"]["assets_fen"] == fen


def test_unknown_assets_are_none():
    assert state_of(trades=trades_on(1, ago(200))) == "empty"


def test_a_client_with_money_who_never_traded_is_never_and_not_dormant():
    assert state_of(clients=[{"client_id": 1}], assets=worth(FLOOR * 100)) == "never"


def test_a_reverse_repo_wakes_and_a_dividend_or_lottery_number_does_not():
    """F2."""
    silent = {"trades": trades_on(1, ago(300)), "assets": worth(FLOOR)}
    for kind, state in (("reverse_repo", "active"), ("dividend", "dormant"), ("lottery", "dormant")):
        assert state_of(movements=[{"client_id": 1, "moved_on": ago(5), "kind": kind}], **silent) == state


def test_closed_clients_are_closed_and_later_ones_are_not_yet_there():
    clients = [
        {"client_id": 1, "closed_on": TODAY},
        {"client_id": 2, "closed_on": TODAY + timedelta(days=1)},
        {"client_id": 3, "opened_on": TODAY + timedelta(days=1)},
    ]
    states = states_of(clients=clients, trades=trades_on(1, ago(10)) + trades_on(2, ago(10)))
    assert {number: row["state"] for number, row in states.items()} == {1: "closed", 2: "active"}
    assert states[1]["last_active_on"] == ago(10)


def test_a_regulatory_dormant_account_needs_the_confirmed_rule():
    asleep = {"trades": trades_on(1, ago(1095)), "assets": worth(FLOOR)}
    assert state_of(**asleep) == "dormant"
    assert state_of(regulatory_days=1095, **asleep) == "regulatory_dormant"
    assert state_of(regulatory_days=1096, **asleep) == "dormant"
    assert state_of(regulatory_days=1095, clients=[{"client_id": 1}]) == "never"


def test_golden_week_cools_nobody():
    """Invariant 12."""
    after = date(2026, 10, 9)
    open_days = [day for day in EXCHANGE if not date(2026, 10, 1) <= day <= date(2026, 10, 8)]
    daily = trades_on(1, *(day for day in open_days if date(2026, 7, 1) <= day <= date(2026, 9, 30)))
    assert state_of(as_of=after, trading_days=open_days, trades=daily) == "active"
    assert state_of(as_of=after, trades=daily) == "cooling"


def test_what_happens_later_changes_no_state():
    past = {"trades": trades_on(1, ago(200)), "assets": worth(FLOOR, ago(5))}
    later = TODAY + timedelta(days=3)
    both = {
        "trades": past["trades"] + trades_on(1, later),
        "assets": past["assets"] + [{"client_id": 1, "day": later, "net_minor": 0}],
    }
    assert states_of(**both) == states_of(**past)


def test_every_state_is_explained_in_both_languages():
    slots = {"days": 7, "gap_p90": 7, "assets_fen": 700, "floor_fen": 700, "rule_days": 7, "closed_on": "2026-07-07"}
    for code in SENTENCES:
        with translation.override("en"):
            english = sentence({"code": code, "slots": slots})
        with translation.override("zh-hans"):
            chinese = sentence({"code": code, "slots": slots})
        assert re.search("[\u4e00-\u9fff]", chinese), code
        assert not re.search("[\u4e00-\u9fff]", english), code
        assert english.count("7") == chinese.count("7"), code
