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
    """Pages that belong together; a folded group says only what it is."""

    label: Text
    entries: tuple[Entry, ...]
    is_open: bool = True


TODAY = Page("today", _("Today"), "sun-high", "t")
CLIENTS = Page("client-list", _("Clients"), "users", "c")
CALENDAR = Page("calendar", pgettext_lazy("work", "Calendar"), "calendar-event", "k")
ARRIVALS = Page("arrival-list", _("Reception"), "door-enter", "v")
ALERTS = Page("alert-list", _("Risk alerts"), "bell", "a")
MESSAGES = Page("sending-list", pgettext_lazy("to clients", "Messages"), "message", "w")
COMPLAINTS = Page("complaint-list", pgettext_lazy("page", "Complaints"), "message-report")
PLANS = Page("plan-list", _("Service plans"), "clipboard-check")
RELATIONSHIPS = Page("relationship-list", _("Relationships"), "users-group", "l")
CALLBACKS = Page("callback-list", _("Call-backs"), "phone-call")
OPENINGS = Page("opening-list", _("Account openings"), "user-plus", "o")
FUNNEL = Page("stage-board", _("Funnel A–D"), "filter", "f")
GAPS = Page("regime-gap", _("Position gaps"), "target-arrow", "p")
CONCESSIONS = Page("concession-list", _("Concessions"), "discount")
EVENTS = Page("event-list", pgettext_lazy("education", "Events"), "school")
MATERIALS = Page("material-list", _("Materials"), "books")
LOYALTY = Page("loyalty-map", _("Loyalty"), "medal")
IDEAS = Page("idea-list", _("Ideas"), "bulb")
PLEDGES = Page("pledge-list", pgettext_lazy("of the branch", "Service pledge"), "heart-handshake")
SELF_REVIEWS = Page("self-review-list", _("Self-assessment"), "clipboard-list")
COMPETENCE = Page("competence-list", _("Licences and training"), "certificate")
HAND_OVERS = Page("pack-list", _("Hand-overs"), "arrows-exchange")
BRANCH = Page("branch-detail", _("Branch overview"), "chart-histogram", "b")
APPROVALS = Page("approval-list", _("Approvals"), "clipboard-check")
COMPARE = Page("branch-compare", _("Branches compared"), "git-compare")
SCENARIOS = Page("branch-scenarios", _("Scenarios"), "adjustments-horizontal")
REPORT = Page("branch-report", _("Monthly report"), "report", "m")
IMPORTS = Page("import-list", _("Imports"), "file-import", "i")
RUNS = Page("run-list", _("Nightly runs"), "moon-stars", "n")
EXPORTS = Page("export-list", _("Exports"), "download", "e")
HEALTH = Page("health-detail", _("Health"), "heart-rate-monitor", "h")
SCHEMES = Page("scheme-list", _("Tier schemes"), "adjustments-horizontal", "s")
STANDARDS = Page("standard-list", _("Service standards"), "clipboard-list")
ITEMS = Page("item-list", _("Service items"), "stack-2")
TEXTS = Page("text-list", _("Scripts and templates"), "message-2")
FESTIVALS = Page("festival-list", _("Festivals"), "cake")
PRODUCT_RISKS = Page("product-risk-list", _("Product risk levels"), "shield-half")
REGIMES = Page("regime-list", _("Market regime"), "chart-line", "r")
NUMBERS = Page("number-list", _("Numbers"), "numbers")
RATES = Page("rate-list", _("Exchange rates"), "coin")
HOLIDAYS = Page("holiday-list", _("Calendar"), "calendar")
STAFF = Page("staff-list", _("Staff and roles"), "users-group")
AUDIT = Page("audit-list", _("Audit trail"), "history")
STYLE = Page("style", _("Parts and style"), "layout-list")

MY_WORK, THE_BRANCH, CARE, LASTING = _("My work"), _("Branch"), _("Client care"), _("Education and loyalty")
DATA, RULES, DESIGN = _("Data"), _("Rules"), _("Design")
OF_CARE = (PLANS, RELATIONSHIPS, CALLBACKS, OPENINGS, FUNNEL, GAPS, CONCESSIONS, HAND_OVERS)
OF_LASTING = (EVENTS, MATERIALS, LOYALTY, IDEAS, PLEDGES, SELF_REVIEWS)
OF_RULES = (STANDARDS, ITEMS, TEXTS, FESTIVALS, PRODUCT_RISKS)
MENUS: dict[str, tuple[tuple[Text, tuple[Page, ...]], ...]] = {
    "advisor": (
        (MY_WORK, (TODAY, CLIENTS, CALENDAR, ARRIVALS, ALERTS, MESSAGES, COMPLAINTS)),
        (CARE, OF_CARE),
        (LASTING, OF_LASTING),
        (DATA, (EXPORTS,)),
        (RULES, (STANDARDS, ITEMS, TEXTS, PRODUCT_RISKS, COMPETENCE)),
    ),
    "manager": (
        (THE_BRANCH, (BRANCH, TODAY, CLIENTS, CALENDAR, APPROVALS, COMPARE, SCENARIOS, REPORT)),
        (CARE, (ARRIVALS, ALERTS, MESSAGES, COMPLAINTS, *OF_CARE)),
        (LASTING, OF_LASTING),
        (DATA, (RUNS, EXPORTS)),
        (RULES, (SCHEMES, *OF_RULES, REGIMES, NUMBERS, COMPETENCE, STAFF)),
    ),
    "admin": (
        (DATA, (IMPORTS, RUNS, HEALTH, RATES)),
        (RULES, (SCHEMES, *OF_RULES, MATERIALS, PLEDGES, REGIMES, NUMBERS, HOLIDAYS, COMPETENCE, STAFF, AUDIT)),
        (DESIGN, (STYLE,)),
    ),
    "compliance": (
        (THE_BRANCH, (BRANCH, CLIENTS, APPROVALS, COMPARE, SCENARIOS, REPORT)),
        (CARE, (ALERTS, MESSAGES, COMPLAINTS, CALLBACKS, OPENINGS, FUNNEL, GAPS, CONCESSIONS)),
        (LASTING, OF_LASTING),
        (DATA, (RUNS, EXPORTS)),
        (RULES, (SCHEMES, *OF_RULES, REGIMES, NUMBERS, COMPETENCE, STAFF, AUDIT)),
    ),
}
TABS = 4
UNFOLDED = 2  # groups that are open whatever the page: the work of the day


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
    groups: list[Group] = []
    for label, pages in found:
        entries = tuple(Entry(page.label, page.icon, href, href == here, page.letter) for page, href in pages if href)
        if entries:
            is_open = len(groups) < UNFOLDED or any(entry.is_current for entry in entries)
            groups.append(Group(label, entries, is_open))
    return groups


def tabs_of(groups: list[Group]) -> list[Entry]:
    """The first pages of the menu, for the tab bar of the phone; the rest stands behind "more"."""
    return [entry for group in groups for entry in group.entries][:TABS]
