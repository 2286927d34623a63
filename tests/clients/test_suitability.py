"""L1: which product may be offered to which client."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from clients.models import Background
from clients.suitability import CLIENT_LEVELS, PRODUCT_LEVELS, REASONS, Investor, Verdict, investor_of, judge
from tests.clients.profile_firm import make_firm

DAY = date(2026, 11, 27)
LATER = DAY + timedelta(days=1)
WITHIN = {
    ("C1", "R1"), ("C2", "R1"), ("C2", "R2"), ("C3", "R1"), ("C3", "R2"), ("C3", "R3"),
    ("C4", "R1"), ("C4", "R2"), ("C4", "R3"), ("C4", "R4"),
    ("C5", "R1"), ("C5", "R2"), ("C5", "R3"), ("C5", "R4"), ("C5", "R5"),
}  # fmt: skip


@pytest.mark.parametrize("level", CLIENT_LEVELS)
@pytest.mark.parametrize("product", PRODUCT_LEVELS)
def test_every_cell_pushed_and_asked_for(level, product):
    someone = Investor(level, LATER)
    pushed, asked, warned = (
        judge(someone, product, DAY),
        judge(someone, product, DAY, asked=True),
        judge(someone, product, DAY, asked=True, warned=True),
    )
    if (level, product) in WITHIN:
        assert {pushed.code, asked.code, warned.code} == {"fits"}
        assert pushed.passes
    else:
        assert (pushed.code, asked.code, warned.code) == ("above", "unwarned", "warned")
        assert (pushed.passes, asked.passes, warned.passes) == (False, False, True)


@pytest.mark.parametrize("product", PRODUCT_LEVELS)
def test_a_warning_on_record_does_not_let_us_push_what_is_above(product):
    verdict = judge(Investor("C1", LATER), product, DAY, warned=True)
    assert verdict.passes == (product == "R1")


@pytest.mark.parametrize("level", CLIENT_LEVELS)
@pytest.mark.parametrize("product", PRODUCT_LEVELS)
def test_the_lowest_category_gets_nothing_above_r1_whatever_was_asked_or_warned(level, product):
    for professional in (False, True):
        someone = Investor(level, LATER, is_professional=professional, is_lowest=True)
        assert judge(someone, product, DAY, asked=True, warned=True).passes == (product == "R1")


def test_an_assessment_that_ends_today_has_ended_and_one_without_an_end_is_none():
    assert judge(Investor("C5", LATER), "R1", DAY).code == "fits"
    assert judge(Investor("C5", DAY), "R1", DAY).code == "expired"
    assert judge(Investor("C5", DAY), "R1", DAY, asked=True, warned=True).code == "expired"
    assert judge(Investor("C5", None), "R1", DAY).code == "missing"
    assert judge(Investor("", LATER), "R1", DAY).code == "missing"
    assert judge(Investor("C9", LATER), "R1", DAY).code == "missing"


def test_a_professional_investor_is_not_held_to_a_level_but_a_product_without_one_is_not_pushed():
    assert judge(Investor("", None, is_professional=True), "R5", DAY).code == "professional"
    assert judge(Investor("C5", LATER, is_professional=True), "", DAY).code == "unrated"
    assert judge(Investor("C5", LATER), "R6", DAY).code == "unrated"


def test_a_refusal_says_why_in_the_language_of_the_reader():
    with translation.override("zh-hans"):
        told = {code: Verdict(code).reason for code in REASONS}
    assert told["above"] == "产品风险等级高于客户风险等级。"
    with translation.override("en"):
        assert all(told[code] != Verdict(code).reason for code in REASONS)


def test_the_rule_reads_the_flag_of_the_card(db, django_assert_num_queries):
    firm = make_firm()
    Background.objects.create(
        client=firm.client, branch=firm.branch, is_lowest=True, changed_by=firm.advisor, changed_at="2026-11-01T00:00Z"
    )
    client = type(firm.client).objects.select_related("background").get(pk=firm.client.pk)
    with django_assert_num_queries(0):
        assert investor_of(client).is_lowest
    assert not investor_of(firm.other).is_lowest
