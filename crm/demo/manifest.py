"""What was written: files in the order in which to import them, and totals with which an import can be reconciled."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from crm.demo import ledger
from crm.demo.blocks import Block, World
from crm.demo.card_rows import client_states
from crm.demo.kinds import Flags, Ints
from crm.demo.staff import staff_list

FILE_NAME = "manifest.json"
ORDER = ("clients", "accounts", "rates", "trades", "cash_transfers", "securities_transfers", "assets", "holdings")


@dataclass(frozen=True)
class WrittenFile:
    """One file of the firm. `apart` marks what is only there to be tried by hand (`try/`)."""

    path: str
    kind: str
    branch: str
    period: str
    rows: int
    apart: bool = False


@dataclass
class Manifest:
    """The record of one writing. Sums are minor units by currency; `_fen` is CNY, converted per row as T2 says."""

    world: World
    files: list[WrittenFile] = field(default_factory=list)
    months: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    clients: dict[str, dict[str, int]] = field(default_factory=dict)
    last_day: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, block: Block) -> None:
        """Add a block of clients to the totals."""
        code = block.branch.code
        _count_clients(self.clients.setdefault(code, {}), block, self.world)
        months = self.months.setdefault(code, {})
        of_day = self.world.plan.days.astype("datetime64[M]").astype(str)
        kind = block.rows["kind"]
        traded = np.isin(kind, (ledger.BUY, ledger.SELL))
        moved = np.isin(kind, ledger.TRANSFERS)
        for name, rows, chosen in (
            ("trades", block.rows, traded),
            ("movements", block.rows, ~traded & ~moved),
            ("cash_transfers", block.rows, moved),
            ("securities_transfers", block.moves, None),
            ("assets", block.assets, None),
            ("holdings", block.holdings, None),
        ):
            _count_rows(months, of_day=of_day, name=name, rows=rows, chosen=chosen, block=block, world=self.world)
        _count_last_day(self.last_day.setdefault(code, {}), block, self.world)

    def in_import_order(self) -> list[WrittenFile]:
        """Clients and accounts of every branch first, then rates, then what happened, each kind by period."""
        return sorted(self.files, key=lambda f: (f.apart, ORDER.index(f.kind), f.branch, f.period))

    def write(self, root: Path) -> Path:
        """Write manifest.json beside the files."""
        plan = self.world.plan
        data = {
            "plan": {
                "clients": plan.clients,
                "seed": plan.seed,
                "first_day": str(plan.days[0]),
                "until": plan.until.isoformat(),
                "branches": [asdict(branch) for branch in plan.branches],
            },
            "files": [asdict(file) for file in self.in_import_order()],
            "months": self.months,
            "clients": self.clients,
            "last_day": self.last_day,
            "staff": [asdict(entry) for entry in staff_list(plan)],
        }
        path = root / FILE_NAME
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def _count_clients(total: dict[str, int], block: Block, world: World) -> None:
    state = client_states(block, world)
    traded = np.zeros(len(state), dtype=bool)
    kind = block.rows["kind"]
    deals = np.isin(kind, (ledger.BUY, ledger.SELL, ledger.LEND))
    traded[block.books.client[block.rows["book"][deals]]] = True
    found = {
        "total": len(state),
        "closed": int((state == "closed").sum()),
        "open": int((state != "closed").sum()),
        "without_trade": int((~traded).sum()),
        "accounts": len(block.books),
    }
    for name, value in found.items():
        total[name] = total.get(name, 0) + value


def _count_rows(
    months: dict[str, dict[str, Any]],
    *,
    of_day: Any,
    name: str,
    rows: dict[str, Ints],
    chosen: Flags | None,
    block: Block,
    world: World,
) -> None:
    day, book = rows["day"], rows["book"]
    if chosen is not None:
        day, book = day[chosen], book[chosen]
    month = of_day[day]
    currency = block.books.currency[book]
    sums = [column for column in ("amount", "commission", "net") if column in rows] if chosen is not None else []
    for key in np.unique(month).tolist():
        entry = months.setdefault(key, {})
        here = month == key
        entry[name] = entry.get(name, 0) + int(here.sum())
        for column in sums:
            values = rows[column][chosen][here]
            _add_by_currency(entry, f"{name}_{column}_minor", values, currency[here])
            if column == "commission":
                fen = converted(values, currency[here], world, day[here])
                entry[f"{name}_commission_fen"] = entry.get(f"{name}_commission_fen", 0) + fen


def _add_by_currency(entry: dict[str, Any], name: str, values: Ints, currency: Any) -> None:
    total = entry.setdefault(name, {})
    for code in ("CNY", "HKD", "USD"):
        part = int(values[currency == code].sum())
        if part:
            total[code] = total.get(code, 0) + part


def converted(minor: Ints, currency: Any, world: World, day: Ints) -> int:
    """Fen of amounts that are not negative: each converted at its day's rate, half a fen up, then summed (T2)."""
    total = 0
    for code in ("CNY", "HKD", "USD"):
        here = currency == code
        rate = world.rates.on(world.plan.days[day[here]], code)
        total += int(((minor[here] * rate + 500_000) // 1_000_000).sum())
    return total


def _count_last_day(total: dict[str, int], block: Block, world: World) -> None:
    assets = block.assets
    here = assets["day"] == len(world.market) - 1
    net = (assets["cash"] + assets["market_value"] + assets["products"] - assets["debt"])[here]
    currency = block.books.currency[assets["book"][here]]
    for code in ("CNY", "HKD", "USD"):
        total[code] = total.get(code, 0) + int(net[currency == code].sum())
