"""Workers that are killed, paused or rung ten times: the work is done once, by itself, within two minutes."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from crm import bell
from crm.celery import app
from crm.models import JobRun
from tests.services.conftest import Stack, kill_group, published, state, trace, wait_for

pytestmark = pytest.mark.services
Work = Callable[..., JobRun]
SOON = 60  # seconds, with the lease of 4 s of these settings


def test_work_whose_worker_is_killed_is_finished_by_another_worker(stack: Stack, work: Work) -> None:
    first = stack.worker("one")
    run = work(steps=4)
    wait_for(lambda: len(trace(run)) >= 2, SOON)
    kill_group(first)
    stack.worker("two")
    stack.beat()
    wait_for(lambda: state(run) == "done", SOON)
    assert published() == 1
    assert {attempt for _, attempt, _ in trace(run)} == {"1", "2"}


def test_without_the_reconciler_it_would_stay_where_it_was(stack: Stack, work: Work) -> None:
    first = stack.worker("one")
    run = work(steps=100)  # longer than the other worker needs to start, because a worker that starts looks around once
    wait_for(lambda: len(trace(run)) >= 2, SOON)
    stack.worker("two")
    kill_group(first)
    time.sleep(8)  # twice the lease: a worker listens, but nobody rings
    assert state(run) == "running"
    assert published() == 0


@pytest.mark.parametrize("step", [0, 2, 3])
def test_work_whose_process_is_killed_at_any_step_is_finished(stack: Stack, work: Work, step: int) -> None:
    stack.worker()
    stack.beat()
    run = work(steps=4)
    wait_for(lambda: len(trace(run)) > step, SOON)
    os.kill(int(trace(run)[-1][0]), signal.SIGKILL)
    wait_for(lambda: state(run) == "done", SOON)
    assert published() == 1


def test_ten_rings_are_one_piece_of_work(stack: Stack, work: Work) -> None:
    run = work(steps=1)
    assert bell.ring([run.pk] * 10)
    stack.worker("one", concurrency=2)
    stack.worker("two", concurrency=2)
    wait_for(lambda: state(run) == "done", SOON)
    wait_for(lambda: bell.waiting() == 0, SOON)
    time.sleep(1)
    assert published() == 1
    assert len(trace(run)) == 1


def test_a_plain_task_queue_would_have_done_it_ten_times(stack: Stack, work: Work) -> None:
    run = work(steps=1)
    for _ in range(10):
        app.send_task("tests.perform_without_claim", args=[run.pk])
    stack.worker("one", concurrency=2)
    wait_for(lambda: bell.waiting() == 0, SOON)
    wait_for(lambda: published() >= 10, SOON)
    assert published() >= 10


@pytest.mark.postgres
@pytest.mark.parametrize(("fence", "publications"), [(True, 1), (False, 2)], ids=["fence", "without the fence"])
def test_a_worker_that_wakes_after_losing_its_lease_publishes_nothing(
    stack: Stack, work: Work, fence: bool, publications: int
) -> None:
    sleeper = stack.worker("sleeper")
    run = work(steps=1, seconds=0, pause=1.5, fence=fence)
    wait_for(lambda: len(trace(run)) == 2, SOON)
    kill_group(sleeper, signal.SIGSTOP)
    stack.worker("two")
    stack.beat()
    wait_for(lambda: published() == 1, SOON)
    kill_group(sleeper, signal.SIGCONT)
    time.sleep(4)
    assert published() == publications
    assert state(run) == "done"
