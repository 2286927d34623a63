"""The dry run: read the file, judge every row, compare with what is known, write nothing."""

import re
from collections.abc import Callable
from datetime import date

from django.db import transaction

from clients import export_files
from clients.export_files.inspection import Problem
from clients.imports.batches import folder, inspection, original
from clients.imports.plans import make_plan, save
from clients.models import ImportBatch

State = ImportBatch.State


def file_day(batch: ImportBatch, today: date) -> date:
    """The day a snapshot speaks of: given by a person, else a date in the file's name, else the day it is read."""
    if batch.day:
        return batch.day
    for digits in re.findall(r"(?<!\d)(20\d{6}|20\d{2}-\d{2}-\d{2})(?!\d)", batch.file_name):
        try:
            return date.fromisoformat(digits if "-" in digits else f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
        except ValueError:
            continue
    return today


def check(
    batch: ImportBatch,
    *,
    today: date,
    pulse: Callable[[int], None] | None = None,
    fence: Callable[[], None] = lambda: None,
) -> ImportBatch:
    """Stage and compare a batch; it becomes *checked*, or *held* with the reason. Nothing else in the database changes.
    `fence` is called inside the transaction that says so and raises where the work has been taken away."""
    found = inspection(batch)
    if open_questions := blocking(batch):
        return _hold(batch, *open_questions[0], fence)
    try:
        staged = export_files.stage(
            original(batch), found, into=folder(batch), day=batch.day, account=batch.account or None, progress=pulse
        )
    except export_files.Refused as error:
        return _hold(batch, error.code, error.params, fence)
    batch.content_digest = staged.content_digest
    batch.total_count, batch.skipped_count = staged.total, staged.skipped
    batch.notes = {**staged.notes, "unreadable": staged.rejected_count, "rule": staged.commission_rule}
    if staged.held:
        return _hold(batch, *staged.held, fence)
    _settle_names(staged, batch)
    plan = make_plan(batch, accepted=folder(batch) / "accepted.parquet", file_day=file_day(batch, today))
    save(plan)
    batch.new_count, batch.changed_count = plan.counts["new"], plan.counts["changed"]
    batch.unchanged_count, batch.removed_count = plan.counts["unchanged"], plan.counts["removed"]
    batch.waiting_count = plan.counts["waiting"]
    batch.rejected_count = staged.rejected_count + plan.counts["rejected"]
    batch.unknown = plan.unknown
    batch.notes = {k: plan.counts[k] for k in ("unsaid", "non_trades") if k in plan.counts} | batch.notes
    return _settle(batch, State.CHECKED, {}, fence)


def blocking(batch: ImportBatch) -> list[Problem]:
    """What keeps an inspected batch from being read and nobody has answered yet: (code, params)."""
    return [p for p in inspection(batch).blocking if not _is_answered(p[0], batch)]


def _is_answered(code: str, batch: ImportBatch) -> bool:
    return (code == "needs_day" and batch.day is not None) or (code == "needs_account" and bool(batch.account))


def _hold(batch: ImportBatch, code: str, params: object, fence: Callable[[], None]) -> ImportBatch:
    return _settle(batch, State.HELD, {"code": code, "params": params}, fence)


def _settle(batch: ImportBatch, state: str, error: dict[str, object], fence: Callable[[], None]) -> ImportBatch:
    batch.state, batch.error, batch.progress = state, error, {}
    with transaction.atomic():
        fence()
        batch.save()
    return batch


def _settle_names(staged: export_files.Staged, batch: ImportBatch) -> None:
    """Keep the staged files under the names that a later commit looks for."""
    place = folder(batch)
    for found, name in ((staged.accepted, "accepted.parquet"), (staged.rejects, "rejects.parquet")):
        if found != place / name:
            found.replace(place / name)
