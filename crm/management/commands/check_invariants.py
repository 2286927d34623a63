"""Whether everything that must always hold holds now; may be run at any time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm import checkup


class Command(BaseCommand):
    help = "Check the promises: batches, columnar copy, published nights, owners, jobs, audit."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [sentence for part in checkup.parts(timezone.now()) for sentence in part.broken()]
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} broken")
        self.stdout.write("all invariants hold")
