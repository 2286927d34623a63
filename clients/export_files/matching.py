"""From a header row to the kind of file, the preset and the field of every column."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clients.export_files.inspection import ColumnMatch, Confidence, Overrides, Problem, RememberedMapping
from clients.export_files.kinds import Kind, fits, is_known, match_headers, normal_header
from clients.export_files.presets import Preset, preset_for
from clients.export_files.registry import KINDS

# What the file of rejected rows says about each row, after the row's own columns; the batch tells how it was read.
REPORT = ("原行号", "列", "值", "原因", "批次")
ORDER_WORDS, FILL_WORDS = ("委托", "order"), ("成交", "fill", "deal")


@dataclass(frozen=True)
class Match:
    """What a header row says. `score` is the number of columns understood."""

    kind: str
    preset: str
    columns: tuple[ColumnMatch, ...]
    score: int
    problems: tuple[Problem, ...] = ()


def signature(headers: Sequence[str]) -> str:
    """The same for the same headers in the same order, however they are spelt, encoded or delimited, and for the file of
    their rejected rows."""
    return hashlib.sha256("\x1f".join(normal_header(header) for header in own(headers)).encode()).hexdigest()[:32]


def own(headers: Sequence[str]) -> Sequence[str]:
    """The headers of the export itself: without those that a file of rejected rows adds."""
    return headers[: -len(REPORT)] if tuple(headers[-len(REPORT) :]) == REPORT else headers


def trimmed(headers: Sequence[str]) -> list[str]:
    """Headers without blanks around them and without the empty ones that a trailing delimiter makes."""
    cells = [header.strip(" \ufeff\t　") for header in headers]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def match(headers: Sequence[str], *, hint: str = "", rows: Sequence[Sequence[str]] = ()) -> Match | None:
    """The best reading of a header row, None when it is not the header of a known kind. `hint` is the file's name and titles."""
    cells = trimmed(headers)
    readings = [(kind, match_headers(kind, cells)) for kind in KINDS.values()]
    fitting = [(kind, found) for kind, found in readings if fits(kind, {name for name, _ in found.values()})]
    if not fitting:
        return None
    presets = preset_for(own(cells), (kind.name for kind, _ in fitting))
    if presets:
        fitting = [(kind, found) for kind, found in fitting if kind.name in {preset.kind for preset in presets}]
    kind, found = max(fitting, key=lambda pair: len(pair[1]))
    problems: list[Problem] = []
    alike = {each.name for each, _ in fitting} & {"orders", "fills"}
    if len(alike) == 2 and kind.name in alike:
        kind, found, sure = _order_or_fill(fitting, cells, hint, rows)
        if not sure:
            problems.append(("ambiguous_kind", {"kind": kind.name}))
    preset = next((each for each in presets if each.kind == kind.name), None)
    return Match(
        kind.name, preset.name if preset else "", _columns(kind, cells, found, preset), len(found), tuple(problems)
    )


def _order_or_fill(
    fitting: list[tuple[Kind, dict[int, tuple[str, bool]]]], cells: list[str], hint: str, rows: Sequence[Sequence[str]]
) -> tuple[Kind, dict[int, tuple[str, bool]], bool]:
    """Orders and fills of 国泰 share one header: the name of the file says it, else whether every row was dealt in full."""
    by_name = {kind.name: (kind, found) for kind, found in fitting}
    says_order = any(word in hint for word in ORDER_WORDS)
    says_fill = any(word in hint for word in FILL_WORDS)
    if says_order != says_fill:
        return (*by_name["orders" if says_order else "fills"], True)
    places = {name: index for index, (name, _) in by_name["fills"][1].items()}
    deal, quantity = places.get("deal_number"), places.get("quantity")
    if deal is None:
        return (*by_name["orders"], True)
    empty = [
        row
        for row in rows
        if len(row) > deal
        and (row[deal].strip() in {"", "0"} or (quantity is not None and row[quantity].strip() in {"", "0", "0.00"}))
    ]
    return (*by_name["orders" if empty else "fills"], False)


def _columns(
    kind: Kind, cells: list[str], found: Mapping[int, tuple[str, bool]], preset: Preset | None
) -> tuple[ColumnMatch, ...]:
    columns = []
    for index, source in enumerate(cells):
        name, canonical = found.get(index, ("", False))
        confidence: Confidence = "exact" if name and (canonical or preset) else "synonym" if name else "none"
        columns.append(ColumnMatch(index, source, name, confidence))
    return tuple(columns)


def remember(headers: Sequence[str], remembered: RememberedMapping) -> Match | None:
    """The reading that a person confirmed for this header."""
    if remembered.kind not in KINDS:
        return None
    columns = tuple(
        ColumnMatch(
            index, source, remembered.columns.get(source, ""), "exact" if remembered.columns.get(source) else "none"
        )
        for index, source in enumerate(trimmed(headers))
    )
    return Match(remembered.kind, remembered.preset, columns, len(columns))


def corrected(found: Match | None, headers: Sequence[str], overrides: Overrides) -> Match | None:
    """The reading with a person's corrections: another kind, other fields for columns."""
    cells = trimmed(headers)
    if overrides.kind and overrides.kind in KINDS and (found is None or overrides.kind != found.kind):
        kind = KINDS[overrides.kind]
        fields = match_headers(kind, cells)
        found = Match(kind.name, "", _columns(kind, cells, fields, None), len(fields))
    if found is None or not overrides.columns:
        return found
    fields_of_kind = {each.name for each in KINDS[found.kind].fields}
    given = {index: name for index, name in overrides.columns.items() if not name or name in fields_of_kind}
    columns = []
    for column in found.columns:
        if column.index in given:
            name = given[column.index]
            columns.append(ColumnMatch(column.index, column.source, name, "exact" if name else "none"))
        elif column.field and column.field in given.values():
            columns.append(ColumnMatch(column.index, column.source, "", "none"))
        else:
            columns.append(column)
    return Match(found.kind, found.preset, tuple(columns), found.score, found.problems)


def problems_of(found: Match) -> list[Problem]:
    """What a person should know about the columns: what is missing, what is not understood, what else is needed."""
    kind = KINDS[found.kind]
    present = {column.field for column in found.columns if column.field}
    problems: list[Problem] = list(found.problems)
    missing = [group for group in (*kind.needs, *kind.required) if not present & set(group)]
    problems += [("missing_column", {"fields": list(group)}) for group in missing]
    if kind.day and kind.day not in present:
        problems.append(("needs_day", {}))
    if kind.account and not present & {"fund_account", "securities_account", "client_number"}:
        problems.append(("needs_account", {}))
    count = len(own([column.source for column in found.columns]))
    spare = [column.source for column in found.columns[:count] if not column.field and column.source]
    unknown = [source for source in spare if not is_known(kind, source)]
    double = [source for source in spare if is_known(kind, source)]
    if unknown:
        problems.append(("unknown_columns", {"columns": unknown[:50]}))
    if double:
        problems.append(("double_columns", {"columns": double[:50]}))
    return problems
