"""A real broker, real workers and a real beat around the test's own database."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from crm import jobs
from crm.celery import app
from crm.lib import broker
from crm.models import Branch, JobRun

ROOT = Path(__file__).resolve().parents[2]
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "crm.celery")


@dataclass
class Broker:
    """A broker that can be killed, emptied and started again on the same address."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = broker.broker_process(self.folder).command
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(lambda: broker.answers(self.folder / "broker.sock"), 20)

    def kill(self, *, forget: bool = False) -> None:
        """kill -9; `forget` also removes what it had written."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if forget:
            for path in self.folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@dataclass
class Stack:
    """What a test starts; everything is stopped at its end."""

    broker: Broker
    env: dict[str, str]
    log: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self, name: str = "one", concurrency: int = 1) -> "subprocess.Popen[bytes]":
        """A worker, once it listens."""
        marks = self.log.read_text().count(f"{name}@test ready") if self.log.exists() else 0
        process = self.start(
            *CELERY,
            "worker",
            "-l",
            "info",
            "-n",
            f"{name}@test",
            "-c",
            str(concurrency),
            "--without-gossip",
            "--without-mingle",
        )
        wait_for(lambda: self.log.read_text().count(f"{name}@test ready") > marks, 40)
        return process

    def beat(self) -> "subprocess.Popen[bytes]":
        return self.start(
            *CELERY, "beat", "-l", "info", "--schedule", str(self.log.with_name("schedule")), "--pidfile", ""
        )

    def stop(self) -> None:
        for process in self.processes:
            kill_group(process, signal.SIGKILL)
            process.wait()


def kill_group(process: "subprocess.Popen[bytes]", number: int = signal.SIGKILL) -> None:
    """A signal to a process and all its children, as when a host dies or stands still."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def wait_for(condition: Callable[[], object], seconds: float) -> float:
    """Seconds until the condition held; fails when it did not in time."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            pytest.fail(f"not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - begin


def published() -> int:
    """How many attempts have published."""
    return Branch.objects.filter(name="published").count()


def state(run: JobRun) -> str:
    return JobRun.objects.values_list("state", flat=True).get(pk=run.pk)


@pytest.fixture
def stack(transactional_db: None, settings: LazySettings, var_dir: Path) -> Iterator[Stack]:
    """A broker that runs, and the means to start workers and a beat."""
    folder = broker.socket_folder()
    bell = Broker(folder)
    bell.start()
    url = broker.url_of(folder)
    settings.CELERY_BROKER_URL = app.conf.broker_url = url
    env = {
        **os.environ,
        "CRM_EMBEDDED_BROKER": url,
        "CRM_VAR_DIR": str(var_dir),
        "CRM_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.services.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    started = Stack(bell, env, var_dir / "log")
    yield started
    started.stop()
    if bell.process is not None:
        bell.process.kill()
        bell.process.wait()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def work(var_dir: Path) -> Callable[..., JobRun]:
    """Queue a piece of slow work and ring for it."""

    def queue(number: int = 1, **arguments: object) -> JobRun:
        return jobs.enqueue(
            "check", f"check/{number}", arguments={"trace": str(var_dir / f"trace{number}"), **arguments}
        )

    return queue


def trace(run: JobRun) -> list[list[str]]:
    """What the work has left so far: process, attempt, step."""
    path = Path(run.arguments["trace"])
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []
