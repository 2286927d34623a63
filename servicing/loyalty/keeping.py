"""The night's part: every client's step and place, written only where something changed, and the sums of the branch. In one
transaction under the branch's lock; a second time writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from crm import audit
from crm.models import Branch, Publication
from segmentation.models import Standing
from servicing.loyalty.facts import Row, facts_of, parts_of, rare_in
from servicing.loyalty.rules import Facts, Numbers, depending, lasting, numbers_on, quadrant, step_of
from servicing.models import Loyalty, LoyaltyFigures

Kept = tuple[Any, ...]
_KEPT = [field.name for field in Loyalty._meta.fields if field.name not in {"client", "branch"}]
_QUADRANT, _STEP = _KEPT.index("quadrant"), _KEPT.index("step")


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
            kept = {row.client: kept_of(facts, numbers) for row, facts in facts_of(part, night, rare)}
            added, changed = _write(night.branch_id, kept)
            counts["added"] += added
            counts["changed"] += changed
            for row in part:
                one = kept[row.client]
                _add(cells[one[_QUADRANT], one[_STEP]], row)
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


def kept_of(facts: Facts, numbers: Numbers) -> Kept:
    """What is kept of a client, in the order of the columns: a row is made only of what is new or has changed."""
    lasts, depends = lasting(facts, numbers), depending(facts, numbers)
    step, told = step_of(facts, numbers), facts.told
    values: dict[str, Any] = {
        **vars(facts),
        "uses": ",".join(facts.uses),
        "step": step,
        "told_step": step if told is facts else step_of(told, numbers),
        "lasting": lasts,
        "depending": depends,
        "quadrant": quadrant(lasts, depends, numbers),
    }
    return tuple(values[name] for name in _KEPT)


def _write(branch: int, kept: Mapping[int, Kept]) -> tuple[int, int]:
    stored = Loyalty.objects.between(branch, min(kept), max(kept)).values_list("client", *_KEPT)
    known = {client: tuple(told) for client, *told in stored}
    fresh = [client for client in kept if client not in known]
    changed = [client for client, values in known.items() if client in kept and kept[client] != values]
    rows = [
        Loyalty(client_id=client, branch_id=branch, **dict(zip(_KEPT, kept[client], strict=True)))
        for client in (*fresh, *changed)
    ]
    Loyalty.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["client"], update_fields=_KEPT, batch_size=500
    )
    return len(fresh), len(changed)


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
