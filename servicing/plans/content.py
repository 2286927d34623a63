"""What people write in a service plan (S4), as values: the shape of a plan's columns and of its revisions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from servicing.models import ServicePlan


@dataclass(frozen=True)
class Action:
    """Something to do for the client: a text of the advisor's, or a service item by code, or both. `due_on`: the only day, or
    the first of every so many; `id` stays the same over revisions, so that its tasks are known as its own."""

    id: str
    text: str
    item: str
    due_on: date
    every_days: int | None

    def next_from(self, day: date) -> date | None:
        """The first occasion on or after a day; None where the only one has passed."""
        if self.due_on >= day:
            return self.due_on
        if self.every_days is None:
            return None
        passed = -(-(day - self.due_on).days // self.every_days)
        return self.due_on + timedelta(days=passed * self.every_days)

    def falls_on(self, day: date) -> bool:
        """Whether a day is one of the occasions."""
        return day >= self.due_on and self.next_from(day) == day


@dataclass(frozen=True)
class Written:
    """All that a save writes."""

    goal: str
    needs: tuple[str, ...]
    actions: tuple[Action, ...]
    cadence_days: int | None
    next_review_on: date

    def due(self, next_review_on: date) -> "Written":
        """The same with another day for the review."""
        return replace(self, next_review_on=next_review_on)

    def columns(self) -> dict[str, Any]:
        """The same as columns of the plan."""
        actions = [{**asdict(action), "due_on": action.due_on.isoformat()} for action in self.actions]
        return {**vars(self), "needs": list(self.needs), "actions": actions}


def written_in(plan: ServicePlan) -> Written:
    """What a plan says now."""
    return read(plan.written())


def read(stored: Mapping[str, Any]) -> Written:
    """What a revision says."""
    return Written(
        stored["goal"],
        tuple(stored["needs"]),
        actions_of(stored["actions"]),
        stored["cadence_days"],
        date.fromisoformat(stored["next_review_on"]),
    )


def actions_of(stored: list[dict[str, Any]]) -> tuple[Action, ...]:
    """Actions as a plan keeps them."""
    return tuple(Action(**{**action, "due_on": date.fromisoformat(action["due_on"])}) for action in stored)


def action_key(client: int, action: str, day: date) -> str:
    """The key of the task of an action and occasion."""
    return f"plan:{client}:{action}:{day}"


def review_key(client: int, day: date) -> str:
    """The key of the task of a review."""
    return f"review:{client}:{day}"


def named_in(key: str) -> tuple[str, date]:
    """The action and the occasion of a task's key."""
    action, day = key.split(":")[2:4]
    return action, date.fromisoformat(day)
