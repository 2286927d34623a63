"""The menu: which pages each role opens, in the order in which they are needed. A page that has no address yet is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from crm.models import Staff

Text = str | Promise


@dataclass(frozen=True)
class Page:
    """A page of the menu by the name of its address; `letter` opens it after g."""

    name: str
    label: Text
    icon: str
    letter: str = ""


@dataclass(frozen=True)
class Entry:
    """A page as the menu shows it on the present page."""

    label: Text
    icon: str
    href: str
    is_current: bool
    letter: str = ""


@dataclass(frozen=True)
class Group:
    label: Text
    entries: tuple[Entry, ...]


TODAY = Page("today", _("Today"), "sun-high", "t")
CALENDAR = Page("calendar", pgettext_lazy("work", "Calendar"), "calendar-event", "k")
CLIENTS = Page("client-list", _("Clients"), "users", "c")
GAPS = Page("regime-gap", _("Position gaps"), "target-arrow", "p")
BRANCH = Page("branch-detail", _("Branch overview"), "chart-histogram", "b")
COMPARE = Page("branch-compare", _("Branches compared"), "git-compare")
SCENARIOS = Page("branch-scenarios", _("Scenarios"), "adjustments-horizontal")
REPORT = Page("branch-report", _("Monthly report"), "report", "m")
IMPORTS = Page("import-list", _("Imports"), "file-import", "i")
RUNS = Page("run-list", _("Nightly runs"), "moon-stars", "n")
EXPORTS = Page("export-list", _("Exports"), "download", "e")
HEALTH = Page("health-detail", _("Health"), "heart-rate-monitor", "h")
SCHEMES = Page("scheme-list", _("Tier schemes"), "adjustments-horizontal", "s")
STANDARDS = Page("standard-list", _("Service standards"), "clipboard-list")
TEXTS = Page("text-list", _("Scripts and templates"), "message-2")
CONCESSIONS = Page("concession-list", pgettext_lazy("menu", "Concessions"), "percentage")
APPROVALS = Page("approval-list", _("Approvals"), "clipboard-check")
REGIMES = Page("regime-list", _("Market regime"), "chart-line", "r")
NUMBERS = Page("number-list", _("Numbers"), "numbers")
RATES = Page("rate-list", _("Exchange rates"), "coin")
HOLIDAYS = Page("holiday-list", _("Calendar"), "calendar")
STAFF = Page("staff-list", _("Staff and roles"), "users-group")
AUDIT = Page("audit-list", _("Audit trail"), "history")
STYLE = Page("style", _("Parts and style"), "layout-list")

MY_WORK, THE_BRANCH, DATA, RULES, DESIGN = _("My work"), _("Branch"), _("Data"), _("Rules"), _("Design")
MENUS: dict[str, tuple[tuple[Text, tuple[Page, ...]], ...]] = {
    "advisor": ((MY_WORK, (TODAY, CLIENTS, GAPS, CALENDAR, CONCESSIONS, EXPORTS, STANDARDS, TEXTS)),),
    "manager": (
        (THE_BRANCH, (BRANCH, TODAY, CLIENTS, CALENDAR, GAPS, COMPARE, SCENARIOS, REPORT, APPROVALS, CONCESSIONS)),
        (DATA, (RUNS, EXPORTS)),
        (RULES, (SCHEMES, STANDARDS, TEXTS, REGIMES, NUMBERS, STAFF)),
    ),
    "admin": (
        (DATA, (IMPORTS, RUNS, HEALTH, RATES)),
        (RULES, (SCHEMES, STANDARDS, TEXTS, REGIMES, NUMBERS, HOLIDAYS, STAFF, AUDIT)),
        (DESIGN, (STYLE,)),
    ),
    "compliance": (
        (THE_BRANCH, (BRANCH, CLIENTS, APPROVALS, CONCESSIONS, GAPS, COMPARE, SCENARIOS, REPORT)),
        (DATA, (RUNS, EXPORTS)),
        (RULES, (SCHEMES, STANDARDS, TEXTS, REGIMES, NUMBERS, STAFF, AUDIT)),
    ),
}
TABS = 4


def address(name: str, *args: object) -> str | None:
    """The address of a page by name, None where it does not exist (yet)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def menu_of(user: Staff, path: str) -> list[Group]:
    """The groups of the side bar for a member of staff; the entry whose address begins the path longest is current."""
    found = [(label, [(page, address(page.name)) for page in pages]) for label, pages in MENUS.get(user.role, ())]
    begun = [href for _label, pages in found for _page, href in pages if href and path.startswith(href)]
    here = max(begun, key=len, default=None)
    groups = (
        Group(
            label, tuple(Entry(page.label, page.icon, href, href == here, page.letter) for page, href in pages if href)
        )
        for label, pages in found
    )
    return [group for group in groups if group.entries]


def tabs_of(groups: list[Group]) -> list[Entry]:
    """The first pages of the menu, for the tab bar of the phone; the rest stands behind "more"."""
    return [entry for group in groups for entry in group.entries][:TABS]
