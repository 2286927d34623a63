"""Space-aligned text: columns stand under their header. Chinese characters are two columns wide."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_RUN = re.compile(r"[ \t]{2,}|\t")


@dataclass(frozen=True)
class Gutters:
    """Number of columns and, where the lines of the beginning agree, the display places that are blank between them."""

    columns: int
    blanks: tuple[tuple[int, int], ...] = ()
    single: bool = False  # cells are separated by single blanks


def _wide(text: str) -> str:
    """One character per display place: a wide character is followed by a filler."""
    return "".join(each + "\x00" if unicodedata.east_asian_width(each) in "WF" else each for each in text)


def header_cells(line: str) -> list[str]:
    """Headers have no blanks inside; a leading blank belongs to the layout."""
    return line.split()


def find_gutters(header: str, lines: list[str]) -> Gutters:
    """Read the columns from the header and up to some hundred lines below it."""
    columns = len(header_cells(header))
    shown = [_wide(line.rstrip()) for line in (header, *lines) if line.strip() and "\t" not in line]
    width = max((len(line) for line in shown), default=0)
    used = [any(len(line) > place and line[place] != " " for line in shown) for place in range(width)]
    blanks, start = [], -1
    for place, taken in enumerate(used):
        if not taken and start < 0:
            start = place
        elif taken and start >= 0:
            if start > 0:
                blanks.append((start, place))
            start = -1
    if len(blanks) == columns - 1:
        return Gutters(columns, tuple(blanks))
    runs = sum(len(_RUN.split(line.strip())) == columns for line in lines)
    return Gutters(columns, single=runs * 2 < len(lines))


def split_line(line: str, gutters: Gutters) -> list[str]:
    """The cells of a line; of another number than the columns when the line does not fit (it is then rejected)."""
    if gutters.blanks:
        wide = _wide(line)
        if all(not wide[start:end].strip(" ") for start, end in gutters.blanks):
            edges = [0, *(place for blank in gutters.blanks for place in blank), None]
            pieces = zip(edges[::2], edges[1::2], strict=True)
            return [wide[start:end].replace("\x00", "").strip() for start, end in pieces]
    return line.split() if gutters.single else _RUN.split(line.strip())


def split_aligned(data: bytes, gutters: Gutters | None) -> bytes:
    """Whole lines in normal form. Blank lines stay blank."""
    if gutters is None:
        return data
    text = data.decode()
    lines = text.removesuffix("\n").split("\n")
    cut = (
        "\x1f".join(split_line(line, gutters)) if line.strip() and line[0] != "\x1d" else line.strip(" ")
        for line in lines
    )
    return ("\n".join(cut) + ("\n" if text.endswith("\n") else "")).encode()
