"""E-mail addresses from which a message came back for good: the client's advisor asks for the right one."""

from collections.abc import Iterator

from crm.models import Branch
from servicing.messages.addresses import RULE, dead_in, key_of
from servicing.models import Task
from servicing.rounds.rules import Days, Wanted


def dead_addresses(branch: Branch, days: Days) -> Iterator[Wanted]:
    """A task for each client of a branch who has an address that does not work."""
    for row in dead_in(branch):
        due = days.worked(days.today)
        yield Wanted(key_of(row), row.client_id, row.client.advisor_id or 0, RULE, due, {"code": row.code})


def replaced_in(branch: Branch) -> list[int]:
    """The open tasks of a branch about addresses that are others by now."""
    asked = dict(Task.objects.open_in(branch.pk).filter(rule=RULE).values_list("key", "pk"))
    kept = {key_of(row) for row in dead_in(branch)} if asked else set()
    return [pk for key, pk in asked.items() if key not in kept]
