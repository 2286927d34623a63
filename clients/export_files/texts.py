r"""Text files of any encoding, read in bounded pieces into the one form that staging reads:

UTF-8, one physical line of the file per line, cells separated by \x1f. Other control characters become \x1a, which no
pattern accepts, so that the line is rejected with its number; so do bytes that are not text (they become U+FFFD).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clients.export_files.aligned import Gutters, split_aligned
from clients.export_files.limits import Limits
from clients.export_files.quoting import CELL, MARK, only_equals, split_quoted

ALIGNED = " "
_CHUNK = 4 << 20
_BOM = "\ufeff".encode()


def detect_encoding(prefix: bytes) -> str:
    """utf-8 (strict, with or without BOM), utf-16 (with BOM) or gb18030; UTF-8 first, because its bytes are valid GB18030."""
    if prefix.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(prefix, final=False)
    except UnicodeDecodeError:
        return "utf-8" if _is_damaged_utf8(prefix) else "gb18030"
    return "utf-8"


def _is_damaged_utf8(data: bytes) -> bool:
    """UTF-8 with some bad bytes: read as GB18030 it would become nonsense without an error. GB18030 text read as UTF-8
    has hardly a valid character.
    """
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) - bad >= bad


class _Decoder:
    """Bytes of the file to UTF-8. A file that began in ASCII and turns out not to be UTF-8 goes on as GB18030."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._plain = encoding == "utf-8"  # nothing but ASCII so far
        self._utf16 = codecs.getincrementaldecoder("utf-16")("replace") if encoding == "utf-16" else None

    def lines(self, data: bytes) -> bytes:
        """Whole lines (or the end of the file) as UTF-8; what cannot be read becomes U+FFFD."""
        if self._encoding == "utf-16":
            return data
        if self._encoding == "utf-8":
            if self._plain and data.isascii():
                return data
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                if not self._plain or _is_damaged_utf8(data):
                    return data.decode("utf-8", "replace").encode()
                self._encoding = "gb18030"
            else:
                self._plain = False
                return data
        return data.decode(self._encoding, "replace").encode()

    def early(self, data: bytes, *, final: bool) -> bytes:
        """UTF-16 has no byte that always ends a line, so it is decoded before lines are cut."""
        if self._utf16 is None:
            return data
        return self._utf16.decode(data, final=final).encode("utf-8", "replace")


@dataclass(frozen=True)
class Shape:
    """How the lines of a file are cut into cells."""

    delimiter: str
    gutters: Gutters | None = None


_KEEP = bytes(byte if byte >= 0x20 or byte in (0x09, 0x0A) else 0x1A for byte in range(256))


def _table(delimiter: str) -> bytes:
    table = bytearray(_KEEP)
    table[ord("\t")] = ord("\t") if delimiter == ALIGNED else ord(" ")
    if delimiter != ALIGNED:
        table[ord(delimiter)] = CELL
    return bytes(table)


def _has_long_line(data: bytes, limit: int) -> bool:
    """Every window of half the limit has a line end, unless a line is above the limit (or nearly)."""
    window = limit // 2
    return any(data.find(b"\n", at, at + window) < 0 for at in range(0, len(data) - window + 1, window))


def _shorten(data: bytes, limit: int) -> bytes:
    """Lines above the limit are cut to their beginning and marked."""
    return b"\n".join(
        MARK + b"line_too_long" + MARK + line[:400] if len(line) > limit else line for line in data.split(b"\n")
    )


def normal_form(data: bytes, shape: Shape, limits: Limits) -> bytes:
    """Whole UTF-8 lines in the form that staging reads. The number of lines does not change."""
    if _BOM in data:
        data = data.replace(b"\n" + _BOM, b"\n")
    drop = b""
    returns = data.count(b"\r")
    if returns and returns == data.count(b"\r\n"):
        drop = b"\r"
    elif returns:
        data = line_ends(data)
    table = _table(shape.delimiter)
    long = _has_long_line(data, limits.line_bytes)
    if not long and shape.delimiter != ALIGNED and (b'"' not in data or only_equals(data)):
        return data.translate(table, drop)
    data = data.translate(_KEEP, drop)
    if long:
        data = _shorten(data, limits.line_bytes)
    if shape.delimiter == ALIGNED:
        return split_aligned(data, shape.gutters)
    if b'"' in data:
        return split_quoted(data, shape.delimiter)
    return b"\n".join(line if line.startswith(MARK) else line.translate(table) for line in data.split(b"\n"))


def line_ends(data: bytes) -> bytes:
    """Every line ended by a line feed: of Windows files, of old Macintosh files and of those that were converted twice."""
    data = data.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def read_prefix(path: Path, limits: Limits) -> tuple[bytes, bool]:
    """The beginning of a file and whether that is all of it."""
    with path.open("rb") as source:
        data = source.read(limits.prefix_bytes)
        return data, not source.read(1)


def prefix_lines(prefix: bytes, encoding: str, *, whole: bool) -> bytes:
    """The whole lines of a prefix as UTF-8."""
    decoder = _Decoder(encoding)
    data = decoder.early(prefix, final=whole)
    if not whole:
        cut = max(data.rfind(b"\n"), data.rfind(b"\r"))
        data = data[: cut + 1] if cut >= 0 else b""
    data = decoder.lines(data)
    return data.removeprefix(_BOM)


@dataclass(frozen=True)
class Block:
    """Some lines of a file in normal form; `torn` when the file ends without a line end."""

    data: bytes
    first_line: int
    lines: int
    torn: bool


def read_blocks(path: Path, encoding: str, shape: Shape, limits: Limits) -> Iterator[Block]:
    """The whole file in normal form, a few megabytes at a time, with line numbers. Memory is bounded for any line length."""
    decoder = _Decoder(encoding)
    carry, line, start = b"", 1, True
    longest = max(limits.line_bytes * 2, _CHUNK)
    with path.open("rb") as source:
        while True:
            raw = source.read(_CHUNK)
            data = decoder.early(raw, final=not raw)
            if start:
                start, data = False, data.removeprefix(_BOM)
            if not data and not raw:
                break
            data = carry + data
            cut = data.rfind(b"\n") + 1
            if not cut and _only_returns(data):
                cut = data.rfind(b"\r", 0, len(data) - 1) + 1
            carry, data = data[cut:], data[:cut]
            if len(carry) > longest:
                carry = carry[: longest // 2]  # the line is above the limit whatever follows; the rest of it is dropped
            if data:
                block = normal_form(decoder.lines(data), shape, limits)
                count = block.count(b"\n")
                yield Block(block, line, count, torn=False)
                line += count
    if carry:
        data = decoder.lines(carry)
        block = normal_form(data + b"\n", shape, limits)
        yield Block(block, line, block.count(b"\n"), torn=not carry.endswith((b"\n", b"\r")))


def _only_returns(data: bytes) -> bool:
    """Lines of old Macintosh files end in a carriage return alone."""
    return data.count(b"\r") > 1
