"""Reasons: said only where they are true, in both languages, from the stored numbers."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from segmentation.features import compute_features
from segmentation.reasons import BY_CODE, GROUPS, REASONS, group, reasons_sql, sentence
from tests.segmentation.facts import facts_of, trades_on, weekdays

TODAY = date(2026, 6, 30)
EXCHANGE = weekdays(date(2024, 1, 1), TODAY)
YUAN = 100


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def reasons_of(client_id: int = 1, **tables: Any) -> list[dict[str, Any]]:
    con = facts_of(**tables)
    compute_features(con, TODAY, trading_days=EXCHANGE)
    found = con.execute(f"SELECT {reasons_sql()} FROM features f WHERE client_id = {client_id}").fetchone()
    return json.loads(found[0])


def said(**tables: Any) -> dict[str, dict[str, Any]]:
    return {reason["code"]: reason["slots"] for reason in reasons_of(**tables)}


def asset(day: date, yuan: int, **more: Any) -> dict[str, Any]:
    return {"client_id": 1, "day": day, "net_minor": yuan * YUAN, **more}


def cash(day: date, yuan: int) -> dict[str, Any]:
    return {"client_id": 1, "moved_on": day, "amount_minor": yuan * YUAN}


def every(days: int, start: int, end: int) -> list[date]:
    return [ago(n) for n in range(start, end, days)]


def test_overdue_needs_a_rhythm_that_is_broken():
    assert said(trades=trades_on(1, *every(10, 50, 400)))["overdue"] == {"days": 50, "per_month": 2.8}
    assert "overdue" not in said(trades=trades_on(1, *every(10, 9, 400)))
    assert "overdue" not in said(trades=trades_on(1, *every(60, 70, 400)))  # six days a year are no habit of ten


def test_less_often_than_usual_is_half_of_the_year_before():
    """Section 4: N_0..60 / 60 < 0.5 · N_60..425 / 365 and at least 6 days before."""
    usual = every(10, 60, 425)  # 37 days in the year before, so 6.1 in 60
    assert said(trades=trades_on(1, *usual, ago(5), ago(15), ago(25)))["less_often"] == {"count": 3, "usual": 6.1}
    assert "less_often" not in said(trades=trades_on(1, *usual, ago(5), ago(15), ago(25), ago(35)))
    assert "less_often" not in said(trades=trades_on(1, *usual[:5], ago(5)))


def test_an_outflow_is_told_from_a_tenth_of_the_assets_on():
    had = [asset(ago(40), 100_000), asset(ago(1), 75_000)]
    assert said(assets=had, cash_transfers=[cash(ago(10), -25_000)])["outflow"] == {
        "amount": 25_000 * YUAN,
        "percent": 25,
    }
    small = [asset(ago(40), 100_000), asset(ago(1), 91_000)]
    assert "outflow" not in said(assets=small, cash_transfers=[cash(ago(10), -9_000)])
    assert "outflow" not in said(assets=had, cash_transfers=[cash(ago(10), -25_000), cash(ago(3), 25_000)])


def test_a_large_withdrawal_is_told_until_it_comes_back():
    had = [asset(ago(80), 100_000), asset(ago(1), 60_000)]
    assert said(assets=had, cash_transfers=[cash(ago(50), -40_000)])["cash_out"] == {
        "amount": 40_000 * YUAN,
        "days": 50,
        "percent": 40,
    }
    assert "cash_out" not in said(assets=had, cash_transfers=[cash(ago(50), -40_000), cash(ago(35), 40_000)])


def test_securities_moved_away_are_told():
    gone = [{"client_id": 1, "moved_on": ago(60), "value_minor": -30_000 * YUAN}]
    assert said(assets=[asset(ago(1), 70_000)], securities_transfers=gone)["transfer"] == {"amount": 30_000 * YUAN}
    assert "transfer" not in said(assets=[asset(ago(1), 5_000_000)], securities_transfers=gone)


def test_commission_that_halves_is_told():
    before = trades_on(1, *every(10, 95, 364), commission_minor=20_00)
    falls = said(trades=[*before, *trades_on(1, ago(80), ago(60), ago(40), ago(20), ago(1), commission_minor=10_00)])
    assert falls["commission_down"] == {"amount": 50_00, "usual_fen": 17673}
    stays = trades_on(1, *every(10, 1, 364), commission_minor=20_00)
    assert "commission_down" not in said(trades=stays)


def test_assets_at_half_of_their_height_are_told():
    assert said(assets=[asset(ago(200), 100_000), asset(ago(1), 50_000)])["assets_down"] == {
        "amount": 50_000 * YUAN,
        "percent": 50,
    }
    assert "assets_down" not in said(assets=[asset(ago(200), 100_000), asset(ago(1), 50_001)])


def test_positions_under_water_are_told():
    deep = {"client_id": 1, "day": ago(5), "value_minor": 600, "cost_minor": 1000}
    flat = {"client_id": 1, "day": ago(5), "security_code": "000001", "value_minor": 400, "cost_minor": 400}
    assert said(holdings=[deep, flat])["trapped"] == {"percent": 60}
    assert "trapped" not in said(holdings=[deep, {**flat, "value_minor": 601}])


def test_a_fee_above_the_peers_is_told_in_basis_points():
    peers = [t for n in range(2, 40) for t in trades_on(n, ago(10), amount_minor=1_000_000, commission_minor=300)]
    dear = trades_on(1, ago(10), amount_minor=500_000, commission_minor=225)
    assert said(trades=[*peers, *dear])["fee"] == {"gap": 1.5}
    like_them = trades_on(1, ago(10), amount_minor=500_000, commission_minor=150)
    assert "fee" not in said(trades=[*peers, *like_them])


def test_at_most_three_reasons_one_of_a_group_and_one_that_soothes():
    tables = {
        "trades": trades_on(1, *every(10, 60, 400), commission_minor=20_00)
        + trades_on(1, ago(3), ago(12), commission_minor=1),
        "assets": [asset(ago(200), 400_000), asset(ago(50), 400_000), asset(ago(1), 100_000)],
        "cash_transfers": [cash(ago(10), -250_000), cash(ago(20), -30_000)],
        "securities_transfers": [{"client_id": 1, "moved_on": ago(60), "value_minor": -30_000 * YUAN}],
        "holdings": [{"client_id": 1, "day": ago(5), "value_minor": 600, "cost_minor": 1000}],
    }
    codes = [reason["code"] for reason in reasons_of(**tables)]
    assert codes == ["transfer", "outflow", "less_often", "recent"]


def test_money_that_came_in_soothes():
    inflow = said(assets=[asset(ago(1), 100_000)], cash_transfers=[cash(ago(10), 20_000)])
    assert inflow == {"inflow": {"amount": 20_000 * YUAN, "percent": 20}}


def test_a_client_of_whom_nothing_is_known_has_no_reason():
    assert reasons_of(clients=[{"client_id": 1}]) == []


# The sentences

SAMPLES = {
    "overdue": ({"days": 45, "per_month": 2.8}, "No trade for 45 days; usually 2.8 trading days a month"),
    "outflow": ({"amount": 2_500_000, "percent": 25}, "Net outflow of ¥25,000 in 30 days, 25% of assets"),
    "fee": ({"gap": 1.5}, "Commission rate 1.5 basis points above clients of like value"),
    "commission_down": ({"amount": 0, "usual_fen": 17_673}, "Net commission of ¥0.00 in 90 days; usually ¥176.73"),
}


@pytest.mark.parametrize("code", SAMPLES)
def test_a_stored_reason_becomes_a_sentence_of_its_numbers(code):
    slots, text = SAMPLES[code]
    with translation.override("en"):
        assert sentence({"code": code, "slots": slots}) == text


def test_one_day_is_said_in_the_singular():
    with translation.override("en"):
        assert sentence({"code": "recent", "slots": {"days": 1, "count": 2}}).startswith("Last trade 1 day ago, 2 ")
        assert sentence({"code": "less_often", "slots": {"count": 1, "usual": 9}}).startswith("1 trading day in ")


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_reason_has_both_languages_and_the_same_numbers(reason):
    stored = {"code": reason.code, "slots": dict.fromkeys(reason.slots, 7)}
    told = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told[language] = sentence(stored)
            assert group(stored)
    assert re.search("[\u4e00-\u9fff]", told["zh-hans"])
    assert not re.search("[\u4e00-\u9fff]", told["en"])
    assert "because" not in told["en"]
    assert len(re.findall("7", told["zh-hans"])) == len(re.findall("7", told["en"])) == len(reason.slots)


def test_the_catalogue_is_compiled_from_what_is_committed():
    assert (Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").exists()


def test_the_reasons_are_each_said_once():
    assert {reason.group for reason in REASONS} <= set(GROUPS)
    assert len(GROUPS) == 9
    assert len(BY_CODE) == len(REASONS)
