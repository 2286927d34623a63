"""What was found in a file and what of it was rejected, as a page may show it."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from clients.export_files import reasons
from clients.export_files.inspection import ColumnMatch, Inspection
from clients.forms import kind_named
from clients.imports.masking import masked, masked_header, masked_text
from clients.models import ImportBatch
from clients.pages.words import field_label

ROW_ERRORS_SHOWN = 15
SAMPLE_ROWS = 6


@dataclass(frozen=True)
class MappedField:
    """A field of the kind and the column of the file that it was taken from."""

    name: str
    label: str
    column: ColumnMatch | None
    sample: str
    is_required: bool

    @property
    def is_spare(self) -> bool:
        """A field that the file does not have and need not have."""
        return self.column is None and not self.is_required


def notices_of(found: Inspection | None) -> list[str]:
    """What is worth knowing and asks nothing: other sheets, columns that are not understood."""
    if found is None:
        return []
    told = [p for p in found.problems if p not in found.blocking]
    return [masked_text(reasons.describe(code, params)) for code, params in told]


def headers_of(found: Inspection) -> list[str]:
    """The headers as the screen may show them."""
    return masked_header([c.source for c in found.columns], is_known=bool(found.kind))


def sample_of(found: Inspection) -> dict[str, Any]:
    """The first rows, each cell masked by its field."""
    fields = {c.index: c.field for c in found.columns}
    return {
        "head": headers_of(found),
        "rows": [
            [masked(fields.get(n, ""), cell) for n, cell in enumerate(row[: len(found.columns)])]
            for row in found.sample[:SAMPLE_ROWS]
        ],
    }


def fields_of(found: Inspection) -> list[MappedField]:
    """The fields of the kind: required ones and those with a column first, in the order of the file."""
    kind = kind_named(found.kind)
    if kind is None:
        return []
    required = {name for group in (*kind.needs, *kind.required) if len(group) == 1 for name in group}
    places = {c.field: c for c in found.columns if c.field}
    rows = []
    for field in kind.fields:
        column = places.get(field.name)
        if field.type == "unused" and column is None:
            continue
        values = (row[column.index] for row in found.sample if column and column.index < len(row))
        sample = next((masked(field.name, v) for v in values if v.strip()), "")
        rows.append(MappedField(field.name, field_label(field), column, sample, field.name in required))
    return sorted(rows, key=lambda r: (r.is_spare, r.column.index if r.column else 999))


def row_errors_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """The first rejected rows with their reasons in the words of the reader."""
    if not batch.rejected_count:
        return []
    kind = kind_named(batch.kind)
    labels = {f.name: field_label(f) for f in kind.fields} if kind else {}
    labels["account"] = _("account")
    return [
        {
            "line": error.line,
            "column": labels.get(re.sub(r"_(e2|e4|e6|minor)$", "", error.column), error.column),
            "value_masked": error.value_masked,
            "why": masked_text(reasons.describe(error.code, error.params)),
        }
        for error in batch.row_errors.all()[:ROW_ERRORS_SHOWN]
    ]


def error_reasons_of(batch: ImportBatch) -> list[tuple[str, int]]:
    """Why rows were rejected and how often, among those kept for the screen; the most frequent reason first."""
    if batch.rejected_count <= ROW_ERRORS_SHOWN:
        return []
    counts = batch.row_errors.order_by().values_list("code").annotate(n=Count("pk")).order_by("-n", "code")
    return [(re.sub(r"%\(\w+\)s", "…", reasons.describe(code)), n) for code, n in counts[:6]]
