"""The processes that make up a running installation, and the one-command run of them all."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

from crm.lib import broker
from crm.lib.supervisor import GRACE, Process, claimed_port, listens, only_one, supervise

CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "crm.celery", "--workdir", str(settings.BASE_DIR))

# Said at every start and of no use to who reads: the folder is for collected files, the root user is the container's.
QUIET = {"PYTHONWARNINGS": "ignore:No directory at,ignore:You're running the worker with superuser"}


def web(host: str, port: int) -> Process:
    """The web server."""
    command = (sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port))
    options = (
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "warning",
        "--respawn-failed-workers",
    )
    folder = ("--working-dir", str(settings.BASE_DIR))
    where = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 (a question, not a binding)
    return Process(
        "web", (*command, *options, *folder, "crm.wsgi:application"), QUIET, ready=lambda: listens(where, port)
    )


def worker(concurrency: int = 1) -> Process:
    """A worker: one heavy job at a time per process, because the jobs use the cores themselves."""
    options = ("--loglevel", "warning", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle")
    return Process("worker", (*CELERY, "worker", *options), QUIET)


def beat() -> Process:
    """The clock that starts the night and the reconciler; there is exactly one."""
    schedule = str(settings.VAR_DIR / "beat-schedule")
    return Process("beat", (*CELERY, "beat", "--loglevel", "warning", "--schedule", schedule, "--pidfile", ""))


def serve(*, host: str, port: int, announce: Callable[[str], None]) -> int:
    """Run everything, as the only one on this var folder; raises AlreadyRunning. See `run`."""
    with only_one(settings.VAR_DIR):
        return run(host=host, port=port, announce=announce)


def run(*, host: str, port: int, announce: Callable[[str], None]) -> int:
    """Broker (unless REDIS_URL names one), web, worker and beat until Ctrl+C; `announce` gets the address when all are
    ready. A port that is taken is replaced by the next free one. The caller holds the folder by `only_one`."""
    folder = None
    try:
        with claimed_port(host, port) as ours:
            address = f"http://{host}:{ours}"
            os.environ["CRM_SERVED_AT"] = address
            processes = [web(host, ours), worker(), beat()]
            if not settings.REDIS_URL:
                broker.sweep()
                folder = broker.socket_folder()
                os.environ["CRM_EMBEDDED_BROKER"] = broker.url_of(folder)
                processes.insert(0, broker.broker_process(folder, log=settings.VAR_DIR / "broker.log"))
            return supervise(processes, state_dir=settings.VAR_DIR, announce=lambda: announce(f"{address}/"))
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_worker(concurrency: int = 1) -> Iterator[str]:
    """A broker (unless REDIS_URL names one), a worker and a beat for the time of the block; yields the broker's address.
    Within the block this process rings that broker too."""
    if settings.REDIS_URL:
        with _running(worker(concurrency), {}), _running(beat(), {}):
            yield settings.REDIS_URL
        return
    with broker.embedded_broker() as url, _ringing(url):
        env = {"CRM_EMBEDDED_BROKER": url}
        with _running(worker(concurrency), env), _running(beat(), env):
            yield url


@contextmanager
def _ringing(url: str) -> Iterator[None]:
    from crm.celery import app

    before = settings.CELERY_BROKER_URL
    settings.CELERY_BROKER_URL = app.conf.broker_url = url
    try:
        yield
    finally:
        settings.CELERY_BROKER_URL = app.conf.broker_url = before


@contextmanager
def _running(kind: Process, env: dict[str, str]) -> Iterator[None]:
    whole = {**os.environ, **kind.env, **env}
    process = subprocess.Popen(kind.command, env=whole, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        process.kill()
        process.wait()
