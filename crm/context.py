"""What every page carries around its content: menu, branch, day of the numbers, last night's outcome, theme.

Everything is read when a template asks for it, so that a fragment swapped in by htmx costs no query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Max, Q, Value

from crm import navigation
from crm.access import sees_names
from crm.lib.readable import readable_address
from crm.models import Branch, JobRun

if TYPE_CHECKING:
    from django.http import HttpRequest

    from crm.models import Staff

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "comfortable")


@dataclass(frozen=True)
class Night:
    """How the latest night went over the branches that the reader sees."""

    state: str
    finished_at: datetime | None
    seconds: float | None
    failed_count: int
    branch_count: int


class Shell:
    """The frame of a page for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> Staff | None:
        """Who reads, None before the log-in."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def menu(self) -> list[navigation.Group]:
        """The side bar of the reader's role."""
        return navigation.menu_of(self.user, self._request.path) if self.user else []

    @cached_property
    def tabs(self) -> list[navigation.Entry]:
        """The tab bar of the phone."""
        return navigation.tabs_of(self.menu)

    @property
    def finds_clients(self) -> bool:
        """Whether the reader may look for clients at all; the admin finds pages and actions."""
        return self.user is not None and not self.user.is_admin

    @property
    def finds_names(self) -> bool:
        """Whether clients are found by name, or by their number only."""
        return self.user is not None and sees_names(self.user)

    @property
    def readable(self) -> str:
        """The address to come back to when the language has changed."""
        return readable_address(self._request)

    @property
    def client_seen(self) -> int | None:
        """The client whose page this is: the browser remembers the last ones for its tab."""
        match = self._request.resolver_match
        return match.kwargs["pk"] if match and match.url_name == "client-detail" else None

    @cached_property
    def _read(self) -> list[tuple[Any, ...]]:
        """Rows of the reader's branches and, under them, of the runs of the latest night: one query for the frame. A row:
        branch, name and code (empty: a run), day of its numbers, state, asked for, started, finished."""
        if self.user is None:
            return []
        published = Max("publications__as_of", filter=Q(publications__state="published"))
        seen = Branch.objects.visible_to(self.user).filter(is_active=True)
        nothing = [Value(None, DateTimeField())] * 3
        branches = seen.order_by().annotate(published_on=published)
        nights = JobRun.objects.filter(kind=JobRun.Kind.NIGHT, branch__in=seen.order_by().values("pk")).order_by()
        runs = nights.filter(as_of=nights.order_by("-as_of").values("as_of")[:1])
        rows = branches.values_list("pk", "name", "code", "published_on", Value(""), *nothing).union(
            runs.values_list(
                "branch", Value(""), Value(""), "as_of", "state", "created_at", "started_at", "finished_at"
            ),
            all=True,
        )
        return list(rows)

    @cached_property
    def _branches(self) -> list[tuple[int, str, date | None]]:
        found = sorted((row for row in self._read if row[2]), key=lambda row: row[2])
        return [(pk, name, day) for pk, name, _code, day, *_run in found]

    @cached_property
    def branch_names(self) -> list[str]:
        """The branches that the reader sees."""
        return [name for _pk, name, _day in self._branches]

    @cached_property
    def as_of(self) -> date | None:
        """The day of the numbers: of the latest publication among the reader's branches."""
        return max((day for _pk, _name, day in self._branches if day), default=None)

    @cached_property
    def behind(self) -> list[str]:
        """Branches whose numbers are of an earlier day than the others'."""
        return [name for _pk, name, day in self._branches if day and self.as_of and day < self.as_of]

    @cached_property
    def night(self) -> Night | None:
        """The latest night over the reader's branches, None before the first one."""
        runs = sorted((row for row in self._read if not row[2]), key=lambda row: row[5])
        latest = {row[0]: (row[4], row[6], row[7]) for row in runs}
        if not latest:
            return None
        states = [state for state, _started, _finished in latest.values()]
        begun = [started for _state, started, _finished in latest.values() if started]
        ended = [finished for _state, _started, finished in latest.values() if finished]
        finished_at = max(ended, default=None)
        open_states = {JobRun.State.QUEUED.value, JobRun.State.RUNNING.value}
        state = "running" if open_states & set(states) else "failed" if "failed" in states else "done"
        seconds = (finished_at - min(begun)).total_seconds() if finished_at and begun else None
        return Night(state, finished_at, seconds, states.count("failed"), len(states))

    @cached_property
    def theme(self) -> str:
        """light, dark, or auto: what the reader chose."""
        chosen = self._request.COOKIES.get("theme", "auto")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def density(self) -> str:
        """Compact or comfortable: how much room rows and text take."""
        chosen = self._request.COOKIES.get("density", "compact")
        return chosen if chosen in DENSITIES else "compact"

    @cached_property
    def login_path(self) -> str:
        """The log-in page, so that a fragment answered by it is shown whole."""
        return navigation.address("log-in") or ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor."""
    return {"shell": Shell(request)}
