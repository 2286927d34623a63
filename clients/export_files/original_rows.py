"""The cells of single lines as they came, for the file of rejected rows that a person corrects."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from pathlib import Path

from clients.export_files.cells import LOST_DIGITS
from clients.export_files.first_pass import blocks
from clients.export_files.inspection import Inspection
from clients.export_files.limits import LIMITS, Limits
from clients.export_files.quoting import MARK


def cells_of(
    path: Path, inspection: Inspection, lines: Collection[int], *, limits: Limits = LIMITS
) -> dict[int, tuple[str, ...]]:
    """Line number → its cells, of the lines asked for; the file is read once, in parts."""
    wanted = sorted(lines)
    found: dict[int, tuple[str, ...]] = {}
    for block in blocks(path, inspection, limits):
        start, end = bisect_left(wanted, block.first_line), bisect_right(wanted, block.first_line + block.lines - 1)
        if start == end:
            continue
        texts = block.data.split(b"\n")
        for line in wanted[start:end]:
            found[line] = _cells(texts[line - block.first_line])
    return found


def _cells(line: bytes) -> tuple[str, ...]:
    if line.startswith(MARK):
        return (line.split(MARK)[2].decode("utf-8", "replace"),)  # a line that could not be cut: as much as was kept
    text = line.decode("utf-8", "replace").replace(LOST_DIGITS, "")
    return tuple(cell.strip() for cell in text.split("\x1f"))
