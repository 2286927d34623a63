"""Who a process is: its number alone is not enough, because numbers are used again."""

import os
import socket
import subprocess
from functools import cache
from pathlib import Path


def started(pid: int) -> str | None:
    """When the process started, in the system's own words; None when there is no such process (or only its corpse)."""
    if Path("/proc/self/stat").exists():
        try:
            state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return None
        return None if state in "ZX" else rest[18]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip().replace(" ", "-") or None


@cache
def _this_process(pid: int) -> str:
    return f"{socket.gethostname()[:60]}/{pid}/{started(pid)}"


def this_process() -> str:
    """The name under which this process holds work: host/number/start."""
    return _this_process(os.getpid())


def has_died(name: str) -> bool:
    """Whether the process of that name ran on this host and is gone; False when it lives or is somewhere else."""
    host, pid, since = [*name.rsplit("/", 2), "", ""][:3]
    return host == socket.gethostname()[:60] and pid.isdigit() and started(int(pid)) != since


def members_of(group: int, mark: str) -> list[int]:
    """Living processes of a process group whose environment carries the mark (NAME=value); empty where the system does
    not show environments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if (
                int(fields[2]) == group
                and fields[0] not in "ZX"
                and mark.encode() in (folder / "environ").read_bytes().split(b"\0")
            ):
                found.append(int(folder.name))
        except (OSError, ValueError, IndexError):
            continue
    return found
