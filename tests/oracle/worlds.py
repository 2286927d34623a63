"""Random worlds as canonical export files: ties, closures, corrections, foreign money, reverse repos, undone files."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

Row = dict[str, str]
AS_OFS = [date(2024, 2, 29), date(2025, 3, 31), date(2025, 2, 28), date(2025, 6, 13), date(2024, 12, 31)]


@dataclass
class ExportFile:
    kind: str
    name: str
    rows: list[Row]
    undone: bool = False


@dataclass
class World:
    """A firm as its files tell it. Files are imported in order; those marked undone are then taken back, last first."""

    as_of: date
    files: list[ExportFile] = field(default_factory=list)

    def in_force(self) -> list[tuple[str, list[Row]]]:
        return [(f.kind, f.rows) for f in self.files if not f.undone]

    def write(self, folder: Path) -> list[Path]:
        paths = []
        for file in self.files:
            path = folder / file.name
            with path.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, fieldnames=list(file.rows[0]))
                writer.writeheader()
                writer.writerows(file.rows)
            paths.append(path)
        return paths


def random_world(seed: int, *, negative: bool = False) -> World:
    """A world of one or two branches and 3 to 70 clients each; `negative` adds corrections that give commission back."""
    random = Random(seed)
    world = World(AS_OFS[seed % len(AS_OFS)])
    codes = (f"{seed:03d}1", f"{seed:03d}2")[: random.choice([1, 1, 2])]
    clients = [c for code in codes for c in _clients(random, code, world.as_of)]
    accounts = _accounts(random, clients, world.as_of)
    trades = _trades(random, accounts, world.as_of, negative=negative)
    assets = _assets(random, accounts, world.as_of)
    world.files = [
        ExportFile("rates", "rates.csv", _rates(world.as_of)),
        ExportFile("clients", "clients.csv", clients),
        ExportFile("accounts", "accounts.csv", accounts),
    ]
    half = len(trades) // 2
    for number, part in enumerate((trades[:half], trades[half:]), 1):
        if part:
            world.files.append(ExportFile("trades", f"trades{number}.csv", part))
    world.files.append(ExportFile("assets", "assets.csv", assets))
    corrected = [r | {"佣金": _money(random, negative=negative)} for r in random.sample(trades, len(trades) // 6)]
    undone = [r | {"佣金": "999.99"} for r in random.sample(trades, len(trades) // 7)]
    if corrected:
        world.files.append(ExportFile("trades", "trades_corrected.csv", corrected))
    if undone:
        world.files.append(ExportFile("trades", "trades_undone.csv", undone, undone=True))
    return world


def firm_of(worlds: list[World]) -> World:
    """Worlds of one day as the branches of one firm: files of one name become one file."""
    files: dict[str, ExportFile] = {}
    for file in (f for world in worlds for f in world.files):
        known = files.setdefault(file.name, ExportFile(file.kind, file.name, [], undone=file.undone))
        if file.kind != "rates" or not known.rows:
            known.rows.extend(file.rows)
    order = sorted(files.values(), key=lambda f: (f.name.startswith("trades_"), f.undone))
    return World(worlds[0].as_of, order)


def _day(random: Random, as_of: date, reach: int = 420) -> date:
    # The edges of the twelve months are where a wrong comparison shows.
    try:
        start = as_of.replace(year=as_of.year - 1)
    except ValueError:
        start = as_of.replace(year=as_of.year - 1, day=28)
    edges = [as_of, as_of + timedelta(1), start, start + timedelta(1), start - timedelta(1)]
    return random.choice(edges) if random.random() < 0.15 else as_of - timedelta(random.randint(-20, reach))


def _money(random: Random, *, negative: bool = False) -> str:
    # Few distinct amounts make ties; odd fen make rounding visible.
    fen = random.choice([0, 500, 500, 500, 1000, 1001, random.randint(1, 20_000)])
    sign = "-" if negative and random.random() < 0.1 and fen else ""
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def _clients(random: Random, code: str, as_of: date) -> list[Row]:
    numbers: set[str] = set()
    while len(numbers) < random.randint(3, 70):
        numbers.add(random.choice([str(random.randint(1, 3000)), f"{random.randint(1, 3000):08d}"]))
    rows = []
    for number in sorted(numbers, key=lambda n: random.random()):
        opened = random.choice(["", "2015-06-01", "2020-01-02", "2023-01-03", as_of.isoformat()])
        if random.random() < 0.05:
            opened = (as_of + timedelta(1)).isoformat()
        closed = ""
        if random.random() < 0.15:
            closed = (as_of + timedelta(random.choice([-200, -30, -1, 0, 1, 40]))).isoformat()
            opened = "2015-06-01"
        rows.append(
            {
                "客户代码": number, "营业部代码": code, "营业部名称": f"测试营业部{code}", "客户姓名": f"客户{number}",
                "客户类别": "个人", "开户日期": opened, "销户日期": closed, "客户状态": "销户" if closed else "正常",
            }
        )  # fmt: skip
    return rows


def _accounts(random: Random, clients: list[Row], as_of: date) -> list[Row]:
    rows = []
    for client in clients:
        for index in range(random.choice([1, 1, 1, 2])):
            closed = ""
            if index and random.random() < 0.4:
                closed = (as_of + timedelta(random.choice([-50, -1, 0, 1]))).isoformat()
            rows.append(
                {
                    "客户代码": client["客户代码"], "营业部代码": client["营业部代码"],
                    "账号": f"7{index}{client['客户代码']}", "账户类别": "资金账户" if not index else "信用账户",
                    "币种": random.choice(["CNY", "CNY", "CNY", "HKD", "USD"]),
                    "账户状态": "销户" if closed else "正常", "开户日期": "2015-06-01", "销户日期": closed,
                }
            )  # fmt: skip
    return rows


def _trades(random: Random, accounts: list[Row], as_of: date, *, negative: bool) -> list[Row]:
    rows = []
    for number in range(random.randint(2, 8 * len(accounts))):
        account = random.choice(accounts[: max(1, random.randint(1, len(accounts)))])
        repo = account["币种"] == "CNY" and random.random() < 0.1
        word = random.choice(["融券回购", "融券购回"]) if repo else random.choice(["买入", "卖出"])
        code, name, price = ("204001", "GC001", "1.500") if repo else ("600000", "浦发银行", "10.00")
        rows.append(
            {
                "营业部代码": account["营业部代码"], "客户代码": account["客户代码"], "资金账号": account["账号"],
                "成交日期": _day(random, as_of).isoformat(), "成交编号": f"{number + 1:08d}", "证券代码": code,
                "证券名称": name, "交易市场": "上海", "买卖标志": word, "成交数量": "1000", "成交价格": price,
                "成交金额": "100000.00" if repo else "10000.00",
                "佣金": _money(random, negative=negative), "币种": account["币种"],
            }
        )  # fmt: skip
    return rows


def _assets(random: Random, accounts: list[Row], as_of: date) -> list[Row]:
    rows = {}
    for account in accounts:
        for _ in range(random.randint(0, 4)):
            on = _day(random, as_of, 60).isoformat()
            net = random.choice([0, 100_000, 100_000, random.randint(0, 10**8)])
            text = f"{net // 100}.{net % 100:02d}"
            rows[account["营业部代码"], account["账号"], on] = {
                "营业部代码": account["营业部代码"], "客户代码": account["客户代码"], "资金账号": account["账号"],
                "日期": on, "资金余额": text, "证券市值": "0.00", "产品市值": "0.00", "两融负债": "0.00",
                "净资产": text, "币种": account["币种"],
            }  # fmt: skip
    return list(rows.values()) or [
        {
            "营业部代码": accounts[0]["营业部代码"], "客户代码": accounts[0]["客户代码"], "资金账号": accounts[0]["账号"],
            "日期": as_of.isoformat(), "资金余额": "1.00", "证券市值": "0.00", "产品市值": "0.00", "两融负债": "0.00",
            "净资产": "1.00", "币种": accounts[0]["币种"],
        }
    ]  # fmt: skip


def _rates(as_of: date) -> list[Row]:
    # One table for all worlds of a day, so that they can live in one firm, each in branches of its own.
    random, rows = Random(as_of.toordinal()), []
    for currency, around in (("HKD", 0.92), ("USD", 7.1)):
        on = as_of - timedelta(900)
        while on <= as_of + timedelta(5):
            rows.append(
                {"日期": on.isoformat(), "币种": currency, "汇率": f"{around + random.uniform(-0.05, 0.05):.6f}"}
            )
            on += timedelta(random.randint(1, 9))
    return rows
