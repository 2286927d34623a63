"""The client page: who, how much, why now; masked until somebody says why."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from clients.history import balances, monthly_commission, trades_page
from clients.models import DailyAsset, ExchangeRate, Movement, Trade
from crm.models import AuditEvent, Branch
from crm.pages.client.charts import finding
from segmentation.models import StateChange, Threshold, TierMove, TierPin, TierScheme
from tests.crm.page_firm import DAY, NOW, account, batch, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
PHONE = "16412345678"


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch):
    return staff("boss", "manager", branch)


def fact(owner, **more):
    return {
        "branch": owner.branch,
        "client": owner.client,
        "account": owner,
        "batch": batch(),
        "recorded_at": NOW,
        **more,
    }


def trade(owner, day, commission, n=0, **more):
    return Trade.objects.create(
        **fact(owner), traded_on=day, deal_key=f"{day}-{n}", side="buy", quantity_e2=100, amount_minor=1000,
        commission_minor=commission, security_code="600000", **more,
    )  # fmt: skip


def test_the_page_says_tier_rank_distance_state_and_reasons_from_stored_rows(branch, boss):
    person = client(branch, "沈慕云")
    stand(
        night(branch), person, tier="key", rank=31, to_next_fen=123_050, above_lower_fen=999_99, churn_band="raised",
        churn_score=0.27, churn_reasons=[{"code": "overdue", "slots": {"days": 16, "per_month": 5.5}}],
        dormancy_reason={"code": "traded", "slots": {"days": 16}}, at_risk_fen=1_166_900, measure_fen=4_697_581,
    )  # fmt: skip
    with translation.override("en"):
        response = browser_of(boss).get(reverse("client-detail", args=[person.pk]), headers={"accept-language": "en"})
    body = response.content.decode()
    for words in ("¥1,230.50", "rank 31 of 31", "No trade for 16 days", "27%", "¥11,669", "¥46,975.81"):
        assert words in body


def test_a_model_without_probabilities_says_that_it_is_a_rule(branch, boss):
    person = client(branch, "沈慕云")
    published = night(branch)
    stand(published, person, churn_band="high")
    response = browser_of(boss).get(reverse("client-detail", args=[person.pk]))
    assert response.context["is_rule"] is False
    from segmentation.models import ScoreModel

    model = ScoreModel.objects.create(
        kind="m0", status="champion", month="2026-11", fitted_as_of=DAY, cutoff=NOW, code_version="1",
        label_version="1", input_digest="x",
    )  # fmt: skip
    published.basis.model = model
    published.basis.save()
    assert browser_of(boss).get(reverse("client-detail", args=[person.pk])).context["is_rule"] is True


def test_a_client_without_a_night_and_without_facts_still_has_a_page(branch, boss):
    person = client(branch, "新客户")
    assert browser_of(boss).get(reverse("client-detail", args=[person.pk])).status_code == 200


def test_the_page_takes_a_fixed_number_of_queries(branch, boss):
    person = client(branch, "沈慕云", phone=PHONE)
    stand(night(branch), person)
    browser = browser_of(boss)

    def fill(first, last):
        for n in range(first, last):
            own = account(person, f"88001234{n:04d}")
            trade(own, DAY - timedelta(days=n), 500, n)
            DailyAsset.objects.create(**fact(own), day=DAY - timedelta(days=n), net_minor=1000)

    fill(0, 1)
    browser.get(reverse("client-detail", args=[person.pk]))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("client-detail", args=[person.pk]))
    fill(1, 15)
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("client-detail", args=[person.pk]))
    assert len(many) == len(few) <= 66


def test_net_assets_carry_each_account_forward_and_drop_a_closed_one(branch):
    person = client(branch, "沈慕云")
    one = account(person, "880000000001")
    two = account(person, "880000000002", closed_on=date(2026, 11, 18))
    for own, day, net in ((one, 16, 1000), (two, 16, 500), (one, 17, 1100), (one, 18, 1200)):
        DailyAsset.objects.create(**fact(own), day=date(2026, 11, day), net_minor=net)
    held = balances(person, since=date(2026, 1, 1), until=DAY)
    assert [fen for _day, fen in held.series] == [1500, 1600, 1200]
    assert held.at(date(2026, 11, 17)) == 1600
    assert held.at(date(2026, 11, 1)) is None


def test_foreign_balances_count_at_the_rate_of_the_day(branch):
    person = client(branch, "沈慕云")
    own = account(person, currency="HKD")
    ExchangeRate.objects.create(currency="HKD", day=date(2026, 11, 16), rate_e6=920_000, recorded_at=NOW)
    ExchangeRate.objects.create(currency="HKD", day=date(2026, 11, 18), rate_e6=900_000, recorded_at=NOW)
    for day in (16, 17, 18):
        DailyAsset.objects.create(**fact(own, currency="HKD"), day=date(2026, 11, day), net_minor=1000)
    held = balances(person, since=date(2026, 1, 1), until=DAY)
    assert [fen for _day, fen in held.series] == [920, 920, 900]


def test_monthly_commission_is_the_sum_of_t2_cut_by_months(branch):
    person = client(branch, "沈慕云")
    own = account(person)
    ExchangeRate.objects.create(currency="HKD", day=date(2026, 10, 1), rate_e6=915_000, recorded_at=NOW)
    trade(own, date(2026, 10, 9), 1000)
    trade(own, date(2026, 10, 12), 101, currency="HKD")
    trade(own, date(2026, 11, 20), 300)
    trade(own, date(2026, 11, 23), 999)
    Movement.objects.create(
        **fact(own), moved_on=date(2026, 11, 3), deal_key="r", kind="reverse_repo", commission_minor=7
    )
    Movement.objects.create(**fact(own), moved_on=date(2026, 11, 3), deal_key="d", kind="dividend", commission_minor=50)
    months = dict(monthly_commission(person, until=DAY, months=3))
    assert months == {date(2026, 9, 1): 0, date(2026, 10, 1): 1000 + 92, date(2026, 11, 1): 307}


def test_older_trades_follow_without_a_gap_or_a_repeat(branch, boss):
    person = client(branch, "沈慕云")
    own = account(person)
    stand(night(branch), person)
    for n in range(45):
        trade(own, DAY - timedelta(days=n // 3), 100, n)
    seen, after = [], None
    while True:
        page = trades_page(person, until=DAY, after=after)
        seen += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 45
    address = reverse("client-trades", args=[person.pk])
    first = trades_page(person, until=DAY)
    part = browser_of(boss).get(address, {"after": first.after}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert part.content.count(b"600000") >= 20
    assert browser_of(boss).get(address, {"after": "junk"}).status_code == 404


def test_why_it_changed_between_two_days_is_told_from_the_ledgers(branch, boss):
    person = client(branch, "沈慕云")
    first, second = night(branch, date(2026, 11, 19)), night(branch)
    stand(first, person, tier="vip", rank=30, measure_fen=4_697_581)
    stand(second, person, tier="key", rank=31, measure_fen=4_697_581)
    TierMove.objects.create(
        client=person, publication=second, branch=branch, day=DAY, from_tier="vip", to_tier="key",
        scheme=TierScheme.objects.get(branch=None), from_measure_fen=4_697_581, measure_fen=4_697_581, from_rank=30,
        rank=31, why="others",
    )  # fmt: skip
    StateChange.objects.create(
        client=person, publication=second, branch=branch, day=DAY, subject="dormancy", before="active", after="cooling",
        detail={"code": "beyond_default", "slots": {"days": 95}},
    )  # fmt: skip
    address = reverse("compare-client-days", args=[person.pk])
    asked = {"from": "2026-11-20", "to": "2026-11-19"}
    response = browser_of(boss).get(address, asked, headers={"accept-language": "en", "HX-Request": "true"})
    body = response.content.decode()
    assert "Others moved, rank 30 → 31" in body
    assert "No trade for 95 days" in body
    for wrong in ({"from": "2026-11-20"}, {"from": "2026-11-20", "to": "2020-01-01"}, {"from": "x", "to": "y"}):
        assert browser_of(boss).get(address, wrong).status_code == 404


def test_a_phone_is_shown_after_a_reason_and_never_more_often_than_a_day_allows(branch, boss):
    assert Threshold.objects.get(key="reveal_daily_limit").value == 50  # until somebody decides another number
    Threshold.objects.create(key="reveal_daily_limit", value=2, unit="values", from_day=date(2020, 1, 1), source="test")
    person = client(branch, "沈慕云", phone=PHONE)
    address = reverse("reveal-client-field", args=[person.pk, "phone"])
    browser = browser_of(boss)
    assert PHONE not in browser.get(address).content.decode()
    for _time in range(2):
        response = browser.post(address, {"reason": "客户要求回电"})
        assert PHONE in response.content.decode()
        assert response["Cache-Control"] == "no-store"
    third = browser.post(address, {"reason": "客户要求回电"})
    assert third.status_code == 422
    assert PHONE not in third.content.decode()
    assert AuditEvent.objects.filter(action="reveal", actor=boss, reason="客户要求回电").count() == 2


def test_the_audit_row_stands_even_where_the_value_cannot_be_opened(branch, boss, monkeypatch):
    person = client(branch, "沈慕云", phone=PHONE)

    def broken(*_args, **_named):
        raise KeyError("no such key")

    monkeypatch.setattr("clients.revealing.unseal", broken)
    with pytest.raises(KeyError):
        browser_of(boss).post(reverse("reveal-client-field", args=[person.pk, "phone"]), {"reason": "test reason"})
    assert AuditEvent.objects.filter(action="reveal", actor=boss).count() == 1


def test_an_account_of_another_client_is_not_revealed_through_this_one(branch, boss):
    mine, other = client(branch, "甲"), client(branch, "乙")
    theirs = account(other, "880012349876")
    address = reverse("reveal-account-field", args=[mine.pk, "number", theirs.pk])
    assert browser_of(boss).post(address, {"reason": "because"}).status_code == 404
    address = reverse("reveal-account-field", args=[other.pk, "number", theirs.pk])
    assert "880012349876" in browser_of(boss).post(address, {"reason": "because"}).content.decode()


def test_a_manager_sets_a_tier_by_hand_and_lifts_it(branch, boss):
    person = client(branch, "沈慕云")
    stand(night(branch), person)
    browser, address = browser_of(boss), reverse("pin-client-tier", args=[person.pk])
    assert browser.post(address, {"tier": "vip", "reason": ""}).status_code == 422
    response = browser.post(address, {"tier": "vip", "reason": "家族核心"}, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == reverse("client-detail", args=[person.pk])
    assert "家族核心" in browser.get(reverse("client-detail", args=[person.pk])).content.decode()
    browser.post(reverse("lift-client-pin", args=[person.pk]))
    pin = TierPin.objects.get()
    assert pin.until_day == pin.from_day
    assert "家族核心" not in browser.get(reverse("client-detail", args=[person.pk])).content.decode()


def test_compliance_sees_the_page_without_name_or_form_of_address(branch):
    person = client(branch, "沈慕云", form_of_address="沈老师", phone=PHONE)
    stand(night(branch), person)
    body = browser_of(staff("reader", "compliance")).get(reverse("client-detail", args=[person.pk])).content.decode()
    assert "沈慕云" not in body
    assert "沈老师" not in body
    assert "沈••" in body
    assert "164••••5678" in body


def test_reading_never_waits_for_a_writer(branch, boss, monkeypatch):
    person = client(branch, "沈慕云")
    stand(night(branch), person)
    browser = browser_of(boss)

    def refused(_self):
        raise AssertionError("a GET has opened a transaction")

    monkeypatch.setattr("django.db.transaction.Atomic.__enter__", refused)
    about = [reverse("client-detail", args=[person.pk]), reverse("pin-client-tier", args=[person.pk])]
    pages = ["today", "client-list", "branch-detail", "run-list", "scheme-list", "create-scheme"]
    for address in [
        *about,
        *(reverse(f"client-{name}", args=[person.pk]) for name in ("trades", "timeline")),
        *(reverse(name) for name in pages),
    ]:
        assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("fen", "says"),
    [
        ([100] * 9 + [90, 80, 70, 60], "fell 3 months in a row"),
        ([100] * 9 + [110, 120, 130, 5], "rose 3 months in a row"),
        ([100] * 10 + [0, 0, 7], "No commission for 2 months"),
        ([0] * 13, "No commission in 12 months"),
        ([100] * 12 + [0], "steady"),
        ([100] * 9 + [300, 250, 300, 0], "against the year"),
    ],
)
def test_the_title_of_the_commission_chart_is_its_finding(fen, says):
    months = [(date(2025 + n // 12, n % 12 + 1, 1), value) for n, value in enumerate(fen)]
    with translation.override("en"):
        assert says in finding(months)
