"""An independent reading of rules T2, T3 and T8 and of how files replace each other: plain Python and Decimal over the
canonical export files, sharing no code with the product. Slow on purpose: distances are searched by ranking again."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

FEN = Decimal("0.01")


class Stands(NamedTuple):
    tier: str
    measure_fen: int
    rank: int
    net_assets_fen: int
    to_next_fen: int | None
    above_lower_fen: int | None


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(files: list[tuple[str, list[dict[str, str]]]]) -> dict[str, dict[tuple, dict[str, str]]]:
    """Kind → natural key → the row that counts: of two files with one key the later one. Undone files are not given."""
    facts: dict[str, dict[tuple, dict[str, str]]] = defaultdict(dict)
    for kind, rows in files:
        for row in rows:
            key = {
                "clients": lambda r: (r["营业部代码"], r["客户代码"]),
                "accounts": lambda r: (r["营业部代码"], r["账号"]),
                "trades": lambda r: (r["营业部代码"], r["资金账号"], r["成交日期"], r["成交编号"]),
                "assets": lambda r: (r["营业部代码"], r["资金账号"], r["日期"], r["币种"]),
                "rates": lambda r: (r["币种"], r["日期"]),
            }[kind](row)
            facts[kind][key] = row
    return facts


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def year_before(as_of: date) -> date:
    try:
        return as_of.replace(year=as_of.year - 1)
    except ValueError:
        return as_of.replace(year=as_of.year - 1, day=28)


def half_up(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, rounding=ROUND_HALF_UP)


def yuan(row: dict[str, str], column: str, rates: dict[tuple, dict[str, str]], on: date) -> Decimal:
    """An amount of a row in yuan, rounded to the fen; raises LookupError('HKD 2026-01-05') without a rate."""
    amount = Decimal(row[column] or "0")
    if row["币种"] == "CNY" or amount == 0:
        return amount
    known = [(d, r["汇率"]) for (c, d), r in rates.items() if c == row["币种"] and day(d) <= on]
    if not known:
        raise LookupError(f"{row['币种']} {on.isoformat()}")
    return half_up(amount * Decimal(max(known)[1]), FEN)


def tiers_by_rank(measures: list[Decimal]) -> list[str]:
    """The tier at each place of an order, by counts of 3, 10 and 20 % rounded half up; nothing paid is small."""
    n = Decimal(len(measures))
    vip, key, ordinary = (half_up(n * Decimal(share) / 100, Decimal(1)) for share in (3, 10, 20))
    tiers = []
    for place, measure in enumerate(measures, 1):
        name = "vip" if place <= vip else "key" if place <= key else "ordinary" if place <= ordinary else "small"
        tiers.append(name if measure > 0 else "small")
    return tiers


LADDER = ("small", "ordinary", "key", "vip")


def standings(files: list[tuple[str, list[dict[str, str]]]], as_of: date) -> dict[tuple[str, str], Stands]:
    """(branch, client number) → where the client stands at the end of the day."""
    facts = facts_of(files)
    rates, start = facts["rates"], year_before(as_of)
    paid: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in facts["trades"].values():
        counts = row["买卖标志"] in ("买入", "卖出", "融券回购", "融券购回")
        on = day(row["成交日期"])
        if counts and start < on <= as_of:
            paid[row["营业部代码"], row["客户代码"]] += yuan(row, "佣金", rates, on)

    latest: dict[tuple[str, str, str], tuple[date, dict[str, str]]] = {}
    for row in facts["assets"].values():
        on, slot = day(row["日期"]), (row["营业部代码"], row["资金账号"], row["币种"])
        if on <= as_of and (slot not in latest or on > latest[slot][0]):
            latest[slot] = (on, row)
    owns: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (branch, account, _), (_, row) in latest.items():
        closed = day(facts["accounts"][branch, account]["销户日期"])
        if closed is None or closed > as_of:
            owns[branch, row["客户代码"]] += yuan(row, "净资产", rates, as_of)

    result = {}
    for branch in {b for b, _ in facts["clients"]}:
        clients = [
            (paid[branch, number], owns[branch, number], number)
            for (b, number), row in facts["clients"].items()
            if b == branch
            and (not row["开户日期"] or day(row["开户日期"]) <= as_of)
            and (not row["销户日期"] or day(row["销户日期"]) > as_of)
        ]
        result |= {(branch, number): stands for number, stands in stand(clients).items()}
    return result


def stand(clients: list[tuple[Decimal, Decimal, str]]) -> dict[str, Stands]:
    ordered = sorted(clients, key=lambda c: (-c[0], -c[1], c[2]))
    tiers = tiers_by_rank([c[0] for c in ordered])
    return {
        number: Stands(
            tier, int(paid * 100), place, int(owned * 100), *distances(ordered, place - 1, LADDER.index(tier))
        )
        for place, ((paid, owned, number), tier) in enumerate(zip(ordered, tiers, strict=True), 1)
    }


def distances(ordered: list, at: int, step: int) -> tuple[int | None, int | None]:
    """The smallest fen that lift the client at a place, and the smallest that drop it, each found by trying."""
    paid, owned, number = ordered[at]
    others = ordered[:at] + ordered[at + 1 :]

    def step_with(fen: int) -> int:
        me = (paid + fen * FEN, owned, number)
        order = sorted([*others, me], key=lambda c: (-c[0], -c[1], c[2]))
        return LADDER.index(tiers_by_rank([c[0] for c in order])[order.index(me)])

    def smallest(changed: callable, limit: int) -> int | None:
        if limit < 1 or not changed(limit):
            return None
        low, high = 0, limit
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if changed(middle) else (middle, high)
        return high

    most = int((max(c[0] for c in ordered) - paid) * 100) + 2 + max(0, int(-paid * 100))
    up = smallest(lambda fen: step_with(fen) > step, most)
    down = smallest(lambda fen: step_with(-fen) < step, int(paid * 100)) if step else None
    return up, down
