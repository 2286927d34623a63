"""Several processes as one: kept running, stopped together, and no trace of a killed supervisor."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.lib.processes import members_of, started
from crm.lib.supervisor import MARK, AlreadyRunning, claimed_port, listens, only_one

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
from crm.lib.supervisor import Process, only_one, supervise
sleep = "import signal, sys, time; print('awake', flush=True); "
kinds = {
    "sleeper": sleep + "time.sleep(300)",
    "stubborn": "import signal; signal.signal(15, signal.SIG_IGN); " + sleep + "time.sleep(300)",
    "broken": "raise SystemExit(3)",
}
folder = Path(sys.argv[1])
with only_one(folder):
    processes = [Process(name, (sys.executable, "-c", kinds[name])) for name in sys.argv[2:]]
    sys.exit(supervise(processes, state_dir=folder))
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a supervisor over processes of the named kinds."""
    begun: list[subprocess.Popen[str]] = []

    def run(*kinds: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", SCRIPT, str(tmp_path), *kinds]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.wait()
    with only_one(tmp_path):
        pass  # stops what the killed ones left


def children(folder: Path, count: int) -> list[dict[str, object]]:
    """The recorded children, once there are so many."""
    for _ in range(200):
        record = folder / "processes.json"
        rows: list[dict[str, object]] = json.loads(record.read_text()) if record.exists() else []
        if len(rows) >= count:
            return rows
        time.sleep(0.05)
    pytest.fail(f"no {count} children")


def alive(rows: list[dict[str, object]]) -> list[object]:
    return [row["name"] for row in rows if started(int(str(row["pid"]))) == row["started"]]


def until(condition: Callable[[], object]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("not within 10 s")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_stops_everything(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    supervisor = start("sleeper")
    rows = children(tmp_path, 1)
    supervisor.send_signal(number)
    assert supervisor.wait(15) == 0
    assert alive(rows) == []


def test_a_process_that_dies_is_started_again(start: Start, tmp_path: Path) -> None:
    start("sleeper")
    before = children(tmp_path, 1)
    os.kill(int(str(before[0]["pid"])), signal.SIGKILL)
    until(lambda: alive(children(tmp_path, 1)) and children(tmp_path, 1) != before)


def test_a_process_that_cannot_start_ends_the_run(start: Start) -> None:
    assert start("sleeper", "broken").wait(30) == 1


def test_a_killed_supervisor_leaves_nothing_that_prevents_the_next(start: Start, tmp_path: Path) -> None:
    first = start("sleeper", "stubborn")
    left = children(tmp_path, 2)
    time.sleep(0.5)
    first.kill()
    first.wait()
    assert len(alive(left)) == 2
    second = start("sleeper")
    until(lambda: alive(left) == [])
    assert second.poll() is None


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    rows = [{"name": "worker", "pid": stranger.pid, "started": "another time"}]
    (tmp_path / "processes.json").write_text(json.dumps(rows))
    with only_one(tmp_path):
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_two_on_one_folder_refuse(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), only_one(tmp_path):
        pass


def test_a_taken_port_is_replaced_by_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        with claimed_port("127.0.0.1", wanted) as port:
            assert port > wanted
    with claimed_port("127.0.0.1", wanted) as port:
        assert port == wanted


def test_two_that_start_at_once_get_a_port_each_before_either_listens() -> None:
    with claimed_port("127.0.0.1", 18500) as first, claimed_port("127.0.0.1", 18500) as second:
        assert first != second
        with socket.socket() as server:  # as the web server binds its own
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind(("127.0.0.1", first))
            server.listen()
            assert listens("127.0.0.1", first)
            assert not listens("127.0.0.1", second)


def test_members_of_a_group_are_known_by_their_mark(tmp_path: Path) -> None:
    env = {**os.environ, MARK: str(tmp_path)}
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=env, start_new_session=True)
    until(lambda: members_of(child.pid, f"{MARK}={tmp_path}") == [child.pid])
    assert members_of(child.pid, f"{MARK}=/elsewhere") == []
    child.kill()
    child.wait()
