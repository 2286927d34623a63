"""The ledger of points (S19, S12): off until compliance switches it on, append-only, never below zero, never for trading; and a
level only adds (S8)."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch
from segmentation.models import Standing, Threshold
from segmentation.number_words import BY_KEY
from servicing.items.entitlements import Case, check_rule, entitled, reasons_for
from servicing.loyalty.invariants import broken_loyalty
from servicing.loyalty.ledger import balance_of, counter_points, earn_points, spend_points, yearly_cap
from servicing.loyalty.membership import membership
from servicing.models import PointEntry, Referral
from servicing.querysets.points import EARNING
from servicing.referrals.working import open_referral
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY
from tests.servicing.loyalty_desk import LoyaltyDesk, make_desk, points_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def earn(desk: LoyaltyDesk, who: Client, note: str = "两融讲座", kind: str = "event") -> PointEntry:
    return earn_points(who, kind, note, uid=uuid4(), by=desk.advisor, at=AT)


def spend(desk: LoyaltyDesk, who: Client, points: int) -> PointEntry:
    return spend_points(who, points, "换书", uid=uuid4(), by=desk.advisor, at=AT)


def test_points_are_off_until_compliance_confirms_and_off_again_with_zero(desk: LoyaltyDesk) -> None:
    who = desk.person()
    assert BY_KEY["points_cap"].is_lawlike
    Threshold.objects.create(
        key="points_cap", value=500, unit="points", from_day=DAY, source="test", made_by=desk.manager
    )
    with pytest.raises(Refused, match="积分未开通"):
        earn(desk, who)
    Threshold.objects.filter(key="points_cap").update(confirmed_by=desk.compliance, confirmed_on=DAY)
    assert earn(desk, who).points == 10
    Threshold.objects.create(
        key="points_cap", value=0, unit="points", from_day=DAY + timedelta(days=1), source="test",
        confirmed_by=desk.compliance, confirmed_on=DAY + timedelta(days=1),
    )  # fmt: skip
    assert yearly_cap(DAY + timedelta(days=1)) is None
    with pytest.raises(Refused, match="积分未开通"):
        spend_points(who, 5, "换书", uid=uuid4(), by=desk.advisor, at=AT + timedelta(days=1))
    assert balance_of(who) == 10


def test_an_occasion_is_rewarded_once_and_a_double_click_books_once(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who, uid = desk.person(), uuid4()
    first, second = (earn_points(who, "event", "两融讲座", uid=uid, by=desk.advisor, at=AT) for _ in range(2))
    assert first == second
    with pytest.raises(Refused, match="已经登记"):
        earn(desk, who, "两融讲座 ")
    assert earn(desk, who, "期权讲座").points == 10
    assert AuditEvent.objects.filter(action="book-points").count() == 2


def test_a_referral_earns_once_it_opened_and_a_year_once_it_is_full(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who, young = desk.person(), desk.person(opened_on=DAY - timedelta(days=300))
    row = desk.recommend(who)
    with pytest.raises(Refused, match="尚未奖励"):
        earn(desk, who, kind="referral")
    open_referral(row, client(desk.branch, "公冶明远", advisor=desk.advisor, opened_on=DAY), by=desk.advisor, at=AT)
    assert earn(desk, who, kind="referral").points == 100
    with pytest.raises(Refused, match="尚未奖励"):
        earn(desk, who, kind="referral")
    assert earn(desk, who, kind="year").occasion == "year:11"
    with pytest.raises(Refused, match="未满一年"):
        earn(desk, young, kind="year")


def test_nothing_is_earned_by_trading(desk: LoyaltyDesk) -> None:
    points_on(desk)
    assert set(EARNING) == {"event", "referral", "survey", "year"}
    for kind in ("trade", "turnover", "spent", "counter"):
        with pytest.raises(Refused):
            earn(desk, desk.person(), kind=kind)


def test_the_cap_of_a_year_holds(desk: LoyaltyDesk) -> None:
    points_on(desk, cap=25)
    who = desk.person()
    earn(desk, who, "一")
    earn(desk, who, "二")
    with pytest.raises(Refused, match="25"):
        earn(desk, who, "三")
    assert balance_of(who) == 20


def test_what_is_spent_cannot_be_spent_again_nor_taken_back(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who = desk.person()
    entry = earn(desk, who)
    spent = spend(desk, who, 8)
    with pytest.raises(Refused, match="2"):
        spend(desk, who, 3)
    with pytest.raises(Refused, match="已经使用"):
        counter_points(entry, "记错了", uid=uuid4(), by=desk.manager, at=AT)
    counter_points(spent, "没有领取", uid=uuid4(), by=desk.manager, at=AT)
    assert balance_of(who) == 10
    taken, again = (counter_points(entry, "记错了", uid=uuid4(), by=desk.manager, at=AT) for _ in range(2))
    assert taken == again
    assert balance_of(who) == 0
    with pytest.raises(Refused):
        counter_points(taken, "再来", uid=uuid4(), by=desk.manager, at=AT)
    assert earn(desk, who).points == 10  # what was taken back by mistake can be booked again
    assert PointEntry.objects.count() == 5  # and nothing of it was deleted


def test_spending_takes_no_level_and_the_next_one_is_told() -> None:
    assert membership(99, DAY).level == ""
    assert membership(99, DAY).missing == 1
    assert membership(100, DAY).level == "silver"
    assert membership(300, DAY).level == "gold"
    assert membership(300, DAY).missing is None


def test_members_are_given_items_by_what_they_earned_not_by_what_is_left(desk: LoyaltyDesk) -> None:
    points_on(desk)
    member, other = desk.person(), desk.person()
    earn(desk, member, "一")
    earn(desk, member, "二")
    spend(desk, member, 20)
    earn(desk, other, "一")
    rule = {"points_earned": 20}
    assert check_rule(rule)
    scheme = desk.night.basis.scheme
    found = entitled(Standing.objects.of_nights([desk.night.pk]), rule, scheme, DAY)
    assert [row.client for row in found] == [member]
    assert PointEntry.objects.earned_by([member.pk, other.pk]) == {member.pk: 20, other.pk: 10}


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.integers(1, 1_000))
def test_more_points_never_take_an_item_away(earned: int, more: int, asked: int) -> None:
    case = Case("small", 0, 0, "", 12, earned)
    if reasons_for({"points_earned": asked}, case) is not None:
        assert reasons_for({"points_earned": asked}, replace(case, points_earned=earned + more)) is not None


def test_a_ledger_that_was_broken_by_hand_is_told_in_a_sentence(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who = desk.person()
    entry = earn(desk, who)
    row = desk.recommend(who)
    counter_points(entry, "记错了", uid=uuid4(), by=desk.manager, at=AT)
    assert list(broken_loyalty(desk.branch)) == []
    PointEntry.objects.filter(pk=entry.pk).update(points=5)
    elsewhere = client(Branch.objects.create(code="1102", name="望湖营业部"), "外部客户")
    Referral.objects.filter(pk=row.pk).update(referrer=elsewhere)
    found = list(broken_loyalty(desk.branch))
    assert f"client {who.pk}: -5 points" in found
    assert f"referral {row.pk}: a client of another branch" in found
    assert len(found) == 3


class AnyHistory(TestCase):
    """Whatever is booked, spent and taken back, in any order."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.sampled_from(["earn", "spend", "counter"]), st.integers(1, 30)), max_size=12))
    def test_the_balance_is_the_sum_of_the_entries_and_never_below_zero(self, steps: list[tuple[str, int]]) -> None:
        desk = make_desk()
        points_on(desk)
        who = desk.person()
        for number, (step, value) in enumerate(steps):
            entries = list(PointEntry.objects.exclude(kind="counter").order_by("pk"))
            try:
                if step == "earn":
                    earn(desk, who, f"活动{number}")
                elif step == "spend":
                    spend(desk, who, value)
                elif entries:
                    counter_points(entries[value % len(entries)], "更正", uid=uuid4(), by=desk.manager, at=AT)
            except Refused:
                pass
            assert balance_of(who) == sum(PointEntry.objects.values_list("points", flat=True)) >= 0
