"""Taking a complaint down: of a client, or of somebody whom nobody knows yet."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from crm.access import name_for
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.complaints import receiving
from servicing.complaints.callers import Caller
from servicing.models import Complaint
from servicing.pages.answers import client_of
from servicing.pages.complaints.complaints import READERS, key_asked, people_at
from servicing.pages.complaints.forms import ReceiveForm


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def receive_complaint(request: HttpRequest) -> HttpResponse:
    """Take a complaint down, of a client (`?client=`) or of somebody whom nobody knows yet."""
    user, now = staff_of(request), timezone.now()
    client = client_asked(request)
    branches = list(Branch.objects.visible_to(user).active())
    people = {person.pk: person for branch in ([client.branch] if client else branches) for person in people_at(branch)}
    form = ReceiveForm(
        request.POST or None,
        initial={"uid": uuid4()},
        people=list(people.values()),
        branches=branches,
        has_client=client is not None,
        now=now,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = client or client_numbered(user, given["client_number"])
            complaint = receiving.receive_complaint(
                found.branch if found else form.branches[given["branch"]],
                form.given(),
                how=given["how"],
                uid=given["uid"],
                at=now,
                by=user,
                received_at=given["received_at"],
                client=found,
                caller=None if found else Caller(given["caller"], given["caller_phone"]),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _received(request, complaint)
    context = {
        "form": form,
        "client": client,
        "name": name_for(user, client.name, client.client_number) if client else "",
        "draft": f"{user.pk}:complaint:{client.pk if client else ''}",
    }
    return render(request, "servicing/complaint_form.html", context, status=422 if form.errors else 200)


def client_numbered(user: Staff, number: str, *, otherwise: str = "") -> Client | None:
    """The client of a number whom the user sees; None for an empty one. Raises Refused for one that is none of theirs,
    saying what to do otherwise."""
    if not number.strip():
        return None
    found = Client.objects.visible_to(user).filter(client_number=number.strip())
    client = found.select_related("branch", "advisor").first()
    if client is None:
        told = otherwise or _("No client of yours has this number; leave it empty and note the name.")
        raise Refused(told, "client_number")
    return client


def _received(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    day = formats.day(complaint.due_on)
    words = _("Taken down. {name} works on it and answers by {day} that it has arrived.")
    messages.success(request, words.format(name=complaint.owner.name, day=day))
    user = staff_of(request)
    if Complaint.objects.visible_to(user).filter(pk=complaint.pk).exists():
        return redirect("complaint-detail", pk=complaint.pk)
    client = complaint.client
    sees_client = client is not None and Client.objects.visible_to(user).filter(pk=client.pk).exists()
    return redirect(reverse("client-detail", args=[client.pk]) if client and sees_client else "complaint-list")


def client_asked(request: HttpRequest) -> Client | None:
    """The client of the reader whom the address names; None where it names nobody. Raises Http404 for anybody else's."""
    text = request.GET.get("client", "")
    if not text:
        return None
    key = key_asked(text)
    if key is None:
        raise Http404
    return client_of(request, key)
