"""What the clients of a tier are owed (S2): decided for a first day, superseded, the branch's own before the firm's; and what
another standard would ask of the advisors (S1)."""

from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch, Publication, Staff
from segmentation.models import MarketRegime, Threshold
from servicing.channels import first_open
from servicing.models import ServiceStandard
from servicing.previews import preview_standard
from servicing.standards import check_standard, standards_on, supersede_standard
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.desk import AT, DAY, TOMORROW

IN_DECEMBER = date(2026, 12, 15)


def standard(tier: str = "vip", branch: Branch | None = None, **more: Any) -> ServiceStandard:
    told: dict[str, Any] = {
        "level": "partner", "cadence_days": 14, "welcome_days": [3, 14], "greets": True, "alerts": False, "minutes": 30,
        "channels": ["visit", "phone"], "review_days": 60, "from_day": DAY, "source": "board of 2026-11-20", **more,
    }  # fmt: skip
    return ServiceStandard(tier=tier, branch=branch, **told)


@pytest.fixture
def branch(db: None) -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def test_before_anybody_decides_the_firm_owes_every_tier_something(branch: Branch) -> None:
    found = standards_on(branch, DAY)
    assert list(found) == ["vip", "key", "ordinary", "small"]
    assert [row.level for row in found.values()] == ["partner", "proactive", "accountable", "passive"]
    assert [row.cadence_days for row in found.values()] == [30, 60, 180, None]


def test_the_first_standards_say_by_which_channels_clients_are_contacted(branch: Branch) -> None:
    found = standards_on(branch, DAY)
    assert {tier: row.channels for tier, row in found.items()} == {
        "vip": ["phone", "wecom", "visit"],
        "key": ["phone", "wecom", "visit"],
        "ordinary": ["phone", "wecom"],
        "small": ["wecom", "sms", "email"],
    }


def test_standards_of_before_review_plans_as_often_as_the_number_in_force_said(branch: Branch) -> None:
    for day, days in ((date(2020, 1, 1), 45), (date(2999, 1, 1), 7)):
        Threshold.objects.create(key="plan_review", from_day=day, value=days, unit="days", source="董事会")
    import_module("servicing.migrations.0033_channels_and_reviews").fill(apps, None)
    assert {row.review_days for row in standards_on(branch, DAY).values()} == {45}


def test_channels_stay_in_the_order_of_preference_and_another_order_is_another_standard(
    branch: Branch, boss: Staff
) -> None:
    first = supersede_standard(standard(branch=branch, channels=["wecom", "visit", "phone"]), by=boss, at=AT)
    again = standard(branch=branch, channels=["phone", "visit", "wecom"], from_day=TOMORROW)
    supersede_standard(again, by=boss, at=AT)
    assert standards_on(branch, DAY)["vip"].channels == ["wecom", "visit", "phone"]
    assert standards_on(branch, TOMORROW)["vip"].channels == ["phone", "visit", "wecom"]
    first.refresh_from_db()
    assert first.channels == ["wecom", "visit", "phone"], "superseded, not edited"
    with pytest.raises(Refused):
        supersede_standard(standard(branch=branch, channels=["phone", "visit", "wecom"]), by=boss, at=AT)


@pytest.mark.parametrize(
    ("given", "proposed"), [({"phone"}, "phone"), ({"wecom", "sms"}, "wecom"), (set(), "visit"), ({"email"}, "visit")]
)
def test_the_first_channel_with_consent_is_proposed_and_a_visit_asks_for_none(given: set[str], proposed: str) -> None:
    assert first_open(["phone", "wecom", "visit"], given) == proposed
    assert first_open(["phone"], given - {"phone"}) == ""


def test_a_branchs_own_standard_counts_before_the_firms_and_only_there(branch: Branch, boss: Staff) -> None:
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    own = supersede_standard(standard(branch=branch), by=boss, at=AT)
    supersede_standard(standard(cadence_days=7, from_day=TOMORROW), by=boss, at=AT)
    assert standards_on(branch, TOMORROW)["vip"] == own
    assert standards_on(elsewhere, DAY)["vip"].cadence_days == 30
    assert standards_on(elsewhere, TOMORROW)["vip"].cadence_days == 7


@pytest.mark.parametrize(("market", "owed", "owed_by_the_branch"), [("weak", 7, 14), ("range", 30, 14), (None, 30, 14)])
def test_in_its_market_a_variant_counts_before_the_standard_for_any_and_a_branchs_own_before_both(
    branch: Branch, boss: Staff, market: str | None, owed: int, owed_by_the_branch: int
) -> None:
    if market:
        MarketRegime.objects.create(
            number=1, level=market, phase="D", from_day=DAY, evidence="均线", set_by=boss, set_at=AT
        )
    supersede_standard(standard(regime="weak", cadence_days=7), by=boss, at=AT)
    assert standards_on(branch, DAY)["vip"].cadence_days == owed
    assert standards_on(branch, DAY)["key"].cadence_days == 60
    supersede_standard(standard(branch=branch, cadence_days=14), by=boss, at=AT)
    assert standards_on(branch, DAY)["vip"].cadence_days == owed_by_the_branch


def test_a_variant_and_the_standard_for_any_market_begin_on_one_day_and_each_is_previewed_in_its_market(
    branch: Branch, boss: Staff
) -> None:
    stand(night(branch), client(branch, "沈慕云", advisor=boss), tier="vip")
    supersede_standard(standard(), by=boss, at=AT)
    variant = standard(regime="weak", cadence_days=7)
    found = preview_standard(variant, Publication.objects.all()).changed
    assert (found.before.contacts, found.after.contacts) == (Fraction(7, 14), Fraction(7, 7))
    supersede_standard(variant, by=boss, at=AT)
    assert AuditEvent.objects.latest("id").detail["regime"] == "weak"
    again = preview_standard(standard(cadence_days=28, from_day=TOMORROW), Publication.objects.all()).changed
    assert (again.before.contacts, again.after.contacts) == (Fraction(7, 14), Fraction(7, 28))


def test_a_standard_waits_for_its_first_day_and_what_held_before_stays(branch: Branch, boss: Staff) -> None:
    supersede_standard(standard(branch=branch, from_day=IN_DECEMBER), by=boss, at=AT)
    assert standards_on(branch, IN_DECEMBER - timedelta(days=1))["vip"].cadence_days == 30
    assert standards_on(branch, IN_DECEMBER)["vip"].cadence_days == 14
    later = IN_DECEMBER + timedelta(days=1)
    supersede_standard(standard(branch=branch, cadence_days=21, from_day=later), by=boss, at=AT)
    assert [standards_on(branch, day)["vip"].cadence_days for day in (DAY, IN_DECEMBER, later)] == [30, 14, 21]


def test_the_same_decided_twice_is_one_row_and_one_line_of_the_audit_trail(branch: Branch, boss: Staff) -> None:
    first = supersede_standard(standard(branch=branch), by=boss, at=AT)
    assert supersede_standard(standard(branch=branch), by=boss, at=AT) == first
    event = AuditEvent.objects.get(action="supersede-standard")
    assert (event.actor, event.branch, event.key) == (boss, branch, str(first.pk))
    assert event.detail["cadence_days"] == 14
    assert event.detail["from_day"] == "2026-11-20"


@pytest.mark.parametrize("of_the_firm", [True, False])
def test_another_person_is_told_who_decided_that_day_already(branch: Branch, boss: Staff, of_the_firm: bool) -> None:
    scope = None if of_the_firm else branch
    supersede_standard(standard(branch=scope), by=boss, at=AT)
    for by, minutes in ((staff("deputy", "manager", branch), 30), (boss, 45)):
        with pytest.raises(Refused, match="员工boss") as refused:
            supersede_standard(standard(branch=scope, minutes=minutes), by=by, at=AT)
        assert refused.value.field == "from_day"
    assert ServiceStandard.objects.filter(from_day=DAY).count() == 1
    assert AuditEvent.objects.filter(action="supersede-standard").count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("from_day", DAY - timedelta(days=1)),
        ("cadence_days", 0),
        ("cadence_days", 731),
        ("minutes", 0),
        ("minutes", 481),
        ("review_days", 0),
        ("review_days", 731),
        ("channels", []),
        ("channels", ["phone", "pigeon"]),
        ("channels", ["phone", "visit", "phone"]),
        ("channels", ["phone", "visit", "sms", "email", "letter"]),
        ("welcome_days", [14, 3]),
        ("welcome_days", [3, 3]),
        ("welcome_days", [0, 3]),
        ("welcome_days", [366]),
        ("welcome_days", list(range(1, 14))),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(field: str, wrong: Any) -> None:
    told: dict[str, Any] = {field: wrong}
    with pytest.raises(Refused) as refused:
        check_standard(standard(**told), DAY)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "fine",
    [
        {"cadence_days": None},
        {"cadence_days": 730},
        {"review_days": 1},
        {"review_days": 730},
        {"welcome_days": []},
        {"welcome_days": [1, 365]},
    ],
)
def test_what_just_can_be_kept_is(fine: dict[str, Any]) -> None:
    check_standard(standard(**fine), DAY)
