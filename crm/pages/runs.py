"""Nightly runs: which branch ran on which day, how long each step took, what it changed, and a button to run a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clients.models import Client
from crm import access, audit, calendar, nightly
from crm.lib.http import address_of, is_swap, only, staff_of, varies
from crm.models import Branch, JobRun, Publication, Staff
from crm.pages.changes import why_moved
from crm.pages.forms import NightForm
from crm.pages.rates import missing_rate_url
from segmentation.models import StateChange, TierMove

DAYS_SHOWN, MOVES_SHOWN = 21, 12
OPEN = (JobRun.State.QUEUED, JobRun.State.RUNNING)
STEPS = {
    "facts": pgettext_lazy("step", "analytic copy"),
    "features": pgettext_lazy("step", "features"),
    "tiers": pgettext_lazy("step", "tiers"),
    "dormancy": pgettext_lazy("step", "dormancy"),
    "churn": pgettext_lazy("step", "churn scores"),
    "model": pgettext_lazy("step", "model fit"),
    "behaviour": pgettext_lazy("step", "behaviour"),
    "publish": pgettext_lazy("step", "publish"),
    "alerts": pgettext_lazy("step", "alerts"),
    "tasks": pgettext_lazy("step", "tasks"),
    "events": pgettext_lazy("step", "events"),
    "openings": pgettext_lazy("step", "account openings"),
    "callbacks": pgettext_lazy("step", "call-backs"),
    "trends": pgettext_lazy("step", "trends"),
    "pledges": pgettext_lazy("step", "service pledge"),
    "loyalty": pgettext_lazy("step", "loyalty"),
}
WHY = {
    TierMove.Why.OWN: gettext_lazy("own value"),
    TierMove.Why.OTHERS: gettext_lazy("others moved"),
    TierMove.Why.SCHEME: gettext_lazy("scheme changed"),
    TierMove.Why.PIN: gettext_lazy("set by hand"),
    TierMove.Why.FIRST: gettext_lazy("first night"),
}


@dataclass(frozen=True)
class Cell:
    """A branch on a day: its latest run, how it is drawn, and what is written in it."""

    day: date
    run: JobRun | None
    kind: str
    text: str
    words: str = ""


@require_safe
@only("admin", "manager", "compliance")
def run_list(request: HttpRequest) -> HttpResponse:
    """The calendar of nights and the chosen run; for htmx, while something runs, only that part."""
    user = staff_of(request)
    branches = list(Branch.objects.visible_to(user).active())
    today = timezone.localdate()
    end = max(_day(request.GET.get("until", "")) or today, date(2000, 1, 31))
    days = [end - timedelta(days=n) for n in reversed(range(DAYS_SHOWN))]
    runs = JobRun.objects.visible_to(user).filter(kind=JobRun.Kind.NIGHT, branch__in=branches)
    shown = _latest(list(runs.filter(as_of__range=(days[0], days[-1])).select_related("branch").order_by("pk")))
    chosen = _chosen(request.GET.get("run", ""), list(shown.values()))
    is_open = any(run.state in OPEN for run in shown.values())
    context = {
        "days": days,
        "today": today,
        "rows": [(branch, _cells(branch, days, shown)) for branch in branches],
        "title": _title(list(shown.values())),
        "chosen": _told(user, chosen, list(shown.values())) if chosen else None,
        "is_open": is_open,
        "poll_url": request.get_full_path(),
        "may_start": _may_start(user),
        "form": _form(user, branches) if _may_start(user) else None,
        "earlier_url": f"{reverse('run-list')}?until={days[0] - timedelta(days=1)}",
        "later_url": f"{reverse('run-list')}?until={min(end + timedelta(days=DAYS_SHOWN), today)}"
        if end < today
        else "",
    }
    part = is_swap(request)
    return varies(render(request, "crm/_runs.html" if part else "crm/run_list.html", context))


@require_POST
@only("admin", "manager")
def start_night(request: HttpRequest) -> HttpResponse:
    """Ask for the night of a day, of one branch or of all that the reader may run; the worker does it."""
    user = staff_of(request)
    branches = list(Branch.objects.visible_to(user).active())
    form = _form(user, branches, request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("run-list")
    day, branch = form.cleaned_data["day"], form.cleaned_data["branch"]
    asked: list[JobRun] = []
    with transaction.atomic():
        for one in [branch] if branch else branches:
            asked += nightly.start(timezone.now(), as_of=day, branch=one, requested_by=user)
        audit.record(
            "start-night",
            actor=user,
            table=JobRun._meta.db_table,
            key=asked[0].pk if len(asked) == 1 else "",
            branch=branch,
            detail={"as_of": day.isoformat(), "runs": [run.pk for run in asked]},
            address=address_of(request),
        )
    done = sum(run.state == JobRun.State.DONE for run in asked)
    if done == len(asked):
        messages.info(request, _("Nothing has changed since the last run of that day: its result stands."))
    else:
        told = ngettext("{n} branch queued for {day}.", "{n} branches queued for {day}.", len(asked) - done)
        messages.success(request, told.format(n=len(asked) - done, day=day.isoformat()))
    return redirect(f"{reverse('run-list')}?until={max(day, timezone.localdate() - timedelta(days=2))}")


def _may_start(user: Staff) -> bool:
    return user.is_admin or user.is_manager


def _form(user: Staff, branches: Sequence[Branch], data: Any = None) -> NightForm:
    known = Branch.objects.filter(pk__in=[branch.pk for branch in branches]).order_by("code")
    usual = {"day": calendar.last_trading_day_before(timezone.localdate())}
    return NightForm(data, initial=usual, branches=known, latest=timezone.localdate())


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _latest(runs: list[JobRun]) -> dict[tuple[int | None, date | None], JobRun]:
    """Of several runs of a branch and day the one asked for last."""
    return {(run.branch_id, run.as_of): run for run in runs}


def _chosen(text: str, runs: list[JobRun]) -> JobRun | None:
    named = next((run for run in runs if str(run.pk) == text), None)
    return named or max(
        runs, key=lambda run: (run.as_of or date.min, run.state == JobRun.State.FAILED, -run.pk), default=None
    )


def _seconds(run: JobRun) -> float:
    return float(sum(step.get("seconds") or 0 for step in run.steps))


def _cells(branch: Branch, days: list[date], shown: dict[tuple[int | None, date | None], JobRun]) -> list[Cell]:
    own = [run for (pk, _on), run in shown.items() if pk == branch.pk and run.state == JobRun.State.DONE]
    slowest = max((_seconds(run) for run in own), default=0.0)
    cells = []
    for day in days:
        run = shown.get((branch.pk, day))
        if run is None:
            cells.append(Cell(day, None, "off" if day.weekday() >= 5 else "none", ""))
        elif run.state == JobRun.State.FAILED:
            cells.append(Cell(day, run, "fail", "!", str(run.get_state_display())))
        elif run.state in OPEN:
            cells.append(Cell(day, run, "open", "…", str(run.get_state_display())))
        else:
            took = _seconds(run)
            depth = 1 + min(3, int(4 * took / slowest)) if slowest else 1
            text = f"{took:.1f}" if took < 10 else f"{took:.0f}"
            cells.append(Cell(day, run, f"q{depth}", text, str(run.get_state_display())))
    return cells


def _title(runs: list[JobRun]) -> str:
    if not runs:
        return _("No run in these three weeks")
    failed = sum(run.state == JobRun.State.FAILED for run in runs)
    told = ngettext("{n} run in three weeks", "{n} runs in three weeks", len(runs)).format(n=len(runs))
    again = sum(run.attempt > 1 for run in runs)
    told += _(": all succeeded") if not failed and all(r.state == JobRun.State.DONE for r in runs) else ""
    told += ngettext(", {n} failed", ", {n} failed", failed).format(n=failed) if failed else ""
    return told + (_(", {n} needed a second attempt").format(n=again) if again else "")


def _told(user: Staff, run: JobRun, shown: list[JobRun]) -> dict[str, Any]:
    """The chosen run: its steps as a small time line, beside the median of the branch's nights shown, its counts, and who
    changed tier and why."""
    usual = _medians([one for one in shown if one.branch_id == run.branch_id and one.state == JobRun.State.DONE])
    total = _seconds(run) or 1.0
    begun, steps = 0.0, []
    for step in run.steps:
        took = float(step.get("seconds") or 0)
        steps.append(
            {
                "label": STEPS.get(step["name"], step["name"]),
                "seconds": step.get("seconds"),
                "rows": step.get("rows"),
                "x": round(1000 * begun / total, 1),
                "width": max(round(1000 * took / total, 1), 4),
                "slow": took >= total / 4,
                "against": _against(step.get("seconds"), usual.get(step["name"])),
            }
        )
        begun += took
    night = run.publications.exclude(state="").select_related("basis__scheme", "basis__model").order_by("-pk").first()
    return {
        "run": run,
        "steps": steps,
        "total": _seconds(run),
        "night": night,
        "against": _against(_seconds(run), usual.get("")) if run.state == JobRun.State.DONE else None,
        "error": run.error.strip(),
        "rate_url": missing_rate_url(run.error) if user.is_admin else "",
        **(_changes(user, night) if night else {}),
    }


def _medians(runs: list[JobRun]) -> dict[str, float]:
    """Seconds of each step (and of all of them, under '') in the middle of these runs; none below three runs."""
    if len(runs) < 3:
        return {}
    seconds: dict[str, list[float]] = {"": [_seconds(run) for run in runs]}
    for run in runs:
        for step in run.steps:
            seconds.setdefault(step["name"], []).append(float(step.get("seconds") or 0))
    return {name: median(told) for name, told in seconds.items()}


def _against(seconds: float | None, usual: float | None) -> float | None:
    """How much longer than usual, as a share; None where a tenth of a second would make a tale."""
    return None if seconds is None or not usual or usual < 0.1 else seconds / usual - 1


def _changes(user: Staff, night: Publication) -> dict[str, Any]:
    """Tier moves of the night by reason, and the first of them by rank, names as the role may see them."""
    moves = TierMove.objects.filter(publication=night).exclude(why=TierMove.Why.FIRST)
    counts = dict(moves.order_by().values_list("why").annotate(n=Count("pk")))
    bands = StateChange.objects.filter(publication=night, subject=StateChange.Subject.BAND).count()
    states = StateChange.objects.filter(publication=night, subject=StateChange.Subject.DORMANCY).count()
    shown = list(moves.order_by("rank")[:MOVES_SHOWN])
    mentioned = Client.objects.mentioned_to(user).in_bulk([move.client_id for move in shown])
    names = access.sees_names(user)
    return {
        "why": [(WHY[why], n) for why in WHY if (n := counts.get(why.value, 0))],
        "moved": sum(counts.values()),
        "own": counts.get(TierMove.Why.OWN.value, 0),
        "bands": bands,
        "states": states,
        "moves": [
            {"move": move, "client": mentioned[move.client_id], "why": why_moved(move)}
            for move in shown
            if move.client_id in mentioned
        ],
        "sees_names": names,
        "links": not user.is_admin,
    }
