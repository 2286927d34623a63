"""A file that does not end with a line end may have been cut off. The last cell is then believed only if it has the shape
that the cells above it have; a complete file that merely lacks the line end passes.
"""

from __future__ import annotations

import duckdb

from clients.export_files.parsing import Layout, Part, lines_sql

_NUMBERS = {"money", "fee", "quantity", "price", "rate"}
_FREE = {"note"}  # half a remark says nothing wrong


def last_line(con: duckdb.DuckDBPyConnection, part: Part, layout: Layout, rule: str, line: int) -> str | None:
    """The field whose cell in the last line may be cut off, None when the line can be believed.

    Only the last column can be cut without changing the number of cells. Texts of any length cannot be judged and are
    not believed; numbers must have decimals as above; everything else the length of some cell above it.
    """
    found = [field for column, field in layout.columns if column.index == layout.width - 1]
    if not found or found[0].name in _FREE:
        return None
    field = found[0]
    if field.type in {"text", "name", "security_name"}:
        return field.name
    x = f"trim(split_part(l, '\x1f', {layout.width}))"
    shape = f"length(split_part({x}, '.', 2))" if field.type in _NUMBERS else f"length({x})"
    if field.type == "word":
        shape = x
    row = con.execute(
        f"""WITH lines AS ({lines_sql(part)}), shapes AS (SELECT line, {shape} AS s FROM lines WHERE line > {layout.header_line})
        SELECT (SELECT s FROM shapes WHERE line = {line}) AS mine,
            EXISTS (SELECT 1 FROM shapes WHERE line <> {line} AND s = (SELECT s FROM shapes WHERE line = {line}))"""
    ).fetchone()
    if row is None or row[0] is None:
        return None
    whole_number = field.type in _NUMBERS and row[0] == 0 and field.name not in rule and field.name != "net"
    return field.name if not row[1] or whole_number else None
