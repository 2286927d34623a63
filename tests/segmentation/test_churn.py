"""The churn model: fitted once a month on the firm, honest or silent, the same twice."""

import json
import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from clients.models import FactGeneration
from crm.models import Branch
from segmentation import churn, metrics
from segmentation.churn import fit, registry
from segmentation.models import ScoreModel
from tests.segmentation.churn_firm import CUTOFF, TONIGHT, firm, fitted, scored
from tests.segmentation.facts import facts_of, trades_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("exchange_without_holidays", "fits_once")]


def test_a_firm_with_a_matured_month_gets_honest_probabilities(whole_firm):
    model = fitted(whole_firm)
    assert (model.kind, model.status, model.month) == ("m1", "champion", "2026-06")
    assert model.is_calibrated, model.gates
    assert model.fitted_as_of == date(2026, 5, 29)
    assert model.calibration_origin == date(2026, 1, 30)  # 90 days from 6 February end on 7 May
    assert model.counts["repeat"] >= 300
    assert model.counts["y"] >= model.counts["e3"] > 50
    assert model.counts["e2"] > 0
    assert model.metrics["auc"] > 0.6
    assert all(gate["passed"] for gate in model.gates.values())


def test_the_gate_holds_on_months_that_the_calibrator_never_saw(whole_firm):
    model = fitted(whole_firm)
    origin = fit.Origin(date(2026, 2, 27), date(2026, 3, 6), date(2026, 6, 4))
    fit.prepare_day(whole_firm, origin.day)
    rows = fit.rows_at(whole_firm, origin, floor_fen=1_000_000)
    raw = fit.raw_scores(model.kind, model.params, rows, 90)
    p = fit.calibrated(model.calibrator, raw, rows.regular)
    assert metrics.ece(p, rows.outcome) < 0.06
    assert metrics.auc(p, rows.outcome) > 0.6


def test_the_month_has_one_model_whichever_night_asks_first(whole_firm):
    late = fitted(whole_firm, as_of=date(2026, 6, 29))
    early = fitted(whole_firm, as_of=date(2026, 6, 1))
    assert late == early == churn.model_for(date(2026, 6, 15), CUTOFF)
    assert ScoreModel.objects.count() == 1


def test_the_next_month_supersedes(whole_firm):
    june = fitted(whole_firm)
    july = fitted(whole_firm, as_of=date(2026, 7, 1))
    june.refresh_from_db()
    assert july.calibration_origin == date(2026, 2, 27)
    assert (july.supersedes, july.status, june.status) == (june, "champion", "retired")
    may = fitted(whole_firm, as_of=date(2026, 5, 20))
    july.refresh_from_db()
    assert (may.status, july.status) == ("retired", "champion")  # a past night never changes what counts today
    assert churn.model_for(TONIGHT, CUTOFF) == june


def test_facts_after_the_end_of_the_month_before_change_nothing(whole_firm):
    full = registry._fitted(whole_firm, date(2026, 5, 29))
    cut = registry._fitted(firm(until=date(2026, 5, 29)), date(2026, 5, 29))
    assert json.dumps(cut, default=str) == json.dumps(full, default=str)


def test_the_same_rows_in_another_order_give_the_same_bytes(whole_firm):
    turned = firm()
    for table in ("trades", "clients", "assets", "cash_transfers"):
        turned.execute(f"CREATE TABLE again AS SELECT * FROM {table} ORDER BY hash(client_id) DESC")
        turned.execute(f"DROP TABLE {table}")
        turned.execute(f"ALTER TABLE again RENAME TO {table}")
    model = fitted(whole_firm)
    other = registry._fitted(turned, date(2026, 5, 29))
    assert (other["input_digest"], other["params"], other["calibrator"]) == (
        model.input_digest,
        model.params,
        model.calibrator,
    )
    assert repr(scored(turned, model)) == repr(scored(whole_firm, model))


def test_history_that_changes_is_fitted_again_and_today_does_not_count(whole_firm):
    branch = Branch.objects.create(code="B1", name="B1")
    slot = FactGeneration.objects.create(
        table="clients_trade", branch=branch, month="2026-03", generation=1, changed_at=CUTOFF - timedelta(hours=3)
    )
    first = fitted(whole_firm)
    FactGeneration.objects.create(
        table="clients_trade", branch=branch, month="2026-06", generation=1, changed_at=CUTOFF - timedelta(hours=2)
    )
    assert churn.model_for(TONIGHT, CUTOFF) == first
    FactGeneration.objects.filter(pk=slot.pk).update(generation=2, changed_at=CUTOFF + timedelta(hours=1))
    later = CUTOFF + timedelta(hours=2)
    assert churn.model_for(TONIGHT, later) is None
    corrected = firm(clients=2300)
    second = fitted(corrected, cutoff=later)
    assert second != first
    assert churn.model_for(TONIGHT, CUTOFF) == first  # the night of that cutoff keeps its model
    assert churn.model_for(TONIGHT, later + timedelta(hours=1)) == second


def test_a_night_as_known_earlier_always_finds_the_model_it_fitted(whole_firm):
    branch = Branch.objects.create(code="B1", name="B1")
    FactGeneration.objects.create(
        table="clients_trade", branch=branch, month="2026-03", generation=2, changed_at=CUTOFF
    )
    newest = fitted(whole_firm, cutoff=CUTOFF + timedelta(hours=1))
    for hours in (5, 9, 7):  # the same facts, read as known before the latest change
        known_then = CUTOFF - timedelta(hours=hours)
        assert fitted(whole_firm, cutoff=known_then) == churn.model_for(TONIGHT, known_then)
    assert churn.model_for(TONIGHT, CUTOFF + timedelta(hours=2)) == newest


def test_a_small_firm_gets_the_recency_rule():
    model = fitted(firm(clients=250))
    assert model.kind == "m0"
    assert "r" not in model.params


def test_a_young_firm_gets_bands_without_numbers():
    young = facts_of(
        trades=[t for n in range(1, 400) for t in trades_on(n, date(2026, 5, 4), date(2026, 5, 4 + n % 20))]
    )
    model = fitted(young)
    assert model.calibration_origin is not None or not model.is_calibrated
    assert not model.is_calibrated
    assert not all(gate["passed"] for gate in model.gates.values())


def test_a_firm_that_nobody_leaves_has_too_few_leavers_to_judge():
    model = fitted(firm(clients=600, leavers=False))
    assert not model.is_calibrated
    assert model.gates["positives"]["passed"] is False


def test_a_leak_is_refused():
    y = fit.np.array([0] * 900 + [1] * 100)
    _, gates = fit.judge(fit.np.where(y == 1, 0.9, 0.01), y)
    assert gates["leak"] == {"value": 1.0, "low": None, "high": 0.97, "passed": False}


def test_scores_that_are_twice_too_high_are_refused():
    draws = fit.np.random.default_rng(1)
    p = draws.uniform(0.05, 0.3, 4000)
    y = (draws.random(4000) < p).astype(int)
    assert all(gate["passed"] for gate in fit.judge(p, y)[1].values())
    refused = fit.judge(p * 2, y)[1]
    assert not refused["ece"]["passed"]
    assert not refused["mean"]["passed"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_fits_at_once_end_as_one_row():
    found: list[int] = []

    def fit_one() -> None:
        try:
            found.append(fitted(firm(clients=350)).pk)
        finally:
            connection.close()

    racers = [threading.Thread(target=fit_one) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(found) == 2
    assert len(set(found)) == ScoreModel.objects.count() == 1


def test_a_fit_that_comes_second_takes_the_first_one(whole_firm, monkeypatch):
    first = fitted(whole_firm)
    monkeypatch.setattr(registry, "model_for", lambda *_: None)
    assert fitted(whole_firm) == first
    assert ScoreModel.objects.count() == 1
