"""Whether everything that must always hold holds now; may be run at any time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clients import invariants
from crm.models import Branch, JobRun
from segmentation import invariants as nights


class Command(BaseCommand):
    help = "Check the promises: batches, columnar copy, published nights, owners, jobs, audit."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(self._broken(timezone.now()))
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} broken")
        self.stdout.write("all invariants hold")

    def _broken(self, now: datetime) -> Iterator[str]:
        yield from invariants.broken_batches()
        for branch in Branch.objects.all():
            yield from invariants.broken(branch)
            yield from nights.broken(branch)
        silent = JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now - timedelta(minutes=10))
        for run in silent:
            yield f"{run.key}: running without a heartbeat since {run.heartbeat_at}"
