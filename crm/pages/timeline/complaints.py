"""Complaints of the client that the reader sees, on the day they came in."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import Complaint


def complaints_of(client: Client, user: Staff) -> Rows:
    """What the client complained about, as far as the reader may know."""
    rows = Complaint.objects.visible_to(user).filter(client=client).select_related("owner")
    tell = partial(_complaints, client, user)
    return Rows("complaint", "complaints", rows, "received_at", tell, by_moment=True)


def _complaints(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_complaint(client, user, one) for one in found]


def _complaint(client: Client, user: Staff, one: Found) -> Event:
    row: Complaint = one.row
    words = (_("Complaint"), row.get_category_display(), row.get_how_display(), row.get_stage_display())
    title = " · ".join(str(word) for word in words)
    return Event(one.place, "message-report", title, text_for(user, row.text, client.name), (), row.owner.name)
