"""What a service standard would ask of the advisors, before it is decided."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from crm.models import Branch, Staff
from segmentation.models import Tier, TierScheme
from servicing.previews import Crowd, Load, load_of, preview_standard, weigh
from servicing.standards import supersede_standard
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.desk import AT
from tests.servicing.test_standards import standard


@pytest.fixture
def branch(db: None) -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def test_a_week_of_planned_contacts_by_hand() -> None:
    """39 clients every 14 days are 19.5 contacts; of 25 minutes each 487.5 minutes, 8.125 hours, half up; at 90 yuan an hour
    and 52.18 weeks 38,156.625 yuan a year."""
    load = load_of(standard(cadence_days=14, minutes=25), 39)
    assert (load.shown_contacts, load.shown_minutes, load.hours) == (Decimal("19.5"), 488, Decimal("8.1"))
    assert load.cost_fen(9_000) == 3_815_663
    assert load_of(standard(cadence_days=None), 39) == load_of(None, 39) == Load()


def test_before_and_after_by_tier_and_advisor_with_those_over_capacity() -> None:
    """Two branches; the second keeps a standard of its own. Advisor 1 has 28 and 14, advisor 2 has 7 VIP clients."""
    crowds = [
        Crowd(1, 1, "vip", 28, 1_000_000),
        Crowd(1, 1, "key", 14, 200_000),
        Crowd(1, None, "vip", 7, 0),
        Crowd(2, 2, "vip", 7, 300_000),
    ]
    of_the_firm, of_its_own = standard(cadence_days=28, minutes=30), standard(cadence_days=7, minutes=10)
    key, proposed = standard("key", cadence_days=14, minutes=20), standard(cadence_days=7, minutes=30)
    before = {1: {"vip": of_the_firm, "key": key}, 2: {"vip": of_its_own}}
    after = {1: {"vip": proposed, "key": key}, 2: {"vip": of_its_own}}
    found = weigh("vip", crowds, before, after, week=900, hour_cost_fen=6_000)
    vip, total = found.changed, found.total
    # 35 clients every 28 days and 7 every 7 days, then 35 every 7 days
    assert (vip.clients, vip.before.contacts, vip.after.contacts) == (42, Fraction(63, 4), Fraction(42))
    assert (vip.before.shown_minutes, vip.after.shown_minutes) == (333, 1_120)  # 262.5 + 70, 1050 + 70
    # a minute costs a yuan: 332.5 and 1,120 of them, 52.18 weeks
    assert (vip.cost_before, vip.cost_after, vip.brings) == (1_734_985, 5_844_160, 1_300_000)
    assert (vip.left_before, vip.left_after, vip.left_each) == (-434_985, -4_544_160, -108_194)
    assert (total.clients, total.after.shown_minutes, total.brings) == (56, 1_260, 1_500_000)
    assert [line.tier for line in found.lines if line.is_changed] == ["vip"]
    weeks = [(line.advisor, line.before.shown_minutes, line.after.shown_minutes) for line in found.advisors]
    assert weeks == [(1, 350, 980), (None, 53, 210), (2, 70, 70)]
    assert [line.advisor for line in found.advisors if line.is_over] == [1]
    assert (found.over_before, found.over_after, found.branches, found.kept) == (0, 1, 2, 1)


def test_a_week_that_is_just_full_holds_and_clients_with_nobody_are_over_nobodys_capacity() -> None:
    rows = {1: {"vip": standard(cadence_days=7, minutes=30)}}
    found = weigh(
        "vip", [Crowd(1, 1, "vip", 30, None), Crowd(1, None, "vip", 99, None)], rows, rows, week=900, hour_cost_fen=1
    )
    assert {line.advisor: line.is_over for line in found.advisors} == {1: False, None: False}
    assert (found.changed.brings, found.changed.left_after, found.changed.left_each) == (None, None, None)


@given(
    st.lists(
        st.tuples(st.sampled_from([None, 1, 2, 3]), st.sampled_from(Tier.values), st.integers(1, 2_000)), max_size=20
    ),
    st.integers(1, 730),
    st.integers(1, 480),
)
def test_the_advisors_together_have_the_work_of_the_tiers_together(
    clients: list[tuple[int | None, str, int]], cadence: int, minutes: int
) -> None:
    crowds = [Crowd(1, advisor, tier, count, 0) for advisor, tier, count in clients]
    before = {1: {tier: standard(tier, cadence_days=30) for tier in Tier.values}}
    after = {1: {**before[1], "key": standard("key", cadence_days=cadence, minutes=minutes)}}
    found = weigh("key", crowds, before, after, week=900, hour_cost_fen=9_000)
    assert sum((line.after.minutes for line in found.advisors), start=0) == found.total.after.minutes
    assert sum(line.clients for line in found.lines) == found.total.clients
    for line in found.lines:  # only the tier that is another has another week
        assert line.tier == "key" or line.before == line.after


def test_a_preview_counts_open_clients_whom_an_advisor_may_serve(branch: Branch, boss: Staff) -> None:
    advisor = staff("advisor", "advisor", branch)
    published = night(branch)
    for n in range(8):
        stand(published, client(branch, f"客户{n}", advisor=advisor), tier="vip", measure_fen=500_00)
    some = list(Client.objects.order_by("pk")[:3])
    changes: list[dict[str, Any]] = [{"is_restricted": True}, {"state": "closed"}, {"state": "frozen"}]
    for person, change in zip(some, changes, strict=True):
        Client.objects.filter(pk=person.pk).update(**change)
    found = preview_standard(standard(branch=branch, cadence_days=7), [published])
    assert (found.changed.clients, found.changed.brings) == (6, 3_000_00)
    assert (found.changed.before.shown_contacts, found.changed.after.shown_contacts) == (Decimal("1.4"), Decimal(6))
    assert [(line.advisor, line.clients, line.after.shown_minutes) for line in found.advisors] == [(advisor.pk, 6, 180)]


def test_what_a_tier_brings_is_a_years_money_and_untold_where_tiers_are_made_of_assets(branch: Branch) -> None:
    published = night(branch)
    stand(published, client(branch), tier="vip", measure_fen=100_00)
    TierScheme.objects.update(period_months=6)
    assert preview_standard(standard(branch=branch), [published]).changed.brings == 200_00
    TierScheme.objects.update(measure="assets")
    assert preview_standard(standard(branch=branch), [published]).changed.brings is None


def test_a_standard_of_the_firm_is_previewed_over_every_branch_but_those_with_their_own(
    branch: Branch, boss: Staff
) -> None:
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    nights = [night(branch), night(elsewhere)]
    for published in nights:
        stand(published, client(published.branch), tier="vip")
    supersede_standard(standard(branch=elsewhere, cadence_days=7), by=boss, at=AT)
    found = preview_standard(standard(cadence_days=1), nights)
    assert (found.branches, found.kept) == (2, 1)
    assert found.changed.after.contacts == 7 + 1
