"""Who lives: the clock and the workers say so every 20 seconds."""

import socket
from collections.abc import Iterable
from datetime import datetime

from crm.models import Heartbeat

CLOCK = "clock"
_WORKER = "worker "


def this_worker() -> str:
    """The name of the worker on this host."""
    return f"{_WORKER}{socket.gethostname()[:100]}"


def beat(names: Iterable[str], at: datetime) -> None:
    """Note that these live, in one statement."""
    rows = [Heartbeat(name=name, at=at) for name in names]
    Heartbeat.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["at"])


def last_beats() -> tuple[datetime | None, dict[str, datetime]]:
    """When the clock last lived, and each worker by host."""
    beats = dict(Heartbeat.objects.order_by("name").values_list("name", "at"))
    workers = {name.removeprefix(_WORKER): at for name, at in beats.items() if name.startswith(_WORKER)}
    return beats.get(CLOCK), workers
