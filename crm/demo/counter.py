"""A branch's counter: it takes what happened to blocks of clients and appends it to the branch's files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crm.demo import card_rows, fact_rows, trying
from crm.demo.blocks import Block, World
from crm.demo.dialects import DIALECTS
from crm.demo.dialects.layout import Table
from crm.demo.fact_rows import Fields, Rows
from crm.demo.files import TextFiles, write_workbook
from crm.demo.kinds import Flags, Ints, Numbers, texts
from crm.demo.ledger import TRANSFERS
from crm.demo.lookups import Lookups, look_up
from crm.demo.manifest import WrittenFile
from crm.demo.plan import Branch

WORKBOOK_ROWS = 290_000
ACCOUNTS_PER_CLIENT = 6
YEARLY_UP_TO = 20_000
"""Branches up to this many clients write assets, holdings and transfers by year, larger ones by month."""


@dataclass(frozen=True)
class Writing:
    """Choices of a writing that do not change what happened: the last day's trades in `daily/`, trades by year."""

    last_day_apart: bool = False
    trades_by_year: bool = False


BY_MONTH = Writing()


class Counter:
    """The files of one branch while its blocks arrive."""

    def __init__(self, files: TextFiles, branch: Branch, world: World, way: Writing) -> None:
        self.files, self.branch, self.world = files, branch, world
        self.dialect = DIALECTS[branch.dialect]
        self.last_day_apart = way.last_day_apart
        days = world.plan.days.astype(str)
        self.months = texts([day[:7].replace("-", "") for day in days])
        years = texts([day[:4] for day in days])
        self.periods = years if branch.clients <= YEARLY_UP_TO else self.months
        self.trade_periods = years if way.trades_by_year else self.months
        self.written: dict[Path, tuple[str, str, bool]] = {}
        self.sheets: dict[str, list[Fields]] = {"clients": [], "accounts": []}

    def add(self, block: Block) -> None:
        """Append a block of clients: who they are and everything that happened to them."""
        self._add_cards(block)
        known = look_up(block, self.world, self.dialect.words)
        self._add_trades(block, known)
        code = self.branch.code
        for rows, period in _by_period(block.assets, self.periods):
            self._append("assets", fact_rows.asset_fields(rows, branch=code, known=known), period)
        for rows, period in _by_period(block.holdings, self.periods):
            self._append("holdings", fact_rows.holding_fields(rows, branch=code, known=known), period)
        if len(block.moves["day"]):
            fields = fact_rows.securities_transfer_fields(
                block.moves, branch=code, block=block.index, known=known, words=self.dialect.words
            )
            self._append("securities_transfers", fields)

    def finish(self) -> Iterator[WrittenFile]:
        """Write the workbooks and name every file of the branch."""
        for kind, parts in self.sheets.items():
            if parts:
                table: Table = getattr(self.dialect, kind)
                path = Path(self.branch.code) / table.file_name.format(branch=self.branch.code)
                rows = write_workbook(self.files.root / path, table, parts)
                yield WrittenFile(path.as_posix(), kind, self.branch.code, "", rows)
        for path, (kind, period, apart) in self.written.items():
            yield WrittenFile(path.as_posix(), kind, self.branch.code, period, self.files.rows[path], apart)

    def _append(
        self, kind: str, fields: Fields, period: str = "", *, folder: str = "", table: Table | None = None
    ) -> None:
        layout: Table = table or getattr(self.dialect, kind)
        name = layout.file_name.format(branch=self.branch.code, period=period).replace(".xlsx", ".csv")
        path = Path(folder or self.branch.code) / name
        self.written[path] = (kind, period, folder == "try")
        self.files.append(path, layout, fields, title=layout.title.format(name=self.branch.name, period=period))

    def _add_cards(self, block: Block) -> None:
        words = self.dialect.words
        for kind, fields, most in (
            ("clients", card_rows.client_fields(block, world=self.world, words=words), 1),
            ("accounts", card_rows.account_fields(block, world=self.world, words=words), ACCOUNTS_PER_CLIENT),
        ):
            table: Table = getattr(self.dialect, kind)
            if table.file_name.endswith(".xlsx") and self.branch.clients * most <= WORKBOOK_ROWS:
                self.sheets[kind].append(fields)
            else:
                self._append(kind, fields)

    def _add_trades(self, block: Block, known: Lookups) -> None:
        rows = block.rows
        if self.dialect.cash_transfers is not None:
            moved = np.isin(rows["kind"], TRANSFERS)
            for part, period in _by_period(_chosen(rows, moved), self.periods):
                fields = fact_rows.cash_transfer_fields(
                    part, branch=self.branch.code, block=block.index, known=known, words=self.dialect.words
                )
                self._append("cash_transfers", fields, period)
            rows = _chosen(rows, ~moved)
        last = len(self.months) - 1
        day = self.world.plan.until.strftime("%Y%m%d")
        if self.branch.index == 0 and block.index == 0:
            fields = trying.with_three_bad_rows(self._trade_fields(block, known, _chosen(rows, rows["day"] == last)))
            self._append("trades", fields, day, folder="try", table=trying.with_prices_as_text(self.dialect.trades))
        if self.last_day_apart:
            fields = self._trade_fields(block, known, _chosen(rows, rows["day"] == last))
            self._append("trades", fields, day, folder="daily")
            rows = _chosen(rows, rows["day"] < last)
        for part, month in _by_period(rows, self.trade_periods):
            self._append("trades", self._trade_fields(block, known, part), month)

    def _trade_fields(self, block: Block, known: Lookups, rows: Rows) -> Fields:
        return fact_rows.trade_fields(
            rows,
            branch=self.branch.code,
            block=block.index,
            known=known,
            words=self.dialect.words,
            book_kind=block.books.kind,
        )


def _chosen(rows: Rows, here: Flags) -> Rows:
    return {name: column[here] for name, column in rows.items()}


def _by_period(rows: Rows, period_of_day: Numbers) -> Iterator[tuple[Rows, str]]:
    """Rows (ascending by day) cut at the changes of the period."""
    day: Ints = rows["day"]
    names = list(dict.fromkeys(period_of_day.tolist()))
    first_day = {name: index for index, name in reversed(list(enumerate(period_of_day.tolist())))}
    starts = np.searchsorted(day, [first_day[name] for name in names])
    for name, start, end in zip(names, starts, [*starts[1:], len(day)], strict=True):
        if end > start:
            yield {column: values[start:end] for column, values in rows.items()}, name
