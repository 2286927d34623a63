"""Inviting somebody: the form of a new person, the link that is shown once, and the page on which a password is chosen."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm import invitations, staffing
from crm.lib.http import address_of, only, staff_of
from crm.lib.links import LinkGone
from crm.models import Invitation, Staff
from crm.pages.staff.forms import PasswordForm, StaffForm, read_uid, refuse
from crm.pages.staff.page import person_of
from crm.staffing import StaffRefused


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin")
def invite_staff(request: HttpRequest) -> HttpResponse:
    """A new person and their link, once for one form however often it is sent."""
    user = staff_of(request)
    uid = read_uid(request.POST.get("uid", ""))
    made = Invitation.objects.filter(uid=uid, made_by=user).select_related("staff").first()
    if made is not None:
        return _link(request, made.staff, uid)
    form = StaffForm(request.POST or None, initial={"role": Staff.Role.ADVISOR})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                person = staffing.add_staff(form.wanted(), by=user, address=address_of(request))
                token = invitations.make_link(person, uid=uid, by=user, at=timezone.now(), address=address_of(request))
            return _shown(request, person, token)
        except StaffRefused as refused:
            refuse(form, refused)
        except IntegrityError:  # the same form, or somebody else, was a moment faster
            made = Invitation.objects.filter(uid=uid, made_by=user).select_related("staff").first()
            if made is not None:
                return _link(request, made.staff, uid)
            refuse(form, StaffRefused("username", "taken"))
    context = {"form": form, "uid": uid}
    return render(request, "crm/staff_form.html", context, status=422 if form.errors else 200)


@require_POST
@only("admin")
def make_staff_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for somebody who has none, or has forgotten the password; the links before it end."""
    person = person_of(request, pk)
    if not person.is_active:
        messages.error(request, _("{name} has left: no link is made.").format(name=person.name))
        return redirect("staff-detail", pk=pk)
    return _link(request, person, read_uid(request.POST.get("uid", "")))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: choose a password, once, within three days."""
    try:
        invitation = invitations.read_link(token, timezone.now())
        form = PasswordForm(request.POST or None, person=invitation.staff)
        if request.method == "POST" and form.is_valid():
            invitations.accept(
                invitation, form.cleaned_data["password"], at=timezone.now(), address=address_of(request)
            )
            messages.success(request, _("The password is set. Log in with it."))
            return redirect("log-in")
    except LinkGone:
        return render(request, "crm/link_gone.html", status=410)
    context: dict[str, Any] = {"form": form, "person": invitation.staff}
    return render(request, "crm/accept_invitation.html", context, status=422 if form.errors else 200)


def _link(request: HttpRequest, person: Staff, uid: UUID) -> HttpResponse:
    token = invitations.make_link(person, uid=uid, by=staff_of(request), at=timezone.now(), address=address_of(request))
    return _shown(request, person, token)


def _shown(request: HttpRequest, person: Staff, token: str | None) -> HttpResponse:
    """The link, once; a page that is asked for again later says that it was shown."""
    address = request.build_absolute_uri(reverse("accept-invitation", args=[token])) if token else ""
    hours = int(invitations.VALID_FOR.total_seconds() // 3600)
    context = {"person": person, "link": address, "hours": hours, "uid": uuid4()}
    response = render(request, "crm/invitation_link.html", context)
    response["Cache-Control"] = "no-store"
    return response
