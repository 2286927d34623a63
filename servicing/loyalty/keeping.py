"""The night's part: every client's step and place, written only where something changed, and the sums of the branch. In one
transaction under the branch's lock; a second time writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from crm import audit
from crm.models import Branch, Publication
from servicing.loyalty.facts import KEPT, Kept, facts_of, rare_in, shown_in
from servicing.loyalty.rules import Facts, Numbers, depending, lasting, numbers_on, quadrant, step_of
from servicing.models import Loyalty, LoyaltyFigures

_QUADRANT, _STEP = KEPT.index("quadrant"), KEPT.index("step")


def keep_loyalty(night: Publication, *, fence: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Keep what a published night says of the loyalty of a branch's clients. `fence` is called inside the transaction and
    raises where the run is no longer the caller's. Returns how many rows were added, changed and removed."""
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=night.branch_id)
        numbers, rare = numbers_on(night.as_of), rare_in(night.branch, night.as_of)
        counts = {"added": 0, "changed": 0, "removed": 0}
        cells: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        decided = cache(partial(kept_of, numbers=numbers))  # many clients are alike in all that counts
        for part in facts_of(night, rare):
            written = {}
            for row, facts, known in part:
                kept = decided(facts)
                if kept != known:
                    written[row.client] = kept
                    counts["added" if known[0] is None else "changed"] += 1
                cell = cells[kept[_QUADRANT], kept[_STEP]]
                for at, value in enumerate((1, row.assets_fen, row.measure_fen)):
                    cell[at] += value
            _write(night.branch_id, written)
        counts["removed"] = _remove(night, sum(count for count, *_fen in cells.values()))
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
    depends, step, told = depending(facts, numbers), step_of(facts, numbers), facts.told
    values: dict[str, Any] = {
        **facts._asdict(),
        "uses": ",".join(facts.uses),
        "step": step,
        "told_step": step if told is facts else step_of(told, numbers),
        "depending": depends,
        "quadrant": quadrant(lasting(facts, numbers), depends, numbers),
    }
    return tuple(values[name] for name in KEPT)


def _write(branch: int, written: Mapping[int, Kept]) -> None:
    rows = [
        Loyalty(client_id=client, branch_id=branch, **dict(zip(KEPT, kept, strict=True)))
        for client, kept in written.items()
    ]
    Loyalty.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["client"], update_fields=KEPT, batch_size=500
    )


def _remove(night: Publication, standing: int) -> int:
    """Who closed, was restricted or wants no scores stands nowhere. Everybody else, `standing` clients, has a row by now: on
    most nights counting them is enough."""
    rows = Loyalty.objects.filter(branch=night.branch_id)
    if rows.count() == standing:
        return 0
    count, _by_table = rows.filter(~Exists(shown_in(night).filter(client=OuterRef("client")))).delete()
    return count


def _keep_figures(night: Publication, cells: dict[tuple[str, int], list[int]], numbers: Numbers) -> None:
    told: Iterable[list[Any]] = [[place, step, *sums] for (place, step), sums in sorted(cells.items())]
    values = {"cells": list(told), "cuts": [numbers.lasting_cut, numbers.depending_cut]}
    known = LoyaltyFigures.objects.filter(publication=night).first()
    if known is None or (known.cells, known.cuts) != (values["cells"], values["cuts"]):
        LoyaltyFigures.objects.update_or_create(publication=night, defaults=values)
