"""Ratings and documents that were renewed since somebody was to ask for it."""

from collections.abc import Iterator

from servicing.models import Task
from servicing.querysets import TaskQuerySet

_ENDS = {"rating": "client__risk_expires_on", "document": "client__identity_expires_on"}


def renewed_in(rows: TaskQuerySet[Task]) -> Iterator[int]:
    """Of open tasks those that ask for what ends on another day by now."""
    for rule, column in _ENDS.items():
        for pk, slots, ends in rows.filter(rule=rule).values_list("pk", "slots", column):
            if ends is not None and ends.isoformat() != slots["on"]:
                yield pk
