"""What a file may cost before it is refused, and the one exception that names the file and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clients.export_files.reasons import describe


@dataclass(frozen=True)
class Limits:
    """Bytes, rows and columns; the defaults fit a year of a large branch and refuse what only a mistake or an attack brings."""

    members: int = 2_000
    unpacked_bytes: int = 16 << 30
    ratio: int = 150  # unpacked ÷ packed, looked at from ratio_from_bytes on; exports shrink 5 to 20 times
    ratio_from_bytes: int = 64 << 20
    workbook_bytes: int = 256 << 20  # an .xlsx of 794 kB can unpack to 314 MB
    workbook_rows: int = 300_000
    columns: int = 512
    line_bytes: int = 65_536
    prefix_bytes: int = 262_144  # what detection reads
    header_lines: int = 50  # titles above the header
    part_bytes: int = 32 << 20  # one DuckDB pass; bounds memory and gives progress its step


LIMITS = Limits()


class Refused(Exception):
    """A file or a member of an archive that is not taken, with the code and parameters of the reason."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.params = dict(params or {})
        super().__init__(code)

    def __str__(self) -> str:
        return describe(self.code, self.params)
