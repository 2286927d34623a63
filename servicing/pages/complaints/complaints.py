"""Complaints: the list, open ones first by their timers, and one complaint with its stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm.access import sees_names
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Staff
from servicing.complaints.changes import reading
from servicing.complaints.figures import months_until
from servicing.complaints.owners import candidates
from servicing.complaints.stages import ORDER
from servicing.models import Complaint, ComplaintAction, ComplaintCall, ComplaintStep
from servicing.pages.complaints.forms import STAGE_FORMS, CallForm, CorrectForm, OwnerForm, ReopenForm
from servicing.pages.complaints.words import history_of, lines_of, told_to

READERS = ("advisor", "manager", "compliance")
SIZE, ACTIONS = 50, 20
ORDERS = {
    "open": Order("due_on", date.fromisoformat),
    "closed": Order("closed_at", datetime.fromisoformat, descending=True),
    "all": Order("received_at", datetime.fromisoformat, descending=True),
}


@require_safe
@only(*READERS)
def complaint_list(request: HttpRequest) -> HttpResponse:
    """Complaints that the reader sees; an address says which, so that every number of the analysis opens its rows."""
    user, today = staff_of(request), timezone.localdate()
    asked = _asked(request)
    rows = _chosen(Complaint.objects.visible_to(user), asked, today).select_related(
        "client", "branch", "owner", "about"
    )
    page, links = asked_page(request, rows, ORDERS[asked["state"]], size=SIZE)
    branches = list(Branch.objects.visible_to(user).active())
    owners = Staff.objects.filter(pk__in=Complaint.objects.visible_to(user).still_open().values("owner"))
    context = {
        "told": told_to(user, page.rows, today),
        "asked": asked,
        "states": _tabs(asked),
        "stages": Complaint.Stage.choices[:-1],
        "categories": Complaint.Category.choices,
        "owners": [(f"{person.pk}", person.name) for person in owners.order_by("name")],
        "branches": [(branch.code, branch.name) for branch in branches],
        "chips": _chips(asked),
        "kept": [(name, asked[name]) for name in ("cause", "month", "client", "late", "left", "tardy")],
        "actions": _my_actions(user),
        "may_learn": user.is_manager or user.is_compliance,
        "hand_over_to": _receivers(user, asked),
        "today": today,
        **links,
    }
    return render(request, "servicing/complaint_list.html", context)


@require_safe
@only(*READERS)
def complaint_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint that the reader sees; any other is missing."""
    return complaint_page(request, complaint_of(request, pk))


def complaint_of(request: HttpRequest, pk: int) -> Complaint:
    """A complaint that the reader sees; raises Http404."""
    found = Complaint.objects.visible_to(staff_of(request)).filter(pk=pk)
    row = found.select_related("client", "branch", "owner", "about", "received_by", "asked_by").first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class Powers:
    """What a reader may do with a complaint: work on it (its owner, the managers), give it to somebody else (and compliance)."""

    works: bool
    steers: bool


def powers_of(user: Staff, complaint: Complaint) -> Powers:
    """For somebody who sees the complaint."""
    works = user.is_manager or complaint.owner_id == user.pk
    return Powers(works, works or user.is_compliance)


def complaint_page(
    request: HttpRequest, complaint: Complaint, *, theirs: Complaint | None = None, **forms: Any
) -> HttpResponse:
    """The page of a complaint; a form that was refused stands in it as it was sent, with what somebody else wrote meanwhile
    (`theirs`)."""
    user, today = staff_of(request), timezone.localdate()
    may = powers_of(user, complaint)
    told = told_to(user, [complaint], today)[0]
    people = candidates(
        complaint.branch, complaint.about, restricted=bool(complaint.client and complaint.client.is_restricted)
    )
    calls = list(complaint.calls.select_related("by").order_by("-at", "-pk"))
    steps = list(complaint.steps.select_related("by").order_by("round", "pk"))
    named = {step.said["remedy_owner"] for step in steps if step.said.get("remedy_owner")}
    names = dict(Staff.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
    context = {
        "complaint": complaint,
        "told": told,
        "may": may,
        "steps": _steps(complaint),
        "left": [(step, lines_of(user, step, told.who, names), _made_in(step, calls)) for step in steps],
        "calls": [call for call in calls if call.round == complaint.round],
        "actions": complaint.actions.select_related("owner", "done_by", "checked_by").order_by("round"),
        "history": history_of(user, complaint.changes.select_related("staff").order_by("-version")[:ACTIONS], told.who),
        "escalations": complaint.escalations.order_by("pk"),
        "theirs": theirs,
        "sees_names": sees_names(user),
        "today": today,
        **_forms(user, complaint, may, people),
        **forms,
    }
    status = 409 if theirs else 422 if forms else 200
    return render(request, "servicing/complaint_page.html", context, status=status)


def key_asked(text: str) -> int | None:
    """The key of a row that an address or a form names; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def people_at(branch: Branch, about: Staff | None = None) -> list[Staff]:
    """Who may be complained about at a branch, with whom a complaint is about already, also after they left."""
    found = Staff.objects.filter(role__in=["advisor", "manager"], branches=branch, is_active=True)
    people = list(found.order_by("role", "name", "pk"))
    return people if about is None or about in people else [*people, about]


def _forms(user: Staff, complaint: Complaint, may: Powers, people: Sequence[Staff]) -> dict[str, Any]:
    """The forms that the reader may send at this stage."""
    version = {"version": complaint.version}
    found: dict[str, Any] = {}
    if may.works and complaint.is_open:
        found["stage_form"] = STAGE_FORMS[complaint.stage](initial=version, auto_id="stage-%s", people=people)
        if complaint.stage == Complaint.Stage.FOLLOW_UP:
            found["call_form"] = CallForm(initial={"uid": uuid4()}, auto_id="call-%s")
    if may.works and not complaint.is_open:
        found["reopen_form"] = ReopenForm(initial=version, auto_id="reopen-%s")
    if may.steers:
        names = sees_names(user)
        number = complaint.client.client_number if complaint.client else ""
        initial = {**reading(complaint), **version, "client_number": number}
        about = people_at(complaint.branch, complaint.about)
        found["correct_form"] = CorrectForm(initial=initial, people=about, sees_names=names, auto_id="correct-%s")
        if complaint.is_open:
            owner = {**version, "owner": complaint.owner_id}
            found["owner_form"] = OwnerForm(initial=owner, people=people, auto_id="owner-%s")
    return found


def _made_in(step: ComplaintStep, calls: Sequence[ComplaintCall]) -> list[ComplaintCall]:
    """The calls that were made in a stage."""
    is_follow_up = step.stage == Complaint.Stage.FOLLOW_UP
    return [call for call in calls if is_follow_up and call.round == step.round]


def _steps(complaint: Complaint) -> list[dict[str, str]]:
    """The five stages as the part `steps` shows them."""
    at = ORDER.index(Complaint.Stage(complaint.stage))
    return [
        {"label": str(stage.label), "state": "done" if n < at else "now" if n == at else ""}
        for n, stage in enumerate(ORDER[:-1])
    ]


def _asked(request: HttpRequest) -> dict[str, str]:
    """What an address asks for; what it says wrongly is left out."""
    given = {name: request.GET.get(name, "") for name in ("state", "stage", "category", "cause", "branch", "month")}
    given |= {name: request.GET.get(name, "") for name in ("owner", "client", "late", "left", "tardy")}
    given["state"] = given["state"] if given["state"] in ORDERS else "open"
    for name, choices in (
        ("stage", Complaint.Stage),
        ("left", Complaint.Stage),
        ("category", Complaint.Category),
        ("cause", Complaint.Cause),
    ):
        if given[name] not in choices.values and not (name == "cause" and given[name] == "none"):
            given[name] = ""
    for name in ("owner", "client"):
        given[name] = str(key_asked(given[name]) or "")
    given["month"] = given["month"] if _month(given["month"]) else ""
    return given


def _month(text: str) -> date | None:
    try:
        return parse_date(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def _chosen(rows: Any, asked: Mapping[str, str], today: date) -> "QuerySet[Complaint]":
    if asked["state"] == "open":
        rows = rows.still_open()
    elif asked["state"] == "closed":
        rows = rows.filter(stage=Complaint.Stage.CLOSED)
    plain = {"stage": asked["stage"], "category": asked["category"], "owner": asked["owner"], "client": asked["client"]}
    plain |= {"branch__code": asked["branch"], "cause": "" if asked["cause"] == "none" else asked["cause"]}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if asked["cause"] == "none":
        rows = rows.filter(cause="")
    if month := _month(asked["month"]):
        following = (month + timedelta(days=32)).replace(day=1)
        rows = rows.filter(received_at__date__gte=month, received_at__date__lt=following)
    if asked["late"] == "1":
        rows = rows.filter(due_on__lt=today)
    if asked["left"]:
        steps = ComplaintStep.objects.filter(stage=asked["left"], left_at__date__gte=months_until(today)[0])
        late = steps.filter(left_at__date__gt=F("due_on"))
        left = Q(pk__in=(late if asked["tardy"] == "1" else steps).values("complaint"))
        rows = rows.filter(left | Q(stage=asked["left"], due_on__lt=today))
    found: QuerySet[Complaint] = rows
    return found


def _address(asked: Mapping[str, str], **more: str) -> str:
    """The address of the list with some things asked differently."""
    pairs = {name: value for name, value in {**asked, **more}.items() if value and (name, value) != ("state", "open")}
    return f"{reverse('complaint-list')}?{urlencode(pairs)}" if pairs else reverse("complaint-list")


def _tabs(asked: Mapping[str, str]) -> list[dict[str, Any]]:
    words = {
        "open": pgettext("complaints", "Open"),
        "closed": pgettext("complaints", "Closed"),
        "all": pgettext("complaints", "All"),
    }
    cleared = {"stage": "", "late": ""}
    return [
        {"label": word, "href": _address(asked, state=state, **cleared), "on": state == asked["state"]}
        for state, word in words.items()
    ]


def _chips(asked: Mapping[str, str]) -> list[dict[str, str]]:
    """What the address asks for and no select shows."""
    cause = dict(Complaint.Cause.choices).get("" if asked["cause"] == "none" else asked["cause"], "")
    left = dict(Complaint.Stage.choices).get(asked["left"], "")
    shown = {
        "left": (_("Stage overdue") if asked["tardy"] == "1" else _("Stage left or overdue"), str(left)),
        "cause": (_("Root cause"), str(cause) if asked["cause"] else ""),
        "month": (_("Received in"), asked["month"]),
        "client": (_("Client"), _("one client") if asked["client"] else ""),
        "late": (_("Timer"), _("overdue") if asked["late"] == "1" else ""),
    }
    return [
        {"name": label, "op": "", "value": value, "remove": _address(asked, **{name: ""})}
        for name, (label, value) in shown.items()
        if value
    ]


def _my_actions(user: Staff) -> list[ComplaintAction]:
    """Corrective actions that the reader is to do."""
    mine = ComplaintAction.objects.visible_to(user).filter(owner=user, done_at=None)
    return list(mine.order_by("due_on", "pk")[:ACTIONS])


def _receivers(user: Staff, asked: Mapping[str, str]) -> list[tuple[int, str]]:
    """To whom all open complaints of one owner may be given in one step."""
    if not asked["owner"] or user.is_advisor or asked["state"] != "open":
        return []
    owned = Complaint.objects.visible_to(user).still_open().filter(owner=int(asked["owner"]))
    branches = Branch.objects.filter(pk__in=owned.values("branch")).order_by("code")
    found = {person.pk: person.name for branch in branches for person in candidates(branch, None)}
    return [(pk, name) for pk, name in found.items() if str(pk) != asked["owner"]]
