"""Whether the installation lives: asked by machines, without a log-in, and without a word about clients."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from crm import bell, jobs
from crm.models import JobRun

pytestmark = pytest.mark.django_db


def test_a_broker_that_is_away_does_not_stop_the_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "waiting", lambda: None)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "away", "messages": None, "oldest_waiting_seconds": 0}


def test_work_that_nobody_takes_shows_by_its_age(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "waiting", lambda: 3)
    run = jobs.enqueue("check", "check/1", ring=False)
    JobRun.objects.filter(pk=run.pk).update(created_at=run.created_at - timedelta(minutes=5))
    assert client.get("/healthz").json()["oldest_waiting_seconds"] in range(300, 310)
    run = jobs.claim(run.pk, "one", run.created_at)
    assert client.get("/healthz").json()["oldest_waiting_seconds"] == 0


def test_a_database_that_is_away_is_unhealthy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(JobRun.objects, "filter", away)
    assert client.get("/healthz").status_code == 503
