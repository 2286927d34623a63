"""The churn scores: probabilities with words, or bands without numbers, or nothing."""

import json
from datetime import timedelta

import pytest

from segmentation.churn import fit, scores
from segmentation.models import Threshold
from tests.segmentation.churn_firm import TONIGHT, firm, fitted, scored
from tests.segmentation.facts import facts_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("exchange_without_holidays", "fits_once")]


def test_scores_are_probabilities_with_the_words_of_the_cut_offs(whole_firm):
    rows = scored(whole_firm, fitted(whole_firm))
    eligible = [row for row in rows.values() if row["is_eligible"]]
    assert len({row["band"] for row in eligible}) >= 3
    for row in eligible:
        assert 0 <= row["score"] <= 1
        expected = next(
            (b for b, low in (("high", 0.3), ("raised", 0.15), ("watch", 0.05)) if row["score"] >= low), "low"
        )
        assert row["band"] == expected


def test_the_words_follow_the_dated_cut_offs(whole_firm):
    model = fitted(whole_firm)
    Threshold.objects.create(key="band_high", value=9_999, unit="e-4", from_day=TONIGHT, source="decided today")
    assert "high" not in {row["band"] for row in scored(whole_firm, model).values()}
    before = scored(whole_firm, model, as_of=TONIGHT - timedelta(days=1))
    assert "high" in {row["band"] for row in before.values()}


def test_commission_at_risk_is_score_times_the_commission_of_a_year(whole_firm):
    """C8, in fen, half up."""
    rows = scored(whole_firm, fitted(whole_firm))
    paid = dict(whole_firm.execute("SELECT client_id, commission_365_fen FROM features").fetchall())
    some = [number for number, row in rows.items() if row["is_eligible"]][:50]
    for number in some:
        assert rows[number]["at_risk_fen"] == int(rows[number]["score"] * paid[number] + 0.5)


def test_who_is_not_eligible_has_no_score_no_word_and_no_reason():
    """L3, L4 and section 1."""
    con = firm(clients=400)
    model = fitted(con)
    changes = ["scoring_off = true", "restricted = true", "state = 'frozen'", "opened_on = DATE '2026-06-01'"]
    for number, change in enumerate(changes, start=1):
        con.execute(f"UPDATE clients SET {change} WHERE client_id = {number}")
    rows = scored(con, model)
    for number in range(1, 5):
        row = rows[number]
        assert not row["is_eligible"]
        assert (row["score"], row["band"], row["reasons"], row["at_risk_fen"]) == (None, "", "[]", None)
    assert rows[5]["is_eligible"]


def test_where_calibration_fails_there_are_bands_and_no_numbers():
    con = firm(clients=600, leavers=False)
    rows = scored(con, fitted(con))
    eligible = [row for row in rows.values() if row["is_eligible"]]
    assert {row["score"] for row in eligible} == {None}
    assert {row["at_risk_fen"] for row in eligible} == {None}
    count = len(eligible)
    high = sum(row["band"] == "high" for row in eligible)
    raised = sum(row["band"] == "raised" for row in eligible)
    assert 0 < high <= round(count * scores.SHARES[0][1]) + 5
    assert high + raised <= round(count * scores.SHARES[1][1]) + 5


def test_reasons_are_stored_as_codes_and_numbers(whole_firm):
    rows = scored(whole_firm, fitted(whole_firm))
    told = [reason for row in rows.values() for reason in json.loads(row["reasons"])]
    assert {"overdue", "recent"} <= {reason["code"] for reason in told}
    assert all(set(reason) == {"code", "slots"} for reason in told)


def test_waiting_without_events_never_lowers_the_raw_score(whole_firm):
    """Invariant 5."""
    model = fitted(whole_firm)
    for row in (0, 5, 40):
        history = {"client_id": [1], "repeats": [row], "last": [20 * row], "regular": [True], "outcome": [0]}
        ages = [20 * row + days for days in range(0, 400, 7)]
        raw = [
            float(fit.raw_scores(model.kind, model.params, fit.rows_of({**history, "age": [age]}), 90)[0])
            for age in ages
        ]
        assert raw == sorted(raw)


def test_another_client_changes_no_score(whole_firm):
    con = firm()
    model = fitted(whole_firm)
    before = scored(whole_firm, model)
    con.execute("DELETE FROM trades WHERE client_id > 1000")
    con.execute("DELETE FROM clients WHERE client_id > 1000")
    after = scored(con, model)
    for number in range(1, 1001):
        assert after[number]["score"] == before[number]["score"]


def test_a_firm_without_any_fact_is_a_night_without_scores():
    con = facts_of(clients=[{"client_id": 1}])
    model = fitted(con)
    assert (model.kind, model.is_calibrated) == ("m0", False)
    assert scored(con, model)[1]["is_eligible"] is False
    nobody = facts_of()
    churn_rows = scored(nobody, model)
    assert churn_rows == {}
