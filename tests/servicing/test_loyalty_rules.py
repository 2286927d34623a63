"""The ladder and the map (S19): each step on the ones below it, and nothing of what or how much a client trades (B7)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.loyalty.rules import Facts, depending, lasting, quadrant, step_of
from servicing.models import LoyaltyStep, Quadrant
from tests.servicing.loyalty_desk import NUMBERS, facts

BANDS = st.sampled_from(["", "low", "watch", "raised", "high"])
PERCENT = st.integers(0, 100)
FACTS = st.builds(
    Facts,
    has_complaint=st.booleans(),
    has_told_complaint=st.booleans(),
    is_pleased=st.sampled_from([None, True, False]),
    uses=st.lists(st.sampled_from(["main", "etf", "star", "hk", "bond", "margin", "plan"]), unique=True).map(tuple),
    years=st.none() | st.integers(0, 40),
    is_awake=st.booleans(),
    band=BANDS,
    stay=st.none() | PERCENT,
    wallet=st.none() | PERCENT,
    referrals=st.integers(0, 5),
    is_strategic=st.booleans(),
)
BETTER: list[dict[str, Any]] = [
    {"has_complaint": False, "has_told_complaint": False}, {"is_pleased": True}, {"years": 40}, {"is_awake": True},
    {"band": "low"}, {"referrals": 6}, {"is_strategic": True}, {"uses": ("main", "etf", "star", "hk", "bond", "margin", "plan")},
]  # fmt: skip


@pytest.mark.parametrize(
    ("worse", "step"),
    [
        ({}, LoyaltyStep.CORE),
        ({"referrals": 0}, LoyaltyStep.LOYAL),
        ({"referrals": 0, "is_strategic": True}, LoyaltyStep.CORE),
        ({"years": 2}, LoyaltyStep.TRUSTING),
        ({"years": None}, LoyaltyStep.TRUSTING),
        ({"is_awake": False}, LoyaltyStep.TRUSTING),
        ({"band": "watch"}, LoyaltyStep.TRUSTING),
        ({"band": ""}, LoyaltyStep.TRUSTING),
        ({"uses": ("main", "plan")}, LoyaltyStep.SATISFIED),
        ({"is_pleased": False}, LoyaltyStep.NONE),
        ({"has_complaint": True}, LoyaltyStep.NONE),
        ({"is_pleased": True}, LoyaltyStep.CORE),
    ],
)
def test_a_step_is_reached_with_all_below_it(worse: dict[str, Any], step: LoyaltyStep) -> None:
    assert step_of(facts(**worse), NUMBERS) == step


@pytest.mark.parametrize(
    ("told", "score"),
    [
        ({"years": 10, "stay": 100}, 100),
        ({"years": 5, "stay": 90}, 70),
        ({"years": 30, "stay": 20}, 60),  # no more than full
        ({"years": 5, "stay": None}, 50),  # not known is left out
        ({"years": None, "stay": 90}, 90),
        ({"years": None, "stay": None}, 0),
        ({"years": 10, "stay": 90, "is_awake": False}, 50),  # who sleeps does not stay
        ({"years": 9, "stay": 92}, 91),
        ({"years": 3, "stay": 61}, 46),  # 45.5 is rounded up
    ],
)
def test_lasting_is_the_mean_of_years_and_likelihood(told: dict[str, Any], score: int) -> None:
    assert lasting(facts(**told), NUMBERS) == score


@pytest.mark.parametrize(
    ("uses", "wallet", "score"),
    [
        ((), None, 0),
        (("main", "etf", "plan"), None, 50),
        (("main",) * 9, None, 100),
        (("main", "etf", "plan"), 80, 65),
        ((), 100, 50),
    ],
)
def test_depending_is_the_mean_of_breadth_and_wallet(uses: tuple[str, ...], wallet: int | None, score: int) -> None:
    assert depending(facts(uses=uses, wallet=wallet), NUMBERS) == score


def test_a_score_at_the_cut_lies_above_it() -> None:
    assert quadrant(60, 50, NUMBERS) == Quadrant.BOTH
    assert quadrant(60, 49, NUMBERS) == Quadrant.LASTING
    assert quadrant(59, 50, NUMBERS) == Quadrant.DEPENDING
    assert quadrant(59, 49, NUMBERS) == Quadrant.NEITHER


@given(FACTS, st.sampled_from(BETTER))
def test_whatever_gets_better_never_costs_a_step_or_a_point(one: Facts, better: dict[str, Any]) -> None:
    after = one._replace(**better)
    assert step_of(after, NUMBERS) >= step_of(one, NUMBERS)
    assert depending(after, NUMBERS) >= depending(one, NUMBERS)


@given(FACTS)
def test_what_an_advisor_is_told_says_nothing_of_answers_or_of_complaints_about_people(one: Facts) -> None:
    hidden = one._replace(has_complaint=True, is_pleased=False)
    assert step_of(hidden.told, NUMBERS) == step_of(one._replace(has_complaint=False, is_pleased=True).told, NUMBERS)


def test_no_measure_counts_what_is_traded() -> None:
    assert not {
        name
        for name in Facts._fields
        if any(word in name for word in ("fen", "trade", "turnover", "commission", "tier"))
    }
