"""The book of original entry: every row that the counter would print, as columns of whole numbers."""

from dataclasses import dataclass, field

import numpy as np

from crm.demo.kinds import Ints

(
    BUY,
    SELL,
    BANK,
    REVERSAL,
    INTERNAL,
    LEND,
    LEND_BACK,
    DIVIDEND,
    DIVIDEND_TAX,
    INTEREST,
    LOTTERY,
    DESIGNATION,
    LOAN,
    LOAN_BACK,
    LOAN_INTEREST,
    PRODUCT_BUY,
    PRODUCT_SELL,
) = range(17)
TRANSFERS = (BANK, REVERSAL, INTERNAL)
"""Rows that move cash between the account and a bank or another account; not trades (F2)."""

COLUMNS = (
    "kind", "book", "day", "second", "security", "quantity", "price_e4", "amount", "net",
    "commission", "stamp", "transfer", "levies", "balance", "held", "channel",
)  # fmt: skip

CUSTODY, COLLATERAL = range(2)
MOVE_COLUMNS = ("kind", "book", "day", "security", "quantity", "value")
ASSET_COLUMNS = ("book", "day", "cash", "market_value", "products", "debt")
HOLDING_COLUMNS = ("book", "day", "security", "quantity", "cost", "value")


@dataclass
class Ledger:
    """Rows in the order in which they happened; a column not named is zero."""

    columns: tuple[str, ...] = COLUMNS
    chunks: list[Ints] = field(default_factory=list)

    def add(self, count: int, **values: Ints | int) -> None:
        """Append rows; each value is a column or one number for all of them."""
        if count == 0:
            return
        chunk = np.zeros((len(self.columns), count), dtype=np.int64)
        for name, value in values.items():
            chunk[self.columns.index(name)] = value
        self.chunks.append(chunk)

    def close(self) -> dict[str, Ints]:
        """All rows as columns, by day and time, otherwise in the order in which they were added."""
        if not self.chunks:
            return {name: np.zeros(0, dtype=np.int64) for name in self.columns}
        whole = np.concatenate(self.chunks, axis=1)
        self.chunks.clear()
        day = whole[self.columns.index("day")]
        second = whole[self.columns.index("second")] if "second" in self.columns else np.zeros_like(day)
        order = np.argsort(day * 100_000 + second, kind="stable")
        return dict(zip(self.columns, whole[:, order], strict=True))
