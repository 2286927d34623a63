"""Breaches of the pledge: the list by branch, pledge and month; one of them and how it was put right; reporting one."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from crm.access import name_for
from crm.lib.deciding import branches_of
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import Measure, Pledge, PledgeBreach
from servicing.pages.complaints.reception import client_asked, client_numbered
from servicing.pages.pledges.forms import RemedyForm, ReportForm
from servicing.pages.pledges.words import allowed_words, last_months, sentence_of, told_of
from servicing.pledges import breaches
from servicing.pledges.breaches import Report, SettledMeanwhile
from servicing.pledges.deciding import Book
from servicing.querysets import PledgeBreachQuerySet

READERS = ("advisor", "manager", "compliance")
SIZE, MONTHS = 50, 12
State = PledgeBreach.State
Rows = PledgeBreachQuerySet[PledgeBreach]
_LATEST = Order("on", date.fromisoformat, descending=True)


@require_safe
@only(*READERS)
def breach_list(request: HttpRequest) -> HttpResponse:
    """Breaches that the reader sees; an address says which, so that every count opens its rows."""
    user, today = staff_of(request), timezone.localdate()
    branches = branches_of(user)
    asked = {name: request.GET.get(name, "") for name in ("branch", "measure", "month", "state")}
    asked["state"] = asked["state"] if asked["state"] in {"settled", "all"} else "open"
    rows = _chosen(PledgeBreach.objects.visible_to(user), asked, branches)
    page, links = asked_page(request, _read(rows), _LATEST, size=SIZE)
    months = last_months(today, MONTHS)[::-1]
    context = {
        "noun": "breach",
        "rows": [told_of(row, user) for row in page.rows],
        "asked": asked,
        "is_filtered": any(asked[name] for name in ("branch", "measure", "month")),
        "states": [("open", pgettext("breaches", "open")), ("settled", pgettext("breaches", "put right")),
                   ("all", pgettext("breaches", "all"))],
        "measures": Measure.choices,
        "months": [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months],
        "branches": [(branch.code, branch.name) for branch in branches],
        **links,
    }  # fmt: skip
    return render(request, "servicing/breach_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def breach_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach; whose it was to keep, or a manager, writes here how it was put right."""
    user, row = staff_of(request), breach_of(request, pk)
    told = told_of(row, user)
    if request.method == "POST" and not told.may_settle:
        raise Http404
    form = RemedyForm(request.POST or None, initial={"remedy": row.remedy})
    theirs: PledgeBreach | None = None
    if request.method == "POST" and form.is_valid():
        try:
            breaches.settle_breach(row, form.cleaned_data["remedy"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        except SettledMeanwhile as meanwhile:
            theirs = meanwhile.breach
        else:
            messages.success(request, _("Put right."), extra_tags=reverse("reopen-breach", args=[pk]))
            return redirect("breach-detail", pk=pk)
    context = {
        "told": told,
        "row": row,
        "sentence": sentence_of(row.pledge),
        "allowed": allowed_words(row.pledge),
        "fact_url": _fact_url(row),
        "form": form,
        "theirs": theirs,
        "may_take_back": row.state == State.OPEN and row.reported_by_id == user.pk,
        "opens_client": row.client_id and Client.objects.visible_to(user).filter(pk=row.client_id).exists(),
    }
    return render(request, "servicing/breach_detail.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only("advisor", "manager")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not put right after all: the undo of settling."""
    user, row = staff_of(request), breach_of(request, pk)
    if not breaches.may_settle(user, row):
        raise Http404
    if breaches.reopen_breach(row, by=user):
        messages.success(request, _("Open again."))
    return redirect("breach-detail", pk=pk)


@require_POST
@only(*READERS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever reported it takes the report back while it is open."""
    user, row = staff_of(request), breach_of(request, pk)
    if row.reported_by_id != user.pk:
        raise Http404
    if breaches.take_back_report(row, by=user):
        messages.success(request, _("Taken back."))
    else:
        messages.error(request, _("It was put right, or taken back, already."))
    return redirect("breach-detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def report(request: HttpRequest) -> HttpResponse:
    """Report a breach that no fact tells, of a client (`?client=`) or of nobody in particular."""
    user, now = staff_of(request), timezone.now()
    client = client_asked(request)
    held = _held(user, [client.branch] if client else branches_of(user), timezone.localdate(now))
    form = ReportForm(
        request.POST or None,
        pledges=[(key, words) for key, (words, _branch, _pledge) in held.items()],
        today=timezone.localdate(now),
        has_client=client is not None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        _words, branch, pledge = held[given["pledge"]]
        otherwise = _("No client of yours has this number; leave it empty if it is about nobody in particular.")
        try:
            whose = client or client_numbered(user, given["client_number"], otherwise=otherwise)
            said = Report(pledge, given["on"], given["text"], whose)
            row = breaches.report_breach(branch, said, uid=given["uid"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Reported."), extra_tags=reverse("take-back-breach", args=[row.pk]))
            return redirect("breach-detail", pk=row.pk)
    context = {
        "form": form,
        "has_pledges": bool(held),
        "client": client,
        "name": name_for(user, client.name, client.client_number) if client else "",
        "draft": f"{user.pk}:breach:{client.pk if client else ''}",
    }
    return render(request, "servicing/breach_form.html", context, status=422 if form.errors else 200)


def breach_of(request: HttpRequest, pk: int) -> PledgeBreach:
    """A breach that the reader sees; any other is missing."""
    row = _read(PledgeBreach.objects.visible_to(staff_of(request))).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _fact_url(row: PledgeBreach) -> str:
    """The page of the complaint or idea that it is about, which whoever sees the breach sees; else nothing."""
    if row.complaint_id:
        return reverse("complaint-detail", args=[row.complaint_id])
    kind, _colon, key = row.key.partition(":")
    return reverse("idea-detail", args=[int(key)]) if kind == Measure.IDEA else ""


def _read(rows: Rows) -> Rows:
    return rows.select_related("client", "branch", "pledge", "owner", "settled_by", "reported_by")


def _chosen(rows: Rows, asked: dict[str, str], branches: Sequence[Branch]) -> Rows:
    rows = rows.standing() if asked["state"] == "all" else rows.filter(state=asked["state"])
    if asked["measure"] in Measure.values:
        rows = rows.filter(measure=asked["measure"])
    codes = {branch.code: branch for branch in branches}
    if asked["branch"] in codes:
        rows = rows.filter(branch=codes[asked["branch"]])
    if month := _month(asked["month"]):
        rows = rows.filter(on__gte=month, on__lt=(month + timedelta(days=32)).replace(day=1))
    return rows


def _month(text: str) -> date | None:
    try:
        return parse_date(f"{text}-01") if len(text) == len("2026-11") else None
    except ValueError:
        return None


def _held(user: Staff, branches: Sequence[Branch], today: date) -> dict[str, tuple[str, Branch, Pledge]]:
    """What is pledged in some branches, by a key for the form: the words, the branch and the pledge."""
    rows = list(Pledge.objects.visible_to(user))
    return {
        f"{branch.code}:{pledge.pk}": (_choice(branch, pledge, branches), branch, pledge)
        for branch in branches
        for pledge in Book(rows, branch.pk).in_force(today).values()
    }


def _choice(branch: Branch, pledge: Pledge, branches: Sequence[Branch]) -> str:
    words = sentence_of(pledge)
    return f"{branch.name} · {words}" if len(branches) > 1 else words
