"""Tasks that service plans ask for (S4, S5): actions that fall due in the coming days and the review. What has an end to its
worth is not made when that has passed, and is withdrawn when it passes (S3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.dateparse import parse_datetime

from crm.calendar import day_begins
from crm.models import Branch
from servicing.items.catalogue import items_on
from servicing.models import ServiceItem, ServicePlan, Task
from servicing.plans.content import Action, action_key, actions_of, named_in, review_key
from servicing.plans.tasks import slots_of, worth_until
from servicing.rounds.rules import GRACE, Days, Wanted


@dataclass(frozen=True)
class Round:
    """The days of a round, the items on offer by code, and the tasks of actions by key that there are already."""

    days: Days
    items: Mapping[str, ServiceItem]
    known: Mapping[str, str]

    @cached_property
    def busy(self) -> frozenset[str]:
        """Actions that have an open task."""
        return frozenset(named_in(key)[0] for key, state in self.known.items() if state == Task.State.OPEN)

    def occasion(self, client: int, action: Action) -> date | None:
        """The occasion for which an action asks now: the only one, or of several the first that is still worth anything and
        for which there is no task; None where one is open, or nothing falls into the coming days."""
        if action.item and action.item not in self.items:
            return None  # no longer offered
        if action.every_days is None:
            return action.due_on if action.due_on <= self.days.last and self._is_worth(action, action.due_on) else None
        if action.id in self.busy:
            return None
        day = action.next_from(self.days.today - min(GRACE, timedelta(days=action.every_days - 1)))
        while day and day <= self.days.last:
            if action_key(client, action.id, day) not in self.known and self._is_worth(action, day):
                return day
            day += timedelta(days=action.every_days)
        return None

    def _is_worth(self, action: Action, day: date) -> bool:
        """Whether it is still worth anything on the working day on which it would be delivered."""
        ends = worth_until(self.items.get(action.item), day)
        return ends is None or ends > day_begins(self.days.worked(day))


def planned(branch: Branch, days: Days) -> Iterator[Wanted]:
    """Every task that the plans of a branch ask for. Of an action that repeats one is open at a time."""
    known = Task.objects.of_plans(branch.pk, days.today - GRACE).values_list("key", "state")
    asks = Round(days, {item.code: item for item in items_on(branch, days.today)}, dict(known))
    columns = ("client", "client__advisor", "actions", "next_review_on")
    plans = ServicePlan.objects.served_in(branch.pk).order_by("client").values_list(*columns)
    for client, owner, actions, review in plans.iterator(2000):
        for action in actions_of(actions):
            if day := asks.occasion(client, action):
                key = action_key(client, action.id, day)
                yield Wanted(
                    key, client, owner, "plan", days.worked(day), slots_of(action, day, asks.items.get(action.item))
                )
        if review <= days.last:
            slots = {"on": review.isoformat()}
            yield Wanted(review_key(client, review), client, owner, "review", days.worked(review), slots)


def expired_in(branch: int, at: datetime) -> list[int]:
    """The open tasks of a branch for items whose shelf life has ended."""
    open_ones = Task.objects.open_in(branch).filter(rule="plan")
    found = []
    for pk, slots in open_ones.values_list("pk", "slots"):
        ends = parse_datetime(slots.get("until", ""))
        found += [pk] if ends and ends <= at else []
    return found
