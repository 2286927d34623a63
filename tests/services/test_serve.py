"""The one-command run: it serves, survives a kill, and two do not share a folder."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.lib.processes import started
from tests.services.conftest import ROOT, wait_for

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the embedded default: make test-services-sqlite"),
]
Serve = Callable[[], "tuple[subprocess.Popen[bytes], str]"]


def env_of(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return {**kept, "CRM_VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "crm.settings"}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder with an empty database; each test has a copy of it."""
    folder = tmp_path_factory.mktemp("migrated") / "var"
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env_of(folder), check=True)
    return folder


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(migrated, tmp_path / "var")


@pytest.fixture
def env(folder: Path) -> dict[str, str]:
    return env_of(folder)


@pytest.fixture
def serve(folder: Path, env: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """Start `manage.py serve`; gives the process and the address it printed."""
    begun: list[subprocess.Popen[bytes]] = []

    def run() -> "tuple[subprocess.Popen[bytes], str]":
        log = tmp_path / f"log{len(begun)}"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", "18000"], cwd=ROOT, env=env, stdout=file, stderr=file
            )
        begun.append(process)
        wait_for(lambda: "http://" in log.read_text() or process.poll() is not None, 60)
        found = re.search(r"http://\S+/", log.read_text())
        return process, found.group() if found else log.read_text()

    yield run
    for process in begun:
        process.terminate()
        process.wait(30)


def children(folder: Path) -> dict[str, tuple[int, str]]:
    return {row["name"]: (row["pid"], row["started"]) for row in json.loads((folder / "processes.json").read_text())}


def test_a_killed_run_leaves_nothing_that_prevents_the_next(serve: Serve, folder: Path) -> None:
    first, address = serve()
    left = children(folder)
    assert set(left) == {"broker", "web", "worker", "beat"}
    first.send_signal(signal.SIGKILL)
    first.wait()
    _, again = serve()
    assert again == address  # the port is free again
    assert [name for name, (pid, since) in left.items() if started(pid) == since] == []
    assert urllib.request.urlopen(f"{again}healthz", timeout=10).status == 200


def test_ctrl_c_stops_everything(serve: Serve, folder: Path) -> None:
    running, _ = serve()
    rows = children(folder)
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0
    assert [name for name, (pid, since) in rows.items() if started(pid) == since] == []
    assert not (folder / "processes.json").exists()


def test_a_second_one_on_the_same_folder_says_so(serve: Serve, env: dict[str, str]) -> None:
    serve()
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr


def test_a_killed_worker_and_a_killed_broker_come_back(serve: Serve, folder: Path) -> None:
    _, address = serve()
    before = children(folder)
    for name in ("worker", "broker"):
        os.kill(before[name][0], signal.SIGKILL)
    wait_for(lambda: all(children(folder)[name] != before[name] for name in ("worker", "broker")), 20)

    def broker() -> object:
        return json.load(urllib.request.urlopen(f"{address}healthz", timeout=10))["broker"]

    wait_for(lambda: broker() == "ok", 20)
