"""The churn score: fitted once a month on the firm, honest or silent, the same twice."""

import copy
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from django.db import connection

from clients.models import FactGeneration
from crm.models import Branch
from segmentation import churn, metrics
from segmentation.churn import fit, registry, scores
from segmentation.features import compute_features
from segmentation.models import ScoreModel, Threshold
from tests.segmentation.facts import facts_of, trades_on, weekdays

pytestmark = pytest.mark.django_db

TONIGHT = date(2026, 6, 12)
CUTOFF = datetime(2026, 6, 13, 1, tzinfo=UTC)
FIRST = date(2024, 6, 3)


@pytest.fixture(autouse=True)
def exchange_without_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.calendar.trading_days", weekdays)


@pytest.fixture(autouse=True)
def fits_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit depends on the facts alone: the same connection and day need not be fitted for every test again."""
    monkeypatch.setattr(registry, "_fitted", lambda con, day: copy.deepcopy(_remembered(con, day)))


_fit = registry._fitted
_fits: dict[tuple[int, date], tuple[duckdb.DuckDBPyConnection, dict[str, Any]]] = {}


def _remembered(con: duckdb.DuckDBPyConnection, day: date) -> dict[str, Any]:
    if (id(con), day) not in _fits:
        _fits[id(con), day] = con, _fit(con, day)  # keeps the connection, so that its id stays its own
    return _fits[id(con), day][1]


def firm(clients: int = 2400, *, until: date = date(2026, 6, 30), leavers: bool = True) -> duckdb.DuckDBPyConnection:
    """A firm in which everybody trades in a rhythm of 3 to 42 days, and most stop for good at some time. A few withdraw
    their money when they stop. Everything by arithmetic on the client's number: no chance, no order."""
    con = facts_of()
    con.execute(f"""INSERT INTO clients (client_id, client_number)
        SELECT n, lpad(n::VARCHAR, 8, '0') FROM range(1, {clients + 1}) t(n)""")
    stop = "DATE '2024-09-01' + ((hash(n * 7919 + 1) % 1400)::INT)" if leavers else "DATE '2030-01-01'"
    con.execute(f"""CREATE TABLE people AS
        SELECT n, 3 + (hash(n * 31 + 7) % 40)::INT AS rhythm, {stop} AS stop FROM range(1, {clients + 1}) t(n)""")
    con.execute(f"""INSERT INTO trades (client_id, account_id, traded_on, commission_minor, amount_minor)
        SELECT n, n, day, 500 + n % 700, 100000 FROM (
            SELECT n, stop, DATE '{FIRST}' + (k * rhythm + (hash(n * 1000 + k) % rhythm)::INT)::INT AS day
            FROM people, range(0, 300) t(k))
        WHERE day < stop AND day <= DATE '{until}'""")
    con.execute(f"""INSERT INTO assets (client_id, account_id, day, net_minor, market_value_minor)
        SELECT n, n, DATE '{FIRST}', 5000000, 3000000 FROM people""")
    con.execute(f"""INSERT INTO cash_transfers (client_id, account_id, moved_on, amount_minor)
        SELECT n, n, stop, -4000000 FROM people WHERE n % 5 = 0 AND stop <= DATE '{until}'""")
    return con


@pytest.fixture(scope="module")
def whole_firm() -> Iterator[duckdb.DuckDBPyConnection]:
    yield firm()
    _fits.clear()


def fitted(con: duckdb.DuckDBPyConnection, as_of: date = TONIGHT, cutoff: datetime = CUTOFF) -> ScoreModel:
    return churn.ensure_model(con, as_of=as_of, cutoff=cutoff)


def scored(con: duckdb.DuckDBPyConnection, model: ScoreModel, as_of: date = TONIGHT) -> dict[int, dict[str, Any]]:
    compute_features(con, as_of)
    churn.score_clients(con, model, as_of)
    found = con.execute("SELECT * FROM scores ORDER BY client_id")
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


# The model


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


# The scores


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
