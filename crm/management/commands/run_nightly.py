"""`manage.py run_nightly`: the night in the foreground, without a broker."""

import time
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm import jobs, nightly
from crm.lib.processes import this_process
from crm.models import Branch, JobRun
from crm.tasks import Handlers

OPEN = (JobRun.State.QUEUED, JobRun.State.RUNNING)


class Command(BaseCommand):
    help = "Run the night of a day (default: the last trading day) for every branch or one, here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="the day, e.g. 2026-11-20")
        parser.add_argument("--branch", metavar="CODE", help="only this branch")
        parser.add_argument("--cutoff", metavar="MOMENT", help="read only facts recorded until then")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        branch = Branch.objects.filter(code=options["branch"]).first() if options["branch"] else None
        if options["branch"] and branch is None:
            raise CommandError(f"There is no branch {options['branch']}")
        cutoff = self._cutoff(options["cutoff"])
        runs = nightly.start(now, as_of=options["as_of"], branch=branch, cutoff=cutoff, ring=False)
        if not runs:
            self.stdout.write("No branch has facts yet: import some files first.")
        failed = [run for run in runs if not self._finished(run)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(runs)} branches failed")

    def _cutoff(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError(f"{text} is no moment, write 2026-11-20T18:00:00+08:00")
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment

    def _finished(self, run: JobRun) -> bool:
        known = run.state == JobRun.State.DONE
        while run.state in OPEN:
            now = timezone.now()
            if jobs.perform(run.pk, Handlers(), worker=this_process(), now=now) is None:
                time.sleep(0.5)  # another worker has it
            run.refresh_from_db()
        seconds = sum(step["seconds"] or 0 for step in run.steps)
        told = f"{run.counts.get('clients', 0)} clients in {seconds:.1f} s" if not known else "nothing has changed"
        branch = run.branch.code if run.branch else ""
        if run.state == JobRun.State.FAILED:
            self.stderr.write(f"{branch} {run.as_of}: failed: {run.error.splitlines()[0] if run.error else ''}")
        else:
            self.stdout.write(f"{branch} {run.as_of}: {told}")
        return run.state == JobRun.State.DONE
