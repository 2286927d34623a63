"""What would change a score: the edge of each reason's own condition, and nothing where the edge is not known."""

from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from segmentation.reasons import REASONS
from segmentation.turning_points import days_as_usual, turning_points


def said(*reasons: dict) -> list[str]:
    with translation.override("en"):
        return turning_points(reasons)


@pytest.mark.parametrize(
    ("code", "slots", "words"),
    [
        ("overdue", {"days": 79, "per_month": 3.3}, "a trade ends the silence of 79 days"),
        ("less_often", {"count": 2, "usual": 6.1}, "4 trading days or more in 60 days count as usual again"),
        ("less_often", {"count": 0, "usual": 1.0}, "1 trading day or more in 60 days counts as usual again"),
        ("commission_down", {"amount": 54020, "usual_fen": 234906},
         "net commission of ¥1,175 or more in 90 days counts as usual again"),
        ("outflow", {"amount": 5_000_000, "percent": 40}, "net outflow of 30 days under a tenth of the assets"),
        ("cash_out", {"amount": 10_000_000, "days": 12, "percent": 60},
         "¥70,000 of the withdrawal come back on balance, or it lies more than 90 days behind"),
        ("transfer", {"amount": 9}, "the securities come back, or their transfer lies more than 90 days behind"),
        ("assets_down", {"amount": 100_000_000, "percent": 60},
         "net assets of about 1.25 m yuan, half of the year's highest"),
        ("trapped", {"percent": 70}, "fewer than half of the positions lie more than a fifth under cost"),
        ("fee", {"gap": 2.1}, "a commission rate less than one basis point above clients of like value"),
    ],
)  # fmt: skip
def test_each_reason_has_its_edge(code: str, slots: dict, words: str) -> None:
    assert said({"code": code, "slots": slots}) == [words]


def test_every_reason_for_leaving_has_a_turning_point_and_no_reason_for_staying_has() -> None:
    told = {"days": 1, "count": 0, "usual": 9.0, "amount": 1, "usual_fen": 90_000, "percent": 50, "gap": 2.0}
    for reason in REASONS:
        assert bool(said({"code": reason.code, "slots": told})) != reason.protective, reason.code


def test_at_most_two_are_said_in_the_order_of_the_reasons() -> None:
    told = said(
        {"code": "recent", "slots": {"days": 1, "count": 3}},
        {"code": "trapped", "slots": {"percent": 70}},
        {"code": "fee", "slots": {"gap": 2}},
        {"code": "overdue", "slots": {"days": 9, "per_month": 3}},
    )
    assert len(told) == 2
    assert told[0].startswith("fewer than half")


@pytest.mark.parametrize(
    "reason",
    [
        {},
        {"code": "unknown", "slots": {}},
        {"code": "overdue"},
        {"code": "overdue", "slots": {"days": None}},
        {"code": "less_often", "slots": {"count": 4, "usual": 6.1}},
        {"code": "assets_down", "slots": {"amount": 10, "percent": 100}},
        {"code": "commission_down", "slots": {"amount": 117_453, "usual_fen": 234_906}},
    ],
)
def test_nothing_is_said_where_nothing_can_be_said(reason: dict) -> None:
    assert said(reason) == []


@given(of_year=some.integers(6, 300))
def test_the_days_that_count_as_usual_are_the_edge_of_the_condition_itself(of_year: int) -> None:
    """`less_often` holds while n_60 / 60 < half of n_before / 365; the stored figure is rounded and loses nothing."""
    usual = round(of_year * 60 / 365, 1)
    edge = days_as_usual(usual)
    assert Fraction(edge, 60) >= Fraction(of_year, 730) > Fraction(edge - 1, 60)
