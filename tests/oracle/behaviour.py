"""An independent reading of B1, B2 and B4–B7: plain Python over the rows of a small world, account by account and day by day,
sharing no code with the product. Slow on purpose."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import comb
from typing import Any, NamedTuple

Rows = dict[str, list[dict[str, Any]]]
FLOOR = 1_000_000


class Behaved(NamedTuple):
    position_e4: int | None
    mean_e4: int | None
    spread_e4: int | None
    result_fen: int | None
    turnover_e2: int | None
    kinds: list[list[Any]]
    channels: list[list[Any]]


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def month_ends(as_of: date) -> list[date]:
    days, day = [as_of], as_of
    while len(days) < 12:
        day -= timedelta(1)
        if (day + timedelta(1)).day == 1:
            days.append(day)
    return days[::-1]


def months_before(as_of: date, months: int) -> date:
    year, month = as_of.year, as_of.month - months
    while month < 1:
        year, month = year - 1, month + 12
    for day in range(as_of.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


def in_fen(minor: int, currency: str, on: date, rows: Rows) -> int:
    if currency == "CNY":
        return minor
    known = [r for r in rows["rates"] if r["currency"] == currency and r["day"] <= on]
    rate = max(known, key=lambda r: r["day"])["rate_e6"]
    return half_up(Decimal(minor) * rate / 1_000_000)


def worth(rows: Rows, client: int, on: date, as_of: date) -> tuple[int, int] | None:
    """Net assets and market value on a day; None before anything was reported (or once everything is closed)."""
    closed = {a["account_id"]: a.get("closed_on") for a in rows["accounts"]}
    latest: dict[tuple[int, str], dict[str, Any]] = {}
    for row in sorted(rows["assets"], key=lambda r: r["day"]):
        if row["client_id"] == client and row["day"] <= on:
            latest[row["account_id"], row["currency"]] = row
    alive = [r for r in latest.values() if not closed.get(r["account_id"]) or closed[r["account_id"]] > on]
    if not alive:
        return None
    net = sum(in_fen(r["net_minor"], r["currency"], as_of, rows) for r in alive)
    return net, sum(in_fen(r["market_value_minor"], r["currency"], as_of, rows) for r in alive)


def behaved(rows: Rows, clients: list[int], as_of: date) -> dict[int, Behaved]:
    year, half = months_before(as_of, 12), months_before(as_of, 6)
    traded = [t for t in rows["trades"] if year < t["traded_on"] <= as_of and t["instrument_class"] != "reverse_repo"]
    found = {}
    for client in clients:
        points = [worth(rows, client, day, as_of) for day in month_ends(as_of)]
        shares = [min(half_up(Decimal(m) * 10_000 / n), 100_000) if p and n > 0 else None
                  for p in points for n, m in [p or (0, 0)]]  # fmt: skip
        known = [Decimal(s) for s in shares if s is not None]
        mean = sum(known) / len(known) if known else Decimal(0)
        variance = sum((s - mean) ** 2 for s in known) / len(known) if known else Decimal(0)
        nets = [p[0] for p in points if p]
        late = [p[0] for p in points[6:] if p]
        own = [t for t in traded if t["client_id"] == client]
        amount = sum(
            in_fen(t["amount_minor"], t["currency"], t["traded_on"], rows) for t in own if t["traded_on"] > half
        )
        mean_late = half_up(Decimal(sum(late)) / len(late)) if late else 0
        found[client] = Behaved(
            shares[-1],
            half_up(mean) if known else None,
            half_up(variance.sqrt()) if known else None,
            _result(rows, client, year, as_of, half_up(Decimal(sum(nets)) / len(nets)) if nets else 0),
            half_up(Decimal(200 * amount) / mean_late) if mean_late >= FLOOR else None,
            _habits(rows, traded, own, "instrument_class"),
            _habits(rows, traded, own, "channel"),
        )
    return found


def _result(rows: Rows, client: int, year: date, as_of: date, mean: int) -> int | None:
    days = [r["day"] for r in rows["assets"] if r["client_id"] == client and r["day"] <= as_of]
    if not days or mean < FLOOR:
        return None
    start = max(min(days), year)
    if (as_of - start).days < 90:
        return None
    flows = 0
    for row in rows["cash_transfers"]:
        if row["client_id"] == client and start < row["moved_on"] <= as_of and row["kind"] != "internal":
            flows += in_fen(row["amount_minor"], row["currency"], as_of, rows)
    for row in rows["securities_transfers"]:
        if row["client_id"] == client and start < row["moved_on"] <= as_of and row["kind"] != "collateral":
            flows += in_fen(row["value_minor"], row["currency"], as_of, rows)
    before, now = (worth(rows, client, day, as_of) or (0, 0) for day in (start, as_of))
    return now[0] - before[0] - flows


def _habits(rows: Rows, everybody: list[dict[str, Any]], own: list[dict[str, Any]], column: str) -> list[list[Any]]:
    counts, base = Counter(t[column] for t in own), Counter(t[column] for t in everybody)
    cells = []
    for name, n in counts.items():
        fen = sum(in_fen(t["amount_minor"], t["currency"], t["traded_on"], rows) for t in own if t[column] == name)
        p = Decimal(base[name]) / len(everybody)
        chance = sum(comb(len(own), k) * p**k * (1 - p) ** (len(own) - k) for k in range(n, len(own) + 1))
        cells.append([name, n, fen, int(name not in ("", "other") and len(own) >= 30 and chance < Decimal("0.01"))])
    return sorted(cells, key=lambda c: (-c[1], c[0]))
