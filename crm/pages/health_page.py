"""Health of the installation for the admin: processes, age of the facts, last nights, and the check of the data."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clients.freshness import DAILY, KINDS, newest_days
from crm import calendar, checkup
from crm.lib.http import address_of, is_swap, only, staff_of, varies
from crm.models import Branch, JobRun, Publication
from crm.pages.audit.details import without_numbers
from crm.pages.health_checks import BAD, LOOK, OK, Check, days_behind, installation, state_of_age

FACTS = {
    "trades": pgettext_lazy("facts", "trades"),
    "movements": pgettext_lazy("facts", "other movements"),
    "cash_transfers": pgettext_lazy("facts", "cash transfers"),
    "securities_transfers": pgettext_lazy("facts", "securities transfers"),
    "assets": pgettext_lazy("facts", "daily assets"),
    "holdings": pgettext_lazy("facts", "holdings"),
}
CHECKED = {
    "batches": pgettext_lazy("check", "files and their rows"),
    "facts": pgettext_lazy("check", "facts and owners"),
    "copy": pgettext_lazy("check", "analytic copy"),
    "nights": pgettext_lazy("check", "published nights"),
    "complaints": pgettext_lazy("check", "complaints"),
    "service": pgettext_lazy("check", "promises, tasks and their owners"),
    "messages": pgettext_lazy("check", "messages"),
    "jobs": pgettext_lazy("check", "runs"),
}
ADVICE = {
    "copy": gettext_lazy("Make the analytic copy anew: manage.py rebuild_mirror. The database is what counts."),
    "nights": gettext_lazy("Run that night again. If it stays, ask who maintains the system and show the message."),
    "complaints": gettext_lazy(
        "Give the complaint another owner. If it stays, show the message to who maintains the system."
    ),
    "service": gettext_lazy(
        "Give what has no owner to somebody by a hand-over. If it stays, show who maintains the system the message."
    ),
    "messages": gettext_lazy("Stop the sending that is named, and show the message to compliance."),
    "jobs": gettext_lazy("Look at the workers above; a run whose worker died is taken up by itself."),
}
OF_FILES = gettext_lazy(
    "Undo the file that is named and bring it in again; where none is named, give the client an owner."
)
OPEN = (JobRun.State.QUEUED, JobRun.State.RUNNING)


@dataclass(frozen=True)
class Age:
    """The newest day of a kind of facts and how many trading days it is behind (None: not asked of this kind)."""

    day: date | None
    behind: int | None
    state: str


@dataclass(frozen=True)
class NightOf:
    """The latest night of a branch."""

    branch: Branch
    check: Check
    run: JobRun | None

    @property
    def href(self) -> str:
        """The run on the page of nights."""
        return f"{reverse('run-list')}?until={self.run.as_of}&run={self.run.pk}" if self.run else ""


@require_safe
@only("admin")
def health_detail(request: HttpRequest) -> HttpResponse:
    """The whole page; for htmx, while a check is under way, only its part."""
    today, now = timezone.localdate(), timezone.now()
    branches = list(Branch.objects.active())
    told = _checkup(branches)
    checks = installation(now, today)
    nights = _nights(branches, today)
    ages = _ages(branches, today)
    states = [one.state for one in checks] + [night.check.state for night in nights] + [told["check"].state]
    states += [age.state for _branch, row in ages for age in row]
    context = {
        "checks": checks,
        "nights": nights,
        "kinds": [FACTS[kind] for kind in KINDS],
        "ages": ages,
        "checkup": told,
        "now": now,
        "title": _title(states),
        "is_well": BAD not in states and LOOK not in states,
    }
    part = is_swap(request)
    return varies(render(request, "crm/_health.html" if part else "crm/health_page.html", context))


@require_POST
@only("admin")
def start_checkup(request: HttpRequest) -> HttpResponse:
    """Ask for the check of the data; a worker does it."""
    checkup.start_checkup(timezone.now(), requested_by=staff_of(request), address=address_of(request))
    messages.success(request, _("Asked for. A worker checks; the page shows what it finds."))
    return redirect("health-detail")


def _title(states: list[str]) -> str:
    bad, look = states.count(BAD), states.count(LOOK)
    if bad:
        return ngettext("{n} thing needs somebody", "{n} things need somebody", bad).format(n=bad)
    if look:
        return ngettext("{n} thing to look at", "{n} things to look at", look).format(n=look)
    return _("Everything is well")


def _ages(branches: list[Branch], today: date) -> list[tuple[Branch, list[Age]]]:
    newest = newest_days(branches)

    @cache
    def behind(day: date | None) -> tuple[int | None, str]:
        late = days_behind(day, today)
        return late, state_of_age(late, today)

    def age(kind: str, day: date | None) -> Age:
        return Age(day, *behind(day)) if kind in DAILY else Age(day, None, OK)

    return [(branch, [age(kind, newest[branch.pk][kind]) for kind in KINDS]) for branch in branches]


def _nights(branches: list[Branch], today: date) -> list[NightOf]:
    wanted = calendar.last_trading_day_before(today)
    published = dict(Publication.objects.current().filter(branch__in=branches).values_list("branch", "as_of"))
    recent = JobRun.objects.filter(kind=JobRun.Kind.NIGHT, as_of__gte=wanted, branch__in=branches)
    latest = {run.branch_id: run for run in recent.defer("arguments", "inputs").order_by("as_of", "pk")}
    return [NightOf(b, _night(b, latest.get(b.pk), published.get(b.pk), wanted), latest.get(b.pk)) for b in branches]


def _night(branch: Branch, run: JobRun | None, as_of: date | None, wanted: date) -> Check:
    known = _("numbers of {day}").format(day=as_of) if as_of else _("no night yet")
    if run is not None and run.state == JobRun.State.FAILED:
        return Check(branch.name, BAD, known, _("The run failed: open it to read why, mend that, and run it again."))
    if run is not None and run.state in OPEN:
        return Check(branch.name, LOOK, known, _("A run is under way."))
    if as_of is None or as_of < wanted:
        told = _("Nothing is published for {day}: bring its files in and run the night.").format(day=wanted)
        return Check(branch.name, LOOK if as_of else BAD, known, told)
    return Check(branch.name, OK, known)


def _checkup(branches: list[Branch]) -> dict[str, Any]:
    """The latest check of the data, what it found, and whether one is under way."""
    runs = JobRun.objects.filter(kind=JobRun.Kind.CHECKUP).order_by("-pk")
    is_open = runs.filter(state__in=OPEN).exists()
    run = runs.exclude(state__in=OPEN).first()
    if run is None:
        told = Check(_("Check of the data"), OK if is_open else LOOK, _("never done yet"), _("Press the button."))
        return {"check": told, "is_open": is_open, "run": None, "rows": []}
    if run.state == JobRun.State.FAILED:
        told = Check(_("Check of the data"), BAD, _("the check itself failed"), run.error.strip()[:300])
        return {"check": told, "is_open": is_open, "run": run, "rows": []}
    names = {branch.code: branch.name for branch in branches}
    rows = [
        {
            "label": CHECKED.get(step["name"], step["name"]),
            "branch": names.get(step.get("branch", ""), step.get("branch", "")),
            "broken": step.get("broken", 0),
            "seconds": step.get("seconds"),
            "sentences": [without_numbers(one) for one in step.get("sentences", ())],
            "advice": ADVICE.get(step["name"], OF_FILES) if step.get("broken") else "",
        }
        for step in run.steps
    ]
    broken = run.counts.get("broken", 0)
    text = ngettext("{n} thing does not hold", "{n} things do not hold", broken).format(n=broken)
    told = Check(_("Check of the data"), BAD if broken else OK, text if broken else _("everything holds"))
    return {"check": told, "is_open": is_open, "run": run, "rows": rows}
