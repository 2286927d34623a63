"""Call-backs: a caller's own list; for manager and compliance how far the year is, what was found, and the proof of the
sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.callbacks.progress import progress_of
from servicing.models import Callback, CallbackAttempt, CallbackFinding, CallbackSample
from servicing.pages.callbacks.calls import called, finding_words
from servicing.pages.callbacks.figures import FINDINGS_SHOWN, address_of, callers_of, months_of, stats_of
from servicing.querysets import CallbackQuerySet

ROWS, LATELY = 50, 20
BY_DUE = Order("due_on", date.fromisoformat)
State = Callback.State
SHOWS = ("open", "late", "reached", "unanswered", "replaced")


@dataclass(frozen=True)
class Row:
    """A call-back as a list shows it."""

    callback: Callback
    name: str
    tries: int


@require_safe
@only("advisor", "manager", "compliance")
def callback_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, or how far the branches are."""
    user, today = staff_of(request), timezone.localdate()
    if user.is_advisor:
        return render(request, "servicing/callback_list.html", _own(request, user, today))
    return render(request, "servicing/callback_overview.html", _overview(request, user, today))


def rows_of(callbacks: Sequence[Callback], user: Staff) -> list[Row]:
    """Call-backs with how the client is named to the reader and how often they were called."""
    tries: dict[int, int] = {}
    for key in CallbackAttempt.objects.standing().filter(callback__in=callbacks).values_list("callback", flat=True):
        tries[key] = tries.get(key, 0) + 1
    return [Row(one, called(one.client, user), tries.get(one.pk, 0)) for one in callbacks]


def _own(request: HttpRequest, user: Staff, today: date) -> dict[str, Any]:
    mine = Callback.objects.visible_to(user).select_related("client").filter(state=State.OPEN)
    page, links = asked_page(request, mine, BY_DUE, size=ROWS)
    lately = CallbackAttempt.objects.made_by(user).select_related("client", "callback")[:LATELY]
    return {
        "rows": rows_of(page.rows, user),
        "lately": [(attempt, called(attempt.client, user)) for attempt in lately],
        "today": today,
        "tries": threshold("callback_tries", today),
        **links,
    }


def _overview(request: HttpRequest, user: Staff, today: date) -> dict[str, Any]:
    asked = request.GET
    branches = list(Branch.objects.visible_to(user).active())
    code = asked.get("branch", "")
    chosen = [branch for branch in branches if branch.code == code] or branches
    code = code if len(chosen) == 1 and len(branches) > 1 else ""
    samples = CallbackSample.objects.visible_to(user).told().filter(branch__in=chosen).order_by("branch__code")
    years = sorted({today.year, *samples.order_by().values_list("year", flat=True)}, reverse=True)
    year = next((one for one in years if str(one) == asked.get("year")), today.year)
    every = Callback.objects.visible_to(user).due_in([branch.pk for branch in chosen], year)
    progress = progress_of(every, today)
    kept = {"branch": code, "year": str(year) if year != today.year else ""}
    shown = asked.get("show", "")
    narrowed = kept | {name: asked.get(name, "") for name in ("kind", "month", "caller")}
    rows, narrowed_words = _narrowed(every, narrowed, user)
    show = shown if shown in SHOWS else "open"
    told = _shown(rows, show, today).select_related("client", "caller", "branch")
    page, links = asked_page(request, told, BY_DUE, size=ROWS)
    this_year = [sample for sample in samples if sample.year == year]
    found = CallbackFinding.objects.visible_to(user).filter(branch__in=chosen)
    waiting = list(found.waiting().select_related("attempt__client", "branch")[: FINDINGS_SHOWN + 1])
    return {
        "year": year,
        "years": [
            {"label": str(one), "href": address_of(kept | {"year": str(one)}), "on": one == year} for one in years
        ],
        "branches": [(branch.code, branch.name) for branch in branches],
        "branch": code,
        "shows_branch": len(chosen) > 1,
        "stats": stats_of(progress, this_year, len(waiting), kept),
        "months": months_of(progress, kept),
        "callers": callers_of(progress, kept),
        "findings": [(one, called(one.attempt.client, user), finding_words(one.question)) for one in waiting],
        "samples": this_year,
        "tabs": [
            {"label": label, "href": address_of(narrowed | {"show": name}) + "#rows", "on": name == show}
            for name, label in _tabs()
        ],
        "show": show,
        "narrowed": narrowed_words,
        "all_url": address_of(kept | {"show": show}) + "#rows",
        "rows": rows_of(page.rows, user),
        "today": today,
        "may_call": user.is_manager,
        **links,
    }


def _narrowed(
    rows: CallbackQuerySet[Callback], asked: dict[str, str], user: Staff
) -> tuple[CallbackQuerySet[Callback], str]:
    """The rows of the kind, month or caller that an address names, and what that is in words."""
    kind, month, caller = asked["kind"], asked["month"], asked["caller"]
    words = []
    if kind in Callback.Kind.values:
        rows = rows.filter(kind=kind)
        words.append(str(Callback.Kind(kind).label))
    if month.isascii() and month.isdigit() and 1 <= int(month) <= 12:
        rows = rows.filter(due_on__month=int(month))
        words.append(str(MONTHS[int(month)]))
    if caller == "none":
        rows = rows.filter(caller=None)
        words.append(_("nobody yet"))
    elif caller.isascii() and caller.isdigit() and len(caller) < 19:
        person = Staff.objects.visible_to(user).filter(pk=int(caller)).first()
        rows = rows.filter(caller=person) if person else rows.none()
        words.append(person.name if person else "—")
    return rows, " · ".join(words)


def _shown(rows: CallbackQuerySet[Callback], show: str, today: date) -> CallbackQuerySet[Callback]:
    conditions = {
        "open": Q(state=State.OPEN),
        "late": Q(state=State.OPEN, due_on__lt=today),
        "reached": Q(state=State.REACHED),
        "unanswered": Q(state__in=[State.REFUSED, State.UNREACHED]),
        "replaced": Q(state=State.WITHDRAWN),
    }
    return rows.filter(conditions[show])


def _tabs() -> list[tuple[str, str]]:
    return [
        ("open", pgettext("call-back", "open")),
        ("late", _("overdue")),
        ("reached", pgettext("call-back", "reached")),
        ("unanswered", _("without an answer")),
        ("replaced", pgettext("call-back", "replaced")),
    ]
