"""The night end to end over facts in the database: what is asked for once is done once, and one failing branch does not
hold back the others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F

from clients.models import DailyAsset, ExchangeRate
from crm import jobs, nightly
from crm.models import AuditEvent, JobRun, Publication, Staff
from crm.tasks import Handlers
from segmentation.models import ScoreModel, Standing, TierMove, TierScheme
from segmentation.pins import lift_pin, pin_client
from segmentation.schemes import supersede_scheme
from servicing.models import RiskAlert, Task
from tests.crm.firm_facts import DAY, RECORDED, add_trade, make_firm_branch, raise_generation
from tests.segmentation.nights import make_branch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def night(**arguments):
    """Ask for the night of DAY and do what is asked for, as a worker would."""
    runs = nightly.start(NOW, **{"as_of": DAY, "ring": False} | arguments)
    for run in runs:
        jobs.perform(run.pk, Handlers(), worker="test", now=NOW)
        run.refresh_from_db()
    return runs


def test_a_night_publishes_tiers_states_and_scores_and_the_ledger_says_how():
    branch = make_firm_branch()

    (run,) = night()

    assert (run.state, run.error) == ("done", "")
    published = Publication.objects.get()
    assert (published.branch, published.as_of, published.cutoff, published.client_count) == (branch, DAY, RECORDED, 40)
    tiers = [
        Standing.objects.filter(publication=published, tier=t).count() for t in ("vip", "key", "ordinary", "small")
    ]
    assert tiers == [1, 3, 4, 32]
    best = Standing.objects.get(publication=published, rank=1)
    assert (best.client.client_number, best.measure_fen, best.dormancy) == ("00000040", 40 * 100 * 40, "active")
    assert Standing.objects.filter(publication=published, dormancy="never").count() == 13
    assert [s["name"] for s in run.steps] == [
        *("facts", "features", "tiers", "dormancy", "churn", "behaviour"),
        *("publish", "alerts", "tasks", "events", "openings", "callbacks", "trends", "pledges", "loyalty"),
    ]
    assert all(s["seconds"] is not None for s in run.steps)
    assert run.counts["clients"] == 40
    assert run.counts["tier_moves"] == TierMove.objects.count() == 40
    assert set(run.versions) == {"code", "scheme", "features", "model"}
    assert published.basis.model == ScoreModel.objects.get()
    assert run.inputs["facts"]
    assert AuditEvent.objects.filter(action="publish-night", branch=branch).count() == 1


def test_the_default_day_is_the_last_trading_day_before_the_shanghai_date():
    assert nightly.default_as_of(datetime(2026, 11, 20, 17, 40, tzinfo=UTC)) == date(2026, 11, 20)  # Saturday 01:40
    assert nightly.default_as_of(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 20)  # Sunday 23:59
    assert nightly.default_as_of(datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) == date(2026, 11, 19)  # Friday 23:59


def test_an_identical_rerun_is_the_same_run_and_writes_nothing():
    make_firm_branch()
    (first,) = night()
    before = (JobRun.objects.count(), Standing.objects.count(), AuditEvent.objects.count(), TierMove.objects.count())

    (second,) = night()

    assert second == first
    after = (JobRun.objects.count(), Standing.objects.count(), AuditEvent.objects.count(), TierMove.objects.count())
    assert after == before


def test_changed_facts_make_a_new_run_that_supersedes_and_other_branches_stay_as_they_are():
    here, there = make_firm_branch("0101", 10), make_firm_branch("0202", 10)
    first = {run.branch: run for run in night()}
    add_trade(here, "00000003", 99_900, at=RECORDED + timedelta(hours=1))

    second = {run.branch: run for run in night()}

    assert second[there] == first[there]
    assert second[here] != first[here]
    assert Publication.objects.filter(branch=here, state="superseded", run=first[here]).exists()
    best = Standing.objects.get(publication__run=second[here], rank=1)
    assert (best.client.client_number, best.measure_fen) == ("00000003", 99_900)


def test_facts_recorded_after_the_cutoff_change_nothing():
    branch = make_firm_branch(clients=12)
    (first,) = night()
    before = list(Standing.objects.order_by("rank").values_list("client", "tier", "measure_fen", "churn_score"))
    add_trade(branch, "00000003", 99_900, at=RECORDED + timedelta(hours=1))

    (second,) = night(cutoff=RECORDED)

    assert second != first
    found = Standing.objects.filter(publication__run=second).order_by("rank")
    assert list(found.values_list("client", "tier", "measure_fen", "churn_score")) == before


def test_facts_dated_after_the_day_change_nothing():
    branch = make_firm_branch(clients=12)
    day = DAY - timedelta(days=7)
    night(as_of=day)
    before = list(
        Standing.objects.order_by("rank").values_list("client", "tier", "measure_fen", "dormancy", "churn_score")
    )
    add_trade(branch, "00000003", 99_900, at=RECORDED + timedelta(hours=1))

    (second,) = night(as_of=day)

    found = Standing.objects.filter(publication__run=second).order_by("rank")
    assert list(found.values_list("client", "tier", "measure_fen", "dormancy", "churn_score")) == before


def test_a_pin_a_scheme_and_a_rate_are_inputs():
    branch = make_firm_branch(clients=10)
    staff = Staff.objects.create_user("m", name="M", role="manager")
    (first,) = night()
    client = branch.clients.get(client_number="00000001")
    pin_client(client, "vip", reason="board", from_day=DAY, until_day=None, made_by=staff)
    (pinned,) = night()
    assert Standing.objects.get(publication__run=pinned, client=client).tier == "vip"
    supersede_scheme(TierScheme(name="assets", branch=branch, measure="assets", from_day=DAY), made_by=staff)
    (by_assets,) = night()
    assert by_assets.publications.get().basis.scheme.measure == "assets"
    ExchangeRate.objects.create(currency="HKD", day=DAY, rate_e6=920_000, recorded_at=RECORDED)
    (with_rate,) = night()
    assert len({first, pinned, by_assets, with_rate}) == 4


def test_inputs_that_are_back_to_what_they_were_are_published_again():
    branch = make_firm_branch(clients=10)
    staff = Staff.objects.create_user("m", name="M", role="manager")
    (first,) = night()
    client = branch.clients.get(client_number="00000001")
    pin_client(client, "vip", reason="board", from_day=DAY, until_day=None, made_by=staff)
    night()
    lift_pin(client, on=DAY, by=staff)

    (again,) = night()

    assert again not in (first,)
    assert Publication.objects.published().get().run == again
    assert Standing.objects.get(publication__run=again, client=client).tier == "small"
    assert night() == [again]


def test_one_failing_branch_does_not_stop_the_others_and_its_error_is_in_the_ledger():
    bad, good = make_firm_branch("0101", 10), make_firm_branch("0202", 10)
    add_trade(bad, "00000003", 100, currency="USD", at=RECORDED)

    runs = {run.branch: run for run in night()}

    assert runs[bad].state == "failed"
    assert "USD on or before 2026-11-20" in runs[bad].error
    assert runs[good].state == "done"
    assert list(Publication.objects.values_list("branch", flat=True)) == [good.pk]


def test_a_failed_night_is_taken_up_again_when_it_is_asked_for_again(monkeypatch):
    make_firm_branch(clients=10)
    with monkeypatch.context() as broken:
        broken.setattr("crm.nightly.tiers.rank_clients", lambda *a, **k: 1 / 0)
        (failed,) = night()
    assert failed.state == "failed"

    (done,) = night()

    assert (done, done.state) == (failed, "done")


def test_a_branch_without_a_scheme_fails_by_name():
    make_firm_branch(clients=3)
    TierScheme.objects.all().delete()
    (run,) = night()
    assert "No tier scheme for branch 0101" in run.error


def test_ten_requests_at_once_are_one_night():
    make_firm_branch(clients=10)
    asked = [nightly.start(NOW, as_of=DAY, ring=False)[0] for _ in range(10)]
    assert len(set(asked)) == 1
    done = [jobs.perform(run.pk, Handlers(), worker=f"w{i}", now=NOW) for i, run in enumerate(asked)]
    assert [run is not None for run in done] == [True] + [False] * 9
    assert Publication.objects.count() == 1


def test_the_model_of_the_month_is_fitted_once_for_all_branches():
    make_firm_branch("0101", 10)
    make_firm_branch("0202", 10)
    night()
    assert JobRun.objects.filter(kind="model", state="done").count() == 1
    assert ScoreModel.objects.count() == 1
    night(as_of=DAY - timedelta(days=1))
    assert ScoreModel.objects.count() == 1


def test_a_model_that_cannot_be_fitted_is_named_by_every_branch(monkeypatch):
    make_firm_branch(clients=10)
    monkeypatch.setattr("crm.monthly_model.churn.ensure_model", lambda *a, **k: 1 / 0)
    (run,) = night()
    assert run.state == "failed"
    assert "No churn model for 2026-11" in run.error
    assert JobRun.objects.get(kind="model").state == "failed"


def test_a_branch_without_facts_is_left_out_unless_it_is_named():
    empty = make_branch("0909")
    make_firm_branch(clients=3)
    assert [run.branch.code for run in night()] == ["0101"]
    (run,) = night(branch=empty)
    assert (run.state, Publication.objects.get(branch=empty).client_count) == ("done", 0)


def test_a_client_who_closes_leaves_the_standings():
    branch = make_firm_branch(clients=10)
    night(as_of=DAY - timedelta(days=1))
    closing = branch.clients.get(client_number="00000005")
    closing.closed_on = DAY
    closing.recorded_at = RECORDED
    closing.save()
    raise_generation("clients_client", branch, "")

    (run,) = night()

    assert run.publications.get().client_count == 9
    assert closing.state_changes.get().after == "closed"


def test_tonights_night_makes_the_tasks_of_its_clients_and_the_night_of_a_past_day_makes_none():
    branch = make_firm_branch(clients=12)
    advisor = Staff.objects.create_user("a", name="A", role="advisor")
    advisor.branches.add(branch)
    branch.clients.update(advisor=advisor, birthday=date(1970, 11, 24))
    DailyAsset.objects.update(debt_minor=F("net_minor") * 4)  # a maintenance ratio of 125 %

    night(as_of=DAY - timedelta(days=7))
    assert not Task.objects.exists()
    assert not RiskAlert.objects.exists()

    (run,) = night()
    made = Task.objects.filter(rule="birthday", owner=advisor)
    assert made.count() == Standing.objects.filter(publication__run=run, tier__in=["vip", "key"]).count() > 0
    assert next(step["added"] for step in run.steps if step["name"] == "tasks") == Task.objects.count()
    assert next(step["raised"] for step in run.steps if step["name"] == "alerts") == RiskAlert.objects.count() == 12
    called = Standing.objects.filter(publication__run=run, client__tasks__rule="alert")
    assert set(called.values_list("tier", flat=True)) <= {"vip", "key"}
    assert called.exists()
