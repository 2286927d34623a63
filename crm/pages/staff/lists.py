"""Staff: who works here, in which role and branches, how many clients each serves, and whose clients wait for somebody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Branch, Leave, Publication, Staff
from crm.querysets import StaffQuerySet
from segmentation.figures import AdvisorSum
from segmentation.models import NightFigures

ROWS = 50


def _text(text: str) -> str:
    """A user name of a cursor; PostgreSQL knows no NUL."""
    if "\0" in text:
        raise ValueError(text)
    return text


BY_NAME = Order("username", parse=_text)
READERS = ("admin", "manager", "compliance")


@dataclass(frozen=True)
class Person:
    """A row of the list: `clients` as counted by the published night, None where it counted none."""

    staff: Staff
    state: str
    back_on: date | None
    clients: int | None


def state_words() -> dict[str, str]:
    """What a person's state is called."""
    return {"active": _("active"), "away": _("on leave"), "left": _("has left"), "uninvited": _("no log-in yet")}


@require_safe
@only(*READERS)
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody whom the reader sees, filtered by text, role, branch and state."""
    user, today = staff_of(request), timezone.localdate()
    asked = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:60] for name in ("q", "role", "branch", "state")
    }
    branches = list(Branch.objects.visible_to(user).order_by("code").values_list("code", "name"))
    rows = _filtered(Staff.objects.visible_to(user).for_list(), asked, today)
    page, links = asked_page(request, rows, BY_NAME, size=ROWS)
    served, as_of = clients_served(user)
    context = {
        "people": _people(page.rows, served, today),
        "as_of": as_of,
        "asked": asked,
        "roles": Staff.Role.choices,
        "states": list(state_words().items()),
        "branches": branches,
        "may_write": user.is_admin,
        "waiting": waiting_for_hand_over(user),
        "is_filtered": any(asked.values()),
        **links,
    }
    return render(request, "crm/staff_list.html", context)


def _filtered(rows: StaffQuerySet[Staff], asked: dict[str, str], today: date) -> StaffQuerySet[Staff]:
    if asked["q"]:
        text = asked["q"]
        rows = rows.filter(Q(name__startswith=text) | Q(username__startswith=text.lower()) | Q(employee_code=text))
    if asked["role"]:
        rows = rows.filter(role=asked["role"])
    if asked["branch"]:
        rows = rows.filter(branches__code=asked["branch"])
    away = Leave.objects.covering(today).values("staff")
    match asked["state"]:
        case "active":
            rows = rows.filter(is_active=True).exclude(pk__in=away)
        case "away":
            rows = rows.filter(is_active=True, pk__in=away)
        case "left":
            rows = rows.filter(is_active=False)
        case "uninvited":
            rows = rows.filter(is_active=True).without_password()
    return rows


def _people(people: Sequence[Staff], served: Counter[int], today: date) -> list[Person]:
    away = dict(
        Leave.objects.covering(today).filter(staff__in=[p.pk for p in people]).values_list("staff", "until_day")
    )
    return [
        Person(one, state_of(one, away.get(one.pk)), away.get(one.pk), served.get(one.pk) if one.is_advisor else None)
        for one in people
    ]


def state_of(person: Staff, back_on: date | None) -> str:
    """active, away, left or uninvited."""
    if not person.is_active:
        return "left"
    if not person.has_usable_password():
        return "uninvited"
    return "away" if back_on else "active"


def clients_served(user: Staff) -> tuple[Counter[int], date | None]:
    """Clients by advisor, as the current nights of the reader's branches stored them, and the day of the latest."""
    nights = dict(Publication.objects.visible_to(user).current().values_list("pk", "as_of"))
    served: Counter[int] = Counter()
    for stored in NightFigures.objects.filter(publication__in=nights).values_list("advisors", flat=True):
        for row in stored:
            told = AdvisorSum(*row)
            if told.advisor_id is not None:
                served[told.advisor_id] += told.clients
    return served, max(nights.values(), default=None)


def waiting_for_hand_over(user: Staff) -> list[Staff]:
    """People who have left while clients are still theirs (A5): the page says so until nobody is left behind."""
    theirs = Client.objects.filter(advisor=OuterRef("pk")).exclude(state__in=["closed", "transferred_out"])
    gone = Staff.objects.visible_to(user).filter(is_active=False).filter(Exists(theirs)).order_by("username")
    return list(gone[:20])
