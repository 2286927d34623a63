"""One member of staff: what they may, when they are away, and the end of their work here."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from crm import staffing
from crm.lib.http import address_of, only, staff_of
from crm.models import AuditEvent, Invitation, Leave, Staff
from crm.pages.staff.forms import LeaveForm, LeavingForm, StaffForm, initial_of, read_uid, refuse
from crm.pages.staff.lists import READERS, state_of, state_words
from crm.staffing import EditedMeanwhile, StaffRefused
from servicing.leaving import change_person, end_work
from servicing.openings.people import branches_held
from servicing.pages.competence.competence import own_papers

EVENTS_SHOWN = 10
SERVERS = (Staff.Role.ADVISOR, Staff.Role.MANAGER)


@require_safe
@only(*READERS)
def staff_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of a person; for the admin with everything that can be changed."""
    return _page(request, person_of(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin")
def change_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a person, and saving it; a second editor is told, with both versions."""
    user, person = staff_of(request), person_of(request, pk)
    initial = initial_of(staffing.wanted_of(person), person.version)
    form = StaffForm(request.POST or None, initial=initial)
    other: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        wanted, owns_in = form.wanted(), held_branches(person)
        try:
            version = form.cleaned_data["version"] or 0
            changed = change_person(
                person,
                wanted,
                by=user,
                at=timezone.now(),
                version=version,
                owns_in=owns_in,
                address=address_of(request),
            )
        except StaffRefused as refused:
            refuse(form, refused)
        except EditedMeanwhile as edited:
            other = _differences(form, edited.person)
            data = request.POST.copy()
            data["version"] = str(edited.person.version)
            form = StaffForm(data, initial=initial)
        else:
            told = _("Saved. Where the role or the branches changed, every session of the person has ended.")
            messages.success(request, told if changed else _("Nothing was different, so nothing was changed."))
            return redirect("staff-detail", pk=pk)
    status = 409 if other else 422 if form.errors else 200
    return render(request, "crm/staff_form.html", {"form": form, "person": person, "other": other}, status=status)


@require_POST
@only("admin")
def take_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Note days away."""
    person = person_of(request, pk)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            staffing.take_leave(
                person,
                **form.cleaned_data,
                uid=read_uid(request.POST.get("uid", "")),
                by=staff_of(request),
                at=timezone.now(),
                address=address_of(request),
            )
        except StaffRefused as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("Noted. On these days nobody is given to this person."))
            return redirect("staff-detail", pk=pk)
    return _page(request, person, leave_form=form)


@require_POST
@only("admin")
def withdraw_leave(request: HttpRequest, pk: int, leave: int) -> HttpResponse:
    """Take a leave back."""
    person = person_of(request, pk)
    found = Leave.objects.filter(staff=person, pk=leave).first()
    if found is None:
        raise Http404
    if staffing.withdraw_leave(found, by=staff_of(request), at=timezone.now(), address=address_of(request)):
        messages.success(request, _("The leave is taken back."))
    return redirect("staff-detail", pk=pk)


@require_POST
@only("admin")
def deactivate_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's work here; where clients are left behind, their hand-over comes next."""
    person = person_of(request, pk)
    form = LeavingForm(request.POST, today=timezone.localdate())
    if form.is_valid():
        try:
            end_work(
                person,
                left_on=form.cleaned_data["left_on"],
                by=staff_of(request),
                at=timezone.now(),
                address=address_of(request),
            )
        except StaffRefused as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("{name} cannot log in any more.").format(name=person.name))
            return redirect("hand-over" if held_branches(person) else "staff-detail", pk=pk)
    return _page(request, person, leaving_form=form)


@require_POST
@only("admin")
def reactivate_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a deactivation back."""
    person = person_of(request, pk)
    if staffing.reactivate(person, by=staff_of(request), address=address_of(request)):
        messages.success(request, _("{name} can log in again.").format(name=person.name))
    return redirect("staff-detail", pk=pk)


def person_of(request: HttpRequest, pk: int) -> Staff:
    """The person whom the reader sees; raises Http404."""
    person: Staff | None = Staff.objects.visible_to(staff_of(request)).for_list().filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def owned_branches(person: Staff) -> dict[int, int]:
    """Branch → open clients whom a person owns; read from the index that begins with the advisor."""
    open_ones = Client.objects.filter(advisor=person).exclude(state__in=["closed", "transferred_out"])
    return dict(open_ones.order_by().values_list("branch").annotate(n=Count("pk")))


def held_branches(person: Staff) -> set[int]:
    """The branches where a person has clients or account openings under way: where they are still needed."""
    return {*owned_branches(person), *branches_held(person)}


def _differences(form: StaffForm, stored: Staff) -> list[tuple[str, str, str]]:
    """Field by field what the form says and what somebody else has saved meanwhile."""
    mine, theirs = form.wanted(), staffing.wanted_of(stored)
    shown = []
    for name in StaffForm.base_fields:
        if name == "version":
            continue
        left, right = getattr(mine, name), getattr(theirs, name)
        if left != right:
            shown.append((str(form.fields[name].label), _said(name, left), _said(name, right)))
    return shown or [(_("Version"), "", str(stored.version))]


def _said(name: str, value: Any) -> str:
    if name == "branches":
        return ", ".join(branch.name for branch in value) or "—"
    words = dict(Staff.Role.choices) | dict(Staff.Registration.choices)
    return str(words.get(value, value) or "—")


def _page(
    request: HttpRequest,
    person: Staff,
    *,
    leave_form: LeaveForm | None = None,
    leaving_form: LeavingForm | None = None,
) -> HttpResponse:
    user, today, now = staff_of(request), timezone.localdate(), timezone.now()
    leaves = list(Leave.objects.from_day_on(today).filter(staff=person))
    back_on = next((leave.until_day for leave in leaves if leave.from_day <= today), None)
    owned, openings = owned_branches(person), branches_held(person)
    context = {
        "person": person,
        "state": (state := state_of(person, back_on)),
        "state_word": state_words()[state],
        "back_on": back_on,
        "leaves": leaves,
        "owned": sum(owned.values()),
        "may_write": user.is_admin,
        "openings": sum(openings.values()),
        "may_hand_over": bool(owned or openings) and (user.is_admin or user.is_manager),
        "is_self": user.pk == person.pk,
        "open_link": Invitation.objects.open_at(now).filter(staff=person).order_by("-pk").first(),
        "leave_form": leave_form or LeaveForm(),
        "leaving_form": leaving_form or LeavingForm(initial={"left_on": today}, today=today),
        "uid": uuid4(),
        "papers": own_papers(person, today) if person.role in SERVERS else [],
        "may_enter": user.is_admin or user.is_manager,
        "has_papers": person.role in SERVERS,
        "events": _events(user, person),
        "audit_url": f"{reverse('audit-list')}?table=crm_staff&key={person.pk}" if _reads_audit(user) else "",
    }
    wrong = (leave_form is not None and leave_form.errors) or (leaving_form is not None and leaving_form.errors)
    return render(request, "crm/staff_page.html", context, status=422 if wrong else 200)


def _reads_audit(user: Staff) -> bool:
    return user.is_admin or user.is_compliance


def _events(user: Staff, person: Staff) -> list[AuditEvent]:
    about = AuditEvent.objects.visible_to(user).filter(table="crm_staff", key=str(person.pk))
    return list(about.exclude(action__in=["log-in", "log-out"]).select_related("actor").order_by("-id")[:EVENTS_SHOWN])
