"""What was found about a file: shown to a person, corrected by them, remembered for the next file of the kind."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Confidence = Literal["exact", "synonym", "guess", "none"]
Problem = tuple[str, dict[str, Any]]

BLOCKING = frozenset(
    {
        "unknown_kind",
        "missing_column",
        "needs_day",
        "needs_account",
        "too_many_columns",
        "empty_file",
        "web_page",
        "workbook_too_large",
        "workbook_too_many_rows",
        "workbook_unreadable",
        "archive_not_unpacked",
    }
)


@dataclass(frozen=True)
class ColumnMatch:
    """A column of the file and the field it was taken for; field '' is an unknown column, kept and reported."""

    index: int
    source: str
    field: str
    confidence: Confidence


@dataclass(frozen=True)
class RememberedMapping:
    """What a person decided for files with this header (key: Inspection.signature)."""

    kind: str
    columns: Mapping[str, str]  # source header → field ('' = leave out)
    preset: str = ""


@dataclass(frozen=True)
class Overrides:
    """Corrections on the inspection page; what is None is found."""

    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    columns: Mapping[int, str] = field(default_factory=dict)  # column index → field ('' = leave out)


@dataclass(frozen=True)
class Inspection:
    """The file as understood before reading its rows. Money and dates are not looked at yet."""

    file_name: str
    size_bytes: int
    sha256: str
    container: str  # text, xls, xlsx
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 0
    kind: str = ""
    preset: str = ""
    signature: str = ""
    columns: tuple[ColumnMatch, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    row_count: int = 0
    problems: tuple[Problem, ...] = ()
    commission_rule: str = ""

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that keep the file from being staged (a day or an account can be given to `stage`)."""
        return tuple(problem for problem in self.problems if problem[0] in BLOCKING)

    def column_of(self, name: str) -> ColumnMatch | None:
        """The column that carries a field, if the file has it."""
        return next((column for column in self.columns if column.field == name), None)

    def to_json(self) -> str:
        """Text for the database; `from_json` gives the same inspection back."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Inspection:
        """The inspection that `to_json` wrote."""
        data = json.loads(text)
        data["columns"] = tuple(ColumnMatch(**column) for column in data["columns"])
        data["sample"] = tuple(tuple(row) for row in data["sample"])
        data["problems"] = tuple((code, params) for code, params in data["problems"])
        return cls(**data)


@dataclass(frozen=True)
class Staged:
    """Rows read, typed and judged, outside the database. Both files are Parquet; total = accepted + rejected."""

    accepted: Path
    rejects: Path
    total: int
    accepted_count: int
    rejected_count: int
    skipped: int
    notes: Mapping[str, int]
    held: Problem | None
    content_digest: str
    commission_rule: str = ""
