"""Undo a committed import from the command line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clients import imports
from clients.models import ImportBatch


class Command(BaseCommand):
    help = "Undo an import batch by its number; rows that a person or a later file changed since stay and are named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int)
        parser.add_argument("--preview", action="store_true", help="say what an undo would do and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = ImportBatch.objects.get(pk=options["batch"])
        except ImportBatch.DoesNotExist:
            raise CommandError(f"no import batch {options['batch']}") from None
        if batch.state != ImportBatch.State.COMMITTED:
            raise CommandError(f"batch {batch.pk} is {batch.state}, not committed")
        now = timezone.now()
        counts, refused = (
            imports.preview_undo(batch, at=now) if options["preview"] else imports.undo(batch, by=None, at=now)
        )
        self.stdout.write(
            f"{batch.file_name}: {counts.get('deleted', 0)} rows removed, {counts.get('restored', 0)} restored,"
            f" {len(refused)} left as they are"
        )
        for refusal in refused[:50]:
            self.stdout.write(f"  {refusal.table} {refusal.key}: {refusal.why} {refusal.by}".rstrip())
