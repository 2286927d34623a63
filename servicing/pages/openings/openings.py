"""The pipeline of openings: the board by step, one opening with its steps, and the form of a person."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.access import may_reveal, name_for
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.models import Opening, OpeningStep, Step
from servicing.openings import people
from servicing.openings.linking import proposals
from servicing.openings.people import OpeningConflict
from servicing.openings.phones import masked_phone
from servicing.openings.steps import MANDATORY, ORDER, expected_days, left_out
from servicing.pages.answers import answered, opening_of, shown_opening_of
from servicing.pages.openings.forms import OpeningForm
from servicing.pages.openings.told import is_hidden, name_of, step_words, tell_all, words_of

COLUMN = 30  # openings shown of each step


@require_safe
@only("advisor", "manager", "compliance")
def opening_list(request: HttpRequest) -> HttpResponse:
    """The board: who waits for which step, the longest waiting first; as a fragment it reads itself anew."""
    user, today = staff_of(request), timezone.localdate()
    rows = Opening.objects.visible_to(user).under_way()
    owners = [] if user.is_advisor else _owners(user)
    chosen = next((one for one in owners if str(one.pk) == request.GET.get("owner")), None)
    rows = rows.filter(owner=chosen) if chosen else rows
    shown = list(rows.first_of_each_step(COLUMN + 1).select_related("owner", "branch"))
    expected = expected_days(today)
    columns: list[dict[str, Any]] = [
        {"step": step, "label": Step(step).label, "days": expected[step], "rows": [], "is_cut": False} for step in ORDER
    ]
    for told in tell_all(shown, user, today, expected):
        column = columns[ORDER.index(told.opening.step)]
        column["rows"].append(told)
    for column in columns:
        column["is_cut"] = len(column["rows"]) > COLUMN
        column["count"] = f"{COLUMN}+" if column["is_cut"] else str(len(column["rows"]))
        column["rows"] = column["rows"][:COLUMN]
    context = {
        "columns": columns,
        "is_empty": not shown,
        "owners": [(one.pk, one.name) for one in owners],
        "owner": chosen.pk if chosen else "",
        "may_write": _may_write(user),
        "sees_funnel": not user.is_advisor,
        "shows_branch": len({one.branch_id for one in shown}) > 1,
    }
    template = "servicing/_opening_board.html" if is_swap(request) else "servicing/opening_list.html"
    return varies(render(request, template, context))


@require_safe
@only("advisor", "manager", "compliance")
def opening_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opening: what is known, its steps, what is missing, the client it may have become."""
    opening, user, today = opening_of(request, pk), staff_of(request), timezone.localdate()
    rows = {row.step: row for row in OpeningStep.objects.standing().filter(opening=opening).select_related("by")}
    expected, hidden = expected_days(today), is_hidden(opening, user)
    out = left_out(rows.keys())
    days = max((today - opening.since).days, 0)
    may_write = _may_write(user) and not hidden
    context = {
        "opening": opening,
        "name": name_of(opening, user),
        "is_hidden": hidden,
        "phone": "" if hidden else masked_phone(opening),
        "reveal_url": reverse("reveal-opening-phone", args=[pk]) if may_reveal(user) and not hidden else "",
        "note": words_of(opening, opening.note, user),
        "reason_text": words_of(opening, opening.reason_text, user),
        "referrer": name_for(user, opening.referrer.name, opening.referrer.client_number)
        if opening.referrer and not opening.referrer.is_restricted
        else "",
        "client_name": name_for(user, opening.client.name, opening.client.client_number) if opening.client else "",
        "sees_client": opening.client is not None and (not user.is_advisor or opening.client.advisor_id == user.pk),
        "steps": [
            {
                "step": step,
                "label": Step(step).label,
                "row": (row := rows.get(step)),
                "note": words_of(opening, row.note, user) if row else "",
                "is_next": step == opening.step and not row,
                "is_left_out": step in out,
            }
            for step in ORDER
        ],
        "missing": step_words([step for step in out if step in MANDATORY]),
        "days": days,
        "is_late": opening.state == Opening.State.OPEN and days > expected[opening.step],
        "expected": expected[opening.step],
        "proposed": proposals([opening], user).get(opening.pk, []) if may_write else [],
        "may_write": may_write,
        "retention": threshold("opening_retention", today),
    }
    return render(request, "servicing/_opening_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def create_opening(request: HttpRequest) -> HttpResponse:
    """Write a person down."""
    user, now = staff_of(request), timezone.now()
    today = timezone.localdate(now)
    initial = {"uid": uuid4(), "started_on": today, "source": Opening.Source.WALK_IN}
    form = OpeningForm(
        request.POST or None, user=user, today=today, branches=_branches(user), initial=initial, auto_id="opening-%s"
    )
    if request.method == "POST" and form.is_valid():
        try:
            branch = form.branch()
            if branch is None:
                raise Refused(_("This person works in none of your branches."), "owner")
            opening = people.begin_opening(
                form.person, branch=branch, owner=form.chosen_owner, uid=form.uid_or_new, by=user, at=now
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return answered(request, _("Written down: {name}").format(name=opening.name), back=reverse("opening-list"))
    return _form_page(request, form, {"draft": f"{user.pk}:opening"})


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def edit_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a person; a manager also who looks after them."""
    opening, user, now = shown_opening_of(request, pk), staff_of(request), timezone.now()
    data = request.POST.copy() if request.method == "POST" else None
    initial = {
        "version": opening.version,
        "referrer": opening.referrer.client_number if opening.referrer else "",
        **{name: getattr(opening, name) for name in ("name", "source", "expected_fen", "started_on", "owner", "note")},
    }
    form = OpeningForm(
        data,
        user=user,
        today=timezone.localdate(now),
        branches=[opening.branch],
        known=masked_phone(opening),
        initial=initial,
        auto_id="opening-%s",
    )
    theirs: Opening | None = None
    if request.method == "POST" and form.is_valid():
        try:
            people.edit_opening(
                opening,
                form.person,
                owner=opening.owner if user.is_advisor else form.chosen_owner,
                version=form.cleaned_data["version"] or 0,
                by=user,
                at=now,
            )
        except Refused as refused:
            form.refuse(refused)
        except OpeningConflict as conflict:
            theirs = conflict.current
            if data is not None:  # what is sent next was written with theirs in sight
                data["version"] = str(theirs.version)
        else:
            return answered(request, _("Saved: {name}").format(name=form.person.name), back=reverse("opening-list"))
    return _form_page(request, form, {"draft": f"{user.pk}:opening:{pk}", "opening": opening, "theirs": theirs})


def _form_page(request: HttpRequest, form: OpeningForm, more: dict[str, Any]) -> HttpResponse:
    today = timezone.localdate()
    context = {"form": form, "form_action": request.path, "retention": threshold("opening_retention", today), **more}
    return render(request, "servicing/_opening_form.html", context, status=422 if request.method == "POST" else 200)


def _branches(user: Staff) -> list[Branch]:
    return list(Branch.objects.visible_to(user).active())


def _owners(user: Staff) -> list[Staff]:
    """Advisors whose openings the reader may look at alone."""
    branches = Branch.objects.visible_to(user).active()
    return list(Staff.objects.advisors().filter(branches__in=branches).order_by("name", "pk").distinct())


def _may_write(user: Staff) -> bool:
    return user.is_advisor or user.is_manager
