"""The demonstration: an invented firm comes in as export files, a real worker runs the night, then everything is served."""

import secrets
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clients import imports
from clients.models import ImportBatch
from crm import calendar, nightly, stack
from crm.demo.alerts import note_alerts
from crm.demo.callbacks import seed_callbacks
from crm.demo.cards_of_clients import write_cards
from crm.demo.competence import write_competence
from crm.demo.complaints import seed_complaints
from crm.demo.concessions import write_concessions
from crm.demo.contacts import seed_contacts
from crm.demo.events import write_events
from crm.demo.firm import Writing, write_firm
from crm.demo.ideas import write_ideas
from crm.demo.loyalty import seed_referrals
from crm.demo.material_messages import send_material
from crm.demo.materials import write_materials
from crm.demo.messages import write_messages
from crm.demo.openings import seed_openings
from crm.demo.plan import Plan
from crm.demo.plans import seed_plans
from crm.demo.pledges import write_pledges
from crm.demo.reception import seed_reception
from crm.demo.regimes import write_regimes
from crm.demo.selfreviews import seed_selfreviews
from crm.demo.staff import StaffEntry, staff_list
from crm.demo.stages import seed_stages
from crm.demo.texts import write_texts
from crm.demo.trends import seed_trends
from crm.lib.supervisor import AlreadyRunning, only_one
from crm.models import Branch, JobRun, Staff

SEED = 2026


class Command(BaseCommand):
    help = "Invent a firm, import its export files, run one night on a worker, and serve the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clients", type=int, default=6000)
        parser.add_argument(
            "--until", type=date.fromisoformat, help="last day of the facts; default: the last trading day"
        )
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="stop after the night")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with only_one(settings.VAR_DIR):
                self._run(**options)
        except AlreadyRunning as holder:
            raise CommandError(
                f"Branch CRM already runs on {settings.VAR_DIR}: {holder}. Stop that one first."
            ) from None

    def _run(self, *, clients: int, until: date | None, host: str, port: int, no_serve: bool, **_: object) -> None:
        started = time.monotonic()
        call_command("migrate", verbosity=0)
        as_of = self._last_day()
        if as_of is None:
            as_of = until or nightly.default_as_of(timezone.now())
            plan = Plan(clients, SEED, as_of)
            folder = self._write(plan)
            entries = staff_list(plan)
            people = self._hire(entries)
            self._import(folder, people["admin"])
            self._seat(entries)
        write_regimes(as_of, at=timezone.now())
        self._say(f"Call-backs recorded: {seed_callbacks(timezone.now())}")
        self._nights(as_of)
        write_cards(at=timezone.now(), seed=SEED)
        write_texts(at=timezone.now())
        self._say(f"Contacts noted: {seed_contacts(timezone.now())}, alerts noted: {note_alerts(at=timezone.now())}")
        self._say(f"Account openings: {seed_openings(timezone.now())}")
        self._say(f"Clients in the funnel: {seed_stages(timezone.now())}")
        self._say(f"Service plans made: {seed_plans(timezone.now())}")
        self._say(f"Complaints noted: {seed_complaints(timezone.now())}")
        seed_reception(timezone.now())
        write_messages(at=timezone.now())
        write_concessions(at=timezone.now())
        seed_trends(timezone.now())
        seed_selfreviews(timezone.now())
        write_ideas(at=timezone.now())
        write_pledges(at=timezone.now())
        write_competence(at=timezone.now())
        write_events(at=timezone.now())
        self._say(f"Materials given: {write_materials(at=timezone.now())}, sent: {send_material(at=timezone.now())}")
        self._say(f"Referrals noted: {seed_referrals(timezone.now())}")
        self._say(f"ready after {time.monotonic() - started:.0f} s")
        if not no_serve:
            stack.run(host=host, port=port, announce=lambda address: self._announce(address, port))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _last_day(self) -> date | None:
        """The day of the demonstration's facts, kept when all of its files are in; None when there is still work."""
        mark = settings.VAR_DIR / "demo-day"
        return date.fromisoformat(mark.read_text()) if mark.exists() else None

    def _write(self, plan: Plan) -> Path:
        folder: Path = settings.VAR_DIR / "demo-firm"
        if not (folder / "manifest.json").exists():
            for left in sorted(folder.rglob("*"), reverse=True):  # of a run that was killed while writing
                left.unlink() if left.is_file() else left.rmdir()
            self._say(f"Inventing a firm of {plan.clients:,} clients until {plan.until} …")
            write_firm(folder, plan, way=Writing(trades_by_year=True))
        return folder

    def _password(self) -> str:
        path = settings.VAR_DIR / "demo-password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(9))
        return path.read_text()

    def _hire(self, entries: list[StaffEntry]) -> dict[str, Staff]:
        """The admin who drops the files in; the others follow when the files have brought their branches."""
        admin = next(e for e in entries if e.role == Staff.Role.ADMIN)
        found = Staff.objects.filter(username=admin.username).first()
        made = found or Staff.objects.create_user(admin.username, self._password(), name=admin.name, role=admin.role)
        return {"admin": made}

    def _seat(self, entries: list[StaffEntry]) -> None:
        """Everybody's log-in and branches; advisors that the files brought get a password and with it a log-in."""
        for entry in entries:
            known = Staff.objects.filter(employee_code=entry.code).first() if entry.code else None
            person = known or Staff.objects.filter(username=entry.username).first()
            person = person or Staff(username=entry.username)
            person.username, person.name, person.role = entry.username, entry.name, entry.role
            person.set_password(self._password())
            person.save()
            person.branches.set(Branch.objects.filter(code__in=entry.branch_codes))

    def _import(self, folder: Path, admin: Staff) -> None:
        started, rows = time.monotonic(), 0
        done = set(ImportBatch.objects.in_force().values_list("sha256", flat=True))
        for place in [folder, *sorted(p for p in folder.iterdir() if p.is_dir() and p.name != "try")]:
            files = sorted(p for p in place.iterdir() if p.is_file() and p.suffix != ".json")
            batches = [batch for file in files for batch in imports.receive_all(file, by=admin).batches]
            batches = [b for b in batches if b.sha256 not in done or imports.discard(b, by=admin) is None]
            for batch in batches:
                batch.create_unknown = True
                batch.save()
            for batch in imports.bring_in(batches, by=admin, clock=timezone.now):
                if batch.state != ImportBatch.State.COMMITTED:
                    raise CommandError(f"{batch.file_name}: {batch.state} {batch.error}")
                rows += batch.new_count
            self._say(f"  {place.name}: {len(batches)} files")
        seconds = time.monotonic() - started
        self._say(f"Imported {rows:,} rows in {seconds:.0f} s ({rows / seconds:,.0f} rows/s)")

    def _nights(self, as_of: date) -> None:
        """The last night, and at first two before it, a month and a day, so that there is something to compare with."""
        mark = settings.VAR_DIR / "demo-day"
        before = calendar.last_trading_day_before(as_of)
        month_ago = calendar.last_trading_day_before(as_of - timedelta(days=30))
        days = [as_of] if mark.exists() else [month_ago, before, as_of]
        runs = [run for day in days for run in nightly.start(timezone.now(), as_of=day, ring=False)]
        if any(run.state != JobRun.State.DONE for run in runs):
            self._say(f"Running the nights of {', '.join(map(str, days))} on a worker …")
            with stack.running_worker():
                for day in days:
                    self._run_night(day)
        mark.write_text(as_of.isoformat())

    def _run_night(self, day: date) -> None:
        asked = [run.pk for run in nightly.start(timezone.now(), as_of=day)]
        open_states = [JobRun.State.QUEUED, JobRun.State.RUNNING]
        while JobRun.objects.filter(pk__in=asked, state__in=open_states).exists():
            time.sleep(0.3)
        for run in JobRun.objects.filter(pk__in=asked).select_related("branch"):
            if run.state != JobRun.State.DONE:
                raise CommandError(f"{run.key}: {run.error}")
            seconds = sum(step["seconds"] or 0 for step in run.steps)
            self._say(f"  {day} {run.branch}: {run.counts.get('clients', 0):,} clients in {seconds:.1f} s")

    def _announce(self, address: str, port: int) -> None:
        moved = "" if address.endswith(f":{port}/") else f"   (port {port} is taken)"
        self._say(f"\n营业部客户管理 · Branch CRM   {address}{moved}\n")
        logins = [p for p in Staff.objects.order_by("role", "username") if p.has_usable_password()]
        for person in logins:
            branches = "、".join(person.branches.values_list("name", flat=True)[:3]) or "—"
            self._say(f"  {person.get_role_display()}\t{person.username}\t{person.name}\t{branches}")
        self._say(
            f"\n  password of all: {self._password()}\n  a file to try as admin: {settings.VAR_DIR}/demo-firm/try"
        )
        self._say("  Ctrl+C stops everything\n")
