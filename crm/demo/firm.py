"""The invented firm, written as the export files that its branches' counters would give."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from crm.demo.blocks import World, invent_blocks, invent_world
from crm.demo.counter import BY_MONTH, Counter, Writing
from crm.demo.dialects.layout import Table, columns
from crm.demo.fact_rows import Fields
from crm.demo.files import TextFiles, row_count
from crm.demo.kinds import texts
from crm.demo.manifest import Manifest, WrittenFile
from crm.demo.plan import Branch, Plan
from crm.demo.staff import StaffEntry, staff_list

__all__ = ["Plan", "StaffEntry", "Writing", "staff_list", "write_firm"]

RATES = Table("汇率.csv", columns("日期 day text\n币种 currency text\n汇率 rate rate"), "utf-8-sig")
Progress = Callable[[str], None]


def write_firm(out: Path, plan: Plan, *, way: Writing = BY_MONTH, progress: Progress | None = None) -> Manifest:
    """Write every file of the firm below `out`, which must be empty or missing, and the manifest beside them."""
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    out.mkdir(parents=True, exist_ok=True)
    world = invent_world(plan)
    manifest = Manifest(world)
    _write_rates(out, world, manifest)
    for branch in plan.branches:
        _write_branch(out, world, branch, manifest, way)
        if progress:
            progress(f"{branch.code} {branch.name}")
    manifest.write(out)
    return manifest


def _write_rates(out: Path, world: World, manifest: Manifest) -> None:
    rates = world.rates
    fields: Fields = {
        "day": texts(np.repeat(rates.days.astype(str), len(rates.currencies)).tolist()),
        "currency": texts(list(rates.currencies) * len(rates.days)),
        "rate": rates.rate_e6.ravel(),
    }
    with TextFiles(out) as files:
        files.append(Path(RATES.file_name), RATES, fields)
    manifest.files.append(WrittenFile(RATES.file_name, "rates", "", "", row_count(fields)))


def _write_branch(out: Path, world: World, branch: Branch, manifest: Manifest, way: Writing) -> None:
    with TextFiles(out) as files:
        counter = Counter(files, branch, world, way)
        for block in invent_blocks(world, branch):
            manifest.count(block)
            counter.add(block)
        manifest.files.extend(counter.finish())
