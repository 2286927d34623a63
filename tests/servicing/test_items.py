"""The catalogue of service items (S3): who is entitled and why, dated rows, and that nothing that went wrong lowers it (S8)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch, Publication
from segmentation.models import Behaviour, Horizon, Standing, Tier, TierScheme
from segmentation.tiers.period import period_start
from servicing.contacts import Said, record_contact
from servicing.items import case_of, catalogue_of, entitled, entitlements, items_on, offered, supersede_item
from servicing.items.entitlements import LEAST, Case, check_rule, months_between, reasons_for
from servicing.items.previews import preview_item
from servicing.items.words import name_of, reason_words, rule_words
from servicing.models import Contact, ServiceItem
from servicing.plans import circumstances_of
from tests.crm.page_firm import DAY, client, night, staff, stand
from tests.servicing.desk import AT

MILLION = 100_000_000  # fen
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
CASE = Case(tier="vip", net_assets_fen=MILLION, commission_fen=500_000, horizon="short", months_open=24)


def item(**told: Any) -> ServiceItem:
    values = {
        "code": "tea",
        "name": "品茶会",
        "layer": "basic",
        "quality": "expected",
        "cost_fen": 3_000,
        "minutes": 30,
        "times_a_year": 4,
        "channels": ["at_branch"],
        "rule": {},
        "from_day": DAY,
        "source": "董事会",
    }
    return ServiceItem(**{**values, **told})


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({}, True),
        ({"net_assets_fen": MILLION}, True),
        ({"net_assets_fen": MILLION + 1}, False),
        ({"tier": ["vip", "key"]}, True),
        ({"tier": ["key"]}, False),
        ({"horizon": ["high", "short"]}, True),
        ({"horizon": ["long"]}, False),
        ({"months_open": 24}, True),
        ({"months_open": 25}, False),
        ({"commission_fen": 500_000}, True),
        ({"commission_fen": 500_001}, False),
        ({"net_assets_fen": MILLION, "tier": ["key"]}, False),
    ],
)
def test_all_conditions_must_hold_exact_to_the_fen(rule: dict[str, Any], holds: bool) -> None:
    assert (reasons_for(rule, CASE) is not None) == holds


def test_what_is_not_known_entitles_nobody() -> None:
    unknown = replace(CASE, commission_fen=None, months_open=None, horizon="")
    for rule in ({"commission_fen": 1}, {"months_open": 1}, {"horizon": list(Horizon.values)}):
        assert reasons_for(rule, unknown) is None


def test_the_reason_tells_the_numbers_in_the_readers_language() -> None:
    reasons = reasons_for(
        {"net_assets_fen": MILLION, "tier": ["vip"], "months_open": 24}, replace(CASE, net_assets_fen=123_400_000)
    )
    assert reasons is not None
    with translation.override("en"):
        assert [reason_words(one) for one in reasons] == [
            "tier VIP clients",
            "net assets 1,234,000 ≥ 1,000,000",
            "opened 24 months ≥ 24 months",
        ]
        assert rule_words({}) == "everybody"
    with translation.override("zh-hans"):
        assert reason_words(reasons[1]) == "净资产 1,234,000 ≥ 1,000,000"


@pytest.mark.parametrize(
    "rule",
    [
        {"churn_score": 1},
        {"complaints": 0},
        {"mood": ["pleased"]},
        {"churn_band": ["low"]},
        {"tier": []},
        {"tier": ["gold"]},
        {"tier": "vip"},
        {"tier": ["vip", "vip"]},
        {"net_assets_fen": 0},
        {"net_assets_fen": "1"},
        {"net_assets_fen": 10**15 + 1},
        {"months_open": True},
        {"months_open": 1.5},
    ],
)
def test_the_grammar_has_no_word_for_complaints_moods_or_risk_and_reads_nothing_else(rule: dict[str, Any]) -> None:
    assert not check_rule(rule)


@patient
@given(
    st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(1, 400)
)
def test_months_since_the_opening_are_those_of_the_clamped_calendar(opened: date, as_of: date, months: int) -> None:
    assert (months_between(opened, as_of) >= months) == (opened <= period_start(as_of, months))


RULES = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.lists(st.sampled_from(Tier.values), min_size=1, unique=True),
        "horizon": st.lists(st.sampled_from(Horizon.values), min_size=1, unique=True),
        **{name: st.integers(1, min(most, 10**9)) for name, most in LEAST.items()},
    },
)
TROUBLE = st.fixed_dictionaries(
    {
        "churn_band": st.sampled_from(["high", "raised", "watch", "low", ""]),
        "churn_score": st.none() | st.floats(0, 1),
        "churn_reasons": st.lists(st.fixed_dictionaries({"code": st.sampled_from(["transfer", "fee", "trapped"])})),
        "at_risk_fen": st.none() | st.integers(0, 10**9),
        "dormancy": st.sampled_from(["active", "cooling", "dormant", "never"]),
        "is_eligible": st.booleans(),
    }
)


@patient
@given(RULES, TROUBLE, TROUBLE, st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.sampled_from(Tier.values))
def test_no_band_score_or_state_changes_what_a_client_is_entitled_to(
    rule: dict[str, Any], calm: dict[str, Any], trouble: dict[str, Any], measure: int, assets: int, tier: str
) -> None:
    """S8: the same client with another risk has the same entitlements, for any rule that can be written down."""
    assert check_rule(rule)
    who = type("Client", (), {"opened_on": date(2020, 1, 6)})()
    found = []
    for more in (calm, trouble):
        standing = Standing(tier=tier, measure_fen=measure, net_assets_fen=assets, **more)
        standing._state.fields_cache["client"] = who
        case = case_of(standing, TierScheme(), Behaviour(horizon="short"), DAY)
        found.append([one.reasons for one in entitlements([item(rule=rule)], case)])
    assert found[0] == found[1]


@pytest.mark.django_db
def test_low_moods_and_a_rising_risk_take_nothing_away(branch: Branch) -> None:
    """S8 over a history: what is told about the client is noted, and the client keeps every item and the cadence."""
    advisor = staff("me", "advisor", branch)
    who = client(branch, "沈慕云", advisor=advisor, opened_on=date(2020, 1, 6))
    standing = stand(night(branch), who, tier="vip", net_assets_fen=MILLION)
    before = circumstances_of(who, DAY)
    assert len(before.entitled) > 5
    for mood in ("low", "calm", "low", "low"):
        said = Said(AT - timedelta(hours=1), Contact.Channel.PHONE, "in", "投诉：软件卡顿", mood)
        record_contact(who, said, uid=uuid4(), by=advisor, at=AT)
    Standing.objects.filter(pk=standing.pk).update(churn_band="high", churn_score=0.9, dormancy="dormant")
    after = circumstances_of(who, DAY)
    assert [(one.item, one.reasons) for one in after.entitled] == [(one.item, one.reasons) for one in before.entitled]
    assert after.owed_days == before.owed_days == 30


@pytest.mark.django_db
def test_the_list_of_the_entitled_is_who_the_conditions_say_client_by_client(branch: Branch) -> None:
    published = night(branch)
    scheme = published.basis.scheme
    for n in range(24):
        opened = None if n % 7 == 0 else DAY - timedelta(days=100 * n)
        who = client(branch, f"客户{n}", opened_on=opened, closed_on=DAY if n == 23 else None)
        stand(published, who, tier=Tier.values[n % 4], net_assets_fen=n * MILLION // 10, measure_fen=n * 10_000)
        if n % 3:
            Behaviour.objects.create(publication=published, client=who, horizon=Horizon.values[n % 4])
    rules: list[dict[str, Any]] = [
        {},
        {"tier": ["vip", "small"]},
        {"net_assets_fen": MILLION},
        {"horizon": ["high", "short"]},
        {"months_open": 24},
        {"commission_fen": 100_001},
        {"tier": ["key"], "horizon": ["short", "high"], "months_open": 3, "net_assets_fen": 1, "commission_fen": 1},
    ]
    behaved = {row.client_id: row for row in Behaviour.objects.all()}
    for rule in rules:
        expected = {
            row.client_id
            for row in Standing.objects.select_related("client").filter(client__closed_on=None)
            if reasons_for(rule, case_of(row, scheme, behaved.get(row.client_id), DAY)) is not None
        }
        found = entitled(Standing.objects.of_nights([published.pk]), rule, scheme, DAY)
        assert set(found.values_list("client", flat=True)) == expected, rule
        assert expected, rule


@pytest.mark.django_db
def test_commission_is_told_only_where_the_tiers_are_made_by_it(branch: Branch) -> None:
    published = night(branch)
    stand(published, client(branch), measure_fen=MILLION)
    assets = TierScheme(measure="assets", period_months=12)
    half = TierScheme(measure="commission", period_months=6)
    rows = Standing.objects.of_nights([published.pk])
    assert not entitled(rows, {"commission_fen": 1}, assets, DAY).exists()
    assert entitled(rows, {"commission_fen": 2 * MILLION}, half, DAY).exists()
    assert not entitled(rows, {"commission_fen": 2 * MILLION + 1}, half, DAY).exists()


@pytest.mark.django_db
def test_the_house_brings_nine_items_in_three_layers_with_their_words(branch: Branch) -> None:
    rows = items_on(branch, DAY)
    assert [row.layer for row in rows] == sorted((row.layer for row in rows), key=ServiceItem.Layer.values.index)
    assert len(rows) == 9
    for row in rows:
        assert check_rule(row.rule)
        assert row.source.startswith("S3")
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert name_of(row) != row.code


@pytest.mark.django_db
def test_a_row_takes_over_on_its_day_the_branchs_own_before_the_firms_and_an_end_is_a_row_too(branch: Branch) -> None:
    boss, later = staff("boss", "manager", branch), DAY + timedelta(days=3)
    supersede_item(item(), by=boss, at=AT)
    supersede_item(item(branch=branch, name="茶叙"), by=boss, at=AT)
    supersede_item(item(branch=branch, name="茶叙", is_ended=True, from_day=later), by=boss, at=AT)

    def names(day: date, of: int | None) -> list[str]:
        begun = ServiceItem.objects.begun([branch], day).filter(code="tea")
        return [row.name for row in offered(catalogue_of(begun, of))]

    assert names(DAY - timedelta(days=1), branch.pk) == []
    assert names(DAY, branch.pk) == names(later - timedelta(days=1), branch.pk) == ["茶叙"]
    assert names(later, branch.pk) == []
    assert names(later, None) == ["品茶会"]


@pytest.mark.django_db
def test_the_same_row_twice_is_one_and_another_of_the_same_day_is_refused(branch: Branch) -> None:
    boss = staff("boss", "manager", branch)
    first = supersede_item(item(branch=branch), by=boss, at=AT)
    assert supersede_item(item(branch=branch), by=boss, at=AT).pk == first.pk
    assert AuditEvent.objects.filter(action="supersede-item").count() == 1
    with pytest.raises(Refused) as told:
        supersede_item(item(branch=branch, minutes=5), by=boss, at=AT)
    assert told.value.field == "from_day"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_day": DAY - timedelta(days=1)}, "from_day"),
        ({"code": ""}, "name"),
        ({"minutes": 481}, "minutes"),
        ({"times_a_year": 0}, "times_a_year"),
        ({"shelf_hours": 0}, "shelf_hours"),
        ({"channels": []}, "channels"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"rule": {"mood": ["low"]}}, "tier"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as told:
        supersede_item(item(**wrong), by=None, at=AT)  # type: ignore[arg-type]
    assert told.value.field == field


@pytest.mark.django_db
def test_a_preview_counts_the_entitled_and_the_cost_of_a_year_before_and_after(branch: Branch) -> None:
    """Three clients of a million: 4 × (30 yuan + half an hour at 90 yuan) each are 900 yuan a year; with the VIP alone 300."""
    published = night(branch)
    for n, tier in enumerate(("vip", "key", "small", "small")):
        stand(published, client(branch, f"客户{n}"), tier=tier, net_assets_fen=0 if n == 3 else MILLION)
    stand(published, client(branch, "受限", is_restricted=True), tier="vip", net_assets_fen=MILLION)
    item(rule={"net_assets_fen": MILLION}, made_at=AT).save()
    nights = Publication.objects.current().select_related("basis__scheme")
    found = preview_item(item(branch=branch, rule={"tier": ["vip"]}), nights)
    assert (found.before, found.after, found.clients) == (3, 1, 5)
    assert (found.cost_before, found.cost_after) == (3 * 300_00, 300_00)
    ended = preview_item(item(branch=branch, is_ended=True), nights)
    assert (ended.before, ended.after, ended.cost_after) == (3, 0, 0)
