"""The ledger of background work: one row per business key, a lease, a fence."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from time import sleep

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from crm import bell, jobs
from crm.jobs import LeaseLost
from crm.lib.processes import this_process
from crm.models import Branch, JobRun

NOW = datetime(2026, 3, 2, 17, 40, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs for which the bell was rung."""
    heard: list[int] = []
    monkeypatch.setattr(bell, "ring", lambda ids: heard.extend(ids) or True)
    monkeypatch.setattr(bell, "unheard", lambda: 0)
    return heard


@pytest.fixture
def night() -> JobRun:
    branch = Branch.objects.create(code="0101", name="上海中山路营业部")
    return jobs.enqueue("night", "night/0101/2026-03-02", branch=branch, as_of=date(2026, 3, 2), ring=False)


def held(run: JobRun, worker: str = "one", now: datetime = NOW) -> JobRun:
    claimed = jobs.claim(run.pk, worker, now)
    assert claimed is not None
    return claimed


def test_the_same_work_asked_for_ten_times_is_one_row(night: JobRun) -> None:
    again = [jobs.enqueue("night", "night/0101/2026-03-02", ring=False).pk for _ in range(10)]
    assert set(again) == {night.pk}
    assert JobRun.objects.count() == 1


def test_the_bell_rings_only_when_the_asking_transaction_has_committed(
    rung: list[int], django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        run = jobs.enqueue("check", "check/1")
        assert rung == []
    for callback in callbacks:
        callback()
    assert rung == [run.pk]


def test_a_broker_that_is_away_is_no_error_for_who_asks(
    settings: LazySettings, django_capture_on_commit_callbacks
) -> None:
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/broker.sock"
    with django_capture_on_commit_callbacks(execute=True):
        run = jobs.enqueue("check", "check/1")
    assert JobRun.objects.get(pk=run.pk).state == "queued"


def test_one_of_two_workers_gets_the_run(night: JobRun) -> None:
    assert held(night).attempt == 1
    assert jobs.claim(night.pk, "two", NOW) is None


def test_a_run_whose_worker_is_silent_goes_to_the_next_one(night: JobRun) -> None:
    first = held(night)
    second = held(night, "two", LATER)
    assert (second.attempt, second.worker) == (2, "two")
    assert first.attempt == 1


def test_a_heartbeat_keeps_the_run(night: JobRun) -> None:
    first = held(night)
    before = JobRun.objects.get(pk=night.pk).lease_until
    jobs.heartbeat(first)
    after = JobRun.objects.get(pk=night.pk).lease_until
    assert before is not None
    assert after is not None
    assert after > before


def test_who_wakes_after_losing_the_lease_publishes_nothing(night: JobRun) -> None:
    sleeper = held(night)
    held(night, "two", LATER)

    def publish() -> None:
        with transaction.atomic():
            Branch.objects.create(code="0102", name="published by the sleeper")
            jobs.fence(sleeper)

    with pytest.raises(LeaseLost):
        publish()
    assert not Branch.objects.filter(code="0102").exists()


def test_without_the_fence_the_sleeper_would_publish(night: JobRun) -> None:
    held(night)
    held(night, "two", LATER)
    with transaction.atomic():
        Branch.objects.create(code="0102", name="published by the sleeper")
    assert Branch.objects.filter(code="0102").exists()


@pytest.mark.django_db(transaction=True)
def test_the_fence_outside_a_transaction_is_refused(night: JobRun) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        jobs.fence(held(night))


@pytest.mark.parametrize("write", [jobs.heartbeat, jobs.finish, jobs.fence])
def test_an_old_attempt_writes_nothing(night: JobRun, write) -> None:
    sleeper = held(night)
    current = held(night, "two", LATER)
    jobs.finish(current)
    with pytest.raises(LeaseLost):
        write(sleeper)
    assert jobs.fail(sleeper, "late") is False
    assert JobRun.objects.get(pk=night.pk).state == "done"


def test_steps_keep_their_seconds_and_counts(night: JobRun) -> None:
    def handler(run: JobRun) -> None:
        with jobs.step(run, "tiers") as counts:
            counts["clients"] = 1000
        with jobs.step(run, "publish"):
            pass
        run.inputs = {"trades": 5}

    jobs.perform(night.pk, {"night": handler}, worker="one", now=NOW)
    done = JobRun.objects.get(pk=night.pk)
    assert [entry["name"] for entry in done.steps] == ["tiers", "publish"]
    assert done.steps[0]["clients"] == 1000
    assert done.steps[0]["seconds"] >= 0
    assert (done.state, done.inputs, done.lease_until) == ("done", {"trades": 5}, None)


def test_done_work_is_not_done_again(night: JobRun) -> None:
    calls: list[int] = []
    for _ in range(10):
        jobs.perform(night.pk, {"night": lambda run: calls.append(run.pk)}, worker="one", now=NOW)
    assert calls == [night.pk]


def test_a_failure_is_kept_with_its_place_but_not_with_its_data(night: JobRun) -> None:
    def handler(run: JobRun) -> None:
        raise ValueError("110101199003071234")

    jobs.perform(night.pk, {"night": handler}, worker="one", now=NOW)
    failed = JobRun.objects.get(pk=night.pk)
    assert failed.state == "failed"
    assert "ValueError" in failed.error
    assert "test_jobs.py" in failed.error
    assert "110101199003071234" not in failed.error


def test_failed_work_is_queued_again_when_somebody_asks_for_it(
    night: JobRun, rung: list[int], django_capture_on_commit_callbacks
) -> None:
    jobs.fail(held(night), "no rate for HKD")
    assert jobs.enqueue("night", night.key, ring=False).state == "failed"
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.retry(night, cutoff=LATER) is True
    assert (night.state, night.error, night.cutoff) == ("queued", "", LATER)
    assert rung == [night.pk]
    assert held(night).attempt == 2


def test_running_work_is_not_queued_again(night: JobRun, rung: list[int]) -> None:
    held(night)
    assert jobs.retry(night) is False
    assert JobRun.objects.get(pk=night.pk).state == "running"


def test_the_reconciler_rings_for_what_nobody_holds(night: JobRun, rung: list[int]) -> None:
    held(night, "elsewhere/1/1")
    waiting = jobs.enqueue("check", "check/1", ring=False)
    assert jobs.reconcile(NOW) == 1
    assert rung == [waiting.pk]
    assert jobs.reconcile(LATER) == 2
    assert set(rung[1:]) == {night.pk, waiting.pk}


def test_the_reconciler_does_not_ring_again_while_the_bells_are_unheard(
    night: JobRun, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "unheard", lambda: 1)
    assert jobs.reconcile(NOW) == 0
    assert rung == []


def test_work_that_kills_its_worker_every_time_ends(night: JobRun, rung: list[int]) -> None:
    JobRun.objects.filter(pk=night.pk).update(attempt=jobs.MAX_ATTEMPTS - 1)
    held(night, "elsewhere/1/1")
    jobs.reconcile(LATER)
    assert JobRun.objects.get(pk=night.pk).state == "failed"
    assert rung == []


@pytest.mark.parametrize(
    ("worker", "taken"),
    [(this_process(), 0), (this_process() + "0", 1), ("elsewhere/1/1", 0), ("", 0)],
    ids=["alive", "gone", "elsewhere", "unnamed"],
)
def test_work_of_a_dead_process_of_this_host_is_given_back(night: JobRun, worker: str, taken: int) -> None:
    held(night, worker)
    assert jobs.release_dead(NOW) == taken
    assert (jobs.claim(night.pk, "two", NOW) is not None) == bool(taken)


def test_a_pulse_shows_progress_and_is_not_written_every_time(night: JobRun, settings: LazySettings) -> None:
    run = held(night)
    jobs.heartbeat(run)
    jobs.pulse(run, rows=10_000)
    assert JobRun.objects.get(pk=night.pk).counts == {}
    assert run.counts == {"rows": 10_000}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_workers_race_for_one_run_and_one_gets_it(night: JobRun) -> None:
    start, winners = Barrier(10), []

    def race(name: str) -> None:
        start.wait()
        try:
            if jobs.claim(night.pk, name, NOW) is not None:
                winners.append(name)
        finally:
            connection.close()

    threads = [Thread(target=race, args=[str(number)]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(winners) == 1
    assert JobRun.objects.get(pk=night.pk).attempt == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nobody_takes_a_run_between_its_fence_and_its_commit(night: JobRun) -> None:
    run, taken = held(night), []
    just_after_the_lease_of_the_claim = NOW + jobs.lease() + timedelta(milliseconds=50)
    sleep(0.1)

    def thief() -> None:
        taken.append(jobs.claim(night.pk, "two", just_after_the_lease_of_the_claim))
        connection.close()

    with transaction.atomic():
        jobs.fence(run)
        thread = Thread(target=thief)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for our commit
    thread.join()
    assert taken == [None]
