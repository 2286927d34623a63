"""The data of the site that the browser tests open: a small invented firm, imported, nights published. Run by itself,
because it has a database of its own: `CRM_VAR_DIR=… python -m tests.browser.firm PASSWORD [CLIENTS UNTIL]`, or `alerts ADVISOR`
for `raise_alerts` alone."""

# ruff: noqa: TID251  (a command reads the clock)

import json
import os
import sys
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

CLIENTS, SEED = 90, 2026
LOCKED_OUT, COLLEAGUE = "qinyue", "luoning"


def prepare(password: str, clients: int = CLIENTS, until: date | None = None) -> None:
    """Write the firm, bring it in, run nights, and note the log-ins in firm.json. Usually the last day's trades are kept
    back and the night before it is the latest; with `until`, which names the last day, all is in and up to date."""
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from crm import calendar, nightly
    from crm.demo import days
    from crm.demo.callbacks import seed_callbacks
    from crm.demo.cards_of_clients import write_cards
    from crm.demo.concessions import write_concessions
    from crm.demo.contacts import seed_contacts
    from crm.demo.events import write_events
    from crm.demo.firm import Plan, Writing, staff_list, write_firm
    from crm.demo.ideas import write_ideas
    from crm.demo.loyalty import seed_referrals
    from crm.demo.materials import write_materials
    from crm.demo.messages import write_messages
    from crm.demo.openings import seed_openings
    from crm.demo.pledges import write_pledges
    from crm.demo.regimes import write_regimes
    from crm.demo.stages import seed_stages
    from crm.demo.texts import write_texts

    call_command("migrate", verbosity=0)
    plan = Plan(clients, SEED, until or nightly.default_as_of(timezone.now()), 1)
    folder: Path = settings.VAR_DIR / "firm"
    write_firm(folder, plan, way=Writing(True, True))
    files = [path for path in sorted(folder.rglob("*.*")) if path.suffix != ".json" and path.parent.name != "try"]
    if not until:  # what the tests can do without, and the day that they bring in themselves
        files = [path for path in files if path.parent.name != "daily" and not path.name.startswith("持仓")]
    bring_in(files)
    people = seat(staff_list(plan), password)
    seed_callbacks(timezone.now())
    before = calendar.last_trading_day_before(plan.until)
    month_ago = days.last_trading_day(days.months_before(plan.until, 1))
    for day in (month_ago, before, plan.until) if until else (month_ago, before):
        call_command("run_nightly", as_of=day, verbosity=0, stdout=sys.stderr)
    seed_contacts(timezone.now())
    seed_openings(timezone.now())
    seed_stages(timezone.now())
    seed_referrals(timezone.now())
    raise_alerts(people["advisor"])
    if until:  # for pictures
        write_regimes(plan.until, at=timezone.now())
        write_cards(at=timezone.now(), seed=SEED)
    write_texts(at=timezone.now())
    write_messages(at=timezone.now())
    write_concessions(at=timezone.now())
    write_ideas(at=timezone.now())
    write_pledges(at=timezone.now())
    write_events(at=timezone.now())
    write_materials(at=timezone.now())
    told = {
        "people": people,
        "until": plan.until.isoformat(),
        "last_day": str(next((folder / "daily").iterdir())),
        "broken": str(next((folder / "try").iterdir())),
    }
    (settings.VAR_DIR / "firm.json").write_text(json.dumps(told))


def raise_alerts(advisor: str) -> None:
    """Two risks of an advisor's best clients, as a night would have found them."""
    from crm.models import Publication
    from segmentation.models import Standing
    from servicing.alerts import keep_alerts
    from servicing.alerts.finding import Found

    told = {"e4": 2500, "fen": 25_000_000, "peak_on": "2026-10-12"}
    for night in Publication.objects.current():
        best = Standing.objects.filter(publication=night, client__advisor__username=advisor).order_by("rank")[:2]
        keep_alerts(night, [Found(one.client_id, "drawdown", "", 1, told) for one in best])


def bring_in(files: list[Path]) -> None:
    """Import files, in the order that the page would choose."""
    from django.utils import timezone

    from clients import imports

    batches = [batch for file in files for batch in imports.receive_all(file, by=None).batches]
    for batch in batches:
        batch.create_unknown = True
        batch.save()
    for batch in imports.bring_in(batches, by=None, clock=timezone.now):
        assert batch.state == "committed", (batch.file_name, batch.state, batch.error)


def seat(entries: list, password: str) -> dict[str, str]:
    """Log-ins by role, and two more: one who will be locked out, one advisor without any client."""
    from crm.models import Branch, Staff

    people = {}
    for entry in entries:
        known = Staff.objects.filter(employee_code=entry.code).first() if entry.code else None
        person = known or Staff()
        person.username, person.name, person.role = entry.username, entry.name, entry.role
        person.set_password(password)
        person.save()
        person.branches.set(Branch.objects.filter(code__in=entry.branch_codes))
        people[entry.role] = entry.username
    for username, name in ((LOCKED_OUT, "秦越"), (COLLEAGUE, "罗宁")):
        person = Staff.objects.create_user(username, password, name=name, role=Staff.Role.ADVISOR)
        person.branches.set(Branch.objects.all())
    return people


if __name__ == "__main__":
    import django

    django.setup()
    words = sys.argv[1:]
    if words[0] == "alerts":
        sys.exit(raise_alerts(words[1]))
    prepare(words[0], *(int(word) for word in words[1:2]), *(date.fromisoformat(word) for word in words[2:3]))
