"""Rows that were not taken: on screen masked, and as a file to correct and drop again, with line, column, value and reason."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import duckdb

from clients import export_files
from clients.export_files import reasons
from clients.imports.batches import folder, inspection, original
from clients.imports.masking import masked, masked_text
from clients.models import ImportBatch, RowError
from crm.lib import columnar

SHOWN = 1000
_TEXT_CELL = re.compile(r'="[^"=+\-@|]*"')


def save(batch: ImportBatch, con: duckdb.DuckDBPyConnection) -> None:
    """Keep the rejects of reading and of comparing (the open plan) as one file, and the first thousand as rows for the
    screen."""
    place = folder(batch)
    titles = {c.field: c.source for c in inspection(batch).columns if c.field}
    con.execute("CREATE TEMP TABLE titles (field VARCHAR, title VARCHAR)")
    if titles:
        con.execute(
            "INSERT INTO titles SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [list(titles), list(titles.values())],
        )
    con.execute(f"""
        COPY (
            SELECT line, "column", field, value, code, params
            FROM read_parquet({columnar.literal(place / "rejects.parquet")})
            UNION ALL BY NAME
            SELECT line, coalesce(title, field) AS "column", field, value, code, params
            FROM rejected LEFT JOIN titles USING (field)
            QUALIFY row_number() OVER (PARTITION BY line ORDER BY code) = 1
        ) TO {columnar.literal(place / "all_rejects.parquet")} (FORMAT parquet)
    """)
    rows = con.execute(
        f"SELECT * FROM read_parquet({columnar.literal(place / 'all_rejects.parquet')}) ORDER BY line LIMIT {SHOWN}"
    ).fetchall()
    RowError.objects.filter(batch=batch).delete()
    RowError.objects.bulk_create(
        RowError(
            batch=batch,
            line=line,
            column=masked_text(column or "")[:120],
            value_masked=masked(field or "", value or "")[:120],
            code=code,
            params=json.loads(params or "{}"),
        )
        for line, column, field, value, code, params in rows
    )


def write_file(batch: ImportBatch, path: Path) -> int:
    """The file of rejected rows, in full: the original columns, then line, column, value, reason and batch (by which it
    is read like the file it came from). UTF-8 with BOM, as a spreadsheet opens it; cells that would be read as formulas
    are escaped. Returns the count of rows. The caller asks for a reason and writes the audit row first."""
    found = inspection(batch)
    headers = export_files.own([c.source for c in found.columns])
    with columnar.connect() as con:
        rows: list[tuple[Any, ...]] = con.execute(
            'SELECT line, "column", value, code, params'
            f" FROM read_parquet({columnar.literal(folder(batch) / 'all_rejects.parquet')}) ORDER BY line"
        ).fetchall()
    cells = export_files.cells_of(original(batch), found, {line for line, *_ in rows})
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([*headers, *export_files.REPORT])
        for line, column, value, code, params in rows:
            said = [line, column, value, reasons.describe(code, json.loads(params or "{}")), batch.pk]
            row = list(cells.get(line, ()))[: len(headers)]
            row += [""] * (len(headers) - len(row))
            writer.writerow([harmless(str(c)) for c in (*row, *said)])
    return len(rows)


def harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula; plain numbers stay."""
    if _TEXT_CELL.fullmatch(cell) or cell.lstrip("+-").replace(".", "", 1).isdigit():
        return cell  # ="000651" is how brokers keep zeros, and is read back as such
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
