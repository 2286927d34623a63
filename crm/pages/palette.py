"""What Ctrl+K finds: clients, what can be done for the first of them, pages of the reader's menu, actions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.pinyin import initials_of, pinyin_of
from crm import navigation
from crm.access import mask_tail, sees_names
from crm.lib.http import is_swap, staff_of, varies
from crm.models import Publication, Staff
from crm.pages.list_filters import address_of_list
from crm.templatetags.standings import name_of
from segmentation.models import Standing

SHOWN = 8
WEIGHED = 200  # of those who fit: the ones worth most come first; more would read half a firm for one letter
RECENT = 6


@dataclass(frozen=True)
class Entry:
    """A line to choose: a link (`href`, in the drawer or not), a button of a form that stands beside the list, or a setting
    of this device. `client` and `standing` where the line is a client."""

    label: str
    icon: str = ""
    href: str = ""
    is_drawer: bool = False
    form: str = ""
    name: str = ""
    value: str = ""
    setting: str = ""
    key: str = ""
    lang: str = ""  # where the words are not in the language of the page
    client: Client | None = None
    standing: Standing | None = None
    number: str = ""
    at: int = 0


@dataclass(frozen=True)
class Group:
    """Entries under a heading."""

    label: str
    entries: Sequence[Entry] = field(default_factory=tuple)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The lines for what has been typed (`q`), or without it those of the clients seen last (`recent`, ids that the browser
    keeps for as long as the tab is open), pages and actions. Asked for without htmx it is the client list."""
    user = staff_of(request)
    text = request.GET.get("q", "").strip().replace("\0", "")[:40]
    if not is_swap(request):
        listed = navigation.address("client-list") if not user.is_admin else None
        return varies(redirect(address_of_list(text=text) if listed else "home"))
    groups = list(_numbered(_groups(user, text, request.GET.get("recent", ""))))
    return varies(render(request, "crm/_found.html", {"groups": groups, "text": text, "count": _count(groups)}))


def _count(groups: Sequence[Group]) -> int:
    return sum(len(group.entries) for group in groups)


def _numbered(groups: Iterable[Group]) -> Iterator[Group]:
    at = 0
    for group in groups:
        if group.entries:
            yield Group(group.label, [replace(entry, at=at + n) for n, entry in enumerate(group.entries)])
            at += len(group.entries)


def _groups(user: Staff, text: str, recent: str) -> Iterator[Group]:
    if not user.is_admin:
        seen = Client.objects.visible_to(user)
        if text:
            people = _entries(user, _best(user, seen.matching(text, by_name=sees_names(user)), text))
            yield Group(_("Clients"), people[:SHOWN])
            if people and sees_names(user):
                yield Group(_("For %(name)s") % {"name": people[0].label}, list(_done_for(people[0].client)))
            if len(people) > SHOWN:
                yield Group(_("More clients"), [_all_that_fit(text)])
        elif recent:
            keys = [
                int(key) for key in recent.split(",")[:RECENT] if key.isascii() and key.isdecimal() and len(key) < 19
            ]
            found = {client.pk: client for client in seen.filter(pk__in=keys).select_related("advisor", "branch")}
            yield Group(_("Seen last"), _entries(user, [found[key] for key in dict.fromkeys(keys) if key in found]))
    yield Group(pgettext("palette", "Pages"), [page for page in _pages(user) if _fits(page.label, text)])
    yield Group(pgettext("palette", "Actions"), [action for action in _actions(user) if _fits(action.label, text)])


def _best(user: Staff, fitting: QuerySet[Client], text: str) -> list[Client]:
    """Some of those who fit: whose name is just this first, then by what they bring."""
    worth = Standing.objects.filter(client=OuterRef("pk"), publication__in=_current(user)).values("measure_fen")[:1]
    exact = Case(When(name=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    some = Client.objects.filter(pk__in=fitting.order_by().values("pk")[:WEIGHED])
    ordered = some.order_by(exact, F("worth").desc(nulls_last=True), "pk") if sees_names(user) else some.order_by("pk")
    return list(ordered.alias(worth=Subquery(worth)).select_related("advisor", "branch")[: SHOWN + 1])


def _current(user: Staff) -> Any:
    return Publication.objects.visible_to(user).current().values("pk")


def _entries(user: Staff, clients: Sequence[Client]) -> list[Entry]:
    rows = Standing.objects.filter(client__in=[client.pk for client in clients], publication__in=_current(user))
    standings = {row.client_id: row for row in rows} if clients else {}
    named = sees_names(user)
    return [
        Entry(
            str(name_of(client, sees_names=named)),
            href=navigation.address("client-detail", client.pk) or "",
            client=client,
            standing=standings.get(client.pk),
            number=client.client_number if named else mask_tail(client.client_number),
        )
        for client in clients
    ]


def _done_for(client: Client | None) -> Iterator[Entry]:
    """What can be done for a client from anywhere."""
    offered = (
        ("record-contact", _("Log a contact"), "message-2", True, "c"),
        ("add-task", _("Add a task"), "plus", True, "t"),
        ("client-trades", _("All trades"), "arrows-exchange", False, ""),
    )
    for name, label, icon, is_drawer, key in offered:
        href = navigation.address(name, client.pk) if client else None
        if href:
            yield Entry(label, icon, href, is_drawer=is_drawer, key=key)
    if client:
        yield Entry(_("Take a complaint down"), "message-report", _complaint_address(client))


def _complaint_address(client: Client | None = None) -> str:
    address = navigation.address("receive-complaint") or ""
    return f"{address}?client={client.pk}" if client else address


def _all_that_fit(text: str) -> Entry:
    return Entry(_("All that fit, in the client list"), "users", address_of_list(text=text))


def _pages(user: Staff) -> Iterator[Entry]:
    for group in navigation.menu_of(user, ""):
        for page in group.entries:
            yield Entry(str(page.label), page.icon, page.href)


def _actions(user: Staff) -> Iterator[Entry]:
    """Work that begins on another page, then settings of this device, then the way out."""
    begun = (
        ("arrival-list", _("A client is here or calling"), "bell", {"advisor", "manager"}),
        ("run-list", _("Run a night"), "player-play", {"manager", "admin"}),
        ("create-scheme", _("New tier scheme"), "plus", {"manager", "admin"}),
        ("import-list", _("Import files"), "cloud-upload", {"admin"}),
    )
    for name, label, icon, roles in begun:
        href = navigation.address(name)
        if href and user.role in roles:
            yield Entry(label, icon, href)
    if not user.is_admin:
        yield Entry(_("Take a complaint down"), "message-report", _complaint_address())
    other = (
        ("zh-hans", "zh-CN", "切换到中文") if translation.get_language() == "en" else ("en", "en", "Change to English")
    )
    yield Entry(other[2], "language", form="palette-language", name="language", value=other[0], lang=other[1])
    yield Entry(_("Light"), "sun", setting="theme", value="light")
    yield Entry(_("Dark"), "moon", setting="theme", value="dark")
    yield Entry(_("Light or dark as the system"), "device-desktop", setting="theme", value="auto")
    yield Entry(_("Compact rows"), "layout-list", setting="density", value="compact")
    yield Entry(_("Comfortable rows"), "layout-rows", setting="density", value="comfortable")
    yield Entry(_("Keys"), "keyboard", setting="keys", key="?")
    yield Entry(_("Log out"), "logout", form="palette-log-out")


def _fits(label: str, text: str) -> bool:
    """Whether a label holds the text, or is read so: yjpp → 夜间跑批."""
    asked = text.lower()
    return asked in label.lower() or any(reading.startswith(asked) for reading in _readings(label))


@cache
def _readings(label: str) -> tuple[str, ...]:
    return (*pinyin_of(label), *initials_of(label))
