"""Export files for the tests of the reader: written byte by byte, inspected, staged, and read back as dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from clients import export_files
from clients.export_files import Inspection, Overrides, Staged


def cells_of(words: str) -> list[str]:
    """The cells of a row written with blanks between them."""
    return words.split()


# A settlement layout with everything that the net amount needs.
SETTLEMENT = cells_of(
    "成交日期 成交时间 证券代码 证券名称 操作 成交数量 成交均价 成交金额 发生金额 佣金 印花税 过户费 "
    "成交编号 股东帐户 交易市场"
)
_PURCHASE = cells_of(
    "20240603 09:30:00 000001 平安银行 证券买入 100 10.000 1000.00 -1005.01 5.00 0.00 0.01 88001 0123456789 深圳Ａ股"
)


def deal(**given: str) -> list[str]:
    """One purchase of 平安银行 (100 × 10.00, fees 5.01), or what `given` makes of it."""
    row = dict(zip(SETTLEMENT, _PURCHASE, strict=True))
    return list((row | given).values())


def sale(**given: str) -> list[str]:
    """One sale of the same (stamp duty 1.00)."""
    return deal(
        **{"操作": "证券卖出", "成交数量": "-100", "发生金额": "993.99", "印花税": "1.00", "成交编号": "88002"} | given
    )


def text(headers: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = "\t", newline: str = "\r\n") -> str:
    """The text of a table, every line ended."""
    return "".join(delimiter.join(row) + newline for row in (headers, *rows))


@dataclass
class Reading:
    """A file after inspection and staging."""

    inspection: Inspection
    staged: Staged
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """The problems of the inspection."""
        return [code for code, _ in self.inspection.problems]

    @property
    def reasons(self) -> dict[int, str]:
        """Reason by line."""
        return {reject["line"]: reject["code"] for reject in self.rejects}


def rows_of(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        found = con.execute(f"SELECT * FROM read_parquet('{path}')")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read(path: Path, *, overrides: Overrides | None = None, **given: Any) -> Reading:
    """Inspect and stage a file."""
    inspection = export_files.inspect(path, overrides=overrides)
    staged = export_files.stage(path, inspection, into=path.parent / f"{path.name}.staged", **given)
    return Reading(inspection, staged, rows_of(staged.accepted), rows_of(staged.rejects))


def read_text(
    folder: Path, content: str, *, name: str = "交割单.xls", encoding: str = "gb18030", **given: Any
) -> Reading:
    """Write a text, then inspect and stage it."""
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return read(path, **given)


def read_deals(folder: Path, *rows: Sequence[str], **given: Any) -> Reading:
    """A settlement of these rows."""
    return read_text(folder, text(SETTLEMENT, rows), **given)


DAY = date(2024, 6, 3)
