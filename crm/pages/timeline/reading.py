"""Pages of the line of time: the first rows of each source behind a place, merged; never a source as a whole.

Every source gives at most one event more than the page holds, so a page costs the same at the beginning and the end of a
long history, and no event is lost or shown twice: a place says of each source what of its day was shown already."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.access import sees_names
from crm.models import Staff
from crm.pages.timeline import (
    care,
    complaints,
    corrections,
    education,
    facts,
    ledgers,
    loyalty,
    materials,
    messages,
    voices,
)
from crm.pages.timeline.events import Event, Place, read_place
from crm.pages.timeline.sources import Found, Source

PAGE = 30
COUNTED_TO = 500
GROUPS: Mapping[str, str | Promise] = {
    "trades": _("Trades"),
    "transfers": _("Transfers"),
    "contacts": pgettext_lazy("events", "Contacts"),
    "promises": _("Promises and tasks"),
    "complaints": pgettext_lazy("page", "Complaints"),
    "voices": _("Ideas and breaches"),
    "loyalty": pgettext_lazy("page", "Loyalty"),
    "tier": _("Tier"),
    "risk": _("Risk and state"),
    "data": pgettext_lazy("events", "Data"),
    "audit": pgettext_lazy("events", "Audit"),
}


@dataclass(frozen=True)
class Page:
    """Events, newest first, and where the next page begins ('': there is none)."""

    events: Sequence[Event]
    after: str


@dataclass(frozen=True)
class Count:
    """How many events a filter shows; `is_more` where counting stopped at the limit."""

    group: str
    label: str | Promise
    count: int
    is_more: bool


def sources_of(client: Client, user: Staff) -> list[Source]:
    """The sources that the reader may see, in their order within a day."""
    every: list[Source] = [
        ledgers.tiers_of(client),
        ledgers.states_of(client),
        care.alerts_of(client, user),
        messages.messages_of(client, user),
        materials.materials_of(client, user),
        care.tasks_of(client, user),
        care.promises_of(client, user),
        care.contacts_of(client, user),
        care.callbacks_of(client, user),
        education.guests_of(client, user),
        complaints.complaints_of(client, user),
        voices.breaches_of(client, user),
        voices.ideas_of(client, user),
        loyalty.referrals_of(client, user),
        loyalty.points_of(client, user),
        facts.TradingDays(client),
        facts.cash_of(client),
        facts.securities_of(client),
        corrections.corrections_of(client, names=sees_names(user)),
    ]
    if user.is_compliance:
        every.append(corrections.audit_of(client, user))
    return every


def read_page(
    sources: Sequence[Source], *, after: str = "", size: int = PAGE, empty: Container[str] = frozenset()
) -> Page:
    """The page behind a place of an address, or the first one; raises BadCursor. Sources known to be `empty`, by name, are not
    asked."""
    order = {source.name: at for at, source in enumerate(sources)}
    place = read_place(after, frozenset(order)) if after else None
    first = chain.from_iterable(
        source.found(place, same_day=_sign(at - order[place.source]) if place else 0, count=size + 1)
        for at, source in enumerate(sources)
        if source.name not in empty
    )
    merged = sorted(first, key=lambda one: _key(one.place, order))
    chosen = merged[:size]
    return Page(_told(sources, chosen), str(chosen[-1].place) if len(merged) > size else "")


def _told(sources: Sequence[Source], chosen: Sequence[Found]) -> list[Event]:
    told = {
        event.place: event
        for source in sources
        for event in source.told([one for one in chosen if one.place.source == source.name])
    }
    return [told[one.place] for one in chosen]


def _key(place: Place, order: Mapping[str, int]) -> tuple[int, int, int, int]:
    return -place.day.toordinal(), order[place.source], -place.at, -place.key


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def count_sources(sources: Sequence[Source]) -> dict[str, int]:
    """How many events each source has by its name, all in one query, each counted up to a limit."""
    texts = [source.counted(COUNTED_TO) for source in sources]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"({text})" for text, _values in texts),
            [value for _text, values in texts for value in values],
        )
        numbers = cursor.fetchone() or ()
    return {source.name: number for source, number in zip(sources, numbers, strict=True)}


def count_groups(sources: Sequence[Source], counted: Mapping[str, int]) -> list[Count]:
    """How many events each group of some sources has."""
    found: dict[str, list[int]] = {}
    for source in sources:
        found.setdefault(source.group, []).append(counted[source.name])
    return [
        Count(group, label, sum(found[group]), any(number >= COUNTED_TO for number in found[group]))
        for group, label in GROUPS.items()
        if group in found
    ]
