"""The arrival card (S16): client X is here or is calling, and the colleague at the counter reads one page."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.profile import profile_cards
from crm import access
from crm.lib.http import only, staff_of
from servicing.models import Contact, Promise

LAST_CONTACTS = 3
PROMISES = 12


@require_safe
@only("advisor", "manager", "compliance")
def arrival_card(request: HttpRequest, pk: int) -> HttpResponse:
    """How to address the client, what they like, what not to talk about, what we promised, the last talks."""
    user = staff_of(request)
    client = Client.objects.visible_to(user).select_related("branch", "advisor").filter(pk=pk).first()
    if client is None:
        raise Http404
    names = access.sees_names(user)
    today = timezone.localdate()
    promises = Promise.objects.visible_to(user).open_until(date.max).filter(client=client)
    contacts = Contact.objects.visible_to(user).standing().filter(client=client)
    context = {
        "client": client,
        "name": (client.name if names else access.mask_name(client.name)) or client.client_number,
        "called": client.form_of_address if names else "",
        "today": today,
        "profile": profile_cards(client, user, today=today),
        "promises": promises.select_related("owner")[:PROMISES],
        "contacts": contacts.select_related("staff").order_by("-happened_at", "-pk")[:LAST_CONTACTS],
    }
    return render(request, "crm/arrival_card.html", context)
