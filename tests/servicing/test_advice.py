"""The one next action: one test per rule, in the order in which the rules are asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.models import Dormancy, Standing
from segmentation.reasons import REASONS
from servicing.advice import CARE, RULES, Case, case_of, next_action

DAY = date(2026, 11, 20)


def case(*codes, dormancy="active", just_above=False, silent=5):
    return Case(frozenset(codes), dormancy, just_above, silent, stale_days=30)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (case("transfer", "outflow", "fee"), "transfer"),
        (case("outflow", "overdue"), "outflow"),
        (case("cash_out"), "outflow"),
        (case("fee", "trapped"), "fee"),
        (case("trapped", "overdue"), "review"),
        (case("assets_down"), "review"),
        (case("overdue", dormancy="dormant"), "wake"),
        (case(dormancy="regulatory_dormant"), "wake"),
        (case("overdue", silent=30), "neglected"),
        (case("overdue", silent=None), "neglected"),
        (case("overdue", silent=29), "rhythm"),
        (case("less_often"), "rhythm"),
        (case("commission_down"), "rhythm"),
        (case(dormancy="cooling"), "rhythm"),
        (case(just_above=True), "line"),
        (case(silent=None), "first"),
        (case(), "care"),
    ],
)
def test_the_first_rule_that_holds_names_the_action(told, code):
    assert next_action(told).code == code


def test_every_rule_is_reached_by_some_case():
    reached = {"transfer", "outflow", "fee", "review", "wake", "neglected", "rhythm", "line", "first"}
    assert {rule.action.code for rule in RULES} == reached


def test_reasons_that_speak_for_the_client_and_unknown_ones_are_no_occasion():
    kept = [{"code": reason.code, "slots": {}} for reason in REASONS if reason.protective]
    standing = Standing(churn_reasons=[*kept, {"code": "of a later version"}], dormancy="active", measure_fen=1)
    told = case_of(standing, last_contact_on=DAY - timedelta(days=3), day=DAY, stale_days=30)
    assert told == Case(frozenset(), "active", is_just_above=False, silent_days=3, stale_days=30)
    assert next_action(told) == CARE


@pytest.mark.parametrize(
    ("tier", "above", "near"),
    [("vip", 5_000, True), ("vip", 5_001, False), ("small", 10, False), ("key", None, False)],
)
def test_just_above_the_line_is_within_a_twentieth_and_never_below_the_lowest(tier, above, near):
    standing = Standing(tier=tier, computed_tier=tier, measure_fen=100_000, above_lower_fen=above, dormancy="active")
    assert case_of(standing, last_contact_on=DAY, day=DAY, stale_days=30).is_just_above is near


@settings(deadline=None)
@given(
    codes=st.frozensets(st.sampled_from([reason.code for reason in REASONS])),
    dormancy=st.sampled_from(Dormancy.values),
    just_above=st.booleans(),
    silent=st.none() | st.integers(0, 4_000),
)
def test_there_is_always_one_action_and_it_never_asks_for_more_trading(codes, dormancy, just_above, silent):
    told = next_action(case(*codes, dormancy=dormancy, just_above=just_above, silent=silent))
    assert str(told.text)
    assert not {"buy", "sell", "trade more"} & set(str(told.text).lower().split())
