"""The call-backs of a day, for Today: how many are due in a week and the next of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.models import Staff
from servicing.models import Callback
from servicing.pages.callbacks.calls import called

NEXT, WEEK = 5, timedelta(days=7)
COUNTED_TO = 100


@dataclass(frozen=True)
class Card:
    """The next call-backs with how each client is named, and in words how many are due by the end of a week."""

    rows: Sequence[tuple[Callback, str]]
    count: str


def callback_card(user: Staff, day: date) -> Card:
    """An advisor's own calls, those of a manager's branch."""
    due = Callback.objects.visible_to(user).waiting().filter(due_on__lte=day + WEEK).select_related("client")
    found = list(due[: COUNTED_TO + 1])
    count = f"{len(found)}" if len(found) <= COUNTED_TO else f"{COUNTED_TO}+"
    return Card([(one, called(one.client, user)) for one in found[:NEXT]], count)
