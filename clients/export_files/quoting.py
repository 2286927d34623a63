"""Cells in quotation marks: ="000001" of files made for a spreadsheet, and the quoting of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

CELL = 0x1F  # between cells in the normal form
MARK = b"\x1d"  # a line that begins with it could not be cut into cells; its reason stands before the second one
_BREAKS = 20  # lines that a quoted cell may span


def only_equals(data: bytes) -> bool:
    """Do all quotation marks belong to cells written ="…", by their number? The cells are then unwrapped one by one."""
    return data.count(b'"') == 2 * data.count(b'="')


def split_quoted(data: bytes, delimiter: str) -> bytes:
    """Cut lines that contain quotation marks; a quoted cell over several lines is joined with blanks on its first line."""
    return _all_quoted(data, delimiter) or "".join(_lines(data.decode(), delimiter)).encode()


def _all_quoted(data: bytes, delimiter: str) -> bytes | None:
    """Every cell of every line is quoted and none contains a quotation mark: two replacements do it."""
    between = b'"' + delimiter.encode() + b'"'
    lines = data.count(b"\n")
    ends = data.count(b'"\n')
    starts = data.count(b'\n"') + data.startswith(b'"')
    if not lines == ends == starts or data.count(b'"') != 2 * (lines + data.count(between)):
        return None
    return data.replace(between, bytes([CELL])).replace(b'"', b"").replace(b"\t", b" ")


def _lines(text: str, delimiter: str) -> Iterator[str]:
    lines = text.removesuffix("\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith(MARK.decode()):
            used, out = 1, line
        elif '"' not in line:
            used, out = 1, line.replace(delimiter, chr(CELL))
        else:
            used, cells = _record(lines, at, delimiter)
            out = chr(CELL).join(cells) if cells else f"{MARK.decode()}quote_not_closed{MARK.decode()}{line}"
        yield out.replace("\t", " ") + "\n" * used
        at += used


def _record(lines: list[str], at: int, delimiter: str) -> tuple[int, list[str]]:
    """Lines used and cells of the record that starts here; no cells when its quotation marks do not close."""
    for used in range(1, _BREAKS + 1):
        if at + used > len(lines):
            break
        record = "\n".join(lines[at : at + used])
        if record.count('"') % 2 == 0:
            cells = _parse(record, delimiter)
            if cells:
                return used, cells
            if used == 1:
                break
    if delimiter == "\t" and '"' in lines[at]:  # tab text does not quote: the marks belong to the cell
        return 1, [unwrapped(cell) for cell in lines[at].split(delimiter)]
    return 1, []


def _parse(record: str, delimiter: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    if len(rows) != 1:
        return []
    return [" ".join(unwrapped(cell).split("\n")).replace("\r", " ") for cell in rows[0]]


def unwrapped(cell: str) -> str:
    """What stands in ="…", any other cell as it is."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell
