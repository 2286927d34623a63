"""Whom the rounds look at: the clients of a night who have an advisor, with what the rules ask about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from crm.models import Publication
from segmentation.models import ASLEEP, Standing, StateChange, TierMove
from segmentation.querysets import RISEN
from servicing.models import ServicePlan, Task
from servicing.standards import LONGEST_CADENCE

_COLUMNS = ("client", "tier", "client__advisor", *(f"client__{name}" for name in (
    "opened_on", "birthday", "birthday_calendar", "risk_expires_on", "identity_expires_on")))  # fmt: skip

# Of the changes of a night those by which somebody trades less; waking up is none.
_LESS = {"before__in": ("active", "cooling"), "after__in": ("cooling", *ASLEEP)}


@dataclass(frozen=True)
class Person:
    """A client as the rules see one. `talked_on`: the last conversation; `rounded_on`: when somebody last settled a task of
    the cadence; `band`: to which the risk rose last night; `quiet`: the state of little activity that began with it;
    `former_tier`: from which the night moved the client; `planned_days`: the cadence of the service plan."""

    client_id: int
    tier: str
    advisor_id: int
    opened_on: date | None
    birthday: date | None
    is_lunar: bool
    rating_ends: date | None
    document_ends: date | None
    talked_on: date | None = None
    rounded_on: date | None = None
    band: str = ""
    quiet: str = ""
    former_tier: str = ""
    planned_days: int | None = None

    @property
    def served_on(self) -> date | None:
        """Since when the cadence counts: the last conversation, or the last time that its task was settled."""
        return max((day for day in (self.talked_on, self.rounded_on) if day), default=None)


def first_day(day: date) -> date:
    """From which day on a conversation still counts: the longest cadence reaches no further back."""
    return day - timedelta(days=LONGEST_CADENCE + 1)


def people_of(night: Publication, talks: dict[int, datetime], day: date) -> Iterator[Person]:
    """The open, unrestricted clients of a night who have an advisor (P2: nobody is served by nobody)."""
    rounded = Task.objects.settled_by_people("cadence", night.branch_id, first_day(day))
    changes = StateChange.objects.filter(publication=night)
    bands = dict(changes.filter(RISEN, subject="band").values_list("client", "after"))
    quiet = dict(changes.filter(subject="dormancy", **_LESS).values_list("client", "after"))
    moved = TierMove.objects.filter(publication=night).exclude(why="first").exclude(from_tier="")
    planned = ServicePlan.objects.cadences_in(night.branch_id)
    tiers = dict(moved.values_list("client", "from_tier"))
    clients = Standing.objects.filter(publication=night, client__closed_on=None, client__is_restricted=False)
    rows = clients.filter(client__advisor__isnull=False).order_by("client").values_list(*_COLUMNS).iterator(2000)
    for client, tier, advisor, opened, born, kept, rating, document in rows:
        yield Person(
            client, tier, advisor, opened, born, kept == "lunar", rating, document,
            _local(talks.get(client)), _local(rounded.get(client)), bands.get(client, ""), quiet.get(client, ""),
            tiers.get(client, ""), planned.get(client),
        )  # fmt: skip


def _local(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
