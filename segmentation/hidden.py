"""What a reader may not see of a night is little (restricted clients, L3): it is counted and taken off what the night stored."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from clients import generations
from clients.fact_tables import CLIENTS
from crm.models import Branch, Publication, Staff
from segmentation.models import NightFigures, Standing

R = TypeVar("R", bound=Any)


def hidden_clients(user: Staff, nights: Sequence[Publication]) -> list[int]:
    """Ids of the clients of some nights who are hidden from the user: few."""
    rows = Standing.objects.of_nights([night.pk for night in nights]).hidden_from(user)
    return list(rows.values_list("client_id", flat=True).distinct())


def clients_generation(branch: Branch) -> int:
    """How often the clients of a branch have changed: figures by what they are now hold while it is the same."""
    slot = (CLIENTS.db_table, branch.pk, "")
    return generations.current([slot])[slot]


def fresh_figures(stored: NightFigures | None, branch: Branch) -> NightFigures | None:
    """What a night stored by what its clients are, while they still are that; None where it has to be counted again."""
    is_fresh = stored is not None and stored.clients_generation == clients_generation(branch)
    return stored if is_fresh else None


def less(whole: Iterable[R], part: Iterable[R], *, keys: int) -> list[R]:
    """The rows of the whole less those of a part; the first fields say whom a row counts, the others are numbers."""
    taken = {(row := _told(one))[:keys]: row[keys:] for one in part}
    left = []
    for one in whole:
        told = _told(one) if taken else ()
        off = taken.get(told[:keys])
        rest = type(one)(*told[:keys], *(a - b for a, b in zip(told[keys:], off, strict=True))) if off else one
        if rest.clients:
            left.append(rest)
    return left


def _told(one: Any) -> tuple[Any, ...]:
    """The fields of a row; `astuple` would copy each of them deeply, which costs more than the query."""
    return tuple(vars(one).values())
