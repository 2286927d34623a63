"""Several processes as one: started in order, kept running, stopped together. Knows no app.

A supervisor that is killed leaves its children; therefore each child is recorded with its start time, and the next
supervisor on the same folder stops what is left, after checking that it is ours."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from crm.lib.processes import members_of, started

MARK = "CRM_SUPERVISED_BY"  # in the environment of every child: the folder of its supervisor
GRACE = 10.0  # seconds between the request to stop and the end
QUICK_DEATHS = 5


class AlreadyRunning(Exception):
    """Another supervisor works on this folder; the text says which."""


@dataclass(frozen=True)
class Process:
    """One process to keep: the next one starts when `ready` says so."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None


@contextmanager
def claimed_port(host: str, wanted: int) -> Iterator[int]:
    """The wanted port, or the next one that nobody has, ours until the block ends; raises OSError when fifty in a row are
    taken. The web server lets others of the same user bind its port (SO_REUSEPORT), and the system would share the requests
    out between two sites: so the port is held by a socket that does not listen, and whoever looks for one finds it taken."""
    for port in range(wanted, wanted + 50):
        if listens("127.0.0.1", port):
            continue
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            break
    else:
        raise OSError(f"no free port from {wanted} to {wanted + 49}")
    with socket.socket() as claim:
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        claim.bind((host, port))
        yield port


def listens(host: str, port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


@contextmanager
def only_one(state_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, free of what a killed predecessor left; raises AlreadyRunning when somebody has it.
    The system gives the lock back when its holder dies, so it is never stale."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state_dir / "supervisor.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(lock.read().strip() or "another process") from None
        stop_leftovers(state_dir)
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield
        lock.truncate(0)


def stop_leftovers(state_dir: Path) -> list[str]:
    """Stop the recorded children of a supervisor that was killed; the names of those that still ran."""
    record = state_dir / "processes.json"
    try:
        children = json.loads(record.read_text())
    except (OSError, ValueError):
        return []
    stopped = []
    for child in children:
        ours = started(child["pid"]) == child["started"]
        members = members_of(child["pid"], f"{MARK}={state_dir}") if not ours else [child["pid"]]
        if members:
            stopped.append(child["name"])
            _end(members, child["pid"] if ours else None)
    record.unlink(missing_ok=True)
    return stopped


def _end(members: Sequence[int], group: int | None) -> None:
    """Ask, wait, then kill: the whole group when its leader is known to be ours, else the known members only."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            if group is not None:
                os.killpg(group, number)
        for pid in members if group is None else ():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + 5
        while any(started(pid) for pid in members) and time.monotonic() < deadline:
            time.sleep(0.05)
        if number == signal.SIGTERM and group is not None:
            time.sleep(0.1)  # members of the group that ignore the request are killed in the second round


class _Child:
    def __init__(self, process: Process, state_dir: Path, say: Callable[[str], None]) -> None:
        self.process = process
        self.born = time.monotonic()
        self.popen = subprocess.Popen(
            process.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **process.env, MARK: str(state_dir)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self.started = started(self.popen.pid)
        threading.Thread(target=self._relay, args=[say], daemon=True).start()

    def _relay(self, say: Callable[[str], None]) -> None:
        for line in self.popen.stdout or ():
            if line.strip():
                say(f"{self.process.name:8}| {line.rstrip()}")

    def signal_group(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, number)


class Supervisor:
    """Keeps its children until `stop` is asked for by a signal, by a caller, or by one that dies again and again."""

    def __init__(self, processes: Sequence[Process], state_dir: Path) -> None:
        self.processes = processes
        self.state_dir = state_dir
        self.children: dict[str, _Child] = {}
        self.quick_deaths: dict[str, int] = {}
        self.stopping = threading.Event()
        self.failed = False

    def say(self, line: str) -> None:
        with suppress(OSError):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def _record(self) -> None:
        rows = [{"name": name, "pid": c.popen.pid, "started": c.started} for name, c in self.children.items()]
        draft = self.state_dir / "processes.new"
        draft.write_text(json.dumps(rows))
        draft.replace(self.state_dir / "processes.json")

    def start(self) -> bool:
        """Start all in order, each after the one before is ready; False when one was not ready within a minute."""
        for process in self.processes:
            self.children[process.name] = _Child(process, self.state_dir, self.say)
            self._record()
            deadline = time.monotonic() + 60
            while process.ready is not None and not process.ready():
                if time.monotonic() > deadline:
                    self.say(f"{process.name} is not ready after a minute: giving up")
                    self.failed = True
                    self.stopping.set()
                if self.stopping.wait(0.05):
                    return False
                self._restart_the_dead()
        return not self.stopping.is_set()

    def _restart_the_dead(self) -> None:
        for name, child in list(self.children.items()):
            code = child.popen.poll()
            if code is None:
                continue
            child.signal_group(signal.SIGKILL)  # what it may have left behind
            quick = time.monotonic() - child.born < 10
            self.quick_deaths[name] = self.quick_deaths.get(name, 0) + 1 if quick else 0
            if self.quick_deaths[name] >= QUICK_DEATHS:
                self.say(f"{name} ended {QUICK_DEATHS} times right after its start: giving up")
                self.failed = True
                self.stopping.set()
                return
            self.say(f"{name} ended ({code}); starting it again")
            self.stopping.wait(0.5 * self.quick_deaths[name])
            self.children[name] = _Child(child.process, self.state_dir, self.say)
            self._record()

    def keep(self) -> int:
        """Watch until asked to stop; 1 when a child could not be kept, else 0."""
        while not self.stopping.wait(0.2):
            self._restart_the_dead()
        return int(self.failed)

    def stop(self) -> None:
        """Stop the last started first, so that nobody loses what it still needs; the first one waits for all others."""
        children = list(self.children.values())
        for group in (children[1:], children[:1]):
            for child in reversed(group):
                child.popen.terminate()
            self._wait(group)
        (self.state_dir / "processes.json").unlink(missing_ok=True)

    def _wait(self, children: Sequence[_Child]) -> None:
        deadline = time.monotonic() + GRACE
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.popen.wait(max(0.1, deadline - time.monotonic()))
            child.signal_group(signal.SIGKILL)
            child.popen.wait()


def supervise(processes: Sequence[Process], *, state_dir: Path, announce: Callable[[], None] | None = None) -> int:
    """Run the processes until Ctrl+C or SIGTERM; `announce` is called once all are ready. The exit code: 0, or 1 when one
    of them could not be kept running. The caller holds the folder by `only_one`."""
    supervisor = Supervisor(processes, state_dir)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    try:
        if supervisor.start() and announce is not None:
            announce()
        return supervisor.keep()
    finally:
        supervisor.say("Stopping")
        supervisor.stop()
