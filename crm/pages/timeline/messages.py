"""Messages that went to the client, or may have gone, with what the gateway reported."""

from collections.abc import Sequence
from functools import partial

from clients.models import Client
from crm.access import MASK, sees_names, text_for
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.messages.wording import without_link
from servicing.models import Message


def messages_of(client: Client, user: Staff) -> Rows:
    """The client's messages by the moment they left."""
    rows = Message.objects.visible_to(user).of_client(client)
    return Rows("message", "contacts", rows, "claimed_at", partial(_messages, client, user), by_moment=True)


def _messages(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_message(client, user, one) for one in found]


def _message(client: Client, user: Staff, one: Found) -> Event:
    row: Message = one.row
    title = [row.get_channel_display(), "" if row.state == "sent" else row.get_state_display()]
    title.append(row.get_delivery_display() if row.delivery else "")
    told = text_for(user, without_link(row.body), client.name)
    if client.form_of_address and not sees_names(user):
        told = told.replace(client.form_of_address, MASK)
    words = " · ".join(str(text) for text in title if text)
    return Event(one.place, "message", words, told, (), row.sending.asked_by.name)
