"""Write the invented firm as export files, for example `manage.py write_demo_firm var/demo --until 2026-11-20`."""

import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.demo.firm import Plan, Writing, write_firm

SMALL = 300


class Command(BaseCommand):
    """The edge where the demonstration reads the clock: without `--until` the firm ends today."""

    help = "Write an invented securities firm as broker export files (nothing enters the database)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, how many clients, which seed, which last day."""
        parser.add_argument("out_dir", type=Path)
        parser.add_argument("--clients", type=int, default=6000)
        parser.add_argument("--branches", type=int, default=3)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--until", type=date.fromisoformat, help="last day, YYYY-MM-DD; default: today")
        parser.add_argument("--small", action="store_true", help=f"{SMALL} clients, for tests")
        parser.add_argument("--trades-by-year", action="store_true", help="one trades file per year instead of month")
        parser.add_argument("--last-day-apart", action="store_true", help="put the last day's trades into daily/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and say how many there are and how long it took."""
        start = time.perf_counter()
        clients = SMALL if options["small"] else options["clients"]
        try:
            plan = Plan(clients, options["seed"], options["until"] or timezone.localdate(), options["branches"])
            way = Writing(options["last_day_apart"], options["trades_by_year"])
            manifest = write_firm(options["out_dir"], plan, way=way, progress=self.stdout.write)
        except (ValueError, FileExistsError) as problem:
            raise CommandError(str(problem)) from problem
        rows = sum(file.rows for file in manifest.files)
        seconds = time.perf_counter() - start
        self.stdout.write(f"{len(manifest.files)} files, {rows:,} rows, until {plan.until}, {seconds:.1f} s")
