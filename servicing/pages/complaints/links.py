"""A link for complaining: made for a client by who serves them, and the page behind it, which needs no log-in."""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, origin_of, staff_of
from crm.lib.links import LinkGone, client_address
from crm.lib.refusals import Refused
from servicing.complaints import links
from servicing.forms import RowForm
from servicing.pages.answers import client_of, named
from servicing.pages.client_links import client_link
from servicing.pages.complaints.forms import PublicForm


@require_POST
@only("advisor", "manager")
def make_complaint_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link for a client, shown once; the same form twice shows the same link."""
    client, now = client_of(request, pk), timezone.now()
    form = RowForm(request.POST)
    uid = form.cleaned_data["uid"] if form.is_valid() else uuid4()
    try:
        token = links.make_link(client, uid=uid, by=staff_of(request), at=now)
    except LinkGone:
        raise Http404 from None
    link = client_address(reverse("complain", args=[token]), origin_of(request))
    until = links.read_link(token, now).expires_at
    context = {"client": client, "name": named(client), "link": link, "until": until}
    response = render(request, "servicing/complaint_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@client_link(
    "complain",
    gettext_lazy("It has been used or is too old. Please call your branch; your complaint is taken down there, too."),
)
def complain(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: what happened, sent once; it says nothing of the client but the form of address."""
    now = timezone.now()
    form = PublicForm(request.POST or None)
    link = links.read_link(token, now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            complaint = links.complain(
                link, category=given["category"], text=given["text"], about_advisor=given["about_advisor"], at=now
            )
        except Refused as refused:
            form.add_error("text" if refused.field == "text" else None, str(refused))
        else:
            return render(request, "servicing/complain_thanks.html", {"day": complaint.due_on})
    address = link.client.form_of_address or _("dear client")
    context = {"form": form, "address": address, "branch": link.client.branch}
    return render(request, "servicing/complain.html", context, status=422 if form.errors else 200)
