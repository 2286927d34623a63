"""The line of time as the page shows it: which filters are on, what they count, the first events."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext

from clients.models import Client
from crm.lib import formats
from crm.lib.keyset import BadCursor
from crm.models import Staff
from crm.pages.timeline.events import read_place
from crm.pages.timeline.reading import GROUPS, Page, count_groups, count_sources, read_page, sources_of
from crm.pages.timeline.sources import Source


@dataclass(frozen=True)
class Chip:
    """A filter: its word, what it counts, whether it is on, and the addresses of page and fragment with it turned."""

    label: str | Promise
    words: str
    is_on: bool
    page_url: str
    part_url: str


def timeline_page(client: Client, user: Staff, asked: QueryDict) -> dict[str, Any]:
    """The events that an address asks for, for the template of the rows; raises Http404 for a place that no page wrote."""
    return _page(client, sources_of(client, user), asked)


def timeline_panel(client: Client, user: Staff, asked: QueryDict) -> dict[str, Any]:
    """The same with the filters and their counts, for the card."""
    every = sources_of(client, user)
    counted = count_sources(every)
    told = _page(client, every, asked, empty={name for name, count in counted.items() if not count})
    counts, groups = count_groups(every, counted), told["groups"]
    total, is_more = sum(count.count for count in counts), any(count.is_more for count in counts)
    chips = [_chip(client, pgettext("events", "All"), [], _words(total, is_more=is_more), is_on=not groups)]
    for one in counts:
        if one.count or one.group in groups:
            turned = [group for group in GROUPS if (group in groups) != (group == one.group)]
            words = _words(one.count, is_more=one.is_more)
            chips.append(_chip(client, one.label, turned, words, is_on=one.group in groups))
    return {**told, "chips": chips}


def _page(
    client: Client, every: Sequence[Source], asked: QueryDict, empty: Container[str] = frozenset()
) -> dict[str, Any]:
    seen = {source.group for source in every}
    told = asked.get("show", "").split(",")
    groups = [group for group in GROUPS if group in told and group in seen]
    sources = [source for source in every if not groups or source.group in groups]
    after = asked.get("after", "")
    try:
        page = read_page(sources, after=after, empty=empty)
        shown_day = read_place(after, frozenset(one.name for one in sources)).day if after else None
    except BadCursor:
        raise Http404 from None
    return {"timeline": page, "older_url": _older(client, groups, page), "shown_day": shown_day, "groups": groups}


def _words(count: int, *, is_more: bool) -> str:
    return f"{formats.count(count)}+" if is_more else formats.count(count)


def _chip(client: Client, label: str | Promise, groups: Sequence[str], words: str, *, is_on: bool) -> Chip:
    asked = f"?show={','.join(groups)}" if groups else ""
    page, part = (reverse(name, args=[client.pk]) + asked for name in ("client-detail", "client-timeline"))
    return Chip(label, words, is_on, page, part)


def _older(client: Client, groups: Sequence[str], page: Page) -> str:
    if not page.after:
        return ""
    show = f"show={','.join(groups)}&" if groups else ""
    return f"{reverse('client-timeline', args=[client.pk])}?{show}after={page.after}"
