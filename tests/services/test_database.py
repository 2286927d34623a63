"""PostgreSQL falls over in the middle of work: nothing acknowledged is lost, and the work is finished by itself."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from crm.models import Branch, JobRun
from tests.services.conftest import Stack, published, state, trace, wait_for

pytestmark = [pytest.mark.services, pytest.mark.postgres]
Work = Callable[..., JobRun]


def crash() -> None:
    """kill -9 of one backend: the server throws out everybody and recovers from its log, as after a crash. A witness says
    when it has noticed: until then it still welcomes newcomers, to throw them out a moment later."""
    witness = connection.copy()
    with connection.cursor() as cursor, witness.cursor() as other:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: thrown_out(other), 30)
    witness.close()
    connection.close()
    wait_for(answers, 30)


def thrown_out(cursor: CursorWrapper) -> bool:
    try:
        cursor.execute("SELECT 1")
    except DatabaseError:
        return True
    return False


def answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def test_work_under_a_database_that_crashes_is_finished_by_itself(stack: Stack, work: Work) -> None:
    stack.worker()
    stack.beat()
    run = work(steps=6)
    wait_for(lambda: len(trace(run)) >= 2, 30)
    crash()
    wait_for(lambda: state(run) == "done", 60)
    assert published() == 1


def test_no_acknowledged_write_is_lost(stack: Stack) -> None:
    acknowledged = []
    for number in range(300):
        Branch.objects.create(code=f"c{number}", name="written")
        acknowledged.append(f"c{number}")
        if number == 200:
            crash()
    kept = set(Branch.objects.filter(name="written").values_list("code", flat=True))
    assert set(acknowledged) - kept == set()
