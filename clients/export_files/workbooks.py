"""Real .xls and .xlsx workbooks, read as text: identifiers stay as typed, days are ISO, numbers keep their 15 digits."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from clients.export_files.cells import LOST_DIGITS
from clients.export_files.limits import Limits, Refused

_EXACT = 10**15  # a spreadsheet number holds 15 digits; what is longer has already been changed
_CONTROLS = re.compile(r"[\x00-\x1b\x1d-\x1f\x7f]")


def check_workbook(path: Path, limits: Limits) -> None:
    """Refuse an .xlsx before it is parsed: too large when unpacked, more rows than text should carry, not readable."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > limits.workbook_bytes or len(members) > limits.members:
                raise Refused("workbook_too_large", {"megabytes": unpacked >> 20, "most": limits.workbook_bytes >> 20})
            for member in members:
                _read_through(archive, member, limits)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused("workbook_unreadable") from error


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> None:
    """Unpack in pieces, so that a member larger than it says is found (CRC) before a parser holds it; count rows of sheets."""
    sheet = member.filename.startswith("xl/worksheets/")
    rows, tail = 0, b""
    with archive.open(member) as source:
        while piece := source.read(1 << 20):
            if not sheet:
                continue
            data = tail + piece
            rows += data.count(b"<row ") + data.count(b"<row>")
            tail = data[-4:]
            if rows > limits.workbook_rows:
                raise Refused("workbook_too_many_rows", {"most": limits.workbook_rows})


def open_workbook(path: Path) -> CalamineWorkbook:
    """The workbook; Refused when it is damaged or has a password."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Refused("workbook_password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("workbook_unreadable") from error


def sheet_rows(workbook: CalamineWorkbook, sheet: str, limits: Limits) -> Iterator[list[str]]:
    """The rows of a sheet as text, from row 1 of the sheet, so that row numbers are those of the spreadsheet."""
    try:
        table = workbook.get_sheet_by_name(sheet)
    except (CalamineError, ValueError) as error:
        raise Refused("workbook_unreadable") from error
    if table.total_height > limits.workbook_rows:
        raise Refused("workbook_too_many_rows", {"most": limits.workbook_rows})
    if table.total_width > limits.columns:
        raise Refused("too_many_columns", {"count": table.total_width, "most": limits.columns})
    first_row, first_column = table.start or (0, 0)
    yield from ([] for _ in range(first_row))
    left = [""] * first_column
    for row in table.to_python(skip_empty_area=True):
        yield left + [cell_text(cell) for cell in row]


def cell_text(cell: object) -> str:
    """A cell as text. A number of more than 15 digits is marked: the identifier it was is lost."""
    if isinstance(cell, str):
        return cell if cell.isprintable() else _CONTROLS.sub("\x1a", " ".join(cell.replace("_x000D_", " ").split()))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(cell)
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return _moment(cell)
    return "" if cell is None else str(cell).upper()


def _moment(cell: dt.date | dt.time | dt.timedelta) -> str:
    """ISO day, with the time where there is one; times of day as HH:MM:SS."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == dt.time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, dt.timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return cell.isoformat() if isinstance(cell, dt.date) else cell.strftime("%H:%M:%S")


def _number(number: float) -> str:
    if abs(number) >= _EXACT:
        return f"{LOST_DIGITS}{number:.0f}"
    if number == int(number):
        return str(int(number))
    text = f"{number:.15g}"
    return format(Decimal(text), "f") if "e" in text else text
