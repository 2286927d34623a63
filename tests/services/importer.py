"""An importer in a process of its own: `python -m tests.services.importer commit|undo BATCH SECONDS GUARD MOMENT`. It waits
that long between looking at the facts and writing; GUARD = none takes the check of the generations away."""

import os
import sys
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import django


def main(what: str, batch_id: str, seconds: str, guard: str, moment: str) -> None:
    from clients import generations
    from clients.imports import commits, undoing
    from clients.imports.checking import file_day
    from clients.models import ImportBatch

    plain_write, plain_raise = commits._write, generations.raise_generations
    waited: list[bool] = []

    def write(*args: Any, **kwargs: Any) -> None:
        if not waited:  # a plan that is made anew after the first try waits no more
            waited.append(True)
            time.sleep(float(seconds))
        plain_write(*args, **kwargs)

    def raise_unguarded(expected: Any, at: Any, **told: Any) -> None:
        for slot, seen in sorted(expected.items()):
            with suppress(generations.Overtaken):
                plain_raise({slot: seen}, at, **told)

    commits._write = write
    if guard == "none":
        generations.raise_generations = raise_unguarded
        commits._holds = lambda seen: True
    batch = ImportBatch.objects.get(pk=batch_id)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    at = datetime.fromisoformat(moment)
    if what == "commit":
        commits.commit(batch, by=None, at=at, file_day=file_day(batch, at.date()))
    else:
        undoing.undo(batch, by=None, at=at)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.services.settings")
    django.setup()
    main(*sys.argv[1:])
