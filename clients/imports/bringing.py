"""All steps of an import one after the other, in the foreground: for the command line and the demonstration."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from clients.imports.batches import inspect, order_of
from clients.imports.checking import check, file_day
from clients.imports.commits import commit
from clients.models import ImportBatch
from crm.models import Staff


def bring_in(
    batches: Iterable[ImportBatch], *, by: Staff | None, clock: Callable[[], datetime], dry_run: bool = False
) -> Iterator[ImportBatch]:
    """Inspect every batch, then check and commit one after the other, rates and clients before accounts before facts,
    because each names the one before. Yields each batch when it is done: committed, checked (dry run) or held."""
    waiting = list(batches)
    for batch in waiting:
        inspect(batch)
    for batch in sorted(waiting, key=lambda b: order_of(b.kind)):
        today = timezone.localdate(clock())
        check(batch, today=today)
        if batch.state == ImportBatch.State.CHECKED and not dry_run:
            yield commit(batch, by=by, at=clock(), file_day=file_day(batch, today))
        else:
            yield batch
