"""What we did for the client: contacts with what was promised in them, promises and tasks that were settled."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.lib import formats
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import Contact, Promise, Task
from servicing.rounds.words import title_of, why_of

ICONS = {
    Contact.Channel.PHONE: "phone-call",
    Contact.Channel.WECOM: "message",
    Contact.Channel.SMS: "message",
    Contact.Channel.EMAIL: "message-2",
    Contact.Channel.LETTER: "file-text",
}


def contacts_of(client: Client, user: Staff) -> Rows:
    """Conversations that nobody withdrew."""
    rows = Contact.objects.visible_to(user).standing().filter(client=client).select_related("staff", "script__text")
    return Rows("contact", "contacts", rows, "happened_at", partial(_contacts, client, user), by_moment=True)


def _contacts(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    promised: dict[int, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(contact__in=[one.row.pk for one in found]).order_by("due_on", "pk"):
        promised[promise.contact_id].append(promise)
    return [_contact(client, user, one, promised[one.row.pk]) for one in found]


def _contact(client: Client, user: Staff, one: Found, promised: Sequence[Promise]) -> Event:
    row: Contact = one.row
    mood = _("mood {mood}").format(mood=row.get_mood_display()) if row.mood else ""
    way = str(row.get_direction_display()) if row.direction == Contact.Direction.IN else ""
    said = [row.summary]
    said += [_("Promised: {what}, due {day}").format(what=p.text, day=formats.day(p.due_on)) for p in promised]
    if row.next_step:
        said.append(_("Next: {what}").format(what=row.next_step))
    if row.script:
        said.append(_("Script: {name}").format(name=row.script.text.name))
    title = " · ".join(text for text in (str(row.get_channel_display()), way, mood) if text)
    told = text_for(user, "\n".join(said), client.name)
    return Event(one.place, ICONS.get(Contact.Channel(row.channel), "users"), title, told, (), row.staff.name)


def promises_of(client: Client, user: Staff) -> Rows:
    """Promises that were kept or withdrawn, on the day that happened."""
    rows = Promise.objects.visible_to(user).filter(client=client, settled_at__isnull=False).exclude(state="open")
    return Rows(
        "promise",
        "promises",
        rows.select_related("settled_by"),
        "settled_at",
        partial(_promises, client, user),
        by_moment=True,
    )


def _promises(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    words = _("Promise kept"), _("Promise withdrawn")
    return [_settled(one, *words, text_for(user, one.row.text, client.name)) for one in found]


def tasks_of(client: Client, user: Staff) -> Rows:
    """Tasks that were done or withdrawn, on the day that happened."""
    rows = Task.objects.visible_to(user).filter(client=client, settled_at__isnull=False).exclude(state="open")
    return Rows(
        "task",
        "promises",
        rows.select_related("settled_by"),
        "settled_at",
        partial(_tasks, client, user),
        by_moment=True,
    )


def _tasks(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    words = _("Task done"), _("Task withdrawn")
    return [_settled(one, *words, text_for(user, title_of(one.row), client.name), why_of(one.row)) for one in found]


def _settled(one: Found, done: str, withdrawn: str, what: str, why: str = "") -> Event:
    row: Any = one.row
    is_withdrawn = row.state == "withdrawn"
    due = _("due {day}").format(day=formats.day(row.due_on))
    return Event(
        one.place,
        "x" if is_withdrawn else "circle-check",
        f"{withdrawn if is_withdrawn else done} · {what}",
        f"{due}; {why}" if why else due,
        (),
        row.settled_by.name if row.settled_by else "",
    )
