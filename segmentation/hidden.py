"""What a reader may not see of a night is little (restricted clients, L3): it is counted and taken off what the night stored."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any, TypeVar

from clients import generations
from clients.fact_tables import CLIENTS
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing

R = TypeVar("R", bound=Any)


def hidden_clients(user: Staff, nights: Sequence[Publication]) -> list[int]:
    """Ids of the clients of some nights who are hidden from the user: few."""
    rows = Standing.objects.of_nights([night.pk for night in nights]).hidden_from(user)
    return list(rows.values_list("client_id", flat=True).distinct())


def clients_generation(branch: Branch) -> int:
    """How often the clients of a branch have changed: figures by what they are now hold while it is the same."""
    slot = (CLIENTS.db_table, branch.pk, "")
    return generations.current([slot])[slot]


def less(whole: Iterable[R], part: Iterable[R], *, keys: int) -> list[R]:
    """The rows of the whole less those of a part; the first fields say whom a row counts, the others are numbers."""
    taken = {astuple(one)[:keys]: astuple(one)[keys:] for one in part}
    left = []
    for one in whole:
        told = astuple(one) if taken else ()
        off = taken.get(told[:keys])
        rest = type(one)(*told[:keys], *(a - b for a, b in zip(told[keys:], off, strict=True))) if off else one
        if rest.clients:
            left.append(rest)
    return left
