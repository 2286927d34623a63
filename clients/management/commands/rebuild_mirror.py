"""Make the columnar copy of the facts anew from the database."""

import shutil
from typing import Any

from django.core.management.base import BaseCommand

from clients import mirror, mirror_files
from clients.fact_tables import ALL
from crm.models import Branch


class Command(BaseCommand):
    help = "Delete the columnar copy on this host and build it from the database."

    def handle(self, *args: Any, **options: Any) -> None:
        shutil.rmtree(mirror_files.folder(), ignore_errors=True)
        for branch in Branch.objects.all():
            files = sum(len(mirror.refresh(table, branch)) for table in ALL)
            self.stdout.write(f"{branch.code} {branch.name}: {files} files")
