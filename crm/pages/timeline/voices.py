"""What the client proposed, and where a pledge towards the client was not kept."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import Idea, PledgeBreach
from servicing.pages.pledges.words import told_of


def ideas_of(client: Client, user: Staff) -> Rows:
    """The client's ideas, by the moment they were noted."""
    rows = Idea.objects.visible_to(user).filter(client=client).select_related("owner")
    return Rows("idea", "voices", rows, "taken_at", partial(_ideas, client, user), by_moment=True)


def breaches_of(client: Client, user: Staff) -> Rows:
    """Breaches of the pledge towards the client, on the day on which it was due."""
    rows = PledgeBreach.objects.visible_to(user).standing().filter(client=client)
    rows = rows.select_related("client", "pledge", "owner")
    return Rows("breach", "voices", rows, "on", partial(_breaches, user))


def _ideas(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_idea(client, user, one) for one in found]


def _idea(client: Client, user: Staff, one: Found) -> Event:
    row: Idea = one.row
    title = " · ".join(str(word) for word in (_("Idea"), row.get_topic_display(), row.get_state_display()))
    return Event(one.place, "bulb", title, text_for(user, row.text, client.name), (), row.owner.name)


def _breaches(user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_breach(user, one) for one in found]


def _breach(user: Staff, one: Found) -> Event:
    row: PledgeBreach = one.row
    told = told_of(row, user)
    title = " · ".join(
        str(word) for word in (_("Breach of the pledge"), row.get_measure_display(), row.get_state_display())
    )
    said = f"{told.what}\n{told.remedy}" if told.remedy else told.what
    return Event(one.place, "heart-handshake", title, said, (), row.owner.name if row.owner else "")
