"""G7 to G10: client list and dashboards at the asked size against a firm of 10,000 clients, page 500 against page 1, the
list against a bare Django view of the same fifty rows, search and dashboards against the list. Requests go through the
whole of Django in this process, both sizes in turn; each round tells its 95th percentile, and the median of the rounds
counts. (Django-CRM is not installed here: its side of G8 stands in the note.)"""

import math
import statistics
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.bench.installation import arguments, database, installation, say

SMALL = 10_000
REQUESTS = 20
BARE = """<!doctype html><title>Clients</title><table>{% for row in rows %}<tr><td><a href="/clients/{{ row.client_id }}/">
{{ row.client.name }}</a><td>{{ row.client.client_number }}<td>{{ row.tier }}<td>{{ row.rank }}<td>{{ row.churn_band }}
<td>{{ row.churn_score }}<td>{{ row.at_risk_fen }}<td>{{ row.measure_fen }}<td>{{ row.net_assets_fen }}
<td>{{ row.get_dormancy_display }}<td>{{ row.last_active_on }}<td>{{ row.client.advisor.name }}
<td>{{ row.client.branch.name }}{% endfor %}</table>"""
Ask = Callable[[], object]
MARKS = (b"<tr", b"data-rows", b"client-line")


def p95(ask: Ask) -> float:
    """Milliseconds that 19 of 20 requests stay under."""
    seconds = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[math.ceil(0.95 * REQUESTS) - 1] * 1000


def write_firm(clients: int) -> None:
    """People and two published nights in the current database."""
    import duckdb

    from tests.bench import firm_rows

    with duckdb.connect() as con, firm_rows.bare_tables():
        branches = firm_rows.write_people(con, clients)
        days = [firm_rows.LAST_DAY.replace(day=18), firm_rows.LAST_DAY]
        firm_rows.write_nights(con, branches, days)
        if len(branches) > 1:
            from crm.models import Staff

            Staff.objects.create(username="director", name="总监", role="manager").branches.set(branches)
    firm_rows.settle()  # statistics, without which joins of two nights are planned in the dark
    firm_rows.tell_nights()
    firm_rows.settle()


def asks(user_name: str, path: str, query: str = "") -> Ask:
    """A request of somebody who is logged in; raises where the answer is not a page."""
    from django.test import Client as Browser
    from django.urls import reverse

    from crm.models import Staff

    browser = Browser()
    user = Staff.objects.get(username=user_name)
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def ask() -> object:
        response = browser.get(path + query, headers={"HX-Request": "true"} if path == reverse("find") else {})
        if response.status_code != 200 or not any(mark in response.content for mark in MARKS):
            raise RuntimeError(f"{path}{query} of {user_name}: {response.status_code}")
        return response

    return ask


@cache
def _bare_template() -> Any:
    from django.template import engines

    return engines["django"].from_string(BARE)


def bare_view(request: Any) -> Any:
    """What a first Django view would do: the reader's fifty rows with their names, in a table."""
    from django.db.models import F
    from django.template.response import TemplateResponse

    from segmentation.models import Standing
    from tests.bench.firm_rows import LAST_DAY

    rows = Standing.objects.filter(publication__as_of=LAST_DAY, client__advisor=request.user)
    rows = rows.select_related("client__advisor", "client__branch").order_by(F("at_risk_fen").desc(nulls_last=True))
    return TemplateResponse(request, _bare_template(), {"rows": rows[:50]})


def cursor_of_page(number: int, user_name: str) -> str:
    """The address part that opens a page of the list, found the slow way."""
    from crm.models import Staff
    from crm.pages.list_filters import Filters
    from crm.pages.lists.rows import standings_for
    from crm.pages.nights import nights_of

    user, filters = Staff.objects.get(username=user_name), Filters()
    rows = standings_for(user, nights_of(user), filters).filter(at_risk_fen__isnull=False)
    last = rows.order_by("-at_risk_fen", "client_id")[(number - 1) * filters.size - 1]
    return filters.address(after=filters.order.cursor_of(last)).partition("?")[2]


def main() -> None:
    """Print G7 to G10 with both sides."""
    told = arguments(__doc__)
    with installation(sqlite=told.sqlite):
        from django.test import override_settings
        from django.urls import path, reverse

        import crm.urls

        crm.urls.urlpatterns.append(path("bare-list/", bare_view))
        with database("small"):
            write_firm(SMALL)
        write_firm(told.clients)
        home, day, branch = reverse("client-list"), reverse("today"), reverse("branch-detail")
        advisor, tail = _first_advisor(), _a_tail()
        here: dict[str, Ask] = {
            "advisor": asks(advisor, home),
            "manager": asks("manager", home),
            "compliance": asks("compliance", home),
            "Today of advisor": asks(advisor, day),
            "Today of manager": asks("manager", day),
            "branch page of manager": asks("manager", branch),
            "branch page of compliance": asks("compliance", branch),
            "page 500": asks("compliance", home, "?" + cursor_of_page(500, "compliance")),
            "bare": asks(advisor, "/bare-list/"),
            "two characters": asks("manager", home, "?q=建国"),
            "initials": asks("manager", home, "?q=zw"),
            "last four digits": asks("manager", home, f"?q={tail}"),
            "director": asks("director", home),
            "two characters, director": asks("director", home, "?q=建国"),
            "initials, director": asks("director", home, "?q=zw"),
            "last four digits, director": asks("director", home, f"?q={tail}"),
            "palette, two characters": asks("director", reverse("find"), "?q=建国"),
            "palette, initials": asks("director", reverse("find"), "?q=zw"),
            "palette, last four digits": asks("director", reverse("find"), f"?q={tail}"),
        }
        with database("small"):
            small: dict[str, Ask] = {
                "advisor": asks(_first_advisor(), home),
                "manager": asks("manager", home),
                "compliance": asks("compliance", home),
                "Today of advisor": asks(_first_advisor(), day),
                "Today of manager": asks("manager", day),
                "branch page of manager": asks("manager", branch),
                "branch page of compliance": asks("compliance", branch),
            }
        with override_settings(DEBUG=False):
            report(told.clients, *measure(here, small, told.rounds))


def _first_advisor() -> str:
    from crm.models import Staff

    return str(Staff.objects.filter(role="advisor").earliest("pk").username)


def _a_tail() -> str:
    from clients.models import Account
    from crm.models import Staff

    branch = Staff.objects.get(username="manager").branches.get()
    return str(Account.objects.filter(branch=branch, family="fund").latest("pk").number_tail)


def measure(here: dict[str, Ask], small: dict[str, Ask], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """The median over the rounds of each request's 95th percentile, at the asked size and at the small one."""
    big_times: dict[str, list[float]] = {name: [] for name in here}
    small_times: dict[str, list[float]] = {name: [] for name in small}
    for round_ in range(rounds + 1):
        for name, ask in here.items():
            ask()  # a first time warms connection and caches
            if round_:
                big_times[name].append(p95(ask))
            if name in small:
                with database("small"):
                    small[name]()
                    if round_:
                        small_times[name].append(p95(small[name]))
    return tuple({n: statistics.median(t) for n, t in each.items()} for each in (big_times, small_times))  # type: ignore[return-value]


def report(clients: int, here: dict[str, float], small: dict[str, float]) -> None:
    """The lines of G7 to G10."""

    def line(goal: str, what: str, ours: str, theirs: str, limit: float, base: dict[str, float] = here) -> None:
        say(goal, what, here[ours] / base[theirs], limit, f"{here[ours]:.1f} ms ÷ {base[theirs]:.1f} ms p95")

    for role in ("advisor", "manager", "compliance"):
        line("G7", f"list of {role} at {clients:,} ÷ {SMALL:,} clients", role, role, 1.5, small)
    for dashboard in (name for name in small if " of " in name):
        line("G7", f"{dashboard} at {clients:,} ÷ {SMALL:,} clients", dashboard, dashboard, 1.5, small)
    line("G7", "page 500 ÷ page 1, compliance", "page 500", "compliance", 1.5)
    line("G8", "list of an advisor ÷ bare Django view of the same rows", "advisor", "bare", 2.5)
    for asked in ("two characters", "initials", "last four digits"):
        line("G9", f"search by {asked} ÷ list, manager of 10,000", asked, "manager", 1.5)
        line("G9", f"search by {asked} ÷ list, director of all", f"{asked}, director", "director", 1.5)
        line("G9", f"palette by {asked} ÷ list, director of all", f"palette, {asked}", "director", 1.5)
    for dashboard in (name for name in small if " of " in name):
        role = dashboard.partition(" of ")[2]
        line("G10", f"{dashboard} ÷ list of {role}", dashboard, role, 1.5)


if __name__ == "__main__":
    main()
