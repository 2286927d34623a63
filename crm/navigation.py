"""The menu: which pages each role opens, in the order in which they are needed. A page that has no address yet is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from crm.models import Staff

Text = str | Promise


@dataclass(frozen=True)
class Page:
    """A page of the menu by the name of its address."""

    name: str
    label: Text
    icon: str


@dataclass(frozen=True)
class Entry:
    """A page as the menu shows it on the present page."""

    label: Text
    icon: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    label: Text
    entries: tuple[Entry, ...]


TODAY = Page("today", _("Today"), "sun-high")
CLIENTS = Page("client-list", _("Clients"), "users")
BRANCH = Page("branch-detail", _("Branch overview"), "chart-histogram")
IMPORTS = Page("import-list", _("Imports"), "file-import")
RUNS = Page("run-list", _("Nightly runs"), "moon-stars")
SCHEMES = Page("scheme-list", _("Tier schemes"), "adjustments-horizontal")
REGIMES = Page("regime-list", _("Market regime"), "chart-line")
GAPS = Page("regime-gap", _("Position gaps"), "target-arrow")
STAFF = Page("staff-list", _("Staff and roles"), "users-group")
AUDIT = Page("audit-list", _("Audit trail"), "history")

MY_WORK, THE_BRANCH, DATA, RULES = _("My work"), _("Branch"), _("Data"), _("Rules")
MENUS: dict[str, tuple[tuple[Text, tuple[Page, ...]], ...]] = {
    "advisor": ((MY_WORK, (TODAY, CLIENTS, GAPS)),),
    "manager": (
        (THE_BRANCH, (BRANCH, TODAY, CLIENTS, GAPS)),
        (DATA, (RUNS,)),
        (RULES, (SCHEMES, REGIMES)),
    ),
    "admin": ((DATA, (IMPORTS, RUNS)), (RULES, (SCHEMES, REGIMES, STAFF, AUDIT))),
    "compliance": (
        (THE_BRANCH, (BRANCH, CLIENTS, GAPS)),
        (DATA, (RUNS,)),
        (RULES, (SCHEMES, REGIMES, AUDIT)),
    ),
}
TABS = 4


def address(name: str) -> str | None:
    """The address of a page by name, None where it does not exist (yet)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def menu_of(user: Staff, path: str) -> list[Group]:
    """The groups of the side bar for a member of staff; the entry whose address begins the path longest is current."""
    found = [(label, [(page, address(page.name)) for page in pages]) for label, pages in MENUS.get(user.role, ())]
    begun = [href for _label, pages in found for _page, href in pages if href and path.startswith(href)]
    here = max(begun, key=len, default=None)
    groups = (
        Group(label, tuple(Entry(page.label, page.icon, href, href == here) for page, href in pages if href))
        for label, pages in found
    )
    return [group for group in groups if group.entries]


def tabs_of(groups: list[Group]) -> list[Entry]:
    """The first pages of the menu, for the tab bar of the phone; the rest stands behind "more"."""
    return [entry for group in groups for entry in group.entries][:TABS]
