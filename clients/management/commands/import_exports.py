"""Bring export files in from the command line: the same steps as the page, in the foreground, without a broker."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clients import imports
from clients.export_files import reasons
from clients.models import ImportBatch
from crm.models import Branch


class Command(BaseCommand):
    help = "Import export files, zip archives or folders: inspect, dry run, commit; prints a line for each file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="stop after the dry run and write nothing")
        parser.add_argument("--create", action="store_true", help="create branches and advisors that nobody knows")
        parser.add_argument("--branch", metavar="CODE", help="the branch of rows that name none")
        parser.add_argument("--day", type=date.fromisoformat, help="the day of a file without dates")
        parser.add_argument("--account", help="the account of a single-account file that names none")
        parser.add_argument(
            "--replace-days", action="store_true", help="replace the accounts and days the file speaks of"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        branch = self._branch(options["branch"])
        waiting: list[ImportBatch] = []
        ignored: list[str] = []
        failed = 0
        for path in options["paths"]:
            if not path.exists():
                raise CommandError(f"{path}: no such file or folder")
            received = imports.receive_all(path, by=None)
            waiting += received.batches
            ignored += received.ignored
            for error in received.refused:
                failed += 1
                self.stderr.write(f"{error.file_name}: refused: {reasons.describe(error.code, error.params)}")
        if ignored:
            self.stdout.write(f"ignored: {imports.named_in_a_line(ignored)}")
        for batch in waiting:
            batch.branch, batch.day, batch.account = branch, options["day"], options["account"] or ""
            batch.create_unknown, batch.replace_days = options["create"], options["replace_days"]
            batch.save()
        for batch in imports.bring_in(waiting, by=None, clock=timezone.now, dry_run=options["dry_run"]):
            failed += not self._report(batch)
        if failed:
            raise CommandError(f"{failed} file(s) not imported")

    def _branch(self, code: str | None) -> Branch | None:
        if code is None:
            return None
        try:
            return Branch.objects.get(code=code)
        except Branch.DoesNotExist:
            raise CommandError(f"--branch {code}: no such branch") from None

    def _report(self, batch: ImportBatch) -> bool:
        if batch.state == ImportBatch.State.HELD:
            why = reasons.describe(batch.error["code"], batch.error["params"])
            self.stderr.write(f"{batch.file_name}: held: {why}")
            return False
        dry_run = batch.state == ImportBatch.State.CHECKED
        self.stdout.write(
            f"{batch.file_name}: {'dry run' if dry_run else f'batch {batch.pk}'}: {batch.kind}"
            f"{f' ({batch.preset})' if batch.preset else ''}, {batch.total_count} rows: {batch.new_count} new,"
            f" {batch.changed_count} changed, {batch.unchanged_count} unchanged, {batch.removed_count} replaced,"
            f" {batch.rejected_count} rejected, {batch.waiting_count} to review"
        )
        for error in batch.row_errors.all()[:5]:
            why = reasons.describe(error.code, error.params)
            self.stdout.write(f"  line {error.line}, {error.column}: {error.value_masked!r}: {why}")
        for what, unknown in batch.unknown.items():
            if unknown and not batch.create_unknown:
                codes = ", ".join(u["code"] for u in unknown[:10])
                self.stdout.write(f"  unknown {what}: {codes} (create them with --create)")
        return True
