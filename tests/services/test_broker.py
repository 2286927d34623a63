"""The broker is only the bell: killed, emptied or away, nothing is lost and nobody waits for it."""

import time
from collections.abc import Callable

import pytest

from crm import bell, jobs
from crm.models import JobRun
from tests.services.conftest import Stack, published, wait_for

pytestmark = pytest.mark.services
Work = Callable[..., JobRun]
A_MINUTE = 60


def done() -> int:
    return JobRun.objects.filter(state="done").count()


def test_queued_work_resumes_after_the_broker_was_killed_and_emptied(stack: Stack, work: Work) -> None:
    for number in range(20):
        work(number, steps=1, seconds=0)
    assert bell.waiting() == 20
    stack.broker.kill(forget=True)
    stack.broker.start()
    assert bell.waiting() == 0
    stack.worker()
    stack.beat()
    wait_for(lambda: done() == 20, A_MINUTE)
    assert published() == 20


def test_a_worker_and_a_beat_outlive_their_broker(stack: Stack, work: Work) -> None:
    stack.worker()
    stack.beat()
    stack.broker.kill(forget=True)
    for number in range(5):
        work(number, steps=1, seconds=0)
    stack.broker.start()
    wait_for(lambda: done() == 5, A_MINUTE)
    assert published() == 5


def test_without_the_reconciler_the_work_would_be_forgotten(stack: Stack, work: Work) -> None:
    stack.worker()
    stack.broker.kill(forget=True)
    work(1, steps=1, seconds=0)
    stack.broker.start()
    time.sleep(8)
    assert published() == 0


def test_who_asks_does_not_wait_for_a_broker_that_is_away(stack: Stack, work: Work) -> None:
    stack.broker.kill()
    begin = time.monotonic()
    run = work(1)
    assert time.monotonic() - begin < 2
    assert JobRun.objects.get(pk=run.pk).state == "queued"


def test_rings_survive_a_broker_that_is_killed_and_comes_back(stack: Stack, work: Work) -> None:
    for number in range(5):
        work(number)
    time.sleep(1.2)  # the append-only file is written out every second
    stack.broker.kill()
    stack.broker.start()
    assert bell.waiting() == 5


def test_what_beat_sends_at_the_same_moment_does_not_keep_the_reconciler_from_ringing(stack: Stack, work: Work) -> None:
    run = work(1)
    stack.broker.kill(forget=True)
    stack.broker.start()
    assert bell.ring([1], "servicing.tasks.look_after_messages")
    assert jobs.reconcile(run.created_at) == 1
    assert bell.waiting() == 2
    assert jobs.reconcile(run.created_at) == 0  # its own ring is still unheard
