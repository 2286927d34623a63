"""The night's part: every client's step and place, written only where something changed, and the sums of the branch. In one
transaction under the branch's lock; a second time writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from crm import audit
from crm.models import Branch, Publication
from segmentation.models import Standing
from servicing.loyalty.facts import Row, facts_of, parts_of, rare_in
from servicing.loyalty.rules import Facts, Numbers, depending, lasting, numbers_on, quadrant, step_of
from servicing.models import Loyalty, LoyaltyFigures

_KEPT = [field.name for field in Loyalty._meta.fields if field.name not in {"client", "branch"}]


def keep_loyalty(night: Publication, *, fence: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Keep what a published night says of the loyalty of a branch's clients. `fence` is called inside the transaction and
    raises where the run is no longer the caller's. Returns how many rows were added, changed and removed."""
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=night.branch_id)
        numbers, rare = numbers_on(night.as_of), rare_in(night.branch, night.as_of)
        counts = {"added": 0, "changed": 0, "removed": _remove(night)}
        cells: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        for part in parts_of(night):
            rows = [
                (row, row_of(night.branch_id, row.client, facts, numbers)) for row, facts in facts_of(part, night, rare)
            ]
            added, changed = _write(night.branch_id, [loyal for _row, loyal in rows])
            counts["added"] += added
            counts["changed"] += changed
            for row, loyal in rows:
                _add(cells[loyal.quadrant, loyal.step], row)
        _keep_figures(night, cells, numbers)
        if any(counts.values()):
            audit.record(
                "keep-loyalty",
                actor=None,
                table=Loyalty._meta.db_table,
                key=night.pk,
                branch=night.branch,
                detail={"day": night.as_of.isoformat(), **counts},
            )
    return counts


def row_of(branch: int, client: int, facts: Facts, numbers: Numbers) -> Loyalty:
    """What is kept of a client."""
    lasts, depends = lasting(facts, numbers), depending(facts, numbers)
    known = {name: getattr(facts, name) for name in Facts.__dataclass_fields__ if name != "uses"}
    return Loyalty(
        client_id=client,
        branch_id=branch,
        **known,
        uses=",".join(facts.uses),
        step=step_of(facts, numbers),
        told_step=step_of(facts.told, numbers),
        lasting=lasts,
        depending=depends,
        quadrant=quadrant(lasts, depends, numbers),
    )


def _write(branch: int, rows: list[Loyalty]) -> tuple[int, int]:
    kept = Loyalty.objects.between(branch, rows[0].pk, rows[-1].pk)
    known = {client: tuple(told) for client, *told in kept.values_list("client", *_KEPT)}
    fresh = [row for row in rows if row.pk not in known]
    changed = [row for row in rows if row.pk in known and known[row.pk] != _told(row)]
    Loyalty.objects.bulk_create(
        [*fresh, *changed], update_conflicts=True, unique_fields=["client"], update_fields=_KEPT, batch_size=500
    )
    return len(fresh), len(changed)


def _told(row: Loyalty) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEPT)


def _remove(night: Publication) -> int:
    """Who closed, was restricted or wants no scores stands nowhere."""
    stands = Standing.objects.filter(publication=night, client__is_restricted=False, client__is_unscored=False)
    count, _by_table = (
        Loyalty.objects.filter(branch=night.branch_id).exclude(client__in=stands.values("client")).delete()
    )
    return count


def _add(cell: list[int], row: Row) -> None:
    for at, value in enumerate((1, row.assets_fen, row.measure_fen)):
        cell[at] += value


def _keep_figures(night: Publication, cells: dict[tuple[str, int], list[int]], numbers: Numbers) -> None:
    told: Iterable[list[Any]] = [[place, step, *sums] for (place, step), sums in sorted(cells.items())]
    values = {"cells": list(told), "cuts": [numbers.lasting_cut, numbers.depending_cut]}
    known = LoyaltyFigures.objects.filter(publication=night).first()
    if known is None or (known.cells, known.cuts) != (values["cells"], values["cuts"]):
        LoyaltyFigures.objects.update_or_create(publication=night, defaults=values)
