"""The arrival card (S16): client X is here or is calling, and the colleague at the counter reads one page."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.profile import profile_cards
from crm import access
from crm.lib.http import only, staff_of
from crm.pages.seen_client import seen_client, shown_name
from servicing.models import Contact, Promise

LAST_CONTACTS = 3
PROMISES = 12


@require_safe
@only("advisor", "manager", "compliance")
def arrival_card(request: HttpRequest, pk: int) -> HttpResponse:
    """How to address the client, what they like, what not to talk about, what we promised, the last talks."""
    user = staff_of(request)
    client = seen_client(user, pk)
    today = timezone.localdate()
    promises = Promise.objects.visible_to(user).open_until(date.max).filter(client=client)
    contacts = Contact.objects.visible_to(user).standing().filter(client=client)
    context = {
        "client": client,
        "name": shown_name(client, user),
        "called": client.form_of_address if access.sees_names(user) else "",
        "today": today,
        "profile": profile_cards(client, user, today=today),
        "promises": [
            (row, access.text_for(user, row.text, client.name)) for row in promises.select_related("owner")[:PROMISES]
        ],
        "contacts": [
            (row, access.text_for(user, row.summary, client.name))
            for row in contacts.select_related("staff").order_by("-happened_at", "-pk")[:LAST_CONTACTS]
        ],
    }
    return render(request, "crm/arrival_card.html", context)
