"""Events to which the client was invited, with what came of it."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.lib import formats
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import Guest
from servicing.pages.events.words import word_of


def guests_of(client: Client, user: Staff) -> Rows:
    """The client's invitations, by the moment of the last word on each."""
    rows = Guest.objects.visible_to(user).filter(client=client).select_related("event", "turned_by")
    return Rows("guest", "contacts", rows, "turned_at", partial(_guests, client, user), by_moment=True)


def _guests(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_guest(client, user, one) for one in found]


def _guest(client: Client, user: Staff, one: Found) -> Event:
    row: Guest = one.row
    told = [_("{title}, {at}").format(title=row.event.title, at=formats.moment(row.event.starts_at))]
    if row.knowledge_after:
        before, after = row.get_knowledge_before_display(), row.get_knowledge_after_display()
        told.append(_("Knowledge: {before} → {after}").format(before=before, after=after))
    told += [row.remark] if row.remark else []
    why = text_for(user, "\n".join(told), client.name)
    title = _("Event · {state}").format(state=word_of(row))
    return Event(one.place, "school", title, why, (), row.turned_by.name if row.turned_by else "")
