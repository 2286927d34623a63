"""The invented firm, written as the export files that its branches' counters would give."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from crm.demo import card_rows, fact_rows, trying
from crm.demo.blocks import Block, World, invent_blocks, invent_world
from crm.demo.dialects import DIALECTS
from crm.demo.dialects.layout import Dialect, Table, columns
from crm.demo.fact_rows import Fields, Rows
from crm.demo.files import TextFiles, row_count, write_workbook
from crm.demo.kinds import Ints, texts
from crm.demo.ledger import TRANSFERS
from crm.demo.lookups import Lookups, look_up
from crm.demo.manifest import Manifest, WrittenFile
from crm.demo.plan import Branch, Plan
from crm.demo.staff import StaffEntry, staff_list

__all__ = ["Plan", "StaffEntry", "staff_list", "write_firm"]

RATES = Table("汇率.csv", columns("日期 day text\n币种 currency text\n汇率 rate rate"), "utf-8-sig")
WORKBOOK_ROWS = 290_000
ACCOUNTS_PER_CLIENT = 6
YEARLY_UP_TO = 20_000
"""Branches up to this many clients write assets, holdings and transfers by year, larger ones by month."""

Progress = Callable[[str], None]


def write_firm(out: Path, plan: Plan, *, last_day_apart: bool = False, progress: Progress | None = None) -> Manifest:
    """Write every file of the firm below `out`, which must be empty or missing, and the manifest beside them.

    With `last_day_apart` the trades of the last day lie in `daily/` instead of at the end of their month.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    out.mkdir(parents=True, exist_ok=True)
    world = invent_world(plan)
    manifest = Manifest(world)
    _write_rates(out, world, manifest)
    for branch in plan.branches:
        _write_branch(out, world, branch, manifest, last_day_apart)
        if progress:
            progress(f"{branch.code} {branch.name}")
    manifest.write(out)
    return manifest


def _write_rates(out: Path, world: World, manifest: Manifest) -> None:
    rates = world.rates
    fields: Fields = {
        "day": texts(np.repeat(rates.days.astype(str), len(rates.currencies)).tolist()),
        "currency": texts(list(rates.currencies) * len(rates.days)),
        "rate": rates.rate_e6.ravel(),
    }
    with TextFiles(out) as files:
        files.append(Path(RATES.file_name), RATES, fields)
    manifest.files.append(WrittenFile(RATES.file_name, "rates", "", "", row_count(fields)))


def _write_branch(out: Path, world: World, branch: Branch, manifest: Manifest, last_day_apart: bool) -> None:
    dialect = DIALECTS[branch.dialect]
    cards: dict[str, list[Fields]] = {"clients": [], "accounts": []}
    with TextFiles(out) as files:
        writing = _Writing(files, branch, dialect, world, manifest, last_day_apart)
        for block in invent_blocks(world, branch):
            manifest.count(block)
            writing.add(block)
            for kind, fields in writing.card_fields(block):
                if writing.as_workbook(kind):
                    cards[kind].append(fields)
                else:
                    writing.append(kind, fields)
        writing.list_files()
    for kind, parts in cards.items():
        if parts:
            table = getattr(dialect, kind)
            path = Path(branch.code) / table.file_name.format(branch=branch.code)
            rows = write_workbook(out / path, table, parts)
            manifest.files.append(WrittenFile(path.as_posix(), kind, branch.code, "", rows))


class _Writing:
    """The files of one branch while its blocks arrive."""

    def __init__(
        self,
        files: TextFiles,
        branch: Branch,
        dialect: Dialect,
        world: World,
        manifest: Manifest,
        last_day_apart: bool,
    ) -> None:
        self.files, self.branch, self.dialect, self.world = files, branch, dialect, world
        self.manifest, self.last_day_apart = manifest, last_day_apart
        days = world.plan.days.astype(str)
        self.months = np.array([day[:7].replace("-", "") for day in days])
        self.periods = np.array([day[:4] for day in days]) if branch.clients <= YEARLY_UP_TO else self.months
        self.kind_of: dict[Path, tuple[str, str, bool]] = {}

    def as_workbook(self, kind: str) -> bool:
        """Workbooks are for small tables only."""
        rows = self.branch.clients * (ACCOUNTS_PER_CLIENT if kind == "accounts" else 1)
        return getattr(self.dialect, kind).file_name.endswith(".xlsx") and rows <= WORKBOOK_ROWS

    def card_fields(self, block: Block) -> Iterator[tuple[str, Fields]]:
        """The client and account rows of a block."""
        yield "clients", card_rows.client_fields(block, world=self.world, words=self.dialect.words)
        yield "accounts", card_rows.account_fields(block, world=self.world, words=self.dialect.words)

    def append(
        self, kind: str, fields: Fields, period: str = "", *, folder: str = "", table: Table | None = None
    ) -> None:
        """Append rows to the branch's file of a kind and period."""
        table = table or getattr(self.dialect, kind)
        assert table is not None
        name = table.file_name.format(branch=self.branch.code, period=period).replace(".xlsx", ".csv")
        path = Path(folder or self.branch.code) / name
        self.kind_of[path] = (kind, period, bool(folder))
        self.files.append(path, table, fields, title=table.title.format(name=self.branch.name, period=period))

    def add(self, block: Block) -> None:
        """Append everything that happened to a block of clients."""
        known = look_up(block, self.world, self.dialect.words)
        self._add_trades(block, known)
        code = self.branch.code
        for rows, month in _by_period(block.assets, self.periods):
            self.append("assets", fact_rows.asset_fields(rows, branch=code, known=known), month)
        for rows, month in _by_period(block.holdings, self.periods):
            self.append("holdings", fact_rows.holding_fields(rows, branch=code, known=known), month)
        if len(block.moves["day"]):
            fields = fact_rows.securities_transfer_fields(
                block.moves, branch=code, block=block.index, known=known, words=self.dialect.words
            )
            self.append("securities_transfers", fields)

    def _add_trades(self, block: Block, known: Lookups) -> None:
        rows = block.rows
        if self.dialect.cash_transfers is not None:
            moved = np.isin(rows["kind"], TRANSFERS)
            for part, period in _by_period(_chosen(rows, moved), self.periods):
                fields = fact_rows.cash_transfer_fields(
                    part, branch=self.branch.code, block=block.index, known=known, words=self.dialect.words
                )
                self.append("cash_transfers", fields, period)
            rows = _chosen(rows, ~moved)
        last = len(self.months) - 1
        if self.branch.index == 0 and block.index == 0:
            self._add_trial(block, known, _chosen(rows, rows["day"] == last))
        if self.last_day_apart:
            fields = self._trade_fields(block, known, _chosen(rows, rows["day"] == last))
            self.append("trades", fields, self.world.plan.until.strftime("%Y%m%d"), folder="daily")
            rows = _chosen(rows, rows["day"] < last)
        for part, month in _by_period(rows, self.months):
            self.append("trades", self._trade_fields(block, known, part), month)

    def _trade_fields(self, block: Block, known: Lookups, rows: Rows) -> Fields:
        return fact_rows.trade_fields(
            rows,
            branch=self.branch.code,
            block=block.index,
            known=known,
            words=self.dialect.words,
            book_kind=block.books.kind,
        )

    def _add_trial(self, block: Block, known: Lookups, rows: Rows) -> None:
        fields = trying.with_three_bad_rows(self._trade_fields(block, known, rows))
        table = trying.with_prices_as_text(self.dialect.trades)
        self.append("trades", fields, self.world.plan.until.strftime("%Y%m%d"), folder="try", table=table)

    def list_files(self) -> None:
        """Enter the text files of the branch in the manifest."""
        for path, rows in self.files.rows.items():
            kind, period, apart = self.kind_of[path]
            self.manifest.files.append(WrittenFile(path.as_posix(), kind, self.branch.code, period, rows, apart))


def _chosen(rows: Rows, here: np.ndarray) -> Rows:  # type: ignore[type-arg]
    return {name: column[here] for name, column in rows.items()}


def _by_period(rows: Rows, period_of_day: np.ndarray) -> Iterator[tuple[Rows, str]]:  # type: ignore[type-arg]
    """Rows (ascending by day) cut at the changes of the period."""
    day: Ints = rows["day"]
    period = period_of_day[day]
    for name in dict.fromkeys(period_of_day.tolist()):
        start, end = np.searchsorted(period, name), np.searchsorted(period, name, side="right")
        if end > start:
            yield {column: values[start:end] for column, values in rows.items()}, name
